# Writes OUTPUT, a source that differs whenever one of PLUGINS (paths between
# commas) does. An unchanged one is left alone, so that nothing is rebuilt.
string(REPLACE "," ";" PLUGINS "${PLUGINS}")
set(Hashes "")
foreach(Plugin IN LISTS PLUGINS)
  file(SHA256 ${Plugin} Hash)
  list(APPEND Hashes ${Hash})
endforeach()
list(SORT Hashes)
string(SHA256 Id "${Hashes}")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
[==[// ccache hashes the compiler that it runs, here the wrapper, which therefore has
// to be another one when a plugin is.
extern const char OpenCoPlugins[];
[[gnu::used]] const char OpenCoPlugins[] = "open-co plugins @Id@";
]==] @ONLY)
