// poll.cpp - waiting for several descriptors. The kernel's own call with no
// timeout tells what is ready; between two of them the coroutine is parked
// until one of the descriptors has an edge.
#include "libc/blocking.h"
#include "libc/wrapper.h"
#include "signal/user_copy.h"
#include "sys/errno.h"

#include <algorithm>
#include <new>
#include <sys/mman.h>

// glibc's, for _FORTIFY_SOURCE.
extern "C" [[noreturn]] void __chk_fail();

namespace oc {
namespace {

/// Waiters for N descriptors: on the stack if they are few.
class Waiters {
public:
  explicit Waiters(size_t Most) : Room(Most) {
    if (Most > Few)
      List = static_cast<FdWaiter *>(sys::map(bytes(), PROT_READ | PROT_WRITE,
                                              MAP_PRIVATE | MAP_ANONYMOUS));
    else
      List = reinterpret_cast<FdWaiter *>(Local);
  }
  ~Waiters() {
    for (size_t I = 0; I < N; ++I)
      fds::release(List[I]);
    if (Room > Few && List)
      sys::unmap(List, bytes());
  }
  Waiters(const Waiters &) = delete;
  Waiters &operator=(const Waiters &) = delete;

  explicit operator bool() const { return List; }
  void add(int Fd, bool Read, bool Write) {
    new (&List[N++]) FdWaiter(*currentCoroutine(), Fd, Read, Write);
  }
  void watch() {
    for (size_t I = 0; I < N; ++I)
      fds::watch(List[I]);
  }
  Outcome wait(Deadline Until) { return waitReady(List, N, Until); }

private:
  static constexpr size_t Few = 16;
  size_t bytes() const { return Room * sizeof(FdWaiter); }

