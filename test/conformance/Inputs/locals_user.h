// What each thread of a program checks of locals_library.c.
#ifndef LOCALS_USER_H
#define LOCALS_USER_H

#include "../check.h"
#include "locals_library.h"

static int Pipe[2];

static void *useLibrary(void *Arg) {
  int Id = (int)(long)Arg;
  CHECK(LibraryInt == 41 && strcmp(LibraryText, "initial") == 0);
  CHECK(&LibraryInt == libraryInt() && LibraryText == libraryText());
  CHECK(libraryPrograms() == &ProgramInt && ProgramInt == 71);
  CHECK(libraryOverridden() == &Overridden && Overridden == 72);
  CHECK(WeakThere == 5);
  CHECK(libraryAligned());
  LibraryInt = Id;
  *libraryPrograms() = Id + 1;
  CHECK(librarySum() == 1000 + 5);
  for (int I = 1; I <= 20; ++I) {
    CHECK(libraryRead(Pipe[0]) == ('a' + 1) * I);
    CHECK(write(Pipe[1], "a", 1) == 1);
    sched_yield();
    CHECK(LibraryInt == Id && *libraryInt() == Id && ProgramInt == Id + 1);
  }
  CHECK(librarySum() == 1000 + 10);
  return NULL;
}

static void useInThreads(void) {
  pthread_t T[20];
  CHECK(pipe(Pipe) == 0 && write(Pipe[1], "aaa", 3) == 3);
  for (long I = 0; I < 20; ++I)
    T[I] = start(useLibrary, (void *)I);
  for (int I = 0; I < 20; ++I)
    join(T[I]);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

#endif
