// checked_open.cpp - open and openat as fortified code calls them where the
// compiler does not know the flags: they must not ask for a new file, for which
// there is no mode.
#include "libc/wrapper.h"

extern "C" {
int __open_2(const char *Path, int Flags);
int __open64_2(const char *Path, int Flags);
int __openat_2(int Directory, const char *Path, int Flags);
int __openat64_2(int Directory, const char *Path, int Flags);
}

namespace {
bool makesFile(int Flags) {
  return (Flags & O_CREAT) || (Flags & O_TMPFILE) == O_TMPFILE;
}
} // namespace

// Where they do, libc ends the process with a line.

OC_WRAPPER int __oc___open_2(const char *Path, int Flags) {
  return makesFile(Flags) ? __open_2(Path, Flags) : __oc_open(Path, Flags);
}

OC_WRAPPER int __oc___open64_2(const char *Path, int Flags) {
  return makesFile(Flags) ? __open64_2(Path, Flags) : __oc_open64(Path, Flags);
}

OC_WRAPPER int __oc___openat_2(int Directory, const char *Path, int Flags) {
  return makesFile(Flags) ? __openat_2(Directory, Path, Flags)
                          : __oc_openat(Directory, Path, Flags);
}

OC_WRAPPER int __oc___openat64_2(int Directory, const char *Path, int Flags) {
  return makesFile(Flags) ? __openat64_2(Directory, Path, Flags)
                          : __oc_openat64(Directory, Path, Flags);
}
