// formatted.cpp - printf and scanf. What is printed to a slow stream is made in
// memory first; scanf waits for its first input, and for more of it, where it
// comes in pieces, with its OS thread.
#include "libc/read_write.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "stdio/pieces.h"
#include "stdio/stream.h"
#include "stdio/stream_lock.h"
#include "sys/errno.h"
#include "sys/syscall.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstring>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <sys/stat.h>

// glibc's, for _FORTIFY_SOURCE; and its three scanfs, which differ in %a and in
// binary numbers. The header gives one of them the name of another.
extern "C" {
int __vfprintf_chk(FILE *, int, const char *, va_list);
int __vdprintf_chk(int, int, const char *, va_list);
int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
using Scan = int(FILE *, const char *, va_list);
Scan scanGnu asm("vfscanf");
Scan scanC99 asm("__isoc99_vfscanf");
Scan scanC23 asm("__isoc23_vfscanf") __attribute__((weak)); // From glibc 2.38.
}

namespace oc {
namespace {

/// Memory that is gone with its scope; errno stays.
struct Memory {
  explicit Memory(size_t Size) : Size(Size) {
    void *At = mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    P = At == MAP_FAILED ? nullptr : static_cast<char *>(At);
  }
  ~Memory() {
    int Error = errno;
    if (P)
      munmap(P, Size);
    errno = Error;
  }
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;

  char *P;
  size_t Size;
};

/// A function that was asked to check the format (_FORTIFY_SOURCE).
constexpr int Unchecked = -1;

/// Formats into memory and calls \p Write(text, length). \returns what printf
/// does: the length, or -1.
template <typename Callable>
int format(int Check, const char *Format, va_list Args, Callable Write) {
  auto Print = [&](char *To, size_t Room) {
    va_list Again;
    va_copy(Again, Args);
    int N = Check == Unchecked
                ? vsnprintf(To, Room, Format, Again)
                : __vsnprintf_chk(To, Room, Check, Room, Format, Again);
    va_end(Again);
    return N;
  };
  char Short[1024];
  int N = Print(Short, sizeof Short);
  if (N < 0)
    return N;
  size_t Size = static_cast<size_t>(N);
  if (Size < sizeof Short)
    return Write(Short, Size) ? N : -1;
  Memory Long(Size + 1);
  return Long.P && Print(Long.P, Size + 1) == N && Write(Long.P, Size) ? N : -1;
}

int printNative(FILE &F, int Check, const char *Format, va_list Args) {
  return Check == Unchecked ? vfprintf(&F, Format, Args)
                            : __vfprintf_chk(&F, Check, Format, Args);
}

/// Calls \p Put for each piece of \p Text, of \p N bytes, as libc's printf
/// would, and whether it is a single character. \returns whether all returned
/// true.
template <typename Callable>
bool putInPieces(const char *Text, size_t N, int Check, const char *Format,
                 va_list Args, Callable Put) {
  Memory Ends(2 * N);
  if (!Ends.P)
    return false;
  {
    PieceStream Pieces(Ends.P, Ends.P + N, N);
    if (!Pieces.stream())
      return false;
    va_list Again;
    va_copy(Again, Args);
    printNative(*Pieces.stream(), Check, Format, Again);
    va_end(Again);
  }
  for (size_t From = 0, To; From < N; From = To) {
    To = From + 1;
    while (To < N && Ends.P[To - 1] == PieceStream::No)
      ++To;
    if (!Put(Text + From, To - From, Ends.P[To - 1] == PieceStream::Character))
      return false;
  }
  return true;
}

int printTo(FILE &F, int Check, const char *Format, va_list Args) {
  auto Native = [&] { return printNative(F, Check, Format, Args); };
  return onLocked(
      F,
      [&] {
        bool IsSlow = isSlow(F);
        if (!IsSlow && descriptorOf(F) >= 0)
          return Native();
        auto Put = [&](const char *Text, size_t N, bool IsCharacter) {
          if (IsCharacter)
            return (IsSlow ? putOne(F, *Text) : putc_unlocked(*Text, &F)) !=
                   EOF;
          return IsSlow ? put(F, Text, N) == static_cast<long>(N)
                        : fwrite_unlocked(Text, 1, N, &F) == N;
        };
        return format(Check, Format, Args, [&](const char *Text, size_t N) {
          if (!N) // Nothing, but the stream may be a wrong one.
            return Native() >= 0;
          return isOnePiece(F, Text, N)
                     ? Put(Text, N, false)
                     : putInPieces(Text, N, Check, Format, Args, Put);
        });
      },
      Native);
}

/// The buffer of a stream on \p Fd, as _IO_file_doallocate chooses it.
size_t bufferSizeOf(int Fd) {
  struct stat S;
  bool IsKnown =
      fstat(Fd, &S) == 0 && S.st_blksize > 0 && S.st_blksize < BUFSIZ;
  return IsKnown ? static_cast<size_t>(S.st_blksize) : BUFSIZ;
}

int printTo(int Fd, int Check, const char *Format, va_list Args) {
  if (!suspendable())
    return Check == Unchecked ? vdprintf(Fd, Format, Args)
                              : __vdprintf_chk(Fd, Check, Format, Args);
  return format(Check, Format, Args, [&](const char *Text, size_t N) {
    // As through a stream: a full buffer, whole blocks, and the rest.
    constexpr size_t Least = 512;
    size_t Size = N > Least ? bufferSizeOf(Fd) : N;
    size_t Part = std::min(N, Size);
    while (N) {
      long R = toErrno(writeInCoroutine(Fd, Text, Part));
      if (R < 0)
        return false;
      Text += R;
      N -= static_cast<size_t>(R);
      Part -= static_cast<size_t>(R);
      if (!Part)
        Part = N > Size ? N - N % Size : N;
    }
    return true;
  });
}

/// Whether scanf reads before anything else.
bool asksForInput(const char *Format) {
  if (*Format != '%')
    return *Format;
  size_t Modifiers = strspn(Format + 1, "hlqjztL");
  return Format[1 + Modifiers] != 'n';
}

/// Whether scanf is content with what it gets, and be it an error.
bool asksForSpaceOnly(const char *Format) {
  while (isspace(static_cast<unsigned char>(*Format)))
    ++Format;
  return !*Format;
}

int scanFrom(FILE &F, Scan *Native, const char *Format, va_list Args) {
  auto Plain = [&] { return Native(&F, Format, Args); };
  return onLocked(
      F,
      [&] {
        if (!asksForInput(Format) || !__freadable(&F) || !isSlow(F))
          return Plain();
        if (!fill(F) && !feof_unlocked(&F))
          return asksForSpaceOnly(Format) ? 0 : EOF;
        return opaque(Plain);
      },
      [&] { return opaque(Plain); });
}

} // namespace
} // namespace oc

