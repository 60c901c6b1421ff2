# Run by cpack on the files of the package: does what Debian expects of them.
set(Root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})

file(GLOB_RECURSE Archives ${Root}/*.a)
foreach(Archive IN LISTS Archives)
  execute_process(COMMAND strip --strip-debug --enable-deterministic-archives
    ${Archive} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

file(GLOB_RECURSE Pages ${Root}/*.1)
list(FILTER Pages INCLUDE REGEX "/man1/[^/]*$")
foreach(Page IN LISTS Pages)
  if(IS_SYMLINK ${Page})
    file(READ_SYMLINK ${Page} Target)
    file(CREATE_LINK ${Target}.gz ${Page}.gz SYMBOLIC)
    file(REMOVE ${Page})
  else()
    execute_process(COMMAND gzip -9n ${Page} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()

# Debian has the licence; only what is added to it is repeated.
file(GLOB_RECURSE License ${Root}/LICENSE)
file(READ ${License} Text)
string(FIND "${Text}" "---- LLVM Exceptions" Start)
string(SUBSTRING "${Text}" ${Start} -1 Exceptions)
get_filename_component(Documents ${License} DIRECTORY)
file(WRITE ${Documents}/copyright
  "open-co. Copyright: the open-co developers.\n\n"
  "License: Apache 2.0 (/usr/share/common-licenses/Apache-2.0), with these:\n\n"
  "${Exceptions}")
file(REMOVE ${License})
