// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: ignoring a signal, also by default, discards what is pending of it,
// for all threads (POSIX 2.4.3); SIGCONT what stops, and the other way round.
#include "check.h"

static _Thread_local volatile sig_atomic_t Handled;

static void onSignal(int Signal) {
  (void)Signal;
  ++Handled;
}

static void ignore(int Signal, void (*How)(int)) {
  Handled = 0;
  CHECK(signal(Signal, onSignal) != SIG_ERR);
  maskSignal(SIG_BLOCK, Signal);
  for (int I = 0; I < 3; ++I)
    CHECK(raise(Signal) == 0);
  CHECK(signalIsPending(Signal));
  CHECK(KEEPS_ERRNO(signal(Signal, How)) == onSignal);
  CHECK(!signalIsPending(Signal));
  CHECK(signal(Signal, onSignal) == How);
  maskSignal(SIG_UNBLOCK, Signal);
  CHECK(Handled == 0);
  CHECK(raise(Signal) == 0 && Handled == 1);
  CHECK(signal(Signal, SIG_DFL) == onSignal);
}

static void ignores(void) {
  ignore(SIGUSR1, SIG_IGN);
  ignore(SIGRTMIN, SIG_IGN);
  ignore(SIGSEGV, SIG_IGN);
  ignore(SIGCHLD, SIG_DFL);
  ignore(SIGURG, SIG_DFL);
  // What ends the process by default stays.
  CHECK(signal(SIGUSR1, onSignal) == SIG_DFL);
  maskSignal(SIG_BLOCK, SIGUSR1);
  CHECK(raise(SIGUSR1) == 0 && signal(SIGUSR1, SIG_DFL) == onSignal);
  CHECK(signalIsPending(SIGUSR1) && signal(SIGUSR1, onSignal) == SIG_DFL);
  Handled = 0;
  maskSignal(SIG_UNBLOCK, SIGUSR1);
  CHECK(Handled == 1 && signal(SIGUSR1, SIG_DFL) == onSignal);
}

static Gate Blocked = GATE_INIT, Ignored = GATE_INIT;

static void *keepsPending(void *Arg) {
  maskSignal(SIG_BLOCK, SIGUSR2);
  CHECK(raise(SIGUSR2) == 0 && signalIsPending(SIGUSR2));
  post(&Blocked);
  await(&Ignored, 1);
  CHECK(!signalIsPending(SIGUSR2));
  maskSignal(SIG_UNBLOCK, SIGUSR2);
  CHECK(Handled == 0);
  return Arg;
}

static void ofAnother(void) {
  Blocked.Count = Ignored.Count = 0;
  CHECK(signal(SIGUSR2, onSignal) == SIG_DFL);
  pthread_t T = start(keepsPending, NULL);
  await(&Blocked, 1);
  CHECK(signal(SIGUSR2, SIG_IGN) == onSignal);
  CHECK(signal(SIGUSR2, onSignal) == SIG_IGN);
  post(&Ignored);
  join(T);
  CHECK(signal(SIGUSR2, SIG_DFL) == onSignal);
}

/// Stopping and continuing end each other's wait, whatever their actions.
static void opposites(void) {
  static const int Stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
  for (int I = 0; I < 3; ++I) {
    maskSignal(SIG_BLOCK, Stops[I]);
    CHECK(raise(Stops[I]) == 0 && signalIsPending(Stops[I]));
    CHECK(raise(SIGCONT) == 0 && !signalIsPending(Stops[I]));
    maskSignal(SIG_BLOCK, SIGCONT);
    CHECK(raise(SIGCONT) == 0 && signalIsPending(SIGCONT));
    CHECK(raise(Stops[I]) == 0 && !signalIsPending(SIGCONT) &&
          signalIsPending(Stops[I]));
    CHECK(raise(SIGCONT) == 0 && !signalIsPending(Stops[I]));
    maskSignal(SIG_UNBLOCK, Stops[I]);
    maskSignal(SIG_UNBLOCK, SIGCONT);
  }
}

int main(void) {
  ignores();
  inThread(ignores);
  opposites();
  inThread(opposites); // One at a time: others' are discarded, too.
  ofAnother();
  inThread(ofAnother);
  return 0;
}
