// input.cpp - reading bytes and lines. As libc's functions (libio/), over
// fill(): where they would block their OS thread, this suspends the coroutine.
#include "libc/wrapper.h"
#include "stdio/stream.h"
#include "stdio/stream_lock.h"
#include "sys/errno.h"
#include "sys/sanitizer.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

// glibc's, for _FORTIFY_SOURCE.
extern "C" {
[[noreturn]] void __chk_fail();
char *__fgets_chk(char *, size_t, int, FILE *);
char *__fgets_unlocked_chk(char *, size_t, int, FILE *);
}

namespace oc {
namespace {

int getByte(FILE &F) {
  return fill(F) ? static_cast<unsigned char>(*F._IO_read_ptr++) : EOF;
}

/// Takes up to \p Most bytes from the buffer, and none after \p Delimiter.
/// \returns how many; \p Found tells whether that was the last.
size_t takeUntil(FILE &F, char *To, size_t Most, int Delimiter, bool &Found) {
  size_t N = std::min(available(F), Most);
  const void *End = memchr(F._IO_read_ptr, Delimiter, N);
  Found = End;
  if (End)
    N = static_cast<size_t>(static_cast<const char *>(End) + 1 -
                            F._IO_read_ptr);
  take(F, To, N);
  return N;
}

/// fgets, of up to \p Most bytes into a buffer that has \p Room.
char *getLine(char *Buf, size_t Most, size_t Room, FILE &F) {
  orientToBytes(F);
  // As libc: an earlier error does not count; EAGAIN after some bytes is for
  // the next call.
  int EarlierError = F._flags & _IO_ERR_SEEN;
  F._flags &= ~_IO_ERR_SEEN;
  size_t Done = 0;
  bool Found = false;
  while (!Found && Done < Most && fill(F))
    Done += takeUntil(F, Buf + Done, Most - Done, '\n', Found);
  bool Failed = F._flags & _IO_ERR_SEEN && errno != EAGAIN;
  F._flags |= EarlierError;
  if (!Done || Failed)
    return nullptr;
  if (Done >= Room)
    __chk_fail();
  sanitizer::give(Buf[Done], '\0');
  return Buf;
}

char *getLine(char *Buf, int Size, FILE &F) {
  if (Size <= 0)
    return nullptr;
  if (Size > 1)
    return getLine(Buf, static_cast<size_t>(Size) - 1, SIZE_MAX, F);
  sanitizer::give(*Buf, '\0');
  return Buf;
}

/// As libc: that it does not fit shows when there is too much.
char *getChecked(char *Buf, size_t Room, int Size, FILE &F) {
  if (!Room)
    __chk_fail();
  if (Size <= 0)
    return nullptr;
  fwide(&F, -1); // As libc, also where there is room for no byte.
  return getLine(Buf, std::min(static_cast<size_t>(Size) - 1, Room), Room, F);
}

size_t getItems(void *Buf, size_t Size, size_t Count, FILE &F) {
  size_t Most = Size * Count, Done = 0;
  if (!Most)
    return 0;
  auto *P = static_cast<char *>(Buf);
  while (Done < Most) {
    if (!available(F) && !isSlow(F)) {
      Done += fread_unlocked(P + Done, 1, Most - Done, &F);
      break;
    }
    size_t Part = get(F, P + Done, Most - Done);
    if (!Part)
      break;
    Done += Part;
  }
  return Done == Most ? Count : Done / Size;
}

ssize_t getDelimited(char **Line, size_t *Size, int Delimiter, FILE &F) {
  if (!Line || !Size)
    return toErrno(-EINVAL);
  if (ferror_unlocked(&F))
    return -1;
  if (!*Line || !*Size) {
    sanitizer::give(*Size, size_t{120});
    auto *New = static_cast<char *>(realloc(*Line, *Size));
    if (!New)
      return -1;
    sanitizer::give(*Line, New);
  }
  if (!fill(F))
    return -1;
  size_t Done = 0;
  bool Found = false;
  do {
    size_t N = available(F);
    if (const void *End = memchr(F._IO_read_ptr, Delimiter, N))
      N = static_cast<size_t>(static_cast<const char *>(End) + 1 -
                              F._IO_read_ptr);
    if (SSIZE_MAX - Done < N + 1)
      return toErrno(-EOVERFLOW);
    if (size_t Needed = Done + N + 1; Needed > *Size) {
      Needed = std::max(Needed, 2 * *Size);
      auto *New = static_cast<char *>(realloc(*Line, Needed));
      if (!New)
        return -1;
      sanitizer::give(*Line, New);
      sanitizer::give(*Size, Needed);
    }
    Done += takeUntil(F, *Line + Done, N, Delimiter, Found);
  } while (!Found && fill(F));
  sanitizer::give((*Line)[Done], '\0');
  return static_cast<ssize_t>(Done);
}

} // namespace
} // namespace oc

