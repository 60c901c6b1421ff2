// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: handlers run while a thread waits for a condition, a mutex, a thread
// or a once flag; signals that are ignored or blocked disturb no wait; a select
// that a handler interrupts leaves its sets alone.
#include "check.h"
#include <poll.h>
#include <sys/select.h>

static volatile int Handled;
static pthread_t HandledOn;
static int Stop;

static void count(int Signal) {
  (void)Signal;
  HandledOn = pthread_self();
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

/// \p T handles a signal now, though nothing ends its wait.
static void handles(pthread_t T) {
  for (int I = 0; I < 5; ++I) {
    int Before = Handled;
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    while (__atomic_load_n(&Handled, __ATOMIC_SEQ_CST) == Before)
      sched_yield();
    CHECK(Handled == Before + 1 && pthread_equal(HandledOn, T));
  }
}

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static int Waiting, Go;

static void *inCond(void *Arg) {
  CHECK(pthread_mutex_lock(&Lock) == 0);
  Waiting = 1;
  while (!Go) {
    struct timespec T = afterMs(CLOCK_REALTIME, 100000);
    CHECK((Arg ? KEEPS_ERRNO(pthread_cond_timedwait(&Cond, &Lock, &T))
               : KEEPS_ERRNO(pthread_cond_wait(&Cond, &Lock))) == 0);
  }
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return NULL;
}

static void waitsForCond(void) {
  for (int Timed = 0; Timed < 2; ++Timed) {
    Waiting = Go = 0;
    pthread_t T = start(inCond, Timed ? &Lock : NULL);
    for (int In = 0; !In;) {
      CHECK(pthread_mutex_lock(&Lock) == 0);
      In = Waiting;
      CHECK(pthread_mutex_unlock(&Lock) == 0);
      sched_yield();
    }
    handles(T);
    CHECK(pthread_mutex_lock(&Lock) == 0);
    Go = 1;
    CHECK(pthread_cond_signal(&Cond) == 0);
    CHECK(pthread_mutex_unlock(&Lock) == 0);
    join(T);
  }
}

static Gate Ready = GATE_INIT, Release = GATE_INIT;
static pthread_once_t Once;

static void *inMutex(void *Arg) {
  post(&Ready);
  struct timespec T = afterMs(CLOCK_REALTIME, 100000);
  CHECK((Arg ? KEEPS_ERRNO(pthread_mutex_timedlock(&Lock, &T))
             : KEEPS_ERRNO(pthread_mutex_lock(&Lock))) == 0);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return NULL;
}

static void waitsForMutex(void) {
  for (int Timed = 0; Timed < 2; ++Timed) {
    Ready.Count = 0;
    CHECK(pthread_mutex_lock(&Lock) == 0);
    pthread_t T = start(inMutex, Timed ? &Lock : NULL);
    await(&Ready, 1);
    sleepMs(2); // Only the first signal may come before it blocks.
    handles(T);
    CHECK(pthread_mutex_unlock(&Lock) == 0);
    join(T);
  }
}

static void *released(void *Arg) {
  await(&Release, 1);
  return Arg;
}

static void *inJoin(void *Arg) {
  post(&Ready);
  CHECK(join(*(pthread_t *)Arg) == &Release);
  return NULL;
}

static void waitsForThread(void) {
  Ready.Count = Release.Count = 0;
  pthread_t Other = start(released, &Release), T = start(inJoin, &Other);
  await(&Ready, 1);
  sleepMs(2);
  handles(T);
  post(&Release);
  join(T);
}

static void initialise(void) {
  post(&Ready);
  await(&Release, 1);
}

static void *inOnce(void *Arg) {
  if (Arg)
    post(&Ready);
  CHECK(KEEPS_ERRNO(pthread_once(&Once, initialise)) == 0);
  return NULL;
}

static void waitsForOnce(void) {
  Once = PTHREAD_ONCE_INIT;
  Ready.Count = Release.Count = 0;
  pthread_t First = start(inOnce, NULL);
  await(&Ready, 1);
  pthread_t T = start(inOnce, &Ready);
  await(&Ready, 2);
  sleepMs(2);
  handles(T);
  post(&Release);
  join(T);
  join(First);
}

// -- Signals that nobody handles --------------------------------------------

static int P[2];
static int Sent[] = {SIGUSR1, SIGUSR2, SIGURG, SIGCHLD, SIGWINCH};

/// Ignored, blocked, and ignored by default, over and over.
static void *bother(void *Arg) {
  pthread_t T = *(pthread_t *)Arg;
  while (!__atomic_load_n(&Stop, __ATOMIC_SEQ_CST)) {
    for (size_t I = 0; I < sizeof(Sent) / sizeof(*Sent); ++I)
      CHECK(pthread_kill(T, Sent[I]) == 0);
    sleepMs(1);
  }
  return NULL;
}

static void undisturbed(void) {
  struct sigaction Ignore, Count;
  memset(&Ignore, 0, sizeof(Ignore));
  Ignore.sa_handler = SIG_IGN;
  CHECK(sigaction(SIGUSR1, &Ignore, &Count) == 0);
  sigset_t Set, Old;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  pthread_t Self = pthread_self();
  Stop = 0;
  int Before = Handled;
  pthread_t T = start(bother, &Self);

  enum { Ms = 20 };
  long long From = nowMs();
  struct timespec Time = {0, Ms * 1000000};
  CHECK(KEEPS_ERRNO(nanosleep(&Time, NULL)) == 0);
  CHECK(KEEPS_ERRNO(clock_nanosleep(CLOCK_MONOTONIC, 0, &Time, NULL)) == 0);
  CHECK(KEEPS_ERRNO(usleep(Ms * 1000)) == 0);
  CHECK(nowMs() - From >= 3 * Ms - 2);
  From = nowMs();
  CHECK(KEEPS_ERRNO(sleep(1)) == 0 && nowMs() - From >= 998);
  From = nowMs();
  struct pollfd F = {P[0], POLLIN, 0};
  CHECK(KEEPS_ERRNO(poll(&F, 1, Ms)) == 0);
  fd_set R;
  FD_ZERO(&R);
  FD_SET(P[0], &R);
  struct timeval Tv = {0, Ms * 1000};
  CHECK(KEEPS_ERRNO(select(P[0] + 1, &R, NULL, NULL, &Tv)) == 0);
  CHECK(nowMs() - From >= 2 * Ms - 2);

  __atomic_store_n(&Stop, 1, __ATOMIC_SEQ_CST);
  join(T);
  CHECK(Handled == Before);
  CHECK(sigaction(SIGUSR1, &Count, NULL) == 0);
  CHECK(Handled == Before);                             // SIGUSR1 is gone,
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0); // SIGUSR2 waited.
  CHECK(Handled == Before + 1 && pthread_equal(HandledOn, Self));
}

