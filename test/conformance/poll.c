// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: poll waits as long as asked for the descriptors asked about and
// reports readiness, hang-up, errors and bad numbers as the kernel does.
#include "check.h"
#include <poll.h>

static void *writeLater(void *Arg) {
  sleepMs(30);
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

static void *closeLater(void *Arg) {
  sleepMs(30);
  CHECK(close(*(int *)Arg) == 0);
  return NULL;
}

static void polls(void) {
  int P[2], Q[2], S[2];
  char C;
  CHECK(pipe(P) == 0 && pipe(Q) == 0);
  struct pollfd F[4] = {
      {P[0], POLLIN, 99}, {-5, POLLIN, 99}, {Q[0], POLLIN, 99}, {Q[1], 0, 99}};

  CHECK(KEEPS_ERRNO(poll(F, 4, 0)) == 0);
  CHECK(F[0].revents == 0 && F[1].revents == 0 && F[2].revents == 0);
  long long From = nowMs();
  CHECK(KEEPS_ERRNO(poll(F, 4, 50)) == 0);
  CHECK(nowMs() - From >= 49);
  From = nowMs();
  CHECK(KEEPS_ERRNO(poll(NULL, 0, 30)) == 0);
  CHECK(nowMs() - From >= 29);
  CHECK(poll(NULL, 0, 0) == 0);

  pthread_t T = start(writeLater, &Q[1]);
  CHECK(KEEPS_ERRNO(poll(F, 4, -1)) == 1);
  CHECK(F[0].revents == 0 && F[2].revents == POLLIN && F[3].revents == 0);
  join(T);
  CHECK(KEEPS_ERRNO(poll(F, 4, -1)) == 1); // Level triggered: still there.
  CHECK(read(Q[0], &C, 1) == 1);
  CHECK(poll(F, 4, 0) == 0);
  T = start(writeLater, &P[1]);
  CHECK(KEEPS_ERRNO(poll(F, 4, 10000)) == 1 && F[0].revents == POLLIN);
  join(T);
  CHECK(read(P[0], &C, 1) == 1);

  F[3].events = POLLOUT;
  CHECK(KEEPS_ERRNO(poll(F, 4, -1)) == 1 && F[3].revents == POLLOUT);

  // Hang-up comes whatever was asked for, also while waiting.
  F[0].events = 0;
  F[3].events = 0;
  T = start(closeLater, &P[1]);
  CHECK(KEEPS_ERRNO(poll(F, 4, -1)) == 1 && F[0].revents == POLLHUP);
  join(T);
  CHECK(close(Q[0]) == 0);
  struct pollfd Writer = {Q[1], POLLOUT, 0};
  CHECK(poll(&Writer, 1, -1) == 1 && Writer.revents == (POLLOUT | POLLERR));

  // A closed number does not wait.
  CHECK(close(P[0]) == 0 && close(Q[1]) == 0);
  struct pollfd Bad[2] = {{900, POLLIN, 0}, {-1, POLLIN, 7}};
  CHECK(KEEPS_ERRNO(poll(Bad, 2, -1)) == 1);
  CHECK(Bad[0].revents == POLLNVAL && Bad[1].revents == 0);
  CHECK_ERRNO(poll((struct pollfd *)8, 1, 0), EFAULT);

  // The same descriptor twice, and sockets half closed.
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  struct pollfd Twice[2] = {{S[0], POLLIN, 0}, {S[0], POLLIN | POLLOUT, 0}};
  CHECK(poll(Twice, 2, -1) == 1 && Twice[1].revents == POLLOUT);
  T = start(writeLater, &S[1]);
  Twice[1].events = POLLIN;
  CHECK(KEEPS_ERRNO(poll(Twice, 2, -1)) == 2);
  join(T);
  CHECK(read(S[0], &C, 1) == 1);
  CHECK(shutdown(S[1], SHUT_WR) == 0);
  Twice[0].events = POLLIN | POLLRDHUP;
  CHECK(poll(Twice, 1, -1) == 1);
  CHECK(Twice[0].revents == (POLLIN | POLLRDHUP));
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);

  // Regular files are always ready.
  struct pollfd File = {open("/proc/self/exe", O_RDONLY), POLLIN | POLLOUT, 0};
  CHECK(poll(&File, 1, -1) == 1 && File.revents == (POLLIN | POLLOUT));
  CHECK(close(File.fd) == 0);
}

/// Every thread that polls one descriptor learns that it is ready.
enum { Watchers = 20 };
static int Shared[2];
static void *watch(void *Arg) {
  struct pollfd F = {Shared[0], POLLIN, 0};
  (void)Arg;
  CHECK(KEEPS_ERRNO(poll(&F, 1, -1)) == 1 && F.revents == POLLIN);
  return NULL;
}

static void watchers(void) {
  pthread_t T[Watchers];
  CHECK(pipe(Shared) == 0);
  for (int I = 0; I < Watchers; ++I)
    T[I] = start(watch, NULL);
  sleepMs(10);
  CHECK(write(Shared[1], "x", 1) == 1);
  for (int I = 0; I < Watchers; ++I)
    join(T[I]);
  CHECK(close(Shared[0]) == 0 && close(Shared[1]) == 0);
}

int main(void) {
  everywhere(polls);
  watchers();
  inThread(watchers);
  return 0;
}
