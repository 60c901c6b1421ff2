// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang %s %t.so -o %t.oc && %run %t.oc
// RUN: %open_co_clang -lc %s %t.so -o %t.lc && %run %t.lc
// RUN: %open_co_clang -nodefaultlibs %s %t.so -l c -lm -lgcc_s -o %t.nd && %run %t.nd
// Intent: conditions, barriers and read-write locks that a library built
// without the plugin uses, too, work between its threads and the program's, and
// in threads of the program that are in its functions; also where libc is named
// to the linker.
#include "check.h"
#include <threads.h>

#if __has_feature(thread_sanitizer)
enum { All = 0 }; // It does not know the locks of C11 nor any "clock" lock.
#else
enum { All = 1 };
#endif

struct Objects {
  pthread_mutex_t M;
  pthread_cond_t C;
  pthread_barrier_t B;
  pthread_rwlock_t L;
  mtx_t M11;
  cnd_t C11;
};

/// The same work, as compiled for the library or for the program.
struct Side {
  void (*Await)(struct Objects *, const int *Turn, int Until);
  void (*Tell)(struct Objects *, int *Turn, int All);
  void (*Await11)(struct Objects *, const int *Turn, int Until);
  void (*Tell11)(struct Objects *, int *Turn, int All);
  int (*Meet)(struct Objects *);
  void (*Count)(struct Objects *, long *Counter, int Way);
};

static void awaitTurn(struct Objects *O, const int *Turn, int Until) {
  CHECK(pthread_mutex_lock(&O->M) == 0);
  while (*Turn < Until)
    CHECK(pthread_cond_wait(&O->C, &O->M) == 0);
  CHECK(pthread_mutex_unlock(&O->M) == 0);
}

static void nextTurn(struct Objects *O, int *Turn, int All) {
  CHECK(pthread_mutex_lock(&O->M) == 0);
  ++*Turn;
  CHECK((All ? pthread_cond_broadcast : pthread_cond_signal)(&O->C) == 0);
  CHECK(pthread_mutex_unlock(&O->M) == 0);
}

static void awaitTurn11(struct Objects *O, const int *Turn, int Until) {
  CHECK(mtx_lock(&O->M11) == thrd_success);
  while (*Turn < Until)
    CHECK(cnd_wait(&O->C11, &O->M11) == thrd_success);
  CHECK(mtx_unlock(&O->M11) == thrd_success);
}

static void nextTurn11(struct Objects *O, int *Turn, int All) {
  CHECK(mtx_lock(&O->M11) == thrd_success);
  ++*Turn;
  CHECK((All ? cnd_broadcast : cnd_signal)(&O->C11) == thrd_success);
  CHECK(mtx_unlock(&O->M11) == thrd_success);
}

static int meet(struct Objects *O) { return pthread_barrier_wait(&O->B); }

enum { Ways = 4 }; // To take a read-write lock.

static int lockToWrite(pthread_rwlock_t *L, int Way, const struct timespec *T) {
  if (Way == 0)
    return pthread_rwlock_wrlock(L);
  if (Way == 1)
    return pthread_rwlock_timedwrlock(L, T);
  if (Way == 2 && All)
    return pthread_rwlock_clockwrlock(L, CLOCK_REALTIME, T);
  while (pthread_rwlock_trywrlock(L) != 0)
    sched_yield();
  return 0;
}

static int lockToRead(pthread_rwlock_t *L, int Way, const struct timespec *T) {
  if (Way == 0)
    return pthread_rwlock_rdlock(L);
  if (Way == 1)
    return pthread_rwlock_timedrdlock(L, T);
  if (Way == 2 && All)
    return pthread_rwlock_clockrdlock(L, CLOCK_REALTIME, T);
  while (pthread_rwlock_tryrdlock(L) != 0)
    sched_yield();
  return 0;
}

static void count(struct Objects *O, long *Counter, int Way) {
  struct timespec T;
  CHECK(clock_gettime(CLOCK_REALTIME, &T) == 0);
  T.tv_sec += 60;
  CHECK(lockToWrite(&O->L, Way, &T) == 0);
  long Before = (*Counter)++;
  CHECK(pthread_rwlock_unlock(&O->L) == 0);
  CHECK(lockToRead(&O->L, Way, &T) == 0);
  CHECK(*Counter > Before);
  CHECK(pthread_rwlock_unlock(&O->L) == 0);
}

#define SIDE {awaitTurn, nextTurn, awaitTurn11, nextTurn11, meet, count}

#ifdef LIBRARY
const struct Side librarySide = SIDE;

void libraryStart(pthread_t *T, void *(*Fn)(void *), void *Arg) {
  CHECK(pthread_create(T, NULL, Fn, Arg) == 0);
}
void libraryJoin(pthread_t T) { CHECK(pthread_join(T, NULL) == 0); }
#else
extern const struct Side librarySide;
void libraryStart(pthread_t *, void *(*)(void *), void *);
void libraryJoin(pthread_t);
static const struct Side programSide = SIDE;

/// Who takes part: threads of the program and of the library, each in the
/// program's functions and in the library's.
enum { Kinds = 4, Of = 2, Members = Kinds * Of, Rounds = 60 };

static const struct Side *sideOf(int N) {
  return N % 2 ? &librarySide : &programSide;
}
static int isLibrarys(int N) { return N / 2 % 2; }

