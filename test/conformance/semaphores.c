// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: POSIX semaphores: counting, blocking, times, limits, shared between
// processes, posted by main and by signal handlers.
#include "check.h"
#include <limits.h>
#include <semaphore.h>
#include <sys/mman.h>

static sem_t S;

static void counts(void) {
  sem_t Own;
  int Value = -1;
  CHECK(sem_init(&Own, 0, 2) == 0);
  CHECK(KEEPS_ERRNO(sem_wait(&Own)) == 0 && KEEPS_ERRNO(sem_wait(&Own)) == 0);
  CHECK_ERRNO(sem_trywait(&Own), EAGAIN);
  struct timespec Past = {0, 0}, Wrong = {0, 1000000000};
  CHECK_ERRNO(sem_timedwait(&Own, &Past), ETIMEDOUT);
  CHECK_ERRNO(sem_timedwait(&Own, &Wrong), EINVAL);
  CHECK_ERRNO(sem_clockwait(&Own, CLOCK_MONOTONIC, &Past), ETIMEDOUT);
  CHECK_ERRNO(sem_clockwait(&Own, CLOCK_PROCESS_CPUTIME_ID, &Past), EINVAL);
  long long From = nowMs();
  struct timespec Soon = afterMs(CLOCK_REALTIME, 20);
  CHECK_ERRNO(sem_timedwait(&Own, &Soon), ETIMEDOUT);
  CHECK(nowMs() - From >= 19);
  From = nowMs();
  Soon = afterMs(CLOCK_MONOTONIC, 20);
  CHECK_ERRNO(sem_clockwait(&Own, CLOCK_MONOTONIC, &Soon), ETIMEDOUT);
  CHECK(nowMs() - From >= 19);
  CHECK(KEEPS_ERRNO(sem_post(&Own)) == 0);
  CHECK(sem_getvalue(&Own, &Value) == 0 && Value == 1);
  CHECK_ERRNO(sem_timedwait(&Own, &Wrong), EINVAL); // Need it wait or not.
  CHECK(KEEPS_ERRNO(sem_clockwait(&Own, CLOCK_REALTIME, &Past)) == 0);
  CHECK(sem_destroy(&Own) == 0);
  CHECK(sem_init(&Own, 0, SEM_VALUE_MAX) == 0);
  CHECK_ERRNO(sem_post(&Own), EOVERFLOW);
}

static int Held, Most;
static Gate Done = GATE_INIT;

static void *holds(void *Arg) {
  (void)Arg;
  for (int I = 0; I < 20; ++I) {
    CHECK(sem_wait(&S) == 0);
    int Now = __atomic_add_fetch(&Held, 1, __ATOMIC_SEQ_CST);
    CHECK(Now <= 3);
    sched_yield();
    __atomic_sub_fetch(&Held, 1, __ATOMIC_SEQ_CST);
    CHECK(sem_post(&S) == 0);
  }
  post(&Done);
  return NULL;
}

/// Never more than three at once.
static void limits(void) {
  pthread_t T[10];
  CHECK(sem_init(&S, 0, 3) == 0);
  for (int I = 0; I < 10; ++I)
    T[I] = start(holds, NULL);
  for (int I = 0; I < 10; ++I)
    join(T[I]);
  CHECK(sem_getvalue(&S, &Most) == 0 && Most == 3 && sem_destroy(&S) == 0);
}

static sem_t Ping, Pong;

static void *answers(void *Arg) {
  for (int I = 0; I < *(int *)Arg; ++I) {
    CHECK(sem_wait(&Ping) == 0);
    CHECK(sem_post(&Pong) == 0);
  }
  return NULL;
}

static void pingPong(void) {
  int Rounds = 200;
  CHECK(sem_init(&Ping, 0, 0) == 0 && sem_init(&Pong, 0, 0) == 0);
  pthread_t T = start(answers, &Rounds);
  for (int I = 0; I < Rounds; ++I) {
    CHECK(sem_post(&Ping) == 0);
    CHECK(sem_wait(&Pong) == 0);
  }
  join(T);
}

static void onSignal(int Signal) {
  (void)Signal;
  int Error = errno;
  CHECK(sem_post(&S) == 0); // Async-signal-safe.
  errno = Error;
}

static void *waitsOnce(void *Arg) {
  (void)Arg;
  CHECK(sem_wait(&S) == 0);
  return NULL;
}

static void fromHandler(void) {
  CHECK(sem_init(&S, 0, 0) == 0);
  struct sigaction A = {.sa_handler = onSignal, .sa_flags = SA_RESTART};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  pthread_t T = start(waitsOnce, NULL);
  CHECK(raise(SIGUSR1) == 0);
  join(T);
  T = start(waitsOnce, NULL); // Posted by the very thread that waits.
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  join(T);
}

static void shared(void) {
  sem_t *Both = mmap(NULL, 2 * sizeof(sem_t), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(Both != MAP_FAILED);
  CHECK(sem_init(&Both[0], 1, 0) == 0 && sem_init(&Both[1], 1, 0) == 0);
  pid_t Pid = fork();
  if (Pid == 0) {
    CHECK(sem_wait(&Both[0]) == 0 && sem_post(&Both[1]) == 0);
    _exit(0);
  }
  CHECK(sem_post(&Both[0]) == 0 && sem_wait(&Both[1]) == 0);
  int Status = -1;
  CHECK(waitpid(Pid, &Status, 0) == Pid && Status == 0);
  struct timespec Past = {0, 0};
  CHECK_ERRNO(sem_timedwait(&Both[0], &Past), ETIMEDOUT);
  munmap(Both, 2 * sizeof(sem_t));
}

int main(void) {
  everywhere(counts);
  limits();
  inThread(limits);
  pingPong();
  inThread(pingPong);
  fromHandler();
  everywhere(shared);
  return 0;
}
