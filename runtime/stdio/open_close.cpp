// open_close.cpp - streams begin and end. What is still in a buffer goes out
// while the coroutine is suspended, not its OS thread.
#include "libc/opening.h"
#include "libc/wrapper.h"
#include "reactor/fd_table.h"
#include "stdio/native.h"
#include "stdio/stream_lock.h"

#include <cerrno>
#include <stdio_ext.h>

namespace oc {
namespace {

FILE *made(FILE *F) {
  if (F && runtimeServes())
    fds::created(descriptorOf(*F), {});
  return F;
}

/// Whether a mode string asks for reading and writing, or only one.
int flagsFrom(const char *Mode) {
  if (strchr(Mode, '+'))
    return O_RDWR;
  return *Mode == 'r' ? O_RDONLY : O_WRONLY;
}

/// Calls \p Close, which ends the use of F's descriptor, when what is in the
/// buffer is out. \returns EOF if that, or Close, failed; else what Close did.
template <typename Callable> int closing(FILE &F, Callable Close) {
  bool Drained =
      onLocked(F, [&] { return !isSlow(F) || drain(F); }, [] { return true; });
  int Error = errno;
  if (int Fd = descriptorOf(F); Fd >= 0 && runtimeServes())
    fds::forget(Fd);
  int Result = Close();
  if (Result == EOF && errno == EFBIG)
    takeSigxfsz();
  if (Drained)
    return Result;
  errno = Error;
  return EOF;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER FILE *__oc_fopen(const char *Path, const char *Mode) {
  return made(opening(AT_FDCWD, Path, flagsFrom(Mode),
                      [&] { return fopen(Path, Mode); }));
}
OC_WRAPPER FILE *__oc_fopen64(const char *Path, const char *Mode) {
  return __oc_fopen(Path, Mode);
}

OC_WRAPPER FILE *__oc_freopen(const char *Path, const char *Mode, FILE *F) {
  closing(*F, [&] { // libc ignores its failure, too.
    if (isWide(*F) && isSlow(*F)) {
      opaqueOutput([&] { return fflush(F); });
      opaqueOutput([&] { return fflush(F); }); // libc tries twice.
      __fpurge(F);                             // But no more.
    }
    return 0;
  });
  if (!Path)
    return made(freopen(Path, Mode, F));
  return made(opening(AT_FDCWD, Path, flagsFrom(Mode),
                      [&] { return freopen(Path, Mode, F); }));
}
OC_WRAPPER FILE *__oc_freopen64(const char *Path, const char *Mode, FILE *F) {
  return __oc_freopen(Path, Mode, F);
}

OC_WRAPPER int __oc_fclose(FILE *F) {
  bool MayWait = isWide(*F) && isSlow(*F); // Others have written all by then.
  auto Close = [&] { return fclose(F); };
  return closing(*F, [&] { return MayWait ? opaqueOutput(Close) : Close(); });
}

OC_WRAPPER FILE *__oc_popen(const char *Command, const char *Mode) {
  fds::processForked();
  return made(opaque([&] { return popen(Command, Mode); }));
}

OC_WRAPPER int __oc_pclose(FILE *F) {
  return closing(*F, [&] { return opaque([&] { return pclose(F); }); });
}
