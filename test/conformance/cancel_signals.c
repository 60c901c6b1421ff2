// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: signals and cancellation meet in one wait: handlers run and the
// thread is still cancelled; one that leaves its handler by siglongjmp can be
// cancelled later; a handler's own calls keep what they do.
#include "check.h"
#include <poll.h>
#include <setjmp.h>

static int Pipe[2], Told[2];
static __thread sigjmp_buf Back;
static __thread volatile int Jumps;
static Gate There = GATE_INIT;
static pthread_mutex_t Inherit;

static void handle(int Signal) {
  CHECK(Signal == SIGUSR1);
  CHECK(write(Told[1], "h", 1) == 1);
  if (Jumps)
    siglongjmp(Back, 1);
}

static char readPipe(void) {
  char C = 0;
  ssize_t N;
  while ((N = read(Pipe[0], &C, 1)) == -1)
    CHECK(errno == EINTR);
  CHECK(N == 1);
  return C;
}
static void doPause(void) {
  for (;;)
    pause();
}
static void doRead(void) { readPipe(); }
static void doPoll(void) {
  for (;;)
    CHECK_ERRNO(poll(NULL, 0, -1), EINTR);
}
static void (*const Waits[])(void) = {doRead, doPoll, doPause};

typedef struct {
  void (*Wait)(void);
  int Jumps, Exclusive;
} Case;

static void *waits(void *Arg) {
  const Case *C = Arg;
  Jumps = C->Jumps;
  if (C->Exclusive) {
    CHECK(pthread_mutex_lock(&Inherit) == 0);
    CHECK(pthread_mutex_unlock(&Inherit) == 0);
  }
  sigsetjmp(Back, 1);
  post(&There);
  C->Wait();
  return NULL;
}

static void awaitHandler(void) {
  char C;
  CHECK(read(Told[0], &C, 1) == 1);
}

static void all(void) {
  for (int I = 0; I < 12; ++I) {
    Case C = {Waits[I % 3], I / 3 % 2, I / 6};
    There.Count = 0;
    pthread_t T = start(waits, &C);
    await(&There, 1);
    sleepMs(5);
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    awaitHandler();
    if (C.Jumps)
      await(&There, 2);
    if (I % 2)
      sleepMs(5);
    CHECK(pthread_kill(T, 0) == 0 && pthread_cancel(T) == 0);
    CHECK(join(T) == PTHREAD_CANCELED);
  }
}

int main(void) {
  struct sigaction A;
  pthread_mutexattr_t Attr;
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_setprotocol(&Attr, PTHREAD_PRIO_INHERIT) == 0);
  CHECK(pthread_mutex_init(&Inherit, &Attr) == 0);
  memset(&A, 0, sizeof A);
  A.sa_handler = handle;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  CHECK(pipe(Pipe) == 0 && pipe(Told) == 0);
  all();
  inThread(all);
  return 0;
}
