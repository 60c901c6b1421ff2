#include "locals.h"

thread_local int Both = 2;
thread_local Named ProgramObject("program's");

static void work(int Round) {
  Both += Round;
  ++LibraryObject.Uses;
  ++Inline.Uses;
  ++librarysInline()->Uses;
  int Sum = libraryWork(Round);
  std::printf("%d: %d %d %d %d\n", Round, Sum, LibraryObject.Uses,
              ProgramObject.Uses, Holder<int>::Value);
  std::printf("%d %d %d\n", *librarysBoth(), &Both == librarysBoth(),
              &Inline == librarysInline());
}

int main() {
  work(1);
  std::thread([] {
    work(2);
    work(3);
  }).join();
  work(4);
  std::fflush(stdout);
  std::thread([] { work(5); }).join();
}
