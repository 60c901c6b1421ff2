// syscall.cpp - syscall(2): the numbers of functions that have wrappers.
#include "sys/syscall.h"
#include "libc/os_state.h"
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "process/process.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "sync/futex.h"
#include "sys/errno.h"
#include "thread/cancel.h"
#include "thread/thread_id.h"

#include <cstdarg>
#include <sched.h>
#include <sys/file.h>
#include <type_traits>
#include <utility>

namespace oc {
namespace {

template <typename T> T fromWord(long Word) {
  if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<T>(Word);
  else
    return static_cast<T>(Word);
}

template <typename R, typename... P, size_t... I>
long callWith(R (*Wrapper)(P...), const long (&A)[6],
              std::index_sequence<I...>) {
  return static_cast<long>(Wrapper(fromWord<P>(A[I])...));
}

template <typename R, typename... P>
long callWith(R (*Wrapper)(P...), const long (&A)[6]) {
  return callWith(Wrapper, A, std::index_sequence_for<P...>{});
}

/// A set of signals as the kernel has it, of 8 bytes, becomes one of libc's,
/// of which sanitizers check every byte.
class LibcSet {
public:
  explicit LibcSet(long Word) : At(fromWord<const sigset_t *>(Word)) {
    uint64_t Bits;
    if (!At || !readUser(Bits, reinterpret_cast<const uint64_t *>(At)))
      return; // The wrapper says EFAULT.
    fromBits(Bits, Whole);
    At = &Whole;
  }
  operator const sigset_t *() const { return At; }
  bool isBad() const { return At && At != &Whole; }

private:
  const sigset_t *At;
  sigset_t Whole;
};

/// The calls themselves, unlike libc's, write back what is left of the timeout
/// once they have begun to wait.
class Timeout {
public:
  explicit Timeout(long Word)
      : At(fromWord<timespec *>(Word)), Start(clockNow(CLOCK_MONOTONIC)) {
    Waits = At && readUser(Given, At) && isValid(Given) &&
            (Given.tv_sec || Given.tv_nsec);
  }
  operator const timespec *() const { return At; }
  /// \returns \p Result. A place that cannot be written is no error.
  long writeLeft(long Result) const {
    if (!Waits)
      return Result;
    int64_t Passed = clockNow(CLOCK_MONOTONIC) - Start;
    timespec Left = {Given.tv_sec - Passed / NsPerSecond,
                     Given.tv_nsec - Passed % NsPerSecond};
    if (Left.tv_nsec < 0) {
      --Left.tv_sec;
      Left.tv_nsec += NsPerSecond;
    }
    writeUser(At, Left.tv_sec < 0 ? timespec{} : Left);
    return Result;
  }

private:
  timespec *At;
  int64_t Start;
  timespec Given;
  bool Waits;
};

long setMask(const long (&A)[6]) {
  sigset_t Old; // Longer than the program's.
  int Result = __oc_sigprocmask(static_cast<int>(A[0]), LibcSet(A[1]), &Old);
  if (Result == 0 && A[2])
    memcpy(fromWord<void *>(A[2]), &Old, static_cast<size_t>(A[3]));
  return Result;
}

long sleepOn(const long (&A)[6]) {
  return toErrno(-__oc_clock_nanosleep(
      static_cast<clockid_t>(A[0]), static_cast<int>(A[1]),
      fromWord<const timespec *>(A[2]), fromWord<timespec *>(A[3])));
}

long ppoll(const long (&A)[6]) {
  Timeout Time(A[2]);
  LibcSet Mask(A[3]);
  if (A[3] && A[4] != 8)
    return toErrno(-EINVAL);
  auto *Fds = fromWord<pollfd *>(A[0]);
  auto Count = static_cast<nfds_t>(A[1]);
  long Result = __oc_ppoll(Fds, Count, Time, Mask);
  return Mask.isBad() ? Result : Time.writeLeft(Result);
}

/// pselect6's last argument points to the mask and its length.
long pselect6(const long (&A)[6]) {
  struct {
    long Set, Bytes;
  } Packed{};
  if (A[5] && !readUser(Packed, fromWord<const decltype(Packed) *>(A[5])))
    return toErrno(-EFAULT);
  Timeout Time(A[4]);
  LibcSet Mask(Packed.Set);
  if (Packed.Set && Packed.Bytes != 8)
    return toErrno(-EINVAL);
  long Result = __oc_pselect(static_cast<int>(A[0]), fromWord<fd_set *>(A[1]),
                             fromWord<fd_set *>(A[2]), fromWord<fd_set *>(A[3]),
                             Time, Mask);
  return Mask.isBad() ? Result : Time.writeLeft(Result);
}

/// preadv2 and pwritev2 have the offset in two words; the first is enough.
template <typename R>
long at(R (*Wrapper)(int, const iovec *, int, off_t, int), const long (&A)[6]) {
  return Wrapper(static_cast<int>(A[0]), fromWord<const iovec *>(A[1]),
                 static_cast<int>(A[2]), A[3], static_cast<int>(A[5]));
}

long signalDescriptor(long Nr, const long (&A)[6], int Flags) {
  if (A[2] != 8)
    return syscall(Nr, A[0], A[1], A[2], A[3]);
  return __oc_signalfd(static_cast<int>(A[0]), LibcSet(A[1]), Flags);
}

long queueSignal(long Nr, const long (&A)[6]) {
  siginfo_t Info;
  auto Id = static_cast<pid_t>(A[1]);
  if (A[0] != sys::processId() || !isThreadIdOfOurs(Id) ||
      !readUser(Info, fromWord<const siginfo_t *>(A[3])))
    return syscall(Nr, A[0], A[1], A[2], A[3]);
  return toErrno(sendToThread(Id, static_cast<int>(A[2]), Info));
}

long queueToProcess(long Nr, const long (&A)[6]) {
  long Result = syscall(Nr, A[0], A[1], A[2]);
  if (Result == 0)
    signalWasSent(static_cast<pid_t>(A[0]), static_cast<int>(A[1]));
  return Result;
}

long createTimer(long Nr, const long (&A)[6]) {
  sigevent Copy;
  return syscall(Nr, A[0],
                 useForTimer(static_cast<clockid_t>(A[0]),
                             fromWord<sigevent *>(A[1]), Copy),
                 A[2]);
}

/// \returns what libc's syscall() would.
long dispatch(long Nr, long (&A)[6]) {
  switch (Nr) {
  case SYS_fork:
    return forkBare([](const long *) { return sys::call(SYS_fork); });
  case SYS_clone: // The same, unless it shares memory.
    if (A[0] & CLONE_VM)
      break;
    return forkBare(
        [](const long *A) {
          return sys::call(SYS_clone, A[0], A[1], A[2], A[3], A[4]);
        },
        A);
#define OC_SAME(Name)                                                          \
  case SYS_##Name:                                                             \
    return callWith(__oc_##Name, A);
    OC_SAME(read)
    OC_SAME(readv)
    OC_SAME(pwrite64)
    OC_SAME(write)
    OC_SAME(writev)
    OC_SAME(close)
    OC_SAME(dup)
    OC_SAME(dup2)
    OC_SAME(dup3)
    OC_SAME(pipe)
    OC_SAME(pipe2)
    OC_SAME(socket)
    OC_SAME(socketpair)
    OC_SAME(accept)
    OC_SAME(accept4)
    OC_SAME(connect)
    OC_SAME(recvfrom)
    OC_SAME(recvmsg)
    OC_SAME(recvmmsg)
    OC_SAME(sendto)
    OC_SAME(sendmsg)
    OC_SAME(sendmmsg)
    OC_SAME(setsockopt)
    OC_SAME(shutdown)
    OC_SAME(poll)
    OC_SAME(select)
    OC_SAME(epoll_create)
    OC_SAME(epoll_create1)
    OC_SAME(epoll_wait)
    OC_SAME(epoll_pwait2)
    OC_SAME(inotify_init)
    OC_SAME(inotify_init1)
    OC_SAME(timerfd_create)
    OC_SAME(nanosleep)
    OC_SAME(sched_yield)
    OC_SAME(sigaltstack)
    OC_SAME(getrlimit)
    OC_SAME(setrlimit)
    OC_SAME(prlimit64)
    OC_SAME(wait4)
    OC_SAME(waitid)
    OC_SAME(pause)
    OC_SAME(flock)
    OC_SAME(fsync)
    OC_SAME(fdatasync)
    OC_SAME(gettid)
    OC_SAME(kill)
    OC_SAME(execve)
    OC_SAME(execveat)
    OC_SAME(creat)
    OC_SAME(close_range)
    OC_SAME(copy_file_range)
    OC_SAME(fallocate)
    OC_SAME(ftruncate)
    OC_SAME(mq_timedreceive)
    OC_SAME(mq_timedsend)
    OC_SAME(msgrcv)
    OC_SAME(msgsnd)
    OC_SAME(msync)
    OC_SAME(semop)
    OC_SAME(semtimedop)
    OC_SAME(sendfile)
    OC_SAME(splice)
    OC_SAME(sync_file_range)
    OC_SAME(syncfs)
    OC_SAME(tee)
    OC_SAME(tgkill)
    OC_SAME(truncate)
    OC_SAME(vmsplice)
#undef OC_SAME
  case SYS_preadv2:
    return at(__oc_preadv2, A);
  case SYS_pwritev2:
    return at(__oc_pwritev2, A);
  case SYS_signalfd:
    return signalDescriptor(Nr, A, 0);
  case SYS_signalfd4:
    return signalDescriptor(Nr, A, static_cast<int>(A[3]));
  case SYS_eventfd:
    return __oc_eventfd(static_cast<unsigned>(A[0]), 0);
  case SYS_eventfd2:
    return callWith(__oc_eventfd, A);
  case SYS_openat2:
    return opaque([&] { return syscall(Nr, A[0], A[1], A[2], A[3]); });
  case SYS_tkill:
    return __oc_tgkill(sys::processId(), static_cast<pid_t>(A[0]),
                       static_cast<int>(A[1]));
  case SYS_rt_tgsigqueueinfo:
    return queueSignal(Nr, A);
  case SYS_rt_sigqueueinfo:
    return queueToProcess(Nr, A);
  case SYS_timer_create:
    return createTimer(Nr, A);
  case SYS_epoll_pwait:
    return __oc_epoll_pwait(
        static_cast<int>(A[0]), fromWord<epoll_event *>(A[1]),
        static_cast<int>(A[2]), static_cast<int>(A[3]), LibcSet(A[4]));
  case SYS_ppoll:
    return ppoll(A);
  case SYS_pselect6:
    return pselect6(A);
  case SYS_clock_nanosleep:
    return sleepOn(A);
  case SYS_rt_sigprocmask:
    return setMask(A);
  case SYS_rt_sigsuspend:
    return __oc_sigsuspend(LibcSet(A[0]));
  case SYS_rt_sigtimedwait:
    // libc's turns SI_TKILL into SI_USER.
    return opaque([&] { return syscall(Nr, A[0], A[1], A[2], A[3]); });
  case SYS_fcntl:
    return __oc_fcntl(static_cast<int>(A[0]), static_cast<int>(A[1]), A[2]);
  case SYS_prctl:
    return __oc_prctl(static_cast<int>(A[0]), A[1], A[2], A[3], A[4]);
  case SYS_ioctl:
    return __oc_ioctl(static_cast<int>(A[0]), static_cast<unsigned long>(A[1]),
                      A[2]);
  case SYS_open:
    return __oc_open(fromWord<const char *>(A[0]), static_cast<int>(A[1]),
                     static_cast<mode_t>(A[2]));
  case SYS_openat:
    return __oc_openat(static_cast<int>(A[0]), fromWord<const char *>(A[1]),
                       static_cast<int>(A[2]), static_cast<mode_t>(A[3]));
  }
  useOsThreadFor(Nr, A);
  return syscall(Nr, A[0], A[1], A[2], A[3], A[4], A[5]);
}

/// Unchecked: there may be fewer, and then the caller's stack is read.
OC_UNCHECKED void takeWords(va_list &From, long (&To)[6]) {
  for (long &Word : To)
    Word = va_arg(From, long);
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER long __oc_syscall(long Nr, ...) noexcept {
  va_list Args;
  va_start(Args, Nr);
  long A[6];
  takeWords(Args, A);
  va_end(Args);
  if (!runtimeServes())
    return syscall(Nr, A[0], A[1], A[2], A[3], A[4], A[5]);
  if (Nr == SYS_futex) {
    long Result = futexCall(A);
    arrive();
    return toErrno(Result);
  }
  ThreadBlock *T = currentThread();
  if (!T)
    return dispatch(Nr, A);
  NoCancellation Here(*T);
  return dispatch(Nr, A);
}
