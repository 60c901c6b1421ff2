// files.cpp - calls on files that block and have no readiness: their OS thread
// waits, and another takes over the worker's queue.
#include "libc/opaque_wrapper.h"
#include "sys/errno.h"

#include <cerrno>
#include <sys/file.h>
#include <sys/mman.h>

using namespace oc;

OC_OPAQUE(int, fsync, (int Fd), (Fd))
OC_OPAQUE(int, fdatasync, (int Fd), (Fd))
OC_OPAQUE_NOTHROW(int, syncfs, (int Fd), (Fd))
OC_OPAQUE(int, sync_file_range,
          (int Fd, off64_t Offset, off64_t Count, unsigned Flags),
          (Fd, Offset, Count, Flags))
OC_OPAQUE(int, msync, (void *P, size_t N, int Flags), (P, N, Flags))

// SIGXFSZ, if it comes, is the caller's there.
OC_OPAQUE(int, fallocate, (int Fd, int Mode, off_t From, off_t Length),
          (Fd, Mode, From, Length))
OC_OPAQUE(int, fallocate64, (int Fd, int Mode, off64_t From, off64_t Length),
          (Fd, Mode, From, Length))
// No cancellation points of libc's.
OC_WRAPPER int __oc_posix_fallocate(int Fd, off_t From, off_t Length) {
  return opaque([&] { return posix_fallocate(Fd, From, Length); });
}
OC_WRAPPER int __oc_posix_fallocate64(int Fd, off64_t From, off64_t Length) {
  return opaque([&] { return posix_fallocate64(Fd, From, Length); });
}
OC_OPAQUE_NOTHROW(int, ftruncate, (int Fd, off_t Length), (Fd, Length))
OC_OPAQUE_NOTHROW(int, ftruncate64, (int Fd, off64_t Length), (Fd, Length))
OC_OPAQUE_NOTHROW(int, truncate, (const char *Path, off_t Length),
                  (Path, Length))
OC_OPAQUE_NOTHROW(int, truncate64, (const char *Path, off64_t Length),
                  (Path, Length))

OC_OPAQUE(ssize_t, copy_file_range,
          (int In, off64_t *InOffset, int Out, off64_t *OutOffset, size_t N,
           unsigned Flags),
          (In, InOffset, Out, OutOffset, N, Flags))

OC_OPAQUE(int, aio_suspend,
          (const aiocb *const List[], int Count, const timespec *Time),
          (List, Count, Time))
OC_OPAQUE_NOTHROW(int, aio_suspend64,
                  (const aiocb64 *const List[], int Count,
                   const timespec *Time),
                  (List, Count, Time))
OC_OPAQUE_NOTHROW(int, lio_listio,
                  (int Mode, aiocb *const List[], int Count, sigevent *Event),
                  (Mode, List, Count, Event))
OC_OPAQUE_NOTHROW(int, lio_listio64,
                  (int Mode, aiocb64 *const List[], int Count, sigevent *Event),
                  (Mode, List, Count, Event))

/// flock(2).
OC_WRAPPER int __oc_flock(int Fd, int Operation) noexcept {
  if (Operation & LOCK_NB)
    return flock(Fd, Operation);
  return opaque([&] { return flock(Fd, Operation); });
}

/// lockf(3): F_LOCK waits for the lock.
OC_WRAPPER int __oc_lockf(int Fd, int Command, off_t Length) {
  if (Command != F_LOCK)
    return lockf(Fd, Command, Length);
  return cancellationPoint(
      [&] { return opaque([&] { return lockf(Fd, Command, Length); }); });
}

OC_WRAPPER int __oc_lockf64(int Fd, int Command, off64_t Length) {
  return __oc_lockf(Fd, Command, Length);
}
