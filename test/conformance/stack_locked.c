// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: where all memory is locked (mlockall), a thread takes the memory of
// its own stack, not that of threads to come.
#include "check.h"
#include <sys/mman.h>

enum { StackSize = 1 << 20 };

static long lockedKiB(void) {
  char Text[4096];
  int File = open("/proc/self/status", O_RDONLY);
  ssize_t Size = read(File, Text, sizeof(Text) - 1);
  CHECK(Size > 0 && close(File) == 0);
  Text[Size] = 0;
  const char *Line = strstr(Text, "VmLck:");
  CHECK(Line);
  return atol(Line + strlen("VmLck:"));
}

static void *waits(void *Gate_) {
  await((Gate *)Gate_, 1);
  return NULL;
}

int main(void) {
  // What is there already stays as it is, so no limit is asked for that.
  CHECK(mlockall(MCL_FUTURE) == 0);
  pthread_attr_t A;
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setstacksize(&A, StackSize) == 0);
  static Gate End = GATE_INIT;
  pthread_t First, Second;
  CHECK(pthread_create(&First, &A, waits, &End) == 0);
  long Before = lockedKiB();
  CHECK(Before >= StackSize / 1024);
  CHECK(pthread_create(&Second, &A, waits, &End) == 0);
  long Taken = lockedKiB() - Before;
  CHECK(Taken >= StackSize / 1024 && Taken < 2 * StackSize / 1024);
  post(&End);
  join(First);
  join(Second);
  return 0;
}
