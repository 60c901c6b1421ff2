// output.cpp - writing bytes. As libc's functions (libio/), over put() and
// drain(): where they would block their OS thread, this suspends the coroutine.
#include "libc/wrapper.h"
#include "stdio/native.h"
#include "stdio/stream_lock.h"

#include <algorithm>
#include <climits>
#include <cwchar>

namespace oc {
namespace {

// Where nobody waits, on a disk or in memory, libc's own functions write.

int putByte(int Byte, FILE &F) {
  if (!isSlow(F))
    return putc_unlocked(Byte, &F);
  return putOne(F, static_cast<char>(Byte));
}

/// \returns whether all of it is out, or in the buffer.
bool putText(const char *Text, size_t N, FILE &F) {
  if (!N) // As libc: then it is a stream of bytes.
    return fwide(&F, -1) < 0;
  if (!isSlow(F))
    return fwrite_unlocked(Text, 1, N, &F) == N;
  return put(F, Text, N) == static_cast<long>(N);
}

size_t putItems(const void *P, size_t Size, size_t Count, FILE &F) {
  if (!isSlow(F))
    return fwrite_unlocked(P, Size, Count, &F);
  size_t N = Size * Count;
  if (!N)
    return 0;
  long Done = put(F, static_cast<const char *>(P), N);
  // As libc: what is in the buffer counts.
  return Done == EOF || static_cast<size_t>(Done) == N
             ? Count
             : static_cast<size_t>(Done) / Size;
}

int putLine(const char *Text, FILE &F) {
  size_t N = strlen(Text);
  if (!putText(Text, N, F) || putByte('\n', F) == EOF)
    return EOF;
  return static_cast<int>(std::min(N + 1, size_t{INT_MAX}));
}

int flush(FILE &F) {
  // The rest is to forget what was read ahead.
  return isSlow(F) && !drain(F) ? EOF : fflush_unlocked(&F);
}

} // namespace
} // namespace oc

using namespace oc;

//===- Characters ---------------------------------------------------------===//

OC_WRAPPER int __oc_fputc(int C, FILE *F) {
  return onLocked(
      *F, [&] { return putByte(C, *F); }, [&] { return fputc(C, F); });
}
OC_WRAPPER int __oc_putc(int C, FILE *F) { return __oc_fputc(C, F); }
OC_WRAPPER int __oc_putchar(int C) { return __oc_fputc(C, stdout); }

OC_WRAPPER int __oc_fputc_unlocked(int C, FILE *F) {
  return onUnlocked(
      *F, [&] { return putByte(C, *F); }, [&] { return fputc_unlocked(C, F); });
}
OC_WRAPPER int __oc_putc_unlocked(int C, FILE *F) {
  return __oc_fputc_unlocked(C, F);
}
OC_WRAPPER int __oc_putchar_unlocked(int C) {
  return __oc_fputc_unlocked(C, stdout);
}
/// What inline putc_unlocked calls when there is no room in the buffer.
OC_WRAPPER int __oc___overflow(FILE *F, int C) {
  if (C == EOF)
    return __oc_fflush_unlocked(F);
  return onUnlocked(
      *F, [&] { return putByte(C, *F); }, [&] { return __overflow(F, C); });
}

OC_WRAPPER int __oc_putw(int Word, FILE *F) {
  return __oc_fwrite(&Word, sizeof Word, 1, F) == 1 ? 0 : EOF;
}

//===- Blocks and text ----------------------------------------------------===//

OC_WRAPPER size_t __oc_fwrite(const void *P, size_t Size, size_t Count,
                              FILE *F) {
  return onLocked(
      *F, [&] { return putItems(P, Size, Count, *F); },
      [&] { return fwrite(P, Size, Count, F); });
}

OC_WRAPPER size_t __oc_fwrite_unlocked(const void *P, size_t Size, size_t Count,
                                       FILE *F) {
  return onUnlocked(
      *F, [&] { return putItems(P, Size, Count, *F); },
      [&] { return fwrite_unlocked(P, Size, Count, F); });
}

OC_WRAPPER int __oc_fputs(const char *Text, FILE *F) {
  return onLocked(
      *F, [&] { return putText(Text, strlen(Text), *F) ? 1 : EOF; },
      [&] { return fputs(Text, F); });
}

OC_WRAPPER int __oc_fputs_unlocked(const char *Text, FILE *F) {
  return onUnlocked(
      *F, [&] { return putText(Text, strlen(Text), *F) ? 1 : EOF; },
      [&] { return fputs_unlocked(Text, F); });
}

OC_WRAPPER int __oc_puts(const char *Text) {
  return onLocked(
      *stdout, [&] { return putLine(Text, *stdout); },
      [&] { return puts(Text); });
}

//===- Flushing -----------------------------------------------------------===//

namespace {

/// All streams. Which of them have something to write only libc knows.
template <typename Callable> int flushAll(Callable Op) {
  return cancellationPoint(
      [&] { return opaqueOutput(Op); },
      [](int Result) { return Result == EOF && errno == EINTR; }, false);
}

} // namespace

OC_WRAPPER int __oc_fflush(FILE *F) {
  if (!F) // All streams.
    return flushAll([&] { return fflush(F); });
  return onLocked(
      *F, [&] { return flush(*F); },
      [&] { return nativeOutput(*F, [&] { return fflush(F); }); });
}

OC_WRAPPER int __oc_fflush_unlocked(FILE *F) {
  if (!F)
    return flushAll([&] { return fflush_unlocked(F); });
  return onUnlocked(
      *F, [&] { return flush(*F); },
      [&] { return nativeOutput(*F, [&] { return fflush_unlocked(F); }); });
}