  size_t Room, N = 0;
  FdWaiter *List;
  alignas(FdWaiter) char Local[Few * sizeof(FdWaiter)];
};

/// Calls \p Op until it returns something other than 0 (nothing ready) or
/// \p Until passes. Signals always interrupt: signal(7). Where a wait cannot be
/// registered it calls \p Block, which blocks the OS thread.
template <typename Try, typename Block>
long untilAnyReady(Waiters &W, Deadline Until, Try Op, Block Blocking) {
  for (;;) {
    W.watch();
    long Result = Op();
    if (Result != 0 || Until.hasPassed())
      return Result;
    switch (W.wait(Until)) {
    case Outcome::Interrupted:
      if (long R = interrupted(false))
        return R;
      break;
    case Outcome::TimedOut:
      return Op();
    case Outcome::Unpollable:
      return opaque(Blocking);
    case Outcome::Retry:
      break;
    }
  }
}

long pollInCoroutine(pollfd *Fds, nfds_t N, int TimeoutMs) {
  long Ready = sys::poll(Fds, N, 0);
  if (Ready != 0 || TimeoutMs == 0)
    return Ready;
  Waiters W(N);
  if (!W)
    return -ENOMEM;
  for (nfds_t I = 0; I < N; ++I)
    if (Fds[I].fd >= 0)
      W.add(Fds[I].fd, true,
            Fds[I].events & (POLLOUT | POLLWRNORM | POLLWRBAND));
  Deadline Until = TimeoutMs < 0 ? Deadline::never()
                                 : Deadline::in(int64_t{TimeoutMs} * 1'000'000);
  return untilAnyReady(
      W, Until, [&] { return sys::poll(Fds, N, 0); },
      [&] { return sys::poll(Fds, N, TimeoutMs); });
}

/// A copy of the sets, which may be larger than an fd_set.
struct Sets {
  static constexpr int Most = 1 << 16; // Descriptors.
  static size_t bytes(int N) { return (static_cast<size_t>(N) + 63) / 64 * 8; }
};

bool isIn(const fd_set *Set, int Fd) {
  auto *Words = reinterpret_cast<const uint64_t *>(Set);
  return Set && (Words[Fd / 64] >> (Fd % 64) & 1);
}

/// Fills copies of the sets that are given. \returns 0 or -EFAULT.
long copySets(fd_set *const (&Given)[3], fd_set *(&Wanted)[3], char *Room,
              size_t Bytes) {
  for (int I = 0; I < 3; ++I) {
    Wanted[I] =
        Given[I] ? reinterpret_cast<fd_set *>(Room + I * Bytes) : nullptr;
    if (Given[I] && !copyUser(Wanted[I], Given[I], Bytes))
      return -EFAULT;
  }
  return 0;
}

long selectInCoroutine(int N, fd_set *R, fd_set *W, fd_set *E, Deadline Until) {
  // The kernel clears what is not ready, so each try needs the originals.
  size_t Bytes = Sets::bytes(N);
  auto *Copies = static_cast<char *>(alloca(3 * Bytes + 1));
  fd_set *Given[3] = {R, W, E};
  fd_set *Wanted[3];
  if (long Error = copySets(Given, Wanted, Copies, Bytes))
    return Error;
  auto Restore = [&] {
    for (int I = 0; I < 3; ++I)
      if (Given[I])
        memcpy(Given[I], Wanted[I], Bytes);
  };
  auto Try = [&] {
    Restore();
    timeval Zero{};
    return sys::select(N, R, W, E, &Zero);
  };
  long Ready = Try();
  if (Ready != 0 || Until.hasPassed())
    return Ready;
  auto IsWanted = [&](int Fd) {
    return isIn(Wanted[0], Fd) || isIn(Wanted[1], Fd) || isIn(Wanted[2], Fd);
  };
  size_t Count = 0;
  for (int Fd = 0; Fd < N; ++Fd)
    Count += IsWanted(Fd);
  Waiters Waits(Count);
  if (!Waits)
    return -ENOMEM;
  for (int Fd = 0; Fd < N; ++Fd)
    if (IsWanted(Fd))
      Waits.add(Fd, isIn(Wanted[0], Fd) || isIn(Wanted[2], Fd),
                isIn(Wanted[1], Fd));
  long Result = untilAnyReady(Waits, Until, Try, [&] {
    Restore();
    int64_t Left = std::max(Until.left(), int64_t{0});
    timeval Timeout{Left / NsPerSecond, Left % NsPerSecond / 1000};
    return sys::select(N, R, W, E, Until.isNever() ? nullptr : &Timeout);
  });
  if (Result < 0)
    Restore(); // An error leaves the sets as they were.
  return Result;
}

/// The kernel's highest descriptor bounds what it looks at; no larger set can
/// name an open file.
int boundedCount(int N) { return N < Sets::Most ? N : Sets::Most; }

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_poll(pollfd *Fds, nfds_t N, int TimeoutMs) {
  if (!suspendable())
    return poll(Fds, N, TimeoutMs);
  return static_cast<int>(toErrno(pollInCoroutine(Fds, N, TimeoutMs)));
}

OC_WRAPPER int __oc___poll_chk(pollfd *Fds, nfds_t N, int TimeoutMs,
                               size_t Room) {
  if (Room / sizeof *Fds < N)
    __chk_fail();
  return __oc_poll(Fds, N, TimeoutMs);
}

/// select(2). As on Linux, the time that is left comes back in \p Timeout.
OC_WRAPPER int __oc_select(int N, fd_set *R, fd_set *W, fd_set *E,
                           timeval *Timeout) {
  timeval Time{};
  if (!suspendable() || N < 0 || (Timeout && !readUser(Time, Timeout)) ||
      Time.tv_sec < 0 || Time.tv_usec < 0) // The last three are errors.
    return select(N, R, W, E, Timeout);
  Deadline Until =
      !Timeout ? Deadline::never() : Deadline::in(nanoseconds(Time));
  long Result = selectInCoroutine(boundedCount(N), R, W, E, Until);
  if (Timeout) {
    int64_t Left = Until.left() > 0 && !Until.isNever() ? Until.left() : 0;
    Time = {Left / NsPerSecond, Left % NsPerSecond / 1000};
    writeUser(Timeout, Time); // The kernel, too, ignores a failure here.
  }
  return static_cast<int>(toErrno(Result));
}
