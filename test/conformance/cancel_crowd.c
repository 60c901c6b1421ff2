// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: threads cancelled at any moment, in waits that end at the same time,
// leave every lock, queue and descriptor in order, and lose nothing that they
// have taken: a byte, a semaphore's unit, a signal of a condition.
#include "check.h"
#include <poll.h>
#include <semaphore.h>

enum { Threads = 12, Rounds = 40 };

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t Rw = PTHREAD_RWLOCK_INITIALIZER;
static sem_t Sem;
static int Pipe[2], Pair[2];
static long Bytes, Units, Tickets, Served, Inside;

static void add(long *To, long N) {
  __atomic_fetch_add(To, N, __ATOMIC_SEQ_CST);
}
static void unlock(void *M) { CHECK(pthread_mutex_unlock(M) == 0); }
static void leave(void *Arg) {
  (void)Arg;
  CHECK(__atomic_fetch_sub(&Inside, 1, __ATOMIC_SEQ_CST) == 1);
  CHECK(pthread_rwlock_unlock(&Rw) == 0);
}

static void readByte(void) {
  char C[3];
  ssize_t N = read(Pipe[0], C, sizeof C);
  CHECK(N > 0);
  add(&Bytes, N);
}
static void pollByte(void) {
  struct pollfd P = {.fd = Pair[0], .events = POLLIN};
  char C;
  CHECK(poll(&P, 1, -1) == 1);
  ssize_t N = recv(Pair[0], &C, 1, MSG_DONTWAIT);
  CHECK(N == 1 || errno == EAGAIN);
  if (N == 1)
    add(&Bytes, 1);
}
static void takeUnit(void) {
  CHECK(sem_wait(&Sem) == 0);
  add(&Units, 1);
}
static void takeTicket(void) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  pthread_cleanup_push(unlock, &Mutex);
  while (Tickets == 0)
    CHECK(pthread_cond_wait(&Cond, &Mutex) == 0);
  --Tickets;
  add(&Served, 1);
  pthread_cleanup_pop(1);
}
static void sleepInside(void) {
  CHECK(pthread_rwlock_wrlock(&Rw) == 0);
  CHECK(__atomic_fetch_add(&Inside, 1, __ATOMIC_SEQ_CST) == 0);
  pthread_cleanup_push(leave, NULL);
  usleep(100);
  pthread_cleanup_pop(1);
}
static void (*const Works[])(void) = {readByte, pollByte, takeUnit, takeTicket,
                                      sleepInside};

static void *work(void *Arg) {
  for (size_t I = (size_t)Arg;; ++I)
    Works[I % 5]();
  return NULL;
}

static long drain(int Fd) {
  char C[100];
  long N = 0;
  ssize_t R;
  CHECK(fcntl(Fd, F_SETFL, O_NONBLOCK) == 0);
  while ((R = read(Fd, C, sizeof C)) > 0)
    N += R;
  CHECK(errno == EAGAIN && fcntl(Fd, F_SETFL, 0) == 0);
  return N;
}

static void crowd(void) {
  long Given = 0, Posted = 0, Sold = 0;
  Bytes = Units = Tickets = Served = 0;
  for (int Round = 0; Round < Rounds; ++Round) {
    pthread_t T[Threads];
    for (size_t I = 0; I < Threads; ++I)
      T[I] = start(work, (void *)(I + (size_t)Round));
    for (int I = 0; I < Threads; ++I) {
      CHECK(write(Pipe[1], "ab", 2) == 2 && write(Pair[1], "c", 1) == 1);
      Given += 3;
      CHECK(sem_post(&Sem) == 0);
      ++Posted;
      CHECK(pthread_mutex_lock(&Mutex) == 0);
      ++Tickets;
      ++Sold;
      CHECK(pthread_mutex_unlock(&Mutex) == 0);
      CHECK(pthread_cond_signal(&Cond) == 0);
      if (I % 4 == Round % 4)
        sched_yield();
      CHECK(pthread_cancel(T[I]) == 0);
    }
    for (int I = 0; I < Threads; ++I)
      CHECK(join(T[I]) == PTHREAD_CANCELED);
    CHECK(pthread_mutex_trylock(&Mutex) == 0);
    CHECK(pthread_mutex_unlock(&Mutex) == 0);
    CHECK(pthread_rwlock_trywrlock(&Rw) == 0);
    CHECK(pthread_rwlock_unlock(&Rw) == 0);
    Bytes += drain(Pipe[0]) + drain(Pair[0]);
  }
  int Left = 0;
  while (sem_trywait(&Sem) == 0)
    ++Left;
  // glibc's read() may lose what it has read when it is cancelled just then
  // (its bug 12683).
  CHECK(Bytes == Given || !getenv("OPEN_CO_WORKERS"));
  CHECK(Units + Left == Posted);
  CHECK(Served + Tickets == Sold);
}

int main(void) {
  CHECK(pipe(Pipe) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, Pair) == 0);
  CHECK(sem_init(&Sem, 0, 0) == 0);
  crowd();
  inThread(crowd);
  return 0;
}
