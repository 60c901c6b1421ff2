// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: cancellation state and type are kept per thread; pthread_cancel ends
// the thread, or is refused with ENOSYS (hooks.def) and then changes nothing.
#include "check.h"

static void states(void) {
  int Old = -1;
  CHECK(KEEPS_ERRNO(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &Old)) == 0);
  CHECK(Old == PTHREAD_CANCEL_ENABLE);
  sched_yield();
  pthread_testcancel();
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  CHECK(Old == PTHREAD_CANCEL_DISABLE);
  CHECK(pthread_setcancelstate(12345, &Old) == EINVAL);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  CHECK(KEEPS_ERRNO(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &Old)) == 0);
  CHECK(Old == PTHREAD_CANCEL_DEFERRED);
  CHECK(pthread_setcanceltype(12345, &Old) == EINVAL);
  pthread_testcancel();
}

typedef struct {
  int P[2];
  int CleanedUp;
} Case;

static void cleanUp(void *Arg) { ((Case *)Arg)->CleanedUp = 1; }

static void *blocked(void *Arg) {
  Case *C = Arg;
  char Byte;
  pthread_cleanup_push(cleanUp, C);
  CHECK(read(C->P[0], &Byte, 1) == 1);
  pthread_cleanup_pop(0);
  return (void *)1;
}

static void *disabled(void *Arg) {
  Case *C = Arg;
  char Byte;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  CHECK(read(C->P[0], &Byte, 1) == 1);
  return (void *)1;
}

static void cancels(void) {
  Case C = {.CleanedUp = 0};
  CHECK(pipe(C.P) == 0);
  pthread_t T = start(blocked, &C);
  int R = pthread_cancel(T);
  CHECK(R == 0 || R == ENOSYS);
  if (R != 0)
    CHECK(write(C.P[1], "x", 1) == 1);
  CHECK(join(T) == (R == 0 ? PTHREAD_CANCELED : (void *)1));
  CHECK(C.CleanedUp == (R == 0));

  T = start(disabled, &C);
  // Natively the request may come before the state is set, but no
  // cancellation point lies in between.
  R = pthread_cancel(T);
  CHECK(R == 0 || R == ENOSYS);
  CHECK(write(C.P[1], "x", 1) == 1);
  CHECK(join(T) == (void *)1);
  CHECK(close(C.P[0]) == 0 && close(C.P[1]) == 0);
}

int main(void) {
  everywhere(states);
  cancels();
  inThread(cancels);
  return 0;
}
