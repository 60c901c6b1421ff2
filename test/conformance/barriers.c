// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: barriers let all through when the last has come, one of them as the
// serial thread, round after round, main among them; a spin lock excludes even
// while its holder is suspended.
#include "check.h"
#include <sys/mman.h>

enum { Count = 6, Rounds = 50 };
static pthread_barrier_t B;
static int Serial, Arrived[Rounds];
static pthread_spinlock_t Spin;
static long Sum;

static void rounds(void) {
  for (int I = 0; I < Rounds; ++I) {
    __atomic_add_fetch(&Arrived[I], 1, __ATOMIC_SEQ_CST);
    int R = KEEPS_ERRNO(pthread_barrier_wait(&B));
    CHECK(R == 0 || R == PTHREAD_BARRIER_SERIAL_THREAD);
    CHECK(__atomic_load_n(&Arrived[I], __ATOMIC_SEQ_CST) == Count);
    if (R)
      __atomic_add_fetch(&Serial, 1, __ATOMIC_SEQ_CST);
  }
}

static void *inOne(void *Arg) {
  (void)Arg;
  rounds();
  return NULL;
}

/// \p WithMain: main is one of those who come.
static void allThrough(int WithMain) {
  memset(Arrived, 0, sizeof(Arrived));
  Serial = 0;
  CHECK(pthread_barrier_init(&B, NULL, Count) == 0);
  pthread_t T[Count];
  for (int I = WithMain; I < Count; ++I)
    T[I] = start(inOne, NULL);
  if (WithMain)
    rounds();
  for (int I = WithMain; I < Count; ++I)
    join(T[I]);
  CHECK(Serial == Rounds);
  CHECK(pthread_barrier_destroy(&B) == 0);
}

static void alone(void) {
  pthread_barrier_t Own;
  CHECK(pthread_barrier_init(&Own, NULL, 0) == EINVAL);
  CHECK(pthread_barrier_init(&Own, NULL, 1) == 0);
  for (int I = 0; I < 3; ++I)
    CHECK(pthread_barrier_wait(&Own) == PTHREAD_BARRIER_SERIAL_THREAD);
  CHECK(pthread_barrier_destroy(&Own) == 0);
}

/// Of two processes.
static void shared(void) {
  pthread_barrierattr_t A;
  pthread_barrier_t *Both = mmap(NULL, sizeof(*Both), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(Both != MAP_FAILED && pthread_barrierattr_init(&A) == 0);
  CHECK(pthread_barrierattr_setpshared(&A, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_barrier_init(Both, &A, 2) == 0);
  pid_t Pid = fork();
  if (Pid == 0) {
    for (int I = 0; I < 3; ++I)
      pthread_barrier_wait(Both);
    _exit(0);
  }
  for (int I = 0; I < 3; ++I)
    pthread_barrier_wait(Both);
  int Status = -1;
  CHECK(waitpid(Pid, &Status, 0) == Pid && Status == 0);
  munmap(Both, sizeof(*Both));
}

static void *adds(void *Arg) {
  (void)Arg;
  for (int I = 0; I < 200; ++I) {
    CHECK(pthread_spin_lock(&Spin) == 0);
    long Before = Sum;
    if (I % 50 == 0)
      sched_yield(); // Suspended while it holds the lock.
    Sum = Before + 1;
    CHECK(pthread_spin_unlock(&Spin) == 0);
  }
  return NULL;
}

static void spins(void) {
  CHECK(pthread_spin_init(&Spin, PTHREAD_PROCESS_PRIVATE) == 0);
  pthread_t T[4];
  Sum = 0;
  for (int I = 0; I < 4; ++I)
    T[I] = start(adds, NULL);
  adds(NULL);
  for (int I = 0; I < 4; ++I)
    join(T[I]);
  CHECK(Sum == 1000);
  CHECK(pthread_spin_trylock(&Spin) == 0 &&
        pthread_spin_trylock(&Spin) == EBUSY &&
        pthread_spin_destroy(&Spin) == 0);
}

int main(void) {
  everywhere(alone);
  allThrough(1);
  allThrough(0);
  everywhere(shared);
  spins();
  inThread(spins);
  return 0;
}
