// poller.cpp - epoll, and an eventfd in it for wake().
#include "reactor/poller.h"
#include "coro/valgrind.h"
#include "sys/at_fork.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <initializer_list>
#include <mutex>
#include <sys/resource.h>

namespace oc {

OC_FORK_DATA Lock HidingGuard;

namespace {

constexpr uint64_t WakeTag = ~uint64_t{0};

/// The runtime's own descriptors. New ones under HidingGuard.
constexpr int MostOwn = 2 * 1024 + 1;
std::atomic<int> Own[MostOwn];
std::atomic<int> NumOwn{0};
std::atomic<int> LeastOwn{INT32_MAX};
/// valgrind 3.19 complains of the call.
std::atomic<bool> HasPwait2{!valgrind::isRunning()};

/// Moves \p Fd out of the program's sight, if it can be.
int hide(int Fd) {
  long High = duplicateHidden(Fd);
  if (High < 0)
    return Fd; // No number up there is free: this one serves as well.
  sys::close(Fd);
  return static_cast<int>(High);
}

void noteOwn(int Fd) {
  int N = NumOwn.load(std::memory_order_relaxed), I = 0;
  while (I < N && Own[I].load(std::memory_order_relaxed) != -1)
    ++I;
  Own[I].store(Fd, std::memory_order_relaxed);
  if (I == N)
    NumOwn.store(N + 1, std::memory_order_release);
  if (Fd < LeastOwn.load(std::memory_order_relaxed))
    LeastOwn.store(Fd, std::memory_order_relaxed);
}

} // namespace

long duplicateHidden(int Fd) {
  rlimit Limit{};
  sys::resourceLimit(RLIMIT_NOFILE, nullptr, &Limit);
  constexpr rlim_t Room = 4096;       // For ourselves below the hard limit.
  constexpr rlim_t Highest = 1 << 29; // Where "unlimited" ends in practice.
  rlim_t Base = Limit.rlim_cur < Limit.rlim_max ? Limit.rlim_cur
                : Limit.rlim_max > 2 * Room     ? Limit.rlim_max - Room
                                                : Limit.rlim_max / 2;
  // The soft limit bounds what a call may ask for, not what stays open.
  rlimit Raised{Limit.rlim_max, Limit.rlim_max};
  bool Raise = Limit.rlim_cur < Limit.rlim_max;
  if (Raise)
    sys::resourceLimit(RLIMIT_NOFILE, &Raised, nullptr);
  long High = sys::fcntl(Fd, F_DUPFD_CLOEXEC,
                         static_cast<long>(Base < Highest ? Base : Highest));
  if (Raise)
    sys::resourceLimit(RLIMIT_NOFILE, &Limit, nullptr);
  return High;
}

long Poller::open() {
  long E = sys::epollCreate();
  if (E < 0)
    return E;
  long W = sys::eventFd();
  if (W < 0) {
    sys::close(static_cast<int>(E));
    return W;
  }
  Epoll = keepOwn(static_cast<int>(E));
  Wake = keepOwn(static_cast<int>(W));
  // Edge-triggered, so that nobody needs to read the eventfd.
  epoll_event Event{EPOLLIN | EPOLLET, {.u64 = WakeTag}};
  long R = sys::epollCtl(Epoll, EPOLL_CTL_ADD, Wake, &Event);
  if (R == 0)
    wait(Deadline::at(0)); // Later nobody could be told that it fails.
  if (R == 0)
    R = NumFound;
  if (R < 0)
    close();
  return R;
}

void Poller::close() {
  for (int *Fd : {&Epoll, &Wake}) {
    closeOwn(*Fd);
    *Fd = -1;
  }
}

int keepOwn(int Fd) {
  std::lock_guard Hiding(HidingGuard);
  int Hidden = hide(Fd);
  noteOwn(Hidden);
  return Hidden;
}

void closeOwn(int Fd) {
  int N = NumOwn.load(std::memory_order_relaxed);
  for (int I = 0; I < N; ++I)
    if (Own[I].load(std::memory_order_relaxed) == Fd)
      Own[I].store(-1, std::memory_order_relaxed); // Matches no number.
  sys::close(Fd);
}

bool isOwn(int Fd) {
  if (Fd < LeastOwn.load(std::memory_order_relaxed))
    return false;
  int N = NumOwn.load(std::memory_order_acquire);
  for (int I = 0; I < N; ++I)
    if (Own[I].load(std::memory_order_relaxed) == Fd)
      return true;
  return false;
}

int leastOwn() { return LeastOwn.load(std::memory_order_relaxed); }

long Poller::add(int Fd, uint32_t Events) {
  epoll_event Event{Events | EPOLLET, {.u64 = static_cast<uint64_t>(Fd)}};
  return sys::epollCtl(Epoll, EPOLL_CTL_ADD, Fd, &Event);
}

long Poller::modify(int Fd, uint32_t Events) {
  epoll_event Event{Events | EPOLLET, {.u64 = static_cast<uint64_t>(Fd)}};
  return sys::epollCtl(Epoll, EPOLL_CTL_MOD, Fd, &Event);
}

void Poller::remove(int Fd) {
  epoll_event Unused{};
  sys::epollCtl(Epoll, EPOLL_CTL_DEL, Fd, &Unused);
}

void Poller::wait(Deadline Until) {
  int64_t Left = Until.left();
  if (Left < 0)
    Left = 0;
  long N = -ENOSYS;
  if (HasPwait2.load(std::memory_order_relaxed)) {
    timespec Timeout{Left / NsPerSecond, Left % NsPerSecond};
    N = sys::epollPwait2(Epoll, Found, Batch,
                         Until.isNever() ? nullptr : &Timeout);
    if (N == -ENOSYS || N == -EPERM) // Before Linux 5.11, or a seccomp filter.
      HasPwait2.store(false, std::memory_order_relaxed);
  }
  if (N == -ENOSYS || N == -EPERM) {
    // Rounded up: waking early would only mean waiting again.
    int64_t Ms = Left / 1'000'000 + (Left % 1'000'000 != 0);
    N = sys::epollWait(Epoll, Found, Batch,
                       Until.isNever()  ? -1
                       : Ms > INT32_MAX ? INT32_MAX
                                        : static_cast<int>(Ms));
  }
  NumFound = N;
}

void Poller::dispatch(void (*Ready)(int, uint32_t)) {
  for (long I = 0; I < NumFound; ++I)
    if (Found[I].data.u64 != WakeTag)
      Ready(static_cast<int>(Found[I].data.u64), Found[I].events);
  NumFound = 0;
}

void Poller::wake() {
  uint64_t One = 1;
  sys::write(Wake, &One, sizeof One);
}

} // namespace oc
