// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal ends a sendfile, splice, tee or vmsplice that waits at
// either end, or lets it begin anew; its handler may jump out of the call,
// whose numbers may be closed then.
#include "check.h"
#include "ends.h"
#include <setjmp.h>
#include <stdatomic.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

typedef ssize_t Call(int In, int Out);
static ssize_t splices(int In, int Out) {
  return splice(In, NULL, Out, NULL, 1, 0);
}
static ssize_t tees(int In, int Out) { return tee(In, Out, 1, 0); }
static ssize_t vmsplices(int In, int Out) {
  struct iovec V = {(void *)"d", 1};
  (void)In;
  return vmsplice(Out, &V, 1, 0);
}
static int Program;
static ssize_t sendsFile(int In, int Out) {
  off_t At = 0;
  (void)In;
  return sendfile(Out, Program, &At, 1);
}

static const struct Case {
  Call *Make;
  enum Kind From, To;
  int AtOut; // It waits for room, else for data.
} Cases[] = {{splices, Pipe, Pipe, 0},  {splices, Pipe, Pipe, 1},
             {splices, Pipe, Unix, 0},  {splices, Pipe, Unix, 1},
             {splices, Pipe, Tcp, 1},   {splices, Tcp, Pipe, 0},
             {splices, Unix, Pipe, 0},  {splices, Unix, Pipe, 1},
             {tees, Pipe, Pipe, 0},     {tees, Pipe, Pipe, 1},
             {sendsFile, Pipe, Tcp, 1}, {sendsFile, Pipe, Pipe, 1},
             {vmsplices, Pipe, Pipe, 1}};

static atomic_int Caught, Jumps, Done;
static sigjmp_buf Before;
static File From, To;

static void onSignal(int Signal) {
  (void)Signal;
  ++Caught;
  if (Jumps)
    siglongjmp(Before, 1);
}

static void *transfers(void *Arg) {
  const struct Case *C = Arg;
  ssize_t N = -2;
  int Error = 0;
  if (sigsetjmp(Before, 1) == 0) {
    sigset_t Usr1;
    sigemptyset(&Usr1);
    sigaddset(&Usr1, SIGUSR1); // Not before there is where to jump.
    CHECK(pthread_sigmask(SIG_UNBLOCK, &Usr1, NULL) == 0);
    N = C->Make(From.Fd, To.Fd);
    Error = errno;
  }
  Done = 1;
  return (void *)(N == -1 ? -(long)Error : N);
}

/// Sends signals to a thread that waits until its call ends, or has restarted
/// often enough. \returns its result.
static long interrupted(const struct Case *C, int Flags, int Enough) {
  struct sigaction A = {.sa_handler = onSignal, .sa_flags = Flags};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  sigset_t Usr1;
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, NULL) == 0);
  Caught = Done = 0;
  From = C->AtOut ? data(C->From, 0) : empty(C->From, 0);
  To = C->AtOut ? full(C->To, 0) : room(C->To, 0);
  pthread_t T = start(transfers, (void *)C);
  while (!Done && Caught < Enough) {
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    sleepMs(1);
  }
  if (Flags == SA_RESTART && !Jumps) {
    char B[65536];
    if (!C->AtOut)
      CHECK(write(From.Peer, "d", 1) == 1);
    else
      CHECK(read(To.Peer, B, sizeof B) > 0);
  }
  long R = (long)join(T);
  closeBoth(From);
  closeBoth(To);
  return R;
}

static void signals(void) {
  for (size_t I = 0; I < sizeof Cases / sizeof *Cases; ++I) {
    CHECK(interrupted(&Cases[I], 0, 1 << 30) == -EINTR);
    CHECK(interrupted(&Cases[I], SA_RESTART, 5) == 1);
    Jumps = 1;
    CHECK(interrupted(&Cases[I], SA_RESTART, 1 << 30) == -2);
    Jumps = 0;
  }
}

int main(void) {
  CHECK((Program = open("/proc/self/exe", O_RDONLY)) >= 0);
  signals();
  inThread(signals);
  return 0;
}
