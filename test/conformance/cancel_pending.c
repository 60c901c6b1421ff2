// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: with a request of pthread_cancel pending, a join that need not wait
// gives its result, and posix_fallocate is no cancellation point; a join that
// has to wait is one.
#include "check.h"

static pthread_t Ended, Detached, Waiting;
static Gate Go = GATE_INIT;
static int Joined;

static void *waitForGo(void *Arg) {
  await(&Go, 1);
  return Arg;
}

static void *joinCancelled(void *Arg) {
  CHECK(pthread_cancel(pthread_self()) == 0);
  void *Value = NULL;
  struct timespec Past = {0, 0};
  CHECK(pthread_join(Ended, &Value) == 0 && Value == Arg);
  CHECK(pthread_join(Detached, NULL) == EINVAL);
  CHECK(pthread_timedjoin_np(Detached, NULL, &Past) == EINVAL);
  CHECK(posix_fallocate(-1, 0, 1) == EBADF);
  CHECK(posix_fallocate64(-1, 0, 1) == EBADF);
  Joined = 1;
  pthread_join(Waiting, NULL);
  CHECK(0);
  return NULL;
}

static void *returns(void *Arg) { return Arg; }

/// A thread that has ended, which its being sent an unknown signal tells.
static pthread_t ended(void *Arg) {
  pthread_t T = start(returns, Arg);
  while (pthread_kill(T, 99) == EINVAL)
    sched_yield();
  return T;
}

static void joins(void) {
  pthread_mutex_lock(&Go.Lock); // The last detached thread may look at it.
  Go.Count = Joined = 0;
  pthread_mutex_unlock(&Go.Lock);
  int Value;
  Ended = ended(&Value);
  Waiting = start(waitForGo, NULL);
  Detached = start(waitForGo, NULL);
  CHECK(pthread_detach(Detached) == 0);
  CHECK(join(start(joinCancelled, &Value)) == PTHREAD_CANCELED && Joined);
  post(&Go);
  join(Waiting);
}

int main(void) {
  joins();
  inThread(joins);
  return 0;
}
