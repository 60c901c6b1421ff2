// select.cpp - select(2) and pselect(2), by poll: sets of descriptors in and
// out, and the same wait.
#include "libc/poll_set.h"
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "reactor/fd_table.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>

namespace oc {
namespace {

/// The kernel's highest descriptor bounds what it looks at; no larger set can
/// name an open file. Also what copies on the stack have room for.
constexpr int Most = 1 << 16;

/// Lists the caller's own, if it has others than main.
constexpr char OwnNumbers[] = "/proc/thread-self/fd";

bool isPrograms(int Fd) { return !isOwn(Fd) && !fds::isHidden(Fd); }

/// The highest number below \p N that the program has open, or -1.
int highestOpen(int N) {
  std::lock_guard Hiding(HidingGuard); // What is hidden is known.
  long Directory = sys::call(SYS_openat, AT_FDCWD, sys::word(OwnNumbers),
                             O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int Highest = -1;
  if (Directory < 0) { // No number is free, or there is no /proc.
    Highest = std::min(N, Most) - 1;
    while (Highest >= 0 &&
           (sys::fcntl(Highest, F_GETFD) < 0 || !isPrograms(Highest)))
      --Highest;
    return Highest;
  }
  alignas(dirent64) char Buf[4096];
  long Bytes;
  while ((Bytes = sys::call(SYS_getdents64, Directory, sys::word(Buf),
                            sizeof Buf)) > 0)
    for (long At = 0; At < Bytes;) {
      auto *Entry = reinterpret_cast<dirent64 *>(Buf + At);
      At += Entry->d_reclen;
      int Fd = -1; // "." and ".." stay that.
      std::from_chars(Entry->d_name, Entry->d_name + strlen(Entry->d_name), Fd);
      if (Fd > Highest && Fd < N && Fd != Directory && isPrograms(Fd))
        Highest = Fd;
    }
  sys::close(static_cast<int>(Directory));
  return Highest;
}

/// \p N, or for how many numbers the kernel's table would have room without
/// our descriptors: alloc_fdtable() in its fs/file.c.
int withoutOurs(int N) {
  unsigned Open = static_cast<unsigned>(highestOpen(N) + 1);
  return static_cast<int>(
      std::min(static_cast<unsigned>(N), std::max(std::bit_ceil(Open), 64u)));
}

/// Calls \p Op with \p N, or less: the kernel looks at, and writes, no more
/// than it has room for, and with our descriptors that may lie behind the
/// caller's sets. In what has the usual size it may: that saves the look.
template <typename Callable> int withinTable(int N, Callable Op) {
  if (leastOwn() == INT32_MAX)
    return Op(N);
  if (N > FD_SETSIZE)
    return Op(withoutOurs(N));
  int Saved = getErrno(), Result = Op(N);
  if (Result >= 0 || getErrno() != EFAULT)
    return Result;
  setErrno(Saved);
  return Op(withoutOurs(N));
}

/// The three sets as the caller gave them: the kernel clears what is not ready.
struct Sets {
  static constexpr short Asked[3] = {POLLIN, POLLOUT, POLLPRI};
  /// What counts as readable, writable, exceptional: the kernel's fs/select.c.
  static constexpr short Counts[3] = {
      POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
      POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR, POLLPRI};

  const uint64_t *Of[3] = {};

  bool has(int Set, int Fd) const {
    return Of[Set] && (Of[Set][Fd / 64] >> (Fd % 64) & 1);
  }
  short wanted(int Fd) const {
    short Events = 0;
    for (int I = 0; I < 3; ++I)
      Events |= has(I, Fd) ? Asked[I] : short{0};
    return Events;
  }
  /// The events that count for the sets that \p Fd is in: poll tells of
  /// hang-ups and errors that nobody asked for.
  short counting(int Fd) const {
    short Events = 0;
    for (int I = 0; I < 3; ++I)
      Events |= has(I, Fd) ? Counts[I] : short{0};
    return Events;
  }
  /// An error leaves the caller's sets as they were.
  void giveBack(uint64_t *const (&Given)[3], size_t Bytes) const {
    for (int I = 0; I < 3; ++I)
      if (Given[I]) {
        memcpy(Given[I], Of[I], Bytes);
        sanitizer::written(Given[I], Bytes);
      }
  }
};

/// Writes what \p Set found into the caller's sets. \returns how many bits.
long giveResult(const PollSet &Set, const Sets &Wanted, int N,
                uint64_t *const (&Given)[3]) {
  long Bits = 0;
  size_t Found = 0;
  for (int Fd = 0; Fd < N; ++Fd) {
    if (!Wanted.wanted(Fd))
      continue;
    short Events = Set.found(Found++);
    for (int I = 0; I < 3; ++I)
      if (Wanted.has(I, Fd) && (Events & Sets::Counts[I])) {
        Given[I][Fd / 64] |= uint64_t{1} << (Fd % 64);
        ++Bits;
      }
  }
  return Bits;
}

long selectInCoroutine(int N, fd_set *R, fd_set *W, fd_set *E, Deadline Until) {
  size_t Bytes = (static_cast<size_t>(N) + 63) / 64 * 8;
  uint64_t *Given[3] = {reinterpret_cast<uint64_t *>(R),
                        reinterpret_cast<uint64_t *>(W),
                        reinterpret_cast<uint64_t *>(E)};
  auto *Copies = static_cast<char *>(alloca(3 * Bytes + 1));
  Sets Wanted;
  for (int I = 0; I < 3; ++I) {
    if (!Given[I])
      continue;
    auto *Copy = reinterpret_cast<uint64_t *>(Copies + I * Bytes);
    if (!copyUser(Copy, Given[I], Bytes))
      return -EFAULT;
    Wanted.Of[I] = Copy;
  }
  timeval Zero{};
  long Ready = sys::select(N, R, W, E, &Zero); // Also tells all errors.
  if (Ready == 0 && self().hasSignal()) {      // Even if it need not wait.
    Ready = interrupted(false);
    if (Ready < 0)
      Wanted.giveBack(Given, Bytes);
  }
  if (Ready != 0 || Until.hasPassed())
    return Ready;

  size_t Count = 0;
  for (int Fd = 0; Fd < N; ++Fd)
    Count += Wanted.wanted(Fd) != 0;
  auto Wait = [&]() -> long {
    PollSet Set(Count);
    if (!Set)
      return -ENOMEM;
    for (int Fd = 0; Fd < N; ++Fd)
      if (short Events = Wanted.wanted(Fd))
        Set.add(Fd, Events, Wanted.counting(Fd));
    long Found = Set.wait(Until);
    // The sets are empty since that first call.
    return Found > 0 ? giveResult(Set, Wanted, N, Given) : Found;
  };
  Ready = waitForOne(Wait, [&] {
    Wanted.giveBack(Given, Bytes);
    timespec Left = Until.timeLeft();
    timeval Time{Left.tv_sec, Left.tv_nsec / 1000};
    return sys::select(N, R, W, E, Until.isNever() ? nullptr : &Time);
  });
  if (Ready < 0)
    Wanted.giveBack(Given, Bytes);
  return Ready;
}

} // namespace
} // namespace oc

using namespace oc;

/// select(2). As on Linux, the time that is left comes back in \p Timeout.
OC_WRAPPER int __oc_select(int Count, fd_set *R, fd_set *W, fd_set *E,
                           timeval *Timeout) {
  auto Call = [&](int N) -> int {
    timeval Time{};
    if (!suspendable() || N < 0 || (Timeout && !readUser(Time, Timeout)) ||
        Time.tv_sec < 0 || Time.tv_usec < 0) // The last three are errors.
      return select(N, R, W, E, Timeout);
    Deadline Until =
        !Timeout ? Deadline::never() : Deadline::in(nanoseconds(Time));
    long Result = selectInCoroutine(std::min(N, Most), R, W, E, Until);
    // More than fits into a deadline stays nearly what it was.
    if (Timeout && Time.tv_sec < INT64_MAX / NsPerSecond) {
      timespec Left = Until.timeLeft();
      Time = {Left.tv_sec, Left.tv_nsec / 1000};
      writeUser(Timeout, Time); // The kernel, too, ignores a failure here.
    }
    return static_cast<int>(toErrno(Result));
  };
  return cancellationPoint([&] { return withinTable(Count, Call); });
}

OC_WRAPPER int __oc_pselect(int Count, fd_set *R, fd_set *W, fd_set *E,
                            const timespec *Timeout, const sigset_t *Mask) {
  auto Call = [&](int N) -> int {
    Deadline Until = Deadline::never();
    if (!suspendable() || N < 0 || !readTimeout(Timeout, Until))
      return pselect(N, R, W, E, Timeout, Mask); // The last two are errors.
    return static_cast<int>(toErrno(withMask(Mask, [&] {
      return selectInCoroutine(std::min(N, Most), R, W, E, Until);
    })));
  };
  return cancellationPoint([&] { return withinTable(Count, Call); });
}
