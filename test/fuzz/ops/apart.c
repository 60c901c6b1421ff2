// apart.c - operations whose calls give their thread an OS thread to itself.
// Each runs on a fresh thread, or the lane's would be native from then on.
#include "../run.h"

#include <dlfcn.h>
#include <math.h>

typedef struct {
  Run *R;
  pthread_rwlock_t Lock;
  int Held;
} Shared;

static void *readsToo(void *Arg) {
  Shared *S = Arg;
  Run *R = S->R;
  STATUS(pthread_rwlock_tryrdlock, &S->Lock);
  STATUS(pthread_rwlock_trywrlock, &S->Lock);
  struct timespec T = inMs(CLOCK_REALTIME, 2);
  STATUS(pthread_rwlock_timedwrlock, &S->Lock, &T);
  T = inMs(CLOCK_MONOTONIC, 2);
  STATUS(pthread_rwlock_clockwrlock, &S->Lock, CLOCK_MONOTONIC, &T);
  STATUS(pthread_rwlock_unlock, &S->Lock);
  return NULL;
}

static void *finds(void *Arg) {
  Shared *S = Arg;
  Run *R = S->R;
  STATUS(pthread_rwlock_tryrdlock, &S->Lock);
  struct timespec T = inMs(CLOCK_REALTIME, 2);
  STATUS(pthread_rwlock_timedrdlock, &S->Lock, &T);
  T = inMs(CLOCK_MONOTONIC, 2);
  STATUS(pthread_rwlock_clockrdlock, &S->Lock, CLOCK_MONOTONIC, &T);
  return NULL;
}

static void *waitsToWrite(void *Arg) {
  Shared *S = Arg;
  CALL(pthread_rwlock_wrlock, &S->Lock);
  __atomic_store_n(&S->Held, 1, __ATOMIC_SEQ_CST);
  CALL(pthread_rwlock_unlock, &S->Lock);
  return NULL;
}

OP_APART(rwlock, "us") {
  Shared S = {.R = R, .Lock = PTHREAD_RWLOCK_INITIALIZER};
  pthread_t T;
  STATUS(pthread_rwlock_rdlock, &S.Lock);
  CALL(pthread_create, &T, NULL, readsToo, &S);
  CALL(pthread_join, T, NULL);
  STATUS(pthread_rwlock_unlock, &S.Lock);
  STATUS(pthread_rwlock_wrlock, &S.Lock);
  STATUS(pthread_rwlock_wrlock, &S.Lock);
  CALL(pthread_create, &T, NULL, finds, &S);
  CALL(pthread_join, T, NULL);
  CALL(pthread_create, &T, NULL, waitsToWrite, &S);
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  say(R, " held=%d", __atomic_load_n(&S.Held, __ATOMIC_SEQ_CST));
  STATUS(pthread_rwlock_unlock, &S.Lock);
  CALL(pthread_join, T, NULL);
  say(R, " held=%d", S.Held);
}

typedef struct {
  Run *R;
  FILE *File;
} Stream;

static void *triesStream(void *Arg) {
  Stream *S = Arg;
  say(S->R, " %d", CALL(ftrylockfile, S->File) == 0);
  return NULL;
}

OP_APART(flockfile, "") {
  char Text[40] = "";
  Stream S = {R, fmemopen(Text, sizeof Text, "w")};
  if (!S.File)
    return;
  CALL(flockfile, S.File);
  CALL(flockfile, S.File);
  pthread_t T;
  CALL(pthread_create, &T, NULL, triesStream, &S);
  CALL(pthread_join, T, NULL);
  fputs("text", S.File);
  CALL(funlockfile, S.File);
  CALL(funlockfile, S.File);
  say(R, " %d", CALL(ftrylockfile, S.File) == 0);
  CALL(funlockfile, S.File);
  STATUS(fclose, S.File);
  say(R, " '%s'", Text);
}

OP_APART(library, "") {
  void *Library = CALL_AS("dlopen", dlopen("libm.so.6", RTLD_NOW));
  if (!Library) {
    say(R, " dlopen failed");
    return;
  }
  double (*Root)(double);
  *(void **)&Root = CALL_AS("dlsym", dlsym(Library, "sqrt"));
  say(R, " %g", Root ? Root(1764) : -1);
  ssize_t (*Read)(int, void *, size_t);
  *(void **)&Read = CALL_AS("dlsym", dlsym(RTLD_DEFAULT, "read"));
  char C;
  errno = Sentinel;
  result(R, "read", Read(-1, &C, 1));
  say(R, " dlclose=%d", CALL_AS("dlclose", dlclose(Library)));
}

/// Mutexes that the kernel knows the owner of.
OP_APART(robust, "") {
  pthread_mutexattr_t Attr;
  pthread_mutex_t M;
  pthread_mutexattr_init(&Attr);
  pthread_mutexattr_setrobust(&Attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&M, &Attr);
  STATUS(pthread_mutex_lock, &M);
  STATUS(pthread_mutex_unlock, &M);
  pthread_mutexattr_setpshared(&Attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_t Both;
  pthread_mutex_init(&Both, &Attr);
  STATUS(pthread_mutex_trylock, &Both);
  STATUS(pthread_mutex_unlock, &Both);
  int Old;
  STATUS(pthread_mutex_setprioceiling, &Both, 1, &Old); // It has none.
}
