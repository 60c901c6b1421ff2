// position.cpp - what moves in a stream or gives it another buffer: libc does
// it, once the old buffer is written.
#include "libc/wrapper.h"
#include "stdio/native.h"
#include "stdio/stream_lock.h"

namespace oc {
namespace {

/// Calls \p Op, libc's function, when what is in the buffer of \p F is out.
/// Before that, as in libc, its way of buffering changes. \returns what Op
/// returns; -1 if it could not be written.
template <typename Callable>
int whenWritten(FILE &F, Callable Op, int Clear = 0, int Set = 0) {
  Coroutine *C = suspendable();
  if (!C || isWide(F))
    return nativeOutput(F, Op);
  StreamLock Locked(*C, F);
  F._flags = (F._flags & ~Clear) | Set;
  return isSlow(F) && !drain(F) ? -1 : Op();
}

/// The same for a cancellation point.
template <typename Callable> int seeking(FILE &F, Callable Op) {
  return onStream(F, [&] { return whenWritten(F, Op); });
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_fseek(FILE *F, long Offset, int Whence) {
  auto Seek = [&] { return fseek(F, Offset, Whence); };
  bool IsKnown = Whence == SEEK_SET || Whence == SEEK_CUR || Whence == SEEK_END;
  return IsKnown ? seeking(*F, Seek) : Seek(); // Refused before it writes.
}
OC_WRAPPER int __oc_fseeko(FILE *F, off_t Offset, int Whence) {
  return __oc_fseek(F, Offset, Whence);
}
OC_WRAPPER int __oc_fseeko64(FILE *F, off64_t Offset, int Whence) {
  return __oc_fseek(F, Offset, Whence);
}

OC_WRAPPER int __oc_fsetpos(FILE *F, const fpos_t *Position) {
  return seeking(*F, [&] { return fsetpos(F, Position); });
}
OC_WRAPPER int __oc_fsetpos64(FILE *F, const fpos64_t *Position) {
  return seeking(*F, [&] { return fsetpos64(F, Position); });
}

OC_WRAPPER void __oc_rewind(FILE *F) {
  auto Rewind = [&] {
    rewind(F);
    return 0;
  };
  if (seeking(*F, Rewind) < 0)
    clearerr(F); // All the same, as libc.
}

/// Without a buffer of the program's libc goes on with the one it has, unless
/// there is to be none.
OC_WRAPPER int __oc_setvbuf(FILE *F, char *Buffer, int Mode,
                            size_t Size) noexcept {
  auto Set = [&] { return setvbuf(F, Buffer, Mode, Size); };
  if (Mode != _IONBF && (!Buffer || (Mode != _IOFBF && Mode != _IOLBF)))
    return Set();
  return whenWritten(*F, Set, flag::Unbuffered | flag::LineBuffered,
                     Mode == _IONBF   ? flag::Unbuffered
                     : Mode == _IOLBF ? flag::LineBuffered
                                      : 0);
}

OC_WRAPPER void __oc_setbuffer(FILE *F, char *Buffer, size_t Size) noexcept {
  auto Set = [&] {
    setbuffer(F, Buffer, Size);
    return 0;
  };
  whenWritten(*F, Set, flag::LineBuffered);
}
OC_WRAPPER void __oc_setbuf(FILE *F, char *Buffer) noexcept {
  __oc_setbuffer(F, Buffer, BUFSIZ);
}

/// fcloseall(3), which closes nothing: writes all and ends the buffers.
OC_WRAPPER int __oc_fcloseall() { return opaqueOutput(fcloseall); }
