// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_exit ends a thread from any depth with its value and runs the
// cleanup handlers that are still pushed, last first. In C these become
// __pthread_register_cancel, __pthread_unregister_cancel, __sigsetjmp and
// __pthread_unwind_next.
#include "check.h"

static __thread char Log[32];
static char Seen[32];

static void note(void *Arg) {
  size_t N = strlen(Log);
  Log[N] = (char)(long)Arg;
  memcpy(Seen, Log, sizeof(Log));
}

static void block(void) {
  int P[2];
  char C;
  CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1 && read(P[0], &C, 1) == 1);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  sched_yield();
}

__attribute__((noinline)) static void deep(int Depth) {
  volatile char Pad[64] = {0};
  pthread_cleanup_push(note, (void *)(long)('0' + Depth));
  block();
  if (Depth == 3)
    pthread_exit((void *)33);
  deep(Depth + 1);
  pthread_cleanup_pop(0);
  (void)Pad;
}

static void *exiting(void *Arg) {
  (void)Arg;
  pthread_cleanup_push(note, (void *)'a');
  pthread_cleanup_push(note, (void *)'b');
  pthread_cleanup_push(note, (void *)'c');
  pthread_cleanup_pop(1); // Runs now.
  pthread_cleanup_push(note, (void *)'d');
  pthread_cleanup_pop(0); // Never runs.
  deep(0);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void *returning(void *Arg) {
  pthread_cleanup_push(note, (void *)'x');
  block();
  pthread_cleanup_pop(1);
  return Arg;
}

/// A handler may block.
static void noteAndBlock(void *Arg) {
  block();
  note(Arg);
}

static void *blockingHandlers(void *Arg) {
  pthread_cleanup_push(noteAndBlock, (void *)'1');
  pthread_cleanup_push(noteAndBlock, (void *)'2');
  pthread_exit(Arg);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void *plain(void *Arg) { pthread_exit(Arg); }

static void exits(void) {
  CHECK(join(start(exiting, NULL)) == (void *)33);
  CHECK(strcmp(Seen, "c3210ba") == 0);
  CHECK(join(start(returning, (void *)1)) == (void *)1);
  CHECK(strcmp(Seen, "x") == 0);
  CHECK(join(start(blockingHandlers, (void *)2)) == (void *)2);
  CHECK(strcmp(Seen, "21") == 0);
  CHECK(join(start(plain, (void *)3)) == (void *)3);
}

int main(void) {
  exits();
  inThread(exits);
  exits();
  return 0;
}
