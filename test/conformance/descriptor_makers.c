// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a descriptor number that was closed in whatever way, and made again in
// whatever way, is what it is now: blocking or not, and readable when it is.
#include "check.h"
#include <linux/close_range.h>
#include <dirent.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static char Buf[4096];

/// A pipe on which a read has parked, so that its number is well known; then
/// the read end's number is free again.
static int usedNumber(void) {
  int P[2];
  char C;
  CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1 && read(P[0], &C, 1) == 1);
  CHECK(close(P[1]) == 0 && close(P[0]) == 0);
  return P[0];
}

static void readsWouldBlock(int Fd, size_t Size) {
  CHECK(Fd >= 0);
  CHECK_ERRNO(read(Fd, Buf, Size), EAGAIN);
  CHECK(close(Fd) == 0);
}

static void makers(void) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  int Number = usedNumber();
  CHECK(eventfd(0, EFD_NONBLOCK) == Number);
  readsWouldBlock(Number, 8);
  readsWouldBlock(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), 8);
  readsWouldBlock(inotify_init1(IN_NONBLOCK), sizeof(Buf));
  readsWouldBlock(signalfd(-1, &Set, SFD_NONBLOCK), sizeof(Buf));

  // The same, closed inside libc.
  DIR *D = opendir("/");
  CHECK(D && dirfd(D) == Number && closedir(D) == 0);
  CHECK(eventfd(0, EFD_NONBLOCK) == Number);
  readsWouldBlock(Number, 8);

  FILE *F = fopen("/dev/null", "r");
  CHECK(F && fileno(F) == Number);
  CHECK((F = freopen("/dev/zero", "r", F)) != NULL && fgetc(F) == 0);
  CHECK((F = freopen64("/dev/zero", "r", F)) != NULL && fgetc(F) == 0);
  CHECK(fclose(F) == 0);

  // Blocking ones wait.
  int Event = eventfd(3, 0);
  uint64_t Value;
  CHECK(KEEPS_ERRNO(read(Event, &Value, 8)) == 8 && Value == 3);
  CHECK(close(Event) == 0);
  int Timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec Soon = {{0, 0}, {0, 5000000}};
  CHECK(timerfd_settime(Timer, 0, &Soon, NULL) == 0);
  CHECK(KEEPS_ERRNO(read(Timer, &Value, 8)) == 8 && Value == 1);
  CHECK(close(Timer) == 0);
  int Notify = inotify_init();
  CHECK(Notify >= 0 && close(Notify) == 0);

  int Epolls[2] = {epoll_create(1), epoll_create1(EPOLL_CLOEXEC)};
  CHECK(fcntl(Epolls[0], F_GETFD) == 0);
  CHECK(fcntl(Epolls[1], F_GETFD) == FD_CLOEXEC);
  CHECK(close(Epolls[0]) == 0 && close(Epolls[1]) == 0);
}

static void ranges(void) {
  int P[2], Q[2];
  CHECK(pipe(P) == 0 && pipe(Q) == 0);
  CHECK(KEEPS_ERRNO(close_range((unsigned)P[0], (unsigned)Q[1], 0)) == 0);
  CHECK_ERRNO(read(P[0], Buf, 1), EBADF);
  CHECK_ERRNO(fcntl(Q[1], F_GETFD), EBADF);
  CHECK_ERRNO(close_range(9, 3, 0), EINVAL);

  CHECK(pipe(P) == 0);
  closefrom(P[0]);
  CHECK_ERRNO(close(P[1]), EBADF);
  makers(); // The runtime's own descriptors are still there.
}

/// In a table of its own the caller closes nobody else's descriptors.
static void *closesItsOwn(void *Arg) {
  int *P = Arg;
  unsigned First = (unsigned)P[0];
  CHECK(close_range(First, First, CLOSE_RANGE_CLOEXEC) == 0);
  CHECK(fcntl(P[0], F_GETFD) == FD_CLOEXEC && fcntl(P[1], F_GETFD) == 0);
  CHECK(close_range(First, ~0u, CLOSE_RANGE_UNSHARE) == 0);
  CHECK_ERRNO(fcntl(P[0], F_GETFD), EBADF);
  usleep(100);
  CHECK_ERRNO(read(P[0], Buf, 1), EBADF);
  return NULL;
}
static void unshared(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  join(start(closesItsOwn, P));
  CHECK(write(P[1], "x", 1) == 1 && read(P[0], Buf, 1) == 1);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  makers();
}

int main(void) {
  makers();
  inThread(makers);
  inThread(ranges);
  ranges();
  unshared();
  inThread(unshared);
  return 0;
}
