# built_plugin.sh BUILD COMPILER ARGUMENT...: compiles, but takes a plugin's objects
# from the build tree BUILD, since they are the same in each.
build=$1
shift
for argument; do
  case $argument in
  plugin/CMakeFiles/OpenCoPass-*.o) exec cp "$build/$argument" "$argument" ;;
  esac
done
exec "$@"
