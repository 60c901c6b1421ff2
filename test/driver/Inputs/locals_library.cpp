#include "locals.h"

thread_local int Both = 1;
thread_local Named LibraryObject("library's");
static thread_local Named Static("static");
alignas(4096) static thread_local char Page[3] = {1, 2, 3};
thread_local int Hidden [[gnu::visibility("hidden")]] = 7;
[[gnu::unused]] static thread_local long Unused = 1;

int *librarysBoth() { return &Both; }
Named *librarysInline() { return &Inline; }

int libraryWork(int Round) {
  static thread_local Named InFunction("in function");
  if (reinterpret_cast<unsigned long>(Page) % 4096)
    std::puts("not aligned");
  Holder<int>::Value += Round;
  return ++InFunction.Uses + ++Static.Uses + ++ProgramObject.Uses + Page[2]++ +
         ++Hidden;
}
