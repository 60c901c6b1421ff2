// poll.c - operations that wait for several descriptors.
#include "../run.h"

#include <sys/epoll.h>
#include <sys/select.h>

extern int __poll_chk(struct pollfd *, nfds_t, int, size_t);
extern int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *,
                       const sigset_t *, size_t);

static const short Events[] = {
    POLLIN, POLLOUT, POLLIN | POLLOUT, POLLPRI, 0, POLLIN | POLLRDHUP,
};

/// Without a timeout only what is ready may be asked for.
static int never(Run *R, struct pollfd *P, nfds_t N, long Ms) {
  if (Ms >= 0 || R->S->MayWait)
    return 0;
  struct pollfd Copy[3];
  memcpy(Copy, P, sizeof Copy);
  if (raw(SYS_poll, (long)Copy, (long)N, 0, 0, 0) != 0)
    return 0;
  say(R, " would block");
  return 1;
}

static struct timespec *timeFor(struct timespec *T, long Ms) {
  *T = (struct timespec){Ms / 1000, Ms % 1000 * 1000000};
  return Ms < 0 ? NULL : T;
}

OP(poll, "fd fd fd events ms via6") {
  struct pollfd P[3];
  for (int I = 0; I < 3; ++I)
    P[I] = (struct pollfd){fdIn(R, A[I]), Events[(A[3] + I) % 6], 0x55};
  nfds_t N = A[3] == 4 ? 0 : 3;
  if (N == 0 && A[4] < 0)
    N = 3;
  if (never(R, P, N, A[4]))
    return;
  struct timespec T, *Time = timeFor(&T, A[4]);
  sigset_t None;
  sigemptyset(&None);
  long long Start = nowNs();
  long Ready = -1;
  switch (A[5]) {
  case 0:
    Ready = RESULT(poll, P, N, (int)A[4]);
    break;
  case 1:
    Ready = RESULT(__poll_chk, P, N, (int)A[4], sizeof P);
    break;
  case 2:
    Ready = RESULT(ppoll, P, N, Time, NULL);
    break;
  case 3:
    Ready = RESULT(__ppoll_chk, P, N, Time, &None, sizeof P);
    break;
  case 4:
    Ready = RESULT(syscall, SYS_poll, P, N, A[4]);
    break;
  case 5:
    Ready = RESULT(syscall, SYS_ppoll, P, N, Time, NULL, 8);
    break;
  }
  if (Ready == 0)
    notBefore(R, Start, A[4]);
  for (nfds_t I = 0; I < N; ++I)
    say(R, " %x", P[I].revents);
}

OP(poll_badly, "ptr ms") {
  if (A[0] != Good && A[0] != ReadOnly)
    RESULT(poll, (struct pollfd *)address(R, A[0], sizeof(struct pollfd)), 1,
           0);
  struct timespec T = {A[1], 1000000000};
  RESULT(ppoll, NULL, 0, &T, NULL);
}

OP(select, "fd fd fd ms via4") {
  fd_set Sets[3];
  int Most = 0;
  for (int I = 0; I < 3; ++I) {
    int Fd = fdIn(R, A[I]);
    FD_ZERO(&Sets[I]);
    if (Fd >= 0 && Fd < FD_SETSIZE) {
      FD_SET(Fd, &Sets[I]);
      Most = Fd >= Most ? Fd + 1 : Most;
    }
  }
  if (A[3] < 0 && !R->S->MayWait) {
    fd_set Copies[3];
    struct timeval Zero = {0, 0};
    memcpy(Copies, Sets, sizeof Copies);
    if (raw(SYS_select, Most, (long)&Copies[0], (long)&Copies[1],
            A[4] == 3 ? 0 : (long)&Copies[2], (long)&Zero) == 0) {
      say(R, " would block");
      return;
    }
  }
  struct timeval V = {A[3] / 1000, A[3] % 1000 * 1000};
  struct timespec T, *Time = timeFor(&T, A[3]);
  long long Start = nowNs();
  long Ready = -1;
  if (A[4] == 0)
    Ready = RESULT(select, Most, &Sets[0], &Sets[1], &Sets[2],
                   A[3] < 0 ? NULL : &V);
  else if (A[4] == 1)
    Ready = RESULT(pselect, Most, &Sets[0], &Sets[1], &Sets[2], Time, NULL);
  else if (A[4] == 2)
    Ready = RESULT(syscall, SYS_select, Most, &Sets[0], &Sets[1], &Sets[2],
                   A[3] < 0 ? NULL : &V);
  else
    Ready = RESULT(syscall, SYS_pselect6, Most, &Sets[0], &Sets[1], NULL, Time,
                   NULL);
  if (Ready == 0)
    notBefore(R, Start, A[3]);
  for (int I = 0; I < 3; ++I) {
    int Fd = fdIn(R, A[I]);
    say(R, " %d", Fd >= 0 && Fd < FD_SETSIZE && FD_ISSET(Fd, &Sets[I]));
  }
  if (A[4] == 0 && A[3] > 0 && Ready == 0)
    say(R, " left=%ld", V.tv_sec * 1000000 + V.tv_usec);
}

OP(epoll_ctl, "fd fd ctl epollevents") {
  static const int Ctls[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL, 99};
  static const unsigned Wanted[] = {
      EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT | EPOLLET, EPOLLIN | EPOLLONESHOT,
      EPOLLIN | EPOLLRDHUP | EPOLLET};
  struct epoll_event E = {.events = Wanted[A[3]], .data.u64 = (uint64_t)A[1]};
  errno = Sentinel;
  result(R, "epoll_ctl",
         epoll_ctl(fdIn(R, A[0]), Ctls[A[2]], fdIn(R, A[1]), &E));
}

OP(epoll_wait, "fd max ms via5") {
  int Fd = fdIn(R, A[0]), Max = (int)A[1];
  struct epoll_event E[8];
  memset(E, 0, sizeof E);
  struct pollfd P[3] = {{Fd, POLLIN, 0}, {-1, 0, 0}, {-1, 0, 0}};
  if (never(R, P, 3, A[2]))
    return;
  // An epoll may be ready and have nothing to tell: then it would wait.
  long Ms = A[2] < 0 && !R->S->MayWait ? 20 : A[2];
  struct timespec T, *Time = timeFor(&T, Ms);
  long long Start = nowNs();
  long Ready = -1;
  switch (A[3]) {
  case 0:
    Ready = RESULT(epoll_wait, Fd, E, Max, (int)Ms);
    break;
  case 1:
    Ready = RESULT(epoll_pwait, Fd, E, Max, (int)Ms, NULL);
    break;
  case 2:
    Ready = RESULT(epoll_pwait2, Fd, E, Max, Time, NULL);
    break;
  case 3:
    Ready = RESULT(syscall, SYS_epoll_wait, Fd, E, Max, Ms);
    break;
  case 4:
    Ready = RESULT(syscall, SYS_epoll_pwait, Fd, E, Max, Ms, NULL, 8);
    break;
  }
  if (Ready == 0)
    notBefore(R, Start, Ms);
  for (long I = 0; I < Ready; ++I)
    say(R, " %ld:%x", (long)E[I].data.u64, E[I].events);
}
