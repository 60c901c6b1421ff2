// results.c - what operations say of their results.
#include "run.h"

#include <stdarg.h>

void say(Run *R, const char *Format, ...) {
  int Error = errno;
  va_list Args;
  va_start(Args, Format);
  size_t Room = sizeof R->Text - R->Len;
  int N = vsnprintf(R->Text + R->Len, Room, Format, Args);
  va_end(Args);
  R->Len += (size_t)N < Room ? (size_t)N : Room - 1;
  errno = Error;
}

const char *errorName(int Error) {
  const char *Name = strerrorname_np(Error);
  return Name ? Name : "?";
}

long result(Run *R, const char *Name, long Result) {
  int Error = errno;
  say(R, " %s=%ld", Name, Result);
  if (Result == -1)
    say(R, " %s", errorName(Error));
  else if (Error != Sentinel)
    say(R, " touched-errno=%s", errorName(Error));
  errno = Error;
  return Result;
}

void sayErrno(Run *R, const char *Name) {
  int Error = errno;
  if (Error != Sentinel)
    say(R, " %s: errno=%s", Name, errorName(Error));
}

int status(Run *R, const char *Name, int Error) {
  int Errno = errno;
  say(R, " %s=%s", Name, Error ? errorName(Error) : "0");
  if (Errno != Sentinel)
    say(R, " touched-errno=%s", errorName(Errno));
  return Error;
}

void sayBytes(Run *R, const void *P, size_t Len) {
  const unsigned char *B = P;
  unsigned Hash = 2166136261u;
  for (size_t I = 0; I < Len; ++I)
    Hash = (Hash ^ B[I]) * 16777619u;
  say(R, " [%08x]", Hash);
}
