// program_io.h - the system calls that move the program's data, as in
// sys/syscall.h. In a program that was compiled with a sanitizer they are
// libc's functions, which it intercepts: it checks the program's memory, knows
// what was read, and that what comes out of a file was put in before.
#ifndef OPEN_CO_SYS_PROGRAM_IO_H
#define OPEN_CO_SYS_PROGRAM_IO_H

#include "sys/errno.h"
#include "sys/sanitizer.h"
#include "sys/syscall.h"

#include <unistd.h>

// From <sanitizer/linux_syscall_hooks.h>: for calls without an interceptor.
extern "C" {
[[gnu::weak]] void __sanitizer_syscall_pre_impl_read(long Fd, void *, long N);
[[gnu::weak]] void __sanitizer_syscall_post_impl_read(long Result, long Fd,
                                                      void *, long N);
[[gnu::weak]] void __sanitizer_syscall_pre_impl_write(long Fd, const void *,
                                                      long N);
}

namespace oc::io {

/// AddressSanitizer, ThreadSanitizer and MemorySanitizer do.
inline bool isIntercepted() { return __sanitizer_syscall_pre_impl_read; }

/// What \p Call(), one of libc's, returns: raw, and without a trace in errno.
template <typename Callable> [[gnu::noinline]] long intercepted(Callable Call) {
  int Saved = getErrno();
  long Result = Call();
  if (Result < 0)
    Result = -getErrno();
  setErrno(Saved);
  return Result;
}

/// Calls the libc function \p Name, or sys::Name.
#define OC_IO(Name, ...)                                                       \
  (isIntercepted()                                                             \
       ? intercepted([&]() -> long { return ::Name(__VA_ARGS__); })            \
       : sys::Name(__VA_ARGS__))

inline long read(int Fd, void *Buf, size_t N) {
  return OC_IO(read, Fd, Buf, N);
}
inline long write(int Fd, const void *Buf, size_t N) {
  return OC_IO(write, Fd, Buf, N);
}
inline long readv(int Fd, const iovec *Parts, size_t Count) {
  return OC_IO(readv, Fd, Parts, static_cast<int>(Count));
}
inline long writev(int Fd, const iovec *Parts, size_t Count) {
  return OC_IO(writev, Fd, Parts, static_cast<int>(Count));
}
inline long recvfrom(int Fd, void *Buf, size_t N, int Flags, sockaddr *From,
                     socklen_t *FromLen) {
  // Only recv is known to hand over what the sender did.
  if (isIntercepted() && !From)
    return intercepted([&] { return ::recv(Fd, Buf, N, Flags); });
  return OC_IO(recvfrom, Fd, Buf, N, Flags, From, FromLen);
}
inline long sendto(int Fd, const void *Buf, size_t N, int Flags,
                   const sockaddr *To, socklen_t ToLen) {
  return OC_IO(sendto, Fd, Buf, N, Flags, To, ToLen);
}
inline long recvmsg(int Fd, msghdr *M, int Flags) {
  return OC_IO(recvmsg, Fd, M, Flags);
}
inline long sendmsg(int Fd, const msghdr *M, int Flags) {
  return OC_IO(sendmsg, Fd, M, Flags);
}
inline long recvmmsg(int Fd, mmsghdr *M, unsigned Count, int Flags,
                     timespec *Timeout) {
  return OC_IO(recvmmsg, Fd, M, Count, Flags, Timeout);
}
inline long accept4(int Fd, sockaddr *A, socklen_t *Len, int Flags) {
  return OC_IO(accept4, Fd, A, Len, Flags);
}
inline long poll(pollfd *Fds, nfds_t N, int TimeoutMs) {
  return OC_IO(poll, Fds, N, TimeoutMs);
}
inline long epollWait(int Epoll, epoll_event *Events, int Max, int TimeoutMs) {
  if (isIntercepted())
    return intercepted(
        [&] { return ::epoll_wait(Epoll, Events, Max, TimeoutMs); });
  return sys::epollWait(Epoll, Events, Max, TimeoutMs);
}
#undef OC_IO

/// Calls \p Tell(part, bytes) for the first \p Left bytes of \p Parts.
template <typename Callable>
void forParts(const iovec *Parts, long Left, Callable Tell) {
  for (; Left > 0; ++Parts) {
    long N = Left < static_cast<long>(Parts->iov_len)
                 ? Left
                 : static_cast<long>(Parts->iov_len);
    Tell(Parts->iov_base, N);
    Left -= N;
  }
}

// Not every release intercepts preadv2 and pwritev2. A transfer of nothing,
// which the kernel ignores, tells ThreadSanitizer of the hand-over.
inline long readvNoWait(int Fd, const iovec *Parts, size_t Count) {
  long Result = sys::readvNoWait(Fd, Parts, Count);
  if (isIntercepted() && Result >= 0) [[unlikely]] {
    forParts(Parts, Result, [&](void *P, long N) {
      __sanitizer_syscall_pre_impl_read(Fd, P, N);
      __sanitizer_syscall_post_impl_read(N, Fd, P, N);
    });
    intercepted([&] { return ::readv(Fd, nullptr, 0); });
  }
  return Result;
}
inline long writevNoWait(int Fd, const iovec *Parts, size_t Count) {
  if (isIntercepted()) [[unlikely]]
    intercepted([&] { return ::writev(Fd, nullptr, 0); });
  long Result = sys::writevNoWait(Fd, Parts, Count);
  if (isIntercepted()) [[unlikely]]
    forParts(Parts, Result, [&](const void *P, long N) {
      __sanitizer_syscall_pre_impl_write(Fd, P, N);
    });
  return Result;
}
inline long readNoWait(int Fd, void *Buf, size_t N) {
  iovec Part{Buf, N};
  return readvNoWait(Fd, &Part, 1);
}
inline long writeNoWait(int Fd, const void *Buf, size_t N) {
  iovec Part{const_cast<void *>(Buf), N};
  return writevNoWait(Fd, &Part, 1);
}

} // namespace oc::io

#endif
