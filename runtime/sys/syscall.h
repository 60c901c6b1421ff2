// syscall.h - the system calls that the runtime makes. Raw: a result of 0 or
// more, or a negative errno value; errno itself is neither read nor written
// (toErrno in errno.h does that, for wrappers).
#ifndef OPEN_CO_SYS_SYSCALL_H
#define OPEN_CO_SYS_SYSCALL_H

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#if !defined(__x86_64__) || !defined(__linux__) || !defined(__GLIBC__)
#error "open-co: the runtime supports x86-64 Linux with glibc only"
#endif

namespace oc::sys {

/// Enters the kernel. \returns what the kernel returned.
inline long call(long Nr, long A = 0, long B = 0, long C = 0, long D = 0,
                 long E = 0, long F = 0) {
  long Result;
  register long R10 asm("r10") = D;
  register long R8 asm("r8") = E;
  register long R9 asm("r9") = F;
  asm volatile("syscall"
               : "=a"(Result)
               : "a"(Nr), "D"(A), "S"(B), "d"(C), "r"(R10), "r"(R8), "r"(R9)
               : "rcx", "r11", "memory");
  return Result;
}

inline long word(const volatile void *P) { return reinterpret_cast<long>(P); }

// Files and pipes.
inline long read(int Fd, void *Buf, size_t N) {
  return call(SYS_read, Fd, word(Buf), static_cast<long>(N));
}
inline long write(int Fd, const void *Buf, size_t N) {
  return call(SYS_write, Fd, word(Buf), static_cast<long>(N));
}
/// preadv2(2) at the file's own position with RWF_NOWAIT: -EAGAIN rather than
/// blocking, -EOPNOTSUPP where the kind of file cannot tell.
inline long readvNoWait(int Fd, const iovec *Parts, size_t Count) {
  return call(SYS_preadv2, Fd, word(Parts), static_cast<long>(Count), -1, -1,
              RWF_NOWAIT);
}
inline long writevNoWait(int Fd, const iovec *Parts, size_t Count) {
  return call(SYS_pwritev2, Fd, word(Parts), static_cast<long>(Count), -1, -1,
              RWF_NOWAIT);
}
inline long readNoWait(int Fd, void *Buf, size_t N) {
  iovec Part{Buf, N};
  return readvNoWait(Fd, &Part, 1);
}
inline long writeNoWait(int Fd, const void *Buf, size_t N) {
  iovec Part{const_cast<void *>(Buf), N};
  return writevNoWait(Fd, &Part, 1);
}
inline long readv(int Fd, const iovec *Parts, size_t Count) {
  return call(SYS_readv, Fd, word(Parts), static_cast<long>(Count));
}
inline long writev(int Fd, const iovec *Parts, size_t Count) {
  return call(SYS_writev, Fd, word(Parts), static_cast<long>(Count));
}
inline long close(int Fd) { return call(SYS_close, Fd); }
inline long fcntl(int Fd, int Command, long Arg = 0) {
  return call(SYS_fcntl, Fd, Command, Arg);
}
inline long fstat(int Fd, struct stat *S) {
  return call(SYS_fstat, Fd, word(S));
}

/// newfstatat(2) with no flags: follows links.
inline long fstatat(int Directory, const char *Path, struct stat *S) {
  return call(SYS_newfstatat, Directory, word(Path), word(S), 0);
}

// Sockets.
inline long recvfrom(int Fd, void *Buf, size_t N, int Flags, sockaddr *From,
                     socklen_t *FromLen) {
  return call(SYS_recvfrom, Fd, word(Buf), static_cast<long>(N), Flags,
              word(From), word(FromLen));
}
inline long sendto(int Fd, const void *Buf, size_t N, int Flags,
                   const sockaddr *To, socklen_t ToLen) {
  return call(SYS_sendto, Fd, word(Buf), static_cast<long>(N), Flags, word(To),
              static_cast<long>(ToLen));
}
inline long recvmsg(int Fd, msghdr *M, int Flags) {
  return call(SYS_recvmsg, Fd, word(M), Flags);
}
inline long sendmsg(int Fd, const msghdr *M, int Flags) {
  return call(SYS_sendmsg, Fd, word(M), Flags);
}
inline long recvmmsg(int Fd, mmsghdr *M, unsigned Count, int Flags,
                     timespec *Timeout) {
  return call(SYS_recvmmsg, Fd, word(M), Count, Flags, word(Timeout));
}
inline long accept4(int Fd, sockaddr *A, socklen_t *Len, int Flags) {
  return call(SYS_accept4, Fd, word(A), word(Len), Flags);
}
inline long getsockopt(int Fd, int Level, int Name, void *Value,
                       socklen_t *Len) {
  return call(SYS_getsockopt, Fd, Level, Name, word(Value), word(Len));
}

// Waiting.
inline long poll(pollfd *Fds, nfds_t N, int TimeoutMs) {
  return call(SYS_poll, word(Fds), static_cast<long>(N), TimeoutMs);
}
/// ppoll(2) without a mask. The kernel writes the time that is left back.
inline long ppoll(pollfd *Fds, nfds_t N, timespec *Timeout) {
  return call(SYS_ppoll, word(Fds), static_cast<long>(N), word(Timeout), 0, 8);
}
inline long select(int N, fd_set *R, fd_set *W, fd_set *E, timeval *Timeout) {
  return call(SYS_select, N, word(R), word(W), word(E), word(Timeout));
}
inline long epollCreate() { return call(SYS_epoll_create1, EPOLL_CLOEXEC); }
inline long epollCtl(int Epoll, int Op, int Fd, epoll_event *Event) {
  return call(SYS_epoll_ctl, Epoll, Op, Fd, word(Event));
}
/// epoll_pwait2(2), Linux 5.11. \p Timeout null: until something happens.
inline long epollPwait2(int Epoll, epoll_event *Events, int Max,
                        const timespec *Timeout) {
  return call(SYS_epoll_pwait2, Epoll, word(Events), Max, word(Timeout), 0, 0);
}
inline long epollWait(int Epoll, epoll_event *Events, int Max, int TimeoutMs) {
  return call(SYS_epoll_wait, Epoll, word(Events), Max, TimeoutMs);
}
inline long eventFd() { return call(SYS_eventfd2, 0, 02000000 | 04000); }

// Futexes of this process. \p Deadline is absolute CLOCK_MONOTONIC; null:
// for ever.
inline long futexWait(const volatile void *Word, uint32_t Expected,
                      const timespec *Deadline = nullptr, bool Private = true) {
  constexpr long WaitBitset = 9;
  return call(SYS_futex, word(Word), WaitBitset | (Private ? 128 : 0),
              static_cast<long>(Expected), word(Deadline), 0, 0xffffffffL);
}
inline long futexWake(const volatile void *Word, int Count,
                      bool Private = true) {
  constexpr long Wake = 1;
  return call(SYS_futex, word(Word), Wake | (Private ? 128 : 0), Count);
}

// Memory.
inline void *map(size_t Size, int Protection, int Flags) {
  long R = call(SYS_mmap, 0, static_cast<long>(Size), Protection, Flags, -1, 0);
  return R < 0 && R > -4096 ? nullptr : reinterpret_cast<void *>(R);
}
inline long unmap(void *P, size_t Size) {
  return call(SYS_munmap, word(P), static_cast<long>(Size));
}
inline long advise(void *P, size_t Size, int Advice) {
  return call(SYS_madvise, word(P), static_cast<long>(Size), Advice);
}
/// An advice: MADV_GUARD_INSTALL, Linux 6.13.
constexpr int GuardInstall = 102;
inline long protect(void *P, size_t Size, int Protection) {
  return call(SYS_mprotect, word(P), static_cast<long>(Size), Protection);
}

// Threads and signals.
inline int threadId() { return static_cast<int>(call(SYS_gettid)); }
inline int processId() { return static_cast<int>(call(SYS_getpid)); }
inline void yield() { call(SYS_sched_yield); }
inline long tgkill(int Process, int Thread, int Signal) {
  return call(SYS_tgkill, Process, Thread, Signal);
}
/// rt_sigprocmask(2) on the kernel's 64-bit set; unlike libc's it lets the
/// signals through that libc keeps for itself.
inline long signalMask(int How, const uint64_t *Set, uint64_t *Old) {
  return call(SYS_rt_sigprocmask, How, word(Set), word(Old), 8);
}

inline long signalStack(const stack_t *New, stack_t *Old) {
  return call(SYS_sigaltstack, word(New), word(Old));
}
/// prlimit(2) of this process.
inline long resourceLimit(int Resource, const rlimit *New, rlimit *Old) {
  return call(SYS_prlimit64, 0, Resource, word(New), word(Old));
}

/// Whether the CPU checks return addresses of this OS thread (CET): arch_prctl
/// with ARCH_SHSTK_STATUS, Linux 6.6.
inline bool hasShadowStack() {
  uint64_t Features = 0;
  return call(SYS_arch_prctl, 0x5005, word(&Features)) == 0 && (Features & 1);
}

} // namespace oc::sys

#endif
