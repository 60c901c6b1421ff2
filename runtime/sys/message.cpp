// message.cpp - formats a line on the stack and writes it at once.
#include "sys/message.h"
#include "sys/errno.h"
#include "sys/syscall.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace oc {
namespace {

void sayLine(const char *Format, va_list Args) {
  int Saved = getErrno();
  char Line[512] = "open-co: ";
  size_t Start = sizeof "open-co: " - 1;
  int N = vsnprintf(Line + Start, sizeof Line - Start - 1, Format, Args);
  size_t Length = Start + (N < 0 ? 0 : static_cast<size_t>(N));
  if (Length > sizeof Line - 2)
    Length = sizeof Line - 2;
  Line[Length++] = '\n';
  sys::write(STDERR_FILENO, Line, Length);
  setErrno(Saved);
}

} // namespace

void say(const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  sayLine(Format, Args);
  va_end(Args);
}

void fail(const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  sayLine(Format, Args);
  va_end(Args);
  _exit(1);
}

void checkFailed(const char *File, int Line, const char *What, long Value) {
  say("internal error: %s:%d: %s does not hold (%ld); please report this", File,
      Line, What, Value);
  abort();
}

} // namespace oc
