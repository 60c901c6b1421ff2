// Shared by a program and a library with thread_local variables.
#include <cstdio>
#include <string>
#include <thread>

#define EXPORT __attribute__((visibility("default")))

struct EXPORT Named {
  explicit Named(const char *Name) : Name(Name) {}
  ~Named() { std::printf("~%s\n", Name.c_str()); }
  std::string Name;
  int Uses = 0;
};

EXPORT extern thread_local int Both; // Both define it.
EXPORT extern thread_local Named LibraryObject;
EXPORT extern thread_local Named ProgramObject;
EXPORT inline thread_local Named Inline("inline");
template <typename T> struct EXPORT Holder {
  static inline thread_local T Value = T(40);
};

EXPORT int *librarysBoth();
EXPORT Named *librarysInline();
EXPORT int libraryWork(int Round);