using namespace oc;

//===- Characters ---------------------------------------------------------===//

OC_WRAPPER int __oc_fgetc(FILE *F) {
  return onLocked(*F, [&] { return getByte(*F); }, [&] { return fgetc(F); });
}
OC_WRAPPER int __oc_getc(FILE *F) { return __oc_fgetc(F); }
OC_WRAPPER int __oc_getchar() { return __oc_fgetc(stdin); }

OC_WRAPPER int __oc_fgetc_unlocked(FILE *F) {
  return onUnlocked(
      *F, [&] { return getByte(*F); }, [&] { return fgetc_unlocked(F); });
}
OC_WRAPPER int __oc_getc_unlocked(FILE *F) { return __oc_fgetc_unlocked(F); }
OC_WRAPPER int __oc_getchar_unlocked() { return __oc_fgetc_unlocked(stdin); }
/// What inline getc_unlocked calls when the buffer is empty.
OC_WRAPPER int __oc___uflow(FILE *F) {
  return onUnlocked(
      *F, [&] { return getByte(*F); }, [&] { return __uflow(F); });
}

OC_WRAPPER int __oc_getw(FILE *F) {
  int Word;
  return __oc_fread(&Word, sizeof Word, 1, F) == 1 ? Word : EOF;
}

//===- Blocks -------------------------------------------------------------===//

OC_WRAPPER size_t __oc_fread(void *Buf, size_t Size, size_t Count, FILE *F) {
  return onLocked(
      *F, [&] { return getItems(Buf, Size, Count, *F); },
      [&] { return fread(Buf, Size, Count, F); });
}

OC_WRAPPER size_t __oc_fread_unlocked(void *Buf, size_t Size, size_t Count,
                                      FILE *F) {
  return onUnlocked(
      *F, [&] { return getItems(Buf, Size, Count, *F); },
      [&] { return fread_unlocked(Buf, Size, Count, F); });
}

namespace {
/// Ends the program, as libc, if the items do not fit into \p Room bytes.
void checkRoom(size_t Room, size_t Size, size_t Count) {
  size_t Bytes;
  if (__builtin_mul_overflow(Size, Count, &Bytes) || Bytes > Room)
    __chk_fail();
}
} // namespace

OC_WRAPPER size_t __oc___fread_chk(void *Buf, size_t Room, size_t Size,
                                   size_t Count, FILE *F) {
  checkRoom(Room, Size, Count);
  return __oc_fread(Buf, Size, Count, F);
}
OC_WRAPPER size_t __oc___fread_unlocked_chk(void *Buf, size_t Room, size_t Size,
                                            size_t Count, FILE *F) {
  checkRoom(Room, Size, Count);
  return __oc_fread_unlocked(Buf, Size, Count, F);
}

//===- Lines --------------------------------------------------------------===//

OC_WRAPPER char *__oc_fgets(char *Buf, int Size, FILE *F) {
  return onLocked(
      *F, [&] { return getLine(Buf, Size, *F); },
      [&] { return fgets(Buf, Size, F); });
}

OC_WRAPPER char *__oc_fgets_unlocked(char *Buf, int Size, FILE *F) {
  return onUnlocked(
      *F, [&] { return getLine(Buf, Size, *F); },
      [&] { return fgets_unlocked(Buf, Size, F); });
}

OC_WRAPPER char *__oc___fgets_chk(char *Buf, size_t Room, int Size, FILE *F) {
  return onLocked(
      *F, [&] { return getChecked(Buf, Room, Size, *F); },
      [&] { return __fgets_chk(Buf, Room, Size, F); });
}

OC_WRAPPER char *__oc___fgets_unlocked_chk(char *Buf, size_t Room, int Size,
                                           FILE *F) {
  return onUnlocked(
      *F, [&] { return getChecked(Buf, Room, Size, *F); },
      [&] { return __fgets_unlocked_chk(Buf, Room, Size, F); });
}

OC_WRAPPER ssize_t __oc_getdelim(char **Line, size_t *Size, int Delimiter,
                                 FILE *F) {
  return onLocked(
      *F, [&] { return getDelimited(Line, Size, Delimiter, *F); },
      [&] { return getdelim(Line, Size, Delimiter, F); });
}
OC_WRAPPER ssize_t __oc___getdelim(char **Line, size_t *Size, int Delimiter,
                                   FILE *F) {
  return __oc_getdelim(Line, Size, Delimiter, F);
}
OC_WRAPPER ssize_t __oc_getline(char **Line, size_t *Size, FILE *F) {
  return __oc_getdelim(Line, Size, '\n', F);
}
