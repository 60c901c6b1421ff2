// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a program that never makes a thread is as it was: no other thread in
// it, no other descriptor, the same signal mask and handlers.
#include "check.h"
#include <dirent.h>

static int entries(const char *Path) {
  DIR *D = opendir(Path);
  int N = 0;
  CHECK(D != NULL);
  for (struct dirent *E; (E = readdir(D)) != NULL;)
    N += E->d_name[0] != '.';
  CHECK(closedir(D) == 0);
  return N;
}

int main(void) {
  int P[2];
  char C;
  CHECK(close_range(3, ~0u, 0) == 0); // Inherited ones.
  int Next = dup(0);
  CHECK(Next == 3 && close(Next) == 0);
  CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1 && read(P[0], &C, 1) == 1);
  sleepMs(1);
  CHECK(entries("/proc/self/task") == 1);
  CHECK(entries("/proc/self/fd") == 3 + 2 + 1);
  for (int S = 1; S < NSIG; ++S) {
    struct sigaction Action;
    if (sigaction(S, NULL, &Action) == 0)
      CHECK(Action.sa_handler == SIG_DFL || Action.sa_handler == SIG_IGN);
  }
  return 0;
}