using namespace oc;

/// Calls \p Expression, which may use Args, the arguments after \p Last.
#define OC_WITH_ARGS(Last, Expression)                                         \
  va_list Args;                                                                \
  va_start(Args, Last);                                                        \
  int Result = Expression;                                                     \
  va_end(Args);                                                                \
  return Result

//===- printf -------------------------------------------------------------===//

OC_WRAPPER int __oc_vfprintf(FILE *F, const char *Format, va_list Args) {
  return printTo(*F, Unchecked, Format, Args);
}
OC_WRAPPER int __oc_vprintf(const char *Format, va_list Args) {
  return printTo(*stdout, Unchecked, Format, Args);
}
OC_WRAPPER int __oc_fprintf(FILE *F, const char *Format, ...) {
  OC_WITH_ARGS(Format, printTo(*F, Unchecked, Format, Args));
}
OC_WRAPPER int __oc_printf(const char *Format, ...) {
  OC_WITH_ARGS(Format, printTo(*stdout, Unchecked, Format, Args));
}
OC_WRAPPER int __oc_vdprintf(int Fd, const char *Format, va_list Args) {
  return printTo(Fd, Unchecked, Format, Args);
}
OC_WRAPPER int __oc_dprintf(int Fd, const char *Format, ...) {
  OC_WITH_ARGS(Format, printTo(Fd, Unchecked, Format, Args));
}

OC_WRAPPER int __oc___vfprintf_chk(FILE *F, int Check, const char *Format,
                                   va_list Args) {
  return printTo(*F, Check, Format, Args);
}
OC_WRAPPER int __oc___vprintf_chk(int Check, const char *Format, va_list Args) {
  return printTo(*stdout, Check, Format, Args);
}
OC_WRAPPER int __oc___fprintf_chk(FILE *F, int Check, const char *Format, ...) {
  OC_WITH_ARGS(Format, printTo(*F, Check, Format, Args));
}
OC_WRAPPER int __oc___printf_chk(int Check, const char *Format, ...) {
  OC_WITH_ARGS(Format, printTo(*stdout, Check, Format, Args));
}
OC_WRAPPER int __oc___vdprintf_chk(int Fd, int Check, const char *Format,
                                   va_list Args) {
  return printTo(Fd, Check, Format, Args);
}
OC_WRAPPER int __oc___dprintf_chk(int Fd, int Check, const char *Format, ...) {
  OC_WITH_ARGS(Format, printTo(Fd, Check, Format, Args));
}

//===- scanf --------------------------------------------------------------===//

#define OC_SCANF(Prefix, Native)                                               \
  OC_WRAPPER int __oc_##Prefix##vfscanf(FILE *F, const char *Format,           \
                                        va_list Args) {                        \
    return scanFrom(*F, Native, Format, Args);                                 \
  }                                                                            \
  OC_WRAPPER int __oc_##Prefix##vscanf(const char *Format, va_list Args) {     \
    return scanFrom(*stdin, Native, Format, Args);                             \
  }                                                                            \
  OC_WRAPPER int __oc_##Prefix##fscanf(FILE *F, const char *Format, ...) {     \
    OC_WITH_ARGS(Format, scanFrom(*F, Native, Format, Args));                  \
  }                                                                            \
  OC_WRAPPER int __oc_##Prefix##scanf(const char *Format, ...) {               \
    OC_WITH_ARGS(Format, scanFrom(*stdin, Native, Format, Args));              \
  }
OC_SCANF(, scanGnu)
OC_SCANF(__isoc99_, scanC99)
OC_SCANF(__isoc23_, scanC23 ? scanC23 : scanC99)
