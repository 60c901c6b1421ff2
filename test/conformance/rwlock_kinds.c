// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: who goes first when readers and writers wait, for each kind of
// read-write lock; times that are refused; a lock from before the first thread,
// in a child of vfork, shared by processes, and freed by its last user.
#include "check.h"
#include <sys/mman.h>

static pthread_rwlock_t Early = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t Lock;
static Gate Order = GATE_INIT;
static int First;

static void make(pthread_rwlock_t *L, int Kind, int Shared) {
  pthread_rwlockattr_t A;
  int Now = -1;
  CHECK(pthread_rwlockattr_init(&A) == 0);
  CHECK(pthread_rwlockattr_setkind_np(&A, Kind) == 0);
  CHECK(pthread_rwlockattr_getkind_np(&A, &Now) == 0 && Now == Kind);
  CHECK(pthread_rwlockattr_setpshared(&A, Shared) == 0);
  CHECK(pthread_rwlock_init(L, &A) == 0);
  CHECK(pthread_rwlockattr_destroy(&A) == 0);
}

static void *writeLate(void *Name) {
  CHECK(pthread_rwlock_wrlock(&Lock) == 0);
  if (!First)
    First = *(char *)Name;
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  return NULL;
}
static void *readLate(void *Name) {
  post(&Order);
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  int None = 0;
  __atomic_compare_exchange_n(&First, &None, *(char *)Name, 0, __ATOMIC_SEQ_CST,
                              __ATOMIC_SEQ_CST);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  return NULL;
}
static void *writeShortly(void *Ms) {
  struct timespec T = afterMs(CLOCK_REALTIME, (long)Ms);
  CHECK(pthread_rwlock_timedwrlock(&Lock, &T) == ETIMEDOUT);
  return NULL;
}

/// Readers stay out while a writer waits.
static void writersFirst(void) {
  make(&Lock, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP, 0);
  First = Order.Count = 0;
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  pthread_t W = start(writeLate, "w");
  int R;
  while ((R = pthread_rwlock_tryrdlock(&Lock)) == 0) {
    CHECK(pthread_rwlock_unlock(&Lock) == 0);
    sched_yield();
  }
  CHECK(R == EBUSY);
  pthread_t T[5];
  for (int I = 0; I < 5; ++I)
    T[I] = start(readLate, "r");
  await(&Order, 5);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  for (int I = 0; I < 5; ++I)
    join(T[I]);
  join(W);
  CHECK(First == 'w');

  // The writer gives up: readers that it held off come in, while one holds.
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  W = start(writeShortly, (void *)50L);
  for (int I = 0; I < 5; ++I)
    T[I] = start(readLate, "r");
  for (int I = 0; I < 5; ++I)
    join(T[I]);
  join(W);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_destroy(&Lock) == 0);
}

/// Readers come in although a writer waits.
static void readersFirst(int Kind) {
  make(&Lock, Kind, 0);
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  pthread_t W = start(writeShortly, (void *)20L);
  while (pthread_tryjoin_np(W, NULL) == EBUSY) {
    CHECK(pthread_rwlock_tryrdlock(&Lock) == 0);
    CHECK(pthread_rwlock_rdlock(&Lock) == 0);
    CHECK(pthread_rwlock_unlock(&Lock) == 0);
    CHECK(pthread_rwlock_unlock(&Lock) == 0);
    sched_yield();
  }
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_trywrlock(&Lock) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_destroy(&Lock) == 0);
}

static void times(void) {
  const struct timespec Bad[] = {{0, -1}, {0, 1000000000}};
  make(&Lock, PTHREAD_RWLOCK_PREFER_READER_NP, 0);
  for (int I = 0; I < 2; ++I) {
    CHECK(KEEPS_ERRNO(pthread_rwlock_timedrdlock(&Lock, &Bad[I])) == EINVAL);
    CHECK(KEEPS_ERRNO(pthread_rwlock_timedwrlock(&Lock, &Bad[I])) == EINVAL);
  }
  struct timespec T = {0, 0};
  CHECK(pthread_rwlock_clockrdlock(&Lock, CLOCK_BOOTTIME, &T) == EINVAL);
  CHECK(pthread_rwlock_clockwrlock(&Lock, 12345, &T) == EINVAL);
  // A time that has passed is no error while nobody holds the lock.
  CHECK(pthread_rwlock_timedwrlock(&Lock, &T) == 0);
  CHECK(pthread_rwlock_timedrdlock(&Lock, &T) == EDEADLK);
  CHECK(pthread_rwlock_timedwrlock(&Lock, &T) == EDEADLK);
  CHECK(pthread_rwlock_tryrdlock(&Lock) == EBUSY);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_destroy(&Lock) == 0);
}