// -- select -----------------------------------------------------------------

static void *selects(void *Arg) {
  for (int Timed = 0; Timed < 2; ++Timed) {
    fd_set R, W, E;
    struct timeval Tv = {1000, 0};
    FD_ZERO(&R);
    FD_ZERO(&W);
    FD_ZERO(&E);
    FD_SET(P[0], &R);
    FD_SET(P[0], &E);
    CHECK_ERRNO(select(P[1] + 1, &R, &W, &E, Timed ? &Tv : NULL), EINTR);
    CHECK(FD_ISSET(P[0], &R) && FD_ISSET(P[0], &E) && !FD_ISSET(P[0], &W));
    CHECK(!FD_ISSET(P[1], &R));
    CHECK(!Timed || (Tv.tv_sec > 900 && Tv.tv_sec < 1000)); // What was left.
  }
  __atomic_store_n(&Stop, 1, __ATOMIC_SEQ_CST);
  return Arg;
}

static void setsStay(void) {
  Stop = 0;
  pthread_t T = start(selects, NULL);
  while (!__atomic_load_n(&Stop, __ATOMIC_SEQ_CST)) {
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    sleepMs(2);
  }
  join(T);
}

static void waits(void) {
  waitsForCond();
  waitsForMutex();
  waitsForThread();
  waitsForOnce();
  undisturbed();
  setsStay();
}

int main(void) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = count; // Without SA_RESTART.
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  CHECK(sigaction(SIGUSR2, &Action, NULL) == 0);
  CHECK(pipe(P) == 0);
  waits();
  inThread(waits);
  return 0;
}
