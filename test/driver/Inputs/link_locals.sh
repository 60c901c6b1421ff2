# link_locals.sh LINKER...: builds and runs programs whose thread_locals are shared
# with a library that they are linked to, or are in libraries that they load and
# unload.
set -eu
here=$(dirname "$0")
loaded=$here/../../conformance/thread_local_dlopen
export OPEN_CO_WORKERS=2 OPEN_CO_MIGRATE=1
flags="-O2 -pthread -Wall -Werror -ffunction-sections -fdata-sections"
c="$CC $flags"
cxx="$CXX $flags -std=c++17"

for visibility in default hidden; do
  $cxx -fvisibility=$visibility -fPIC -c "$here/locals_library.cpp" -o $visibility.o
done
$cxx -c "$here/locals_program.cpp" -o program.o
$c -c "$loaded.c" -o values.o
$c -fPIC -DLIBRARY=1 -c "$loaded.c" -o values1.o
$c -fPIC -DLIBRARY=2 -c "$loaded.c" -o values2.o
$cxx -c "${loaded}_objects.cpp" -o objects.o
$cxx -fPIC -DLIBRARY -c "${loaded}_objects.cpp" -o objects1.o

link() { $CXX -pthread -Wall -Werror "$linker" -Wl,--fatal-warnings "$@"; }

try() { # OPTIONS
  options=$1
  echo "$linker $options"
  for visibility in default hidden; do
    link $options -shared $visibility.o -o library.so
    link $options program.o ./library.so -o program
    ./program
  done
  for library in values1 values2; do
    link $options -shared $library.o -o $library.so
  done
  link $options values.o -o values
  ./values ./values1.so ./values2.so
  # These want one variable in both, which -Bsymbolic does not give.
  options=${options#-Wl,-Bsymbolic}
  link $options -shared objects1.o -o objects1.so
  link $options -rdynamic objects.o -o objects
  ./objects ./objects1.so
}

for linker in "$@"; do
  linker=-fuse-ld=$linker
  try -Wl,-z,norelro,-z,lazy
  try -Wl,-z,relro,-z,now
  try -Wl,-Bsymbolic
  try -Wl,--gc-sections
done
