// stream.h - what libc does inside a stream when it reads and writes, in steps
// that suspend the coroutine instead of blocking its OS thread. libc's own
// functions work on the same buffer before and after.
//
// All of it: for a suspendable coroutine that has locked the stream, and for
// streams of bytes (not wide ones). A failure sets the stream's error flag and
// errno, as libc's.
#ifndef OPEN_CO_STDIO_STREAM_H
#define OPEN_CO_STDIO_STREAM_H

#include "sys/sanitizer.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace oc {

/// Of FILE's flags: glibc's libio.h, and libioP.h.
namespace flag {
constexpr int Unbuffered = 0x2, InBackup = 0x100, LineBuffered = 0x200,
              CurrentlyPutting = 0x800, IsAppending = 0x1000;
} // namespace flag

/// Whether reading or writing \p F is not left to libc: it has a descriptor,
/// and that may wait for somebody, or the caller is cancelled where it would
/// read or write.
bool isSlow(FILE &F);

/// The descriptor of \p F; less than 0 if it has none: it calls functions of
/// the program's, or is in memory (fopencookie, open_memstream). Then the field
/// is not always set.
inline int descriptorOf(FILE &F) {
  int Error = errno;
  int Fd = fileno_unlocked(&F);
  errno = Error;
  return Fd;
}

/// The flags of \p F, also without its lock: libc reads them so, and writes
/// them as plain words.
OC_UNCHECKED inline int flagsOf(const FILE &F) {
  return const_cast<const volatile int &>(F._flags);
}

/// Whether \p F is a stream of wide characters. Needs no lock, either.
OC_UNCHECKED inline bool isWide(const FILE &F) {
  return const_cast<const volatile int &>(F._mode) > 0;
}

/// Makes \p F a stream of bytes, unless it is one of wide characters.
inline void orientToBytes(FILE &F) {
  if (!F._mode)
    F._mode = -1;
}

/// What of the input is in the buffer.
inline size_t available(const FILE &F) {
  return static_cast<size_t>(F._IO_read_end - F._IO_read_ptr);
}

/// Sees to it that input is in the buffer. \returns false at end of file, or on
/// failure.
bool fill(FILE &F);

/// Takes \p N bytes out of the buffer, which has them.
inline void take(FILE &F, void *To, size_t N) {
  memcpy(To, F._IO_read_ptr, N);
  sanitizer::written(To, N);
  F._IO_read_ptr += N;
}

/// Gets some of \p N bytes: from the buffer, or, if it holds fewer, straight
/// from the file. \returns how many; 0 at end of file, or on failure.
size_t get(FILE &F, char *To, size_t N);

/// Writes what is in the buffer. \returns whether it could.
bool drain(FILE &F);

/// Puts out a byte, through the buffer. \returns it, or EOF.
int putOne(FILE &F, char C);

/// Puts out \p N bytes, through the buffer where there is one. \returns how
/// many are out or in the buffer; EOF if all are in the buffer, but it could
/// not be written when it should.
long put(FILE &F, const char *P, size_t N);

} // namespace oc

#endif
