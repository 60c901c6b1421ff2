// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a handler that runs in a thread that waits for a lock, a condition, a
// semaphore or another thread may fork and return in the child: the wait goes
// on there, and ends when what it waits for comes.
#include "check.h"
#include <semaphore.h>

static sem_t Sem;
static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t Held = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
static volatile int Done;
static pthread_t Other;
static Gate Begun = GATE_INIT;
static volatile pid_t Child;

static int doWait(void) { return sem_wait(&Sem); }
static int doTimedWait(void) {
  struct timespec Far = afterMs(CLOCK_REALTIME, 60000);
  int Result;
  while ((Result = sem_timedwait(&Sem, &Far)) == -1 && errno == EINTR)
    ;
  return Result;
}
static int doLock(void) {
  int Error = pthread_mutex_lock(&Held);
  return Error ? Error : pthread_mutex_unlock(&Held);
}
static int doCond(void) {
  pthread_mutex_lock(&Mutex);
  while (!Done)
    CHECK(pthread_cond_wait(&Changed, &Mutex) == 0);
  return pthread_mutex_unlock(&Mutex);
}
static int doTimedCond(void) {
  struct timespec Far = afterMs(CLOCK_REALTIME, 60000);
  pthread_mutex_lock(&Mutex);
  while (!Done)
    CHECK(pthread_cond_timedwait(&Changed, &Mutex, &Far) == 0);
  return pthread_mutex_unlock(&Mutex);
}
/// The child does not have the other thread.
static int doJoin(void) {
  struct timespec Soon = afterMs(CLOCK_REALTIME, 1);
  int Error = pthread_timedjoin_np(Other, NULL, &Soon);
  return Error == ETIMEDOUT ? 0 : Error;
}
static int (*const Waits[])(void) = {doWait, doTimedWait, doLock,
                                     doCond, doTimedCond, doJoin};

/// What all of them wait for.
static void letGo(void) {
  CHECK(sem_post(&Sem) == 0 && pthread_mutex_unlock(&Held) == 0);
  Done = 1;
  CHECK(pthread_cond_broadcast(&Changed) == 0);
}

static void forks(int Signal) {
  (void)Signal;
  pid_t Pid = fork();
  if (Pid == 0)
    letGo();
  Child = Pid;
}

static void *waits(void *Arg) {
  pid_t Self = getpid();
  post(&Begun);
  CHECK((*(int (**)(void))Arg)() == 0);
  while (!Child && getpid() == Self)
    sched_yield();
  if (getpid() != Self) {
    inThread(letGo); // It goes on as a program with threads.
    _exit(7);
  }
  return NULL;
}

static void *stays(void *Arg) {
  await(&Begun, 100);
  return Arg;
}

int main(void) {
  struct sigaction Action = {.sa_handler = forks, .sa_flags = SA_RESTART};
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  Other = start(stays, NULL);
  for (size_t I = 0; I < sizeof(Waits) / sizeof(*Waits); ++I) {
    CHECK(sem_init(&Sem, 0, 0) == 0 && pthread_mutex_lock(&Held) == 0);
    Done = 0;
    Child = 0;
    pthread_t T = start(waits, (void *)&Waits[I]);
    await(&Begun, (int)I + 1);
    sleepMs(5); // So that it mostly waits; it must not matter.
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    while (!Child)
      sched_yield();
    int Status;
    CHECK(waitpid(Child, &Status, 0) == Child);
    CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 7);
    letGo();
    join(T);
  }
  for (int I = 0; I < 100; ++I)
    post(&Begun);
  join(Other);
  return 0;
}
