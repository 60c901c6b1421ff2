// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: writing to a closed pipe or socket gives EPIPE and SIGPIPE, which is
// handled on the thread that wrote, or ignored, or ends the process.
#include "check.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

static __thread int Caught;
static __thread pthread_t CaughtOn;

static void onPipe(int Signal) {
  CHECK(Signal == SIGPIPE);
  ++Caught;
  CaughtOn = pthread_self();
}

static void writeToClosed(void) {
  int P[2];
  CHECK(pipe(P) == 0 && close(P[0]) == 0);
  CHECK_ERRNO(write(P[1], "x", 1), EPIPE);
  CHECK(close(P[1]) == 0);
}

static void sendToClosed(void) {
  int S[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0 && close(S[0]) == 0);
  CHECK_ERRNO(send(S[1], "x", 1, 0), EPIPE);
  CHECK(close(S[1]) == 0);
}

static void gatherToClosed(void) {
  int S[2], P[2];
  struct iovec Part = {(void *)"x", 1};
  struct msghdr M = {.msg_iov = &Part, .msg_iovlen = 1};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0 && close(S[0]) == 0);
  CHECK(pipe(P) == 0 && close(P[0]) == 0);
  CHECK_ERRNO(writev(P[1], &Part, 1), EPIPE);
  CHECK_ERRNO(pwritev2(P[1], &Part, 1, -1, RWF_NOWAIT), EPIPE);
  CHECK_ERRNO(writev(S[1], &Part, 1), EPIPE);
  CHECK_ERRNO(sendmsg(S[1], &M, 0), EPIPE);
  CHECK_ERRNO(write(S[1], "", 0), EPIPE); // Of nothing, too.
  CHECK_ERRNO(sendmsg(S[1], &M, MSG_NOSIGNAL), EPIPE);
  CHECK(close(S[1]) == 0 && close(P[1]) == 0);
}

static void transferToClosed(void) {
  int Before = Caught, S[2], P[2], From[2],
      File = open("/proc/self/exe", O_RDONLY);
  off_t At = 0;
  struct iovec Part = {(void *)"x", 1};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0 && close(S[0]) == 0);
  CHECK(pipe(P) == 0 && close(P[0]) == 0);
  CHECK(pipe(From) == 0 && write(From[1], "abc", 3) == 3);
  CHECK_ERRNO(sendfile(S[1], File, &At, 100), EPIPE);
  CHECK(Caught == Before + 1);
  CHECK_ERRNO(sendfile(P[1], File, &At, 100), EPIPE);
  CHECK(At == 0 && Caught == Before + 2);
  CHECK_ERRNO(splice(From[0], NULL, P[1], NULL, 3, 0), EPIPE);
  CHECK(Caught == Before + 3);
  CHECK_ERRNO(tee(From[0], P[1], 3, 0), EPIPE);
  CHECK(Caught == Before + 4);
  CHECK_ERRNO(vmsplice(P[1], &Part, 1, 0), EPIPE);
  CHECK(Caught == Before + 5);
  int All[] = {S[1], P[1], From[0], From[1], File};
  for (int I = 0; I < 5; ++I)
    CHECK(close(All[I]) == 0);
}

static void sendNoSignal(void) {
  int S[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0 && close(S[0]) == 0);
  CHECK_ERRNO(send(S[1], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK(close(S[1]) == 0);
}

static void handled(void) {
  int Before = Caught;
  CaughtOn = 0;
  writeToClosed();
  CHECK(Caught == Before + 1);
  CHECK(pthread_equal(CaughtOn, pthread_self()));
  sendToClosed();
  CHECK(Caught == Before + 2);
  sendNoSignal();
  CHECK(Caught == Before + 2);
  gatherToClosed();
  CHECK(Caught == Before + 7);
  transferToClosed();
}

/// What was ignored when it happened is not made up for later.
static void ignoredBefore(void) {
  int S[2], Before = Caught;
  struct iovec Part = {(void *)"x", 1};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0 && close(S[0]) == 0);
  CHECK_ERRNO(writev(S[1], &Part, 1), EPIPE);
  CHECK_ERRNO(
      sendmsg(S[1], &(struct msghdr){.msg_iov = &Part, .msg_iovlen = 1}, 0),
      EPIPE);
  CHECK(signal(SIGPIPE, onPipe) == SIG_IGN);
  sendNoSignal();
  CHECK(Caught == Before);
  sigset_t Pending;
  CHECK(sigpending(&Pending) == 0 && !sigismember(&Pending, SIGPIPE));
  sendToClosed();
  CHECK(Caught == Before + 1);
  sendNoSignal();
  CHECK(Caught == Before + 1);
  CHECK(signal(SIGPIPE, SIG_IGN) == onPipe);
  CHECK_ERRNO(writev(S[1], &Part, 1), EPIPE);
  CHECK(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
  sendNoSignal();
  CHECK(signal(SIGPIPE, SIG_IGN) == SIG_DFL);
  CHECK(close(S[1]) == 0);
}

static void ignored(void) {
  int Before = Caught;
  writeToClosed();
  sendToClosed();
  sendNoSignal();
  CHECK(Caught == Before);
}

/// A blocked SIGPIPE stays pending, for this thread only, until unblocked.
static void masked(void) {
  sigset_t Set, Old, Pending;
  sigemptyset(&Set);
  sigaddset(&Set, SIGPIPE);
  CHECK(KEEPS_ERRNO(pthread_sigmask(SIG_BLOCK, &Set, &Old)) == 0);
  int Before = Caught;
  writeToClosed();
  CHECK(Caught == Before);
  CHECK(sigpending(&Pending) == 0 && sigismember(&Pending, SIGPIPE));
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
  CHECK(Caught == Before + 1);
}

static void dieOnMain(void) {
  signal(SIGPIPE, SIG_DFL);
  writeToClosed();
}

static void dieInThread(void) {
  signal(SIGPIPE, SIG_DFL);
  inThread(sendToClosed);
}

static void surviveInThread(void) {
  signal(SIGPIPE, SIG_DFL);
  inThread(sendNoSignal);
}

static void children(void) {
  int Status = inChild(dieOnMain);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGPIPE);
  Status = inChild(dieInThread);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGPIPE);
  Status = inChild(surviveInThread);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 0);
}

int main(void) {
  children();
  CHECK(signal(SIGPIPE, onPipe) == SIG_DFL);
  everywhere(handled);
  everywhere(masked);
  CHECK(signal(SIGPIPE, SIG_IGN) == onPipe);
  everywhere(ignored);
  ignoredBefore();
  inThread(ignoredBefore); // One at a time: the action is everybody's.
  for (int I = 0; I < 4; ++I)
    inThread(ignoredBefore);
  ignoredBefore();
  children();
  inThread(children);
  return 0;
}