static void runAll(void *(*Fn)(void *), void *Args, size_t Size) {
  pthread_t T[Members];
  for (int N = 0; N < Members; ++N) {
    void *Arg = (char *)Args + (size_t)N * Size;
    if (isLibrarys(N))
      libraryStart(&T[N], Fn, Arg);
    else
      T[N] = start(Fn, Arg);
  }
  for (int N = 0; N < Members; ++N)
    if (isLibrarys(N))
      libraryJoin(T[N]);
    else
      join(T[N]);
}

struct Member {
  struct Objects *O;
  int N;
  int *Turn;
  long *Counter;
  int *Serials;
};

/// Each waits until it is its turn, and gives that to the next.
static void *inTurn(void *Arg) {
  struct Member *M = Arg;
  for (int R = 0; R < Rounds; ++R) {
    sideOf(M->N)->Await(M->O, M->Turn, R * Members + M->N);
    sideOf(M->N)->Tell(M->O, M->Turn, 1);
  }
  return NULL;
}

static void *inTurn11(void *Arg) {
  struct Member *M = Arg;
  for (int R = 0; R < Rounds; ++R) {
    sideOf(M->N)->Await11(M->O, M->Turn, R * Members + M->N);
    sideOf(M->N)->Tell11(M->O, M->Turn, 1);
  }
  return NULL;
}

static void *meetAll(void *Arg) {
  struct Member *M = Arg;
  for (int R = 0; R < Rounds; ++R) {
    int Result = sideOf(M->N)->Meet(M->O);
    CHECK(Result == 0 || Result == PTHREAD_BARRIER_SERIAL_THREAD);
    if (Result)
      __atomic_fetch_add(M->Serials, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

static void *countAll(void *Arg) {
  struct Member *M = Arg;
  for (int R = 0; R < Rounds * 4; ++R)
    sideOf(M->N)->Count(M->O, M->Counter, R % Ways);
  return NULL;
}

/// One waits, and one of the other kind signals.
static void *awaitOne(void *Arg) {
  struct Member *M = Arg;
  sideOf(M->N)->Await(M->O, M->Turn, 1);
  return NULL;
}
static void *awaitOne11(void *Arg) {
  struct Member *M = Arg;
  sideOf(M->N)->Await11(M->O, M->Turn, 1);
  return NULL;
}

static void pairs(struct Objects *O, int Waiter, int Teller, int C11) {
  int Turn = 0;
  struct Member M = {.O = O, .N = Waiter, .Turn = &Turn};
  void *(*Fn)(void *) = C11 ? awaitOne11 : awaitOne;
  pthread_t T;
  if (isLibrarys(Waiter))
    libraryStart(&T, Fn, &M);
  else
    T = start(Fn, &M);
  sched_yield();
  const struct Side *S = sideOf(Teller);
  (C11 ? S->Tell11 : S->Tell)(O, &Turn, 0);
  if (isLibrarys(Waiter))
    libraryJoin(T);
  else
    join(T);
}

static void all(void) {
  struct Objects O;
  int Turn = 0, Turn11 = 0, Serials = 0;
  long Counter = 0;
  struct Member M[Members];
  CHECK(pthread_mutex_init(&O.M, NULL) == 0);
  CHECK(pthread_cond_init(&O.C, NULL) == 0);
  CHECK(pthread_barrier_init(&O.B, NULL, Members) == 0);
  CHECK(pthread_rwlock_init(&O.L, NULL) == 0);
  CHECK(mtx_init(&O.M11, mtx_plain) == thrd_success);
  CHECK(cnd_init(&O.C11) == thrd_success);
  for (int Round = 0; Round < 10; ++Round)
    for (int Waiter = 0; Waiter < Kinds; ++Waiter)
      for (int Teller = 0; Teller < 2; ++Teller) {
        pairs(&O, Waiter, Teller, 0);
        if (All)
          pairs(&O, Waiter, Teller, 1);
      }

  for (int N = 0; N < Members; ++N)
    M[N] = (struct Member){&O, N, &Turn, &Counter, &Serials};
  runAll(inTurn, M, sizeof *M);
  CHECK(Turn == Rounds * Members);
  for (int N = 0; N < Members; ++N)
    M[N].Turn = &Turn11;
  if (All) {
    runAll(inTurn11, M, sizeof *M);
    CHECK(Turn11 == Rounds * Members);
  }
  runAll(meetAll, M, sizeof *M);
  CHECK(Serials == Rounds);
  runAll(countAll, M, sizeof *M);
  CHECK(Counter == Rounds * 4 * Members);

  CHECK(pthread_rwlock_destroy(&O.L) == 0);
  CHECK(pthread_barrier_destroy(&O.B) == 0);
  CHECK(pthread_cond_destroy(&O.C) == 0);
  CHECK(pthread_mutex_destroy(&O.M) == 0);
}

/// The library alone, before the program has threads.
static void libraryFirst(void) {
  struct Objects O = {.L = PTHREAD_RWLOCK_INITIALIZER};
  long Counter = 0;
  for (int Way = 0; Way < Ways; ++Way)
    librarySide.Count(&O, &Counter, Way);
  for (int Way = 0; Way < Ways; ++Way)
    programSide.Count(&O, &Counter, Way);
  CHECK(Counter == 2 * Ways);
}

int main(void) {
  libraryFirst();
  all();
  inThread(all);
  return 0;
}
#endif
