// timers.c - operations that make timers which tell by a signal, by a function,
// or the thread that made them.
#include "../run.h"

#include <semaphore.h>

typedef struct {
  volatile int Signals;
  sem_t Told;
} Ticks;

static void onTick(int Signal, siginfo_t *Info, void *Context) {
  (void)Signal, (void)Context;
  Ticks *T = Info->si_value.sival_ptr;
  __atomic_fetch_add(&T->Signals, 1, __ATOMIC_SEQ_CST);
}

static void tick(union sigval Value) {
  CALL(sem_post, &((Ticks *)Value.sival_ptr)->Told);
}

static void once(Run *R, timer_t T, long Ms) {
  struct itimerspec Spec = {{0, 0}, {0, Ms * 1000000}};
  errno = Sentinel;
  result(R, "timer_settime", timer_settime(T, 0, &Spec, NULL));
}

static void destroy(Run *R, timer_t T) {
  errno = Sentinel;
  result(R, "timer_delete", timer_delete(T));
}

/// To the process, whoever takes it: only where nobody else waits.
OP(timer_signals, "shortms") {
  Ticks Told = {0};
  timer_t T;
  struct sigaction Action = {.sa_sigaction = onTick,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  struct sigevent E = {.sigev_notify = SIGEV_SIGNAL,
                       .sigev_signo = SIGRTMIN + 12,
                       .sigev_value.sival_ptr = &Told};
  if (!alone())
    return;
  RESULT(sigaction, SIGRTMIN + 12, &Action, NULL);
  RESULT(timer_create, 99, &E, &T);
  if (RESULT(timer_create, CLOCK_MONOTONIC, &E, &T) != 0)
    return;
  for (int I = 1; I <= 2; ++I) {
    long long Start = nowNs();
    once(R, T, A[0] + 1);
    while (Told.Signals < I)
      CALL(usleep, 200);
    notBefore(R, Start, A[0] + 1);
  }
  say(R, " %d", Told.Signals);
  destroy(R, T);
}

OP(timer_calls, "shortms") {
  static Ticks Lanes[MaxLanes]; // Its last caller may not have let go of it.
  Ticks *Told = &Lanes[R->L->Index];
  timer_t T;
  struct sigevent E = {.sigev_notify = SIGEV_THREAD,
                       .sigev_notify_function = tick,
                       .sigev_value.sival_ptr = Told};
  sem_init(&Told->Told, 0, 0);
  if (RESULT(timer_create, CLOCK_MONOTONIC, &E, &T) != 0)
    return;
  for (int I = 0; I < 2; ++I) {
    once(R, T, A[0] + 1);
    RESULT(sem_wait, &Told->Told);
  }
  destroy(R, T);
}

/// It sees its own by waiting for them.
OP_APART(timer_thread, "shortms") {
  timer_t T;
  sigset_t Set;
  struct sigevent E = {.sigev_notify = SIGEV_THREAD_ID,
                       .sigev_signo = SIGRTMIN + 13,
                       .sigev_value.sival_int = 17};
  sigemptyset(&Set);
  sigaddset(&Set, SIGRTMIN + 13);
  STATUS(pthread_sigmask, SIG_BLOCK, &Set, NULL);
  E._sigev_un._tid = gettid();
  if (RESULT(timer_create, CLOCK_MONOTONIC, &E, &T) != 0)
    return;
  for (int I = 0; I < 2; ++I) {
    siginfo_t Info = {0};
    once(R, T, A[0] + 1);
    say(R, " %d", CALL(sigwaitinfo, &Set, &Info) == SIGRTMIN + 13);
    say(R, " %d %d", Info.si_code, Info.si_value.sival_int);
  }
  destroy(R, T);
}
