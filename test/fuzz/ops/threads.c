// threads.c - operations that make threads, end them and keep values in them.
#include "../run.h"

#include <threads.h>

static void *giveBack(void *Arg) { return Arg; }

static void *exitsWith(void *Arg) {
  CALL(pthread_exit, Arg);
  return NULL;
}

static void *waitsForByte(void *Arg) {
  char C = 0;
  CALL(read, (int)(long)Arg, &C, 1);
  return (void *)(long)C;
}

OP(thread, "via3 via2") {
  pthread_t T;
  void *Value = NULL;
  STATUS(pthread_create, &T, NULL, A[1] ? exitsWith : giveBack, (void *)41);
  struct timespec Late =
      inMs(A[0] == 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME, 100000);
  if (A[0] == 0)
    STATUS(pthread_join, T, &Value);
  else if (A[0] == 1)
    STATUS(pthread_timedjoin_np, T, &Value, &Late);
  else
    STATUS(pthread_clockjoin_np, T, &Value, CLOCK_MONOTONIC, &Late);
  say(R, " %ld", (long)Value);
}

/// One that does not end until it is told.
OP(thread_waits, "shortms via2") {
  int P[2];
  pthread_t T;
  void *Value = NULL;
  if (pipe(P) != 0)
    return;
  STATUS(pthread_create, &T, NULL, waitsForByte, (void *)(long)P[0]);
  STATUS(pthread_tryjoin_np, T, &Value);
  struct timespec Soon = inMs(CLOCK_REALTIME, A[0]);
  long long Start = nowNs();
  STATUS(pthread_timedjoin_np, T, &Value, &Soon);
  notBefore(R, Start, A[0]);
  STATUS(pthread_setname_np, T, "a name");
  char Name[20] = "";
  STATUS(pthread_getname_np, T, Name, sizeof Name);
  say(R, " '%s'", Name);
  STATUS(pthread_getname_np, T, Name, 3);
  STATUS(pthread_setname_np, T, "a name that is far too long");
  RESULT(write, P[1], "x", 1);
  if (A[1]) {
    STATUS(pthread_detach, T);
  } else {
    STATUS(pthread_join, T, &Value);
    say(R, " %ld", (long)Value);
  }
  // Joined or not, its number must not be used again before it is read.
  char C;
  CALL(close, P[1]);
  if (!A[1])
    CALL(close, P[0]);
  (void)C;
}

OP(self, "") {
  say(R, " %d", pthread_equal(CALL(pthread_self), me()->Handle) != 0);
  STATUS(pthread_join, pthread_self(), NULL);
  say(R, " %d", thrd_equal(CALL(thrd_current), (thrd_t)me()->Handle) != 0);
  int Old = -1;
  STATUS(pthread_setcancelstate, PTHREAD_CANCEL_DISABLE, &Old);
  say(R, " %d", Old);
  STATUS(pthread_setcancelstate, PTHREAD_CANCEL_ENABLE, &Old);
  say(R, " %d", Old);
  STATUS(pthread_setcancelstate, 99, &Old);
  STATUS(pthread_setcanceltype, PTHREAD_CANCEL_DEFERRED, &Old);
  say(R, " %d", Old);
  COUNT("pthread_testcancel");
  pthread_testcancel();
}

OP(attributes, "") {
  pthread_attr_t Attr;
  size_t Size = 0, Guard = 0;
  void *Stack = NULL;
  int Policy = -1;
  struct sched_param Param;
  STATUS(pthread_getattr_np, pthread_self(), &Attr);
  pthread_attr_getstack(&Attr, &Stack, &Size);
  pthread_attr_getguardsize(&Attr, &Guard);
  char *Here = (char *)&Attr;
  say(R, " inside=%d guard=%zu",
      Here >= (char *)Stack && Here < (char *)Stack + Size, Guard);
  pthread_attr_destroy(&Attr);
  STATUS(pthread_getschedparam, pthread_self(), &Policy, &Param);
  say(R, " %d,%d", Policy, Param.sched_priority);
  cpu_set_t Cpus;
  STATUS(pthread_getaffinity_np, pthread_self(), sizeof Cpus, &Cpus);
  say(R, " %d", CPU_COUNT(&Cpus));
}

static int returnsNumber(void *Arg) { return (int)(long)Arg; }
static int exitsC11(void *Arg) {
  CALL(thrd_exit, (int)(long)Arg);
  return 0;
}

OP(thrd, "via3") {
  thrd_t T;
  int Value = -1;
  STATUS(thrd_create, &T, A[0] ? exitsC11 : returnsNumber, (void *)43);
  if (A[0] == 2)
    STATUS(thrd_detach, T);
  else
    STATUS(thrd_join, T, &Value);
  say(R, " %d", Value);
}

// -- Values of threads --------------------------------------------------------

static int Destroyed[MaxLanes];
static void destroy(void *Counter) {
  __atomic_fetch_add((int *)Counter, 1, __ATOMIC_SEQ_CST);
}

