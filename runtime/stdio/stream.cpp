// stream.cpp - mirrors glibc's libio/fileops.c, whose functions it names.
#include "stdio/stream.h"
#include "libc/blocking.h"
#include "libc/read_write.h"
#include "stdio/stream_lock.h"
#include "sys/errno.h"
#include "sys/syscall.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <stdio_ext.h>
#include <utility>

extern "C" {
void _IO_doallocbuf(FILE *);
void _IO_free_backup_area(FILE *);
int _IO_switch_to_get_mode(FILE *);
}

namespace oc {
namespace {

size_t pending(const FILE &F) {
  return static_cast<size_t>(F._IO_write_ptr - F._IO_write_base);
}

size_t bufferSize(const FILE &F) {
  return static_cast<size_t>(F._IO_buf_end - F._IO_buf_base);
}

bool isUnbuffered(const FILE &F) { return F._flags & flag::Unbuffered; }

bool failed(FILE &F, long Error) {
  F._flags |= _IO_ERR_SEEN;
  toErrno(Error);
  return false;
}

/// Whether the caller is cancelled instead of entering the kernel.
bool isCancelled(FILE &F) {
  return currentCoroutine()->isCancelled() && !failed(F, -EINTR);
}

//===- Input --------------------------------------------------------------===//

/// Whether \p F will be line buffered or unbuffered once it has a buffer.
bool isInteractive(FILE &F) {
  if (F._IO_buf_base)
    return __flbf(&F) || isUnbuffered(F);
  int Error = errno;
  bool IsTerminal = isatty(F._fileno);
  errno = Error;
  return IsTerminal;
}

/// As _IO_new_file_underflow: a prompt is out before the answer is awaited.
void writePrompt(FILE &Asking) {
  FILE *Out = stdout;
  Coroutine *C = suspendable();
  if (!C || Out == &Asking || !__flbf(Out) || !isInteractive(Asking))
    return;
  StreamLock Locked(*C, *Out);
  if (descriptorOf(*Out) >= 0)
    drain(*Out);
  else if (pending(*Out)) // By a function of the program's.
    __overflow(Out, EOF);
}

enum class Source {
  Ready, // libc's call will not block; or it fails.
  Blocks,
  Failed,
};

/// As _IO_new_file_underflow before it reads.
void emptyForInput(FILE &F) {
  if (!F._IO_buf_base)
    _IO_doallocbuf(&F);
  writePrompt(F);
  F._flags &= ~flag::CurrentlyPutting;
  char *Base = F._IO_buf_base;
  F._IO_read_base = F._IO_read_ptr = F._IO_read_end = Base;
  F._IO_write_base = F._IO_write_ptr = F._IO_write_end = Base;
}

/// Waits until there is input for \p F, whose buffer is empty.
Source awaitInput(FILE &F) {
  // What libc looks at before it reads.
  if (F._flags & _IO_EOF_SEEN || !__freadable(&F) || !isSlow(F))
    return Source::Ready;
  emptyForInput(F);
  if (userNonBlocking(F._fileno))
    return Source::Ready;
  long R = blockingCall(
      F._fileno, Interest::Read, false,
      [](int Now) {
        return isReady(Now, POLLIN) ? 1L
               : readsAtOnce(Now)   ? PlainCall
                                    : -EAGAIN;
      },
      [](int) { return 0L; });
  if (R < 0) { // -EAGAIN: its timeout has passed.
    F._offset = -1;
    failed(F, R);
    return Source::Failed;
  }
  return R ? Source::Ready : Source::Blocks;
}

/// As _IO_switch_to_main_get_area: what was pushed back is used up, and the
/// buffer comes next.
void leaveBackup(FILE &F) {
  if (!(F._flags & flag::InBackup))
    return;
  F._flags &= ~flag::InBackup;
  std::swap(F._IO_read_end, F._IO_save_end);
  std::swap(F._IO_read_base, F._IO_save_base);
  F._IO_read_ptr = F._IO_read_base;
}

/// As the end of _IO_file_xsgetn: a read past the buffer, in whole blocks.
size_t readPast(FILE &F, char *To, size_t N) {
  if (isCancelled(F))
    return 0;
  char *Base = F._IO_buf_base;
  F._IO_read_base = F._IO_read_ptr = F._IO_read_end = Base;
  F._IO_write_base = F._IO_write_ptr = F._IO_write_end = Base;
  size_t Size = bufferSize(F);
  long R = readInCoroutine(F._fileno, To, Size >= 128 ? N - N % Size : N);
  if (R < 0)
    return failed(F, R);
  if (R == 0)
    F._flags |= _IO_EOF_SEEN;
  if (F._offset >= 0)
    F._offset += R;
  return static_cast<size_t>(R);
}

//===- Output -------------------------------------------------------------===//

/// As _IO_new_file_write: all of it, unless there is an error. \returns how
/// many; less than 0 if the caller is cancelled.
long writeOut(FILE &F, const char *P, size_t N) {
  size_t Done = 0;
  while (Done < N) {
    if (isCancelled(F))
      return -EINTR;
    long R = writeInCoroutine(F._fileno, P + Done, N - Done);
    if (R == -EINTR && isCancelled(F))
      return R;
    if (R < 0) {
      failed(F, R);
      break;
    }
    Done += static_cast<size_t>(R);
  }
  if (F._offset >= 0)
    F._offset += static_cast<off64_t>(Done);
  return static_cast<long>(Done);
}

/// As new_do_write: input that was read ahead is taken back first, and the
/// buffer is empty afterwards, written or not; but for a cancelled caller's,
/// whom libc unwinds. \returns how many.
size_t writePast(FILE &F, const char *P, size_t N) {
  if (F._flags & flag::IsAppending) {
    F._offset = -1;
  } else if (F._IO_read_end != F._IO_write_base) {
    off64_t To =
        lseek64(F._fileno, F._IO_write_base - F._IO_read_end, SEEK_CUR);
    if (To < 0)
      return 0;
    F._offset = To;
  }
  long Done = writeOut(F, P, N);
  if (Done < 0)
    return 0;
  char *Base = F._IO_buf_base;
  F._IO_read_base = F._IO_read_ptr = F._IO_read_end = Base;
  F._IO_write_base = F._IO_write_ptr = Base;
  F._IO_write_end = __flbf(&F) || isUnbuffered(F) ? Base : F._IO_buf_end;
  return static_cast<size_t>(Done);
}

} // namespace

bool isSlow(FILE &F) {
  int Fd = descriptorOf(F);
  Coroutine *C = currentCoroutine();
  return Fd >= 0 && (kindOf(Fd) != FdKind::File || (C && C->isCancelled()));
}

bool fill(FILE &F) {
  if (available(F))
    return true;
  // As __underflow.
  orientToBytes(F);
  if (F._flags & flag::CurrentlyPutting && isSlow(F)) {
    if (!drain(F))
      return false;
    _IO_switch_to_get_mode(&F); // What was read ahead may be there again.
  }
  if (!available(F))
    leaveBackup(F);
  if (available(F))
    return true;
  if (F._IO_save_base)
    _IO_free_backup_area(&F);
  if (__freadable(&F) && !(F._flags & _IO_EOF_SEEN) && isCancelled(F))
    return false;
  Source From = awaitInput(F);
  if (From == Source::Failed)
    return false;
  int C = From == Source::Ready ? getc_unlocked(&F)
                                : opaque([&] { return getc_unlocked(&F); });
  if (C == EOF)
    return false;
  --F._IO_read_ptr;
  return true;
}

size_t get(FILE &F, char *To, size_t N) {
  if (!F._IO_buf_base)
    _IO_doallocbuf(&F);
  if (!available(F))
    leaveBackup(F);
  if (!available(F)) {
    if (N >= bufferSize(F))
      return readPast(F, To, N);
    if (!fill(F))
      return 0;
  }
  size_t Part = std::min(available(F), N);
  take(F, To, Part);
  return Part;
}

bool drain(FILE &F) {
  size_t N = pending(F);
  if (!N)
    return true;
  sanitizer::written(F._IO_write_base, N); // By libc, it may be.
  return writePast(F, F._IO_write_base, N) == N;
}

// As _IO_new_file_overflow.
int putOne(FILE &F, char C) {
  if (F._IO_write_ptr >= F._IO_write_end) {
    // This makes a buffer, and turns from reading to writing.
    if (!(F._flags & flag::CurrentlyPutting) && __overflow(&F, EOF) == EOF)
      return EOF;
    if (F._IO_write_ptr == F._IO_buf_end && !drain(F))
      return EOF;
    sanitizer::give(*F._IO_write_ptr++, C);
    if ((isUnbuffered(F) || (__flbf(&F) && C == '\n')) && !drain(F))
      return EOF;
  } else {
    sanitizer::give(*F._IO_write_ptr++, C);
  }
  return static_cast<unsigned char>(C);
}

// As _IO_new_file_xsputn.
long put(FILE &F, const char *P, size_t N) {
  if (N == 0)
    return 0;
  size_t Left = N;
  auto Copy = [&](size_t Most) {
    size_t Part = std::min(Left, Most);
    memcpy(F._IO_write_ptr, P, Part);
    sanitizer::written(F._IO_write_ptr, Part); // As libc's own copying.
    F._IO_write_ptr += Part;
    P += Part;
    Left -= Part;
  };
  // As libc: what is not open for output yet has no room.
  bool IsByLines = __flbf(&F) && F._flags & flag::CurrentlyPutting;
  char *End = IsByLines ? F._IO_buf_end : F._IO_write_end;
  size_t Room =
      End > F._IO_write_ptr ? static_cast<size_t>(End - F._IO_write_ptr) : 0;
  bool Flush = false;
  if (IsByLines && Room >= N)
    if (const void *Newline = memrchr(P, '\n', N)) {
      Room = static_cast<size_t>(static_cast<const char *>(Newline) + 1 - P);
      Flush = true;
    }
  Copy(Room);
  if (!Left && !Flush)
    return static_cast<long>(N);
  // The second makes a buffer, and turns from reading to writing.
  if (pending(F) ? !drain(F) : __overflow(&F, EOF) == EOF)
    return Left ? static_cast<long>(N - Left) : EOF;
  size_t Size = bufferSize(F);
  // Whole blocks go out as they are.
  size_t Blocks = Size >= 128 ? Left - Left % Size : Left;
  size_t Written = Blocks ? writePast(F, P, Blocks) : 0;
  P += Written;
  Left -= Written;
  if (Written < Blocks)
    return static_cast<long>(N - Left);
  for (;;) { // As _IO_default_xsputn.
    if (F._IO_write_ptr < F._IO_write_end)
      Copy(static_cast<size_t>(F._IO_write_end - F._IO_write_ptr));
    if (!Left || putOne(F, *P) == EOF)
      break;
    ++P;
    --Left;
  }
  return static_cast<long>(N - Left);
}

} // namespace oc
