// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: detached threads, by pthread_detach or by attribute, run to their end
// and cannot be joined; their resources come back.
#include "check.h"

static Gate Go = GATE_INIT, Done = GATE_INIT;
static int Expected;

static void *waitAndFinish(void *Arg) {
  await(&Go, (int)(long)Arg);
  post(&Done);
  return NULL;
}

static void *detachSelf(void *Arg) {
  CHECK(KEEPS_ERRNO(pthread_detach(pthread_self())) == 0);
  return waitAndFinish(Arg);
}

static void *nothing(void *Arg) { return Arg; }

static void detaches(void) {
  pthread_attr_t Attr;
  pthread_t A, B, C;
  int State = -1;
  long Turn = ++Expected;
  CHECK(pthread_attr_init(&Attr) == 0);
  CHECK(pthread_attr_setdetachstate(&Attr, PTHREAD_CREATE_DETACHED) == 0);
  CHECK(pthread_create(&A, &Attr, waitAndFinish, (void *)Turn) == 0);
  CHECK(KEEPS_ERRNO(pthread_attr_destroy(&Attr)) == 0);
  CHECK(KEEPS_ERRNO(pthread_join(A, NULL)) == EINVAL);
  CHECK(KEEPS_ERRNO(pthread_detach(A)) == EINVAL);
  CHECK(pthread_getattr_np(A, &Attr) == 0);
  CHECK(pthread_attr_getdetachstate(&Attr, &State) == 0);
  CHECK(State == PTHREAD_CREATE_DETACHED);
  CHECK(pthread_attr_destroy(&Attr) == 0);

  B = start(waitAndFinish, (void *)Turn);
  CHECK(KEEPS_ERRNO(pthread_detach(B)) == 0);
  CHECK(pthread_join(B, NULL) == EINVAL);
  CHECK(pthread_tryjoin_np(B, NULL) == EBUSY);
  CHECK(pthread_detach(B) == EINVAL);
  CHECK(pthread_create(&C, NULL, detachSelf, (void *)Turn) == 0);
  post(&Go);
  await(&Done, 3 * (int)Turn);
}

/// More than would fit if their stacks were not given back.
static void *oneByOne(void *Arg) {
  for (int I = 0; I < 3000; ++I) {
    pthread_t T;
    int R;
    while ((R = pthread_create(&T, NULL, nothing, NULL)) == EAGAIN)
      sched_yield(); // The last ones are still ending.
    CHECK(R == 0 && pthread_detach(T) == 0);
    if (I % 16 == 0)
      sched_yield();
  }
  return Arg;
}

int main(void) {
  detaches();
  inThread(detaches);
  detaches();
  oneByOne(NULL);
  join(start(oneByOne, NULL));
  return 0;
}