typedef struct {
  Run *R;
  pthread_key_t Key;
  tss_t Tss;
} Keyed;

static void *usesKey(void *Arg) {
  Keyed *K = Arg;
  Run *R = K->R;
  say(R, " %d", CALL(pthread_getspecific, K->Key) == NULL);
  STATUS(pthread_setspecific, K->Key, &Destroyed[R->L->Index]);
  say(R, " %d", CALL(pthread_getspecific, K->Key) != NULL);
  STATUS(tss_set, K->Tss, K);
  say(R, " %d", CALL(tss_get, K->Tss) == K);
  return NULL;
}

extern int __pthread_key_create(pthread_key_t *, void (*)(void *));

OP(keys, "via2") {
  Keyed K = {.R = R};
  int *Count = &Destroyed[R->L->Index];
  *Count = 0;
  if (A[0])
    STATUS(__pthread_key_create, &K.Key, destroy);
  else
    STATUS(pthread_key_create, &K.Key, destroy);
  STATUS(tss_create, &K.Tss, NULL);
  pthread_t T;
  CALL(pthread_create, &T, NULL, usesKey, &K); // Which says things, too.
  STATUS(pthread_join, T, NULL);
  say(R, " destroyed=%d", *Count);
  STATUS(pthread_key_delete, K.Key);
  if (alone()) // Else another lane may have that number by now.
    STATUS(pthread_key_delete, K.Key);
  STATUS(pthread_setspecific, 1023, &K);
  COUNT("tss_delete");
  tss_delete(K.Tss);
}

extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern void *__dso_handle;

/// What C's pthread_cleanup_push becomes, and who runs it at an exit; and
/// libc's list of what ends with a thread.
static void *cleansUp(void *Arg) {
  COUNT("__pthread_register_cancel");
  COUNT("__pthread_unregister_cancel");
  COUNT("__pthread_unwind_next");
  COUNT("__pthread_register_cancel_defer");
  COUNT("__pthread_unregister_cancel_restore");
  COUNT("__cxa_thread_atexit_impl");
  __cxa_thread_atexit_impl(destroy, Arg, &__dso_handle);
  pthread_cleanup_push_defer_np(destroy, Arg);
  pthread_cleanup_push_defer_np(destroy, Arg);
  pthread_cleanup_pop_restore_np(0);
  pthread_cleanup_push(destroy, Arg);
  pthread_cleanup_push(destroy, Arg);
  pthread_cleanup_pop(0);
  CALL(pthread_exit, Arg);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop_restore_np(0);
  return NULL;
}

OP(cleanup, "") {
  int *Count = &Destroyed[R->L->Index];
  *Count = 0;
  pthread_t T;
  void *Value = NULL;
  STATUS(pthread_create, &T, NULL, cleansUp, Count);
  STATUS(pthread_join, T, &Value);
  say(R, " %d %d", *Count, Value == Count);
}

// -- C11 locks, and once ------------------------------------------------------

typedef struct {
  Run *R;
  mtx_t Lock;
  cnd_t Changed;
  int Stage;
} Shared;

static int other(void *Arg) {
  Shared *S = Arg;
  CALL(mtx_lock, &S->Lock);
  S->Stage = 1;
  CALL(cnd_signal, &S->Changed);
  while (S->Stage == 1)
    CALL(cnd_wait, &S->Changed, &S->Lock);
  CALL(mtx_unlock, &S->Lock);
  return S->Stage;
}

static int Initialised[MaxLanes];
static void initialise(void) {
  // Once in the process: whose lane it was is not determined.
  __atomic_fetch_add(&Initialised[0], 1, __ATOMIC_SEQ_CST);
}

OP(c11, "shortms") {
  Shared S = {.R = R};
  thrd_t T;
  int Value = -1;
  mtx_init(&S.Lock, mtx_timed);
  cnd_init(&S.Changed);
  STATUS(mtx_trylock, &S.Lock);
  STATUS(mtx_trylock, &S.Lock);
  struct timespec Soon = inMs(CLOCK_REALTIME, A[0]);
  say(R, " %d", CALL(mtx_timedlock, &S.Lock, &Soon) == thrd_timedout);
  STATUS(thrd_create, &T, other, &S);
  while (S.Stage == 0)
    CALL(cnd_wait, &S.Changed, &S.Lock);
  Soon = inMs(CLOCK_REALTIME, A[0]);
  say(R, " %d",
      CALL(cnd_timedwait, &S.Changed, &S.Lock, &Soon) == thrd_timedout);
  S.Stage = 2;
  STATUS(cnd_broadcast, &S.Changed);
  STATUS(mtx_unlock, &S.Lock);
  STATUS(thrd_join, T, &Value);
  say(R, " %d", Value);
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  static once_flag Flag = ONCE_FLAG_INIT;
  STATUS(pthread_once, &Once, initialise);
  COUNT("call_once");
  call_once(&Flag, initialise);
  say(R, " %d", Initialised[0] <= 2);
}
