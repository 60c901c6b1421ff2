// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: getaddrinfo_a answers by a thread of libc's, and tells by gai_error,
// by gai_suspend, by a function and by a signal; gai_suspend waits as long as
// it is told to. gai_cancel says what became of a request.
#include "check.h"
#include <netdb.h>

enum { Requests = 6 };

static void request(struct gaicb *R, const char *Name) {
  memset(R, 0, sizeof(*R));
  R->ar_name = Name;
}

static void checkDone(struct gaicb *R) {
  CHECK(gai_error(R) == 0 && R->ar_result);
  int E = gai_cancel(R); // Its thread may not have let go of it yet.
  CHECK(E == EAI_ALLDONE || E == EAI_NOTCANCELED);
  freeaddrinfo(R->ar_result);
}

static void waiting(void) {
  struct gaicb R[Requests];
  struct gaicb *List[Requests + 1];
  for (int I = 0; I < Requests; ++I) {
    request(&R[I], I % 2 ? "localhost" : "192.0.2.1");
    List[I] = &R[I];
  }
  List[Requests] = NULL; // Skipped.
  CHECK(getaddrinfo_a(GAI_WAIT, List, Requests + 1, NULL) == 0);
  for (int I = 0; I < Requests; ++I)
    checkDone(&R[I]);

  for (int I = 0; I < Requests; ++I)
    request(&R[I], "localhost");
  CHECK(getaddrinfo_a(GAI_NOWAIT, List, Requests, NULL) == 0);
  // One by one: libc's gai_suspend may leave a request that ends just then with
  // a pointer to its own stack.
  for (int I = 0; I < Requests; ++I) {
    const struct gaicb *const One[] = {&R[I]};
    struct timespec Long = {60, 0};
    while (gai_error(&R[I]) == EAI_INPROGRESS) {
      int E = gai_suspend(One, 1, I % 2 ? &Long : NULL);
      CHECK(E == 0 || E == EAI_ALLDONE);
    }
    checkDone(&R[I]);
  }
  CHECK(gai_suspend((const struct gaicb *const *)List, Requests, NULL) ==
        EAI_ALLDONE);
  CHECK_ERRNO(getaddrinfo_a(99, List, 1, NULL) == EAI_SYSTEM ? -1 : 0, EINVAL);
}

static void byFunction(union sigval Value) { post((Gate *)Value.sival_ptr); }

static void told(void) {
  struct gaicb R;
  struct gaicb *List[] = {&R};
  struct sigevent E;
  memset(&E, 0, sizeof(E));
  Gate Mine = GATE_INIT;
  request(&R, "localhost");
  E.sigev_notify = SIGEV_THREAD;
  E.sigev_notify_function = byFunction;
  E.sigev_value.sival_ptr = &Mine;
  CHECK(getaddrinfo_a(GAI_NOWAIT, List, 1, &E) == 0);
  await(&Mine, 1);
  checkDone(&R);
  pthread_mutex_lock(&Mine.Lock); // Its poster has let go.
  pthread_mutex_unlock(&Mine.Lock);
}

static volatile sig_atomic_t Signalled;
static void onSignal(int S, siginfo_t *Info, void *C) {
  (void)S, (void)C;
  Signalled = Info->si_value.sival_int;
}

static void bySignal(void) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = onSignal;
  A.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  sigset_t Block, Old;
  sigemptyset(&Block);
  sigaddset(&Block, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Block, &Old) == 0);
  struct gaicb R;
  struct gaicb *List[] = {&R};
  struct sigevent E;
  memset(&E, 0, sizeof(E));
  request(&R, "localhost");
  E.sigev_notify = SIGEV_SIGNAL;
  E.sigev_signo = SIGUSR1;
  E.sigev_value.sival_int = 7;
  Signalled = 0;
  CHECK(getaddrinfo_a(GAI_NOWAIT, List, 1, &E) == 0);
  sigdelset(&Old, SIGUSR1);
  while (!Signalled)
    CHECK(sigsuspend(&Old) == -1 && errno == EINTR);
  CHECK(Signalled == 7);
  checkDone(&R);
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
}

int main(void) {
  everywhere(waiting);
  everywhere(told);
  bySignal();
  return 0;
}
