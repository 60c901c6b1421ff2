// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang %s %t.so -o %t.oc && %run %t.oc
// Intent: functions of the program's that stand in front of libc's find those
// by dlsym(RTLD_NEXT) and call them, in threads, on main and for a library that
// was built without the plugin.
#include "check.h"
#include <dlfcn.h>

struct Objects {
  pthread_mutex_t M;
  pthread_cond_t C;
  pthread_rwlock_t L;
  int Turn, Waits;
  long Counter;
};

static void wake(struct Objects *O) {
  CHECK(pthread_mutex_lock(&O->M) == 0);
  O->Turn = 1;
  CHECK(pthread_cond_signal(&O->C) == 0);
  CHECK(pthread_mutex_unlock(&O->M) == 0);
}

static void count(struct Objects *O) {
  for (int I = 0; I < 200; ++I) {
    CHECK(pthread_rwlock_wrlock(&O->L) == 0);
    ++O->Counter;
    CHECK(pthread_rwlock_unlock(&O->L) == 0);
  }
}

struct Side {
  void (*Wake)(struct Objects *);
  void (*Count)(struct Objects *);
};

#ifdef LIBRARY
const struct Side librarySide = {wake, count};
#else
extern const struct Side librarySide;
static const struct Side programSide = {wake, count};

static int Signals, Locks, Reads;

/// The next function of this name.
#define NEXT(Name)                                                             \
  static __typeof__(&Name) Next;                                               \
  if (!Next)                                                                   \
    *(void **)&Next = dlsym(RTLD_NEXT, #Name);                                 \
  CHECK(Next != NULL)

int pthread_cond_signal(pthread_cond_t *C) {
  NEXT(pthread_cond_signal);
  __atomic_fetch_add(&Signals, 1, __ATOMIC_RELAXED);
  return Next(C);
}
int pthread_rwlock_wrlock(pthread_rwlock_t *L) {
  NEXT(pthread_rwlock_wrlock);
  __atomic_fetch_add(&Locks, 1, __ATOMIC_RELAXED);
  return Next(L);
}
ssize_t read(int Fd, void *Buf, size_t Len) {
  NEXT(read);
  __atomic_fetch_add(&Reads, 1, __ATOMIC_RELAXED);
  return Next(Fd, Buf, Len);
}

static void *awaitTurn(void *Arg) {
  struct Objects *O = Arg;
  CHECK(pthread_mutex_lock(&O->M) == 0);
  O->Waits = 1;
  while (!O->Turn)
    CHECK(pthread_cond_wait(&O->C, &O->M) == 0);
  CHECK(pthread_mutex_unlock(&O->M) == 0);
  programSide.Count(O);
  return NULL;
}

static void with(const struct Side *S) {
  struct Objects O = {PTHREAD_MUTEX_INITIALIZER,
                      PTHREAD_COND_INITIALIZER,
                      PTHREAD_RWLOCK_INITIALIZER,
                      0,
                      0,
                      0};
  Signals = Locks = Reads = 0;
  int P[2];
  char C;
  CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1);
  CHECK(read(P[0], &C, 1) == 1 && C == 'x' && Reads == 1);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);

  pthread_t T = start(awaitTurn, &O);
  for (int Waits = 0; !Waits; sched_yield()) {
    CHECK(pthread_mutex_lock(&O.M) == 0);
    Waits = O.Waits;
    CHECK(pthread_mutex_unlock(&O.M) == 0);
  }
  S->Wake(&O);
  S->Count(&O);
  join(T);
  CHECK(O.Counter == 400 && Locks == 400 && Signals == 1);
}

static void withAll(void) {
  with(&programSide);
  with(&librarySide);
}

int main(void) {
  withAll();
  inThread(withAll);
  withAll();
  return 0;
}
#endif