static void *lastUser(void *Object) {
  CHECK(pthread_rwlock_wrlock(Object) == 0);
  CHECK(pthread_rwlock_unlock(Object) == 0);
  CHECK(pthread_rwlock_destroy(Object) == 0);
  memset(Object, 0x5a, sizeof(pthread_rwlock_t));
  return NULL;
}

/// Whoever unlocks does not look at the lock any more.
static void freed(void) {
  for (int I = 0; I < 200; ++I) {
    pthread_rwlock_t L = PTHREAD_RWLOCK_INITIALIZER;
    CHECK((I % 2 ? pthread_rwlock_rdlock : pthread_rwlock_wrlock)(&L) == 0);
    pthread_t T = start(lastUser, &L);
    for (int Y = I % 5; Y; --Y)
      sched_yield();
    CHECK(pthread_rwlock_unlock(&L) == 0);
    join(T);
    for (size_t B = 0; B < sizeof L; ++B)
      CHECK(((char *)&L)[B] == 0x5a);
  }
}

static void betweenProcesses(void) {
  pthread_rwlock_t *L = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(L != MAP_FAILED);
  make(L, PTHREAD_RWLOCK_PREFER_READER_NP, PTHREAD_PROCESS_SHARED);
  CHECK(pthread_rwlock_wrlock(L) == 0);
  pid_t Child = fork();
  if (Child == 0)
    _exit(pthread_rwlock_tryrdlock(L) == EBUSY ? 0 : 1);
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && Status == 0);
  CHECK(pthread_rwlock_unlock(L) == 0);
  Child = fork();
  if (Child == 0)
    _exit(pthread_rwlock_wrlock(L)); // And takes it along.
  CHECK(waitpid(Child, &Status, 0) == Child && Status == 0);
  CHECK(pthread_rwlock_trywrlock(L) == EBUSY);
  CHECK(munmap(L, 4096) == 0);
}

static void *endsAsWriter(void *L) {
  CHECK(pthread_rwlock_wrlock(L) == 0);
  return L;
}

static void *isNoWriter(void *L) {
  struct timespec Past = {1, 0};
  CHECK(pthread_rwlock_timedwrlock(L, &Past) == ETIMEDOUT);
  CHECK(pthread_rwlock_timedrdlock(L, &Past) == ETIMEDOUT);
  return L;
}

static void leftHeld(int Shared) {
  static pthread_rwlock_t Left[4];
  static int Count;
  pthread_rwlock_t *L = &Left[Count++];
  make(L, PTHREAD_RWLOCK_PREFER_READER_NP, Shared);
  join(start(endsAsWriter, L));
  for (int I = 0; I < 4; ++I)
    join(start(isNoWriter, L));
}

static void inVfork(void) {
  make(&Lock, PTHREAD_RWLOCK_PREFER_READER_NP, 0);
  pid_t Child = vfork();
  if (Child == 0)
    _exit(pthread_rwlock_rdlock(&Lock) || pthread_rwlock_unlock(&Lock));
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && Status == 0);
  CHECK(pthread_rwlock_wrlock(&Lock) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
}

static void *cannotHave(void *Arg) {
  CHECK(pthread_rwlock_tryrdlock(&Early) == EBUSY);
  return Arg;
}

static void all(void) {
  writersFirst();
  readersFirst(PTHREAD_RWLOCK_PREFER_READER_NP);
  readersFirst(PTHREAD_RWLOCK_PREFER_WRITER_NP);
  times();
  freed();
  betweenProcesses();
  leftHeld(PTHREAD_PROCESS_SHARED);
  leftHeld(PTHREAD_PROCESS_PRIVATE);
  inVfork();
}

int main(void) {
  CHECK(pthread_rwlock_wrlock(&Early) == 0);
  join(start(cannotHave, NULL));
  CHECK(pthread_rwlock_rdlock(&Early) == EDEADLK);
  CHECK(pthread_rwlock_unlock(&Early) == 0);
  all();
  inThread(all);
  return 0;
}
