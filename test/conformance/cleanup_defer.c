// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_cleanup_push_defer_np's handlers run at the end of a thread,
// in order with others, and cancellation is deferred between the two. In C they
// are __pthread_register_cancel_defer and __pthread_unregister_cancel_restore.
#include "check.h"

static int Order[8], Count;
static Gate There = GATE_INIT;

static void note(void *Arg) { Order[Count++] = (int)(long)Arg; }

static int typeNow(void) {
  int Type;
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &Type) == 0);
  CHECK(pthread_setcanceltype(Type, NULL) == 0);
  return Type;
}

static void deep(int N) {
  pthread_cleanup_push(note, (void *)1L);
  pthread_cleanup_push_defer_np(note, (void *)2L);
  if (N)
    deep(N - 1);
  pthread_exit(NULL);
  pthread_cleanup_pop_restore_np(1);
  pthread_cleanup_pop(1);
}

static void *exits(void *Arg) {
  deep(1);
  return Arg;
}

static void *isCancelled(void *Arg) {
  pthread_cleanup_push_defer_np(note, (void *)3L);
  post(&There);
  for (;;)
    pause();
  pthread_cleanup_pop_restore_np(0);
  return Arg;
}

static void *restores(void *Arg) {
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
  pthread_cleanup_push_defer_np(note, (void *)4L);
  CHECK(typeNow() == PTHREAD_CANCEL_DEFERRED);
  pthread_cleanup_pop_restore_np(1);
  CHECK(typeNow() == PTHREAD_CANCEL_ASYNCHRONOUS);
  pthread_cleanup_push_defer_np(note, (void *)5L);
  CHECK(pthread_cancel(pthread_self()) == 0);
  note((void *)6L); // The request waits.
  pthread_cleanup_pop_restore_np(0);
  CHECK(!"reached");
  return Arg;
}

static void all(void) {
  Count = There.Count = 0;
  join(start(exits, NULL));
  CHECK(Count == 4);
  for (int I = 0; I < 4; ++I)
    CHECK(Order[I] == 2 - I % 2);
  Count = 0;
  pthread_t T = start(isCancelled, NULL);
  await(&There, 1);
  CHECK(pthread_cancel(T) == 0);
  CHECK(join(T) == PTHREAD_CANCELED && Count == 1 && Order[0] == 3);
  Count = 0;
  CHECK(join(start(restores, NULL)) == PTHREAD_CANCELED);
  CHECK(Count == 2 && Order[0] == 4 && Order[1] == 6);
}

int main(void) {
  all();
  inThread(all);
  all();
  return 0;
}
