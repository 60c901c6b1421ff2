// slots.c - the script's descriptors and memory, and whether a call on them
// could wait for ever.
#include "stream.h"

#include <limits.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

int fdIn(Run *R, long Slot) {
  return Slot >= 0 && Slot < NumSlots ? R->L->Fd[Slot] : (int)Slot;
}

int kindIn(Run *R, long Slot) {
  return Slot >= 0 && Slot < NumSlots ? R->L->Kind[Slot] : KindNone;
}

void put(Run *R, long Slot, int Fd, int Kind) {
  int Old = R->L->Fd[Slot];
  if (Fd >= 0 && alone())
    say(R, " fd%d", Fd);
  if (R->L->Stream[Slot])
    closeStream(R, Slot);
  else if (Old >= 0 && Old != Fd)
    STATUS(close, Old);
  R->L->Fd[Slot] = Fd;
  R->L->Kind[Slot] = Kind;
}

void made(Run *R, const char *Name, long Slot, long Fd, int Kind) {
  int Error = errno;
  if (Fd < 0)
    say(R, " %s %s", Name, errorName(Error));
  else if (Error != Sentinel)
    say(R, " %s touched-errno=%s", Name, errorName(Error));
  if (Fd >= 0)
    put(R, Slot, (int)Fd, Kind);
}

void endSlot(Run *R, long Slot) {
  if (R->L->Stream[Slot])
    closeStream(R, Slot);
  else if (R->L->Fd[Slot] >= 0 && CALL(close, R->L->Fd[Slot]) != 0)
    say(R, " close %s", errorName(errno));
  R->L->Fd[Slot] = -1;
  R->L->Kind[Slot] = KindNone;
}

// -- Whether a call waits -----------------------------------------------------

int isNonBlocking(int Fd) {
  long Flags = raw(SYS_fcntl, Fd, F_GETFL, 0, 0, 0);
  return Flags < 0 || (Flags & O_NONBLOCK);
}

int available(int Fd) {
  int N = 0;
  raw(SYS_ioctl, Fd, FIONREAD, (long)&N, 0, 0);
  return N;
}

int isReady(int Fd, short Events) {
  struct pollfd P = {Fd, Events, 0};
  return raw(SYS_poll, (long)&P, 1, 0, 0, 0) != 0;
}

int hasTimeout(int Fd, int Option) {
  struct timeval Time = {0, 0};
  socklen_t Size = sizeof Time;
  raw(SYS_getsockopt, Fd, SOL_SOCKET, Option, (long)&Time, (long)&Size);
  return Time.tv_sec || Time.tv_usec;
}

int blocks(Run *R, int Fd, short Events) {
  int Option = Events & POLLIN ? SO_RCVTIMEO : SO_SNDTIMEO;
  if (R->S->MayWait || isNonBlocking(Fd) || isReady(Fd, Events) ||
      hasTimeout(Fd, Option))
    return 0;
  say(R, " would block");
  return 1;
}

int isNotReady(Run *R, int Fd, short Events) {
  if (R->S->MayWait || isReady(Fd, Events))
    return 0;
  say(R, " would block");
  return 1;
}

/// How many bytes surely go into \p Fd at once if it is ready.
static long roomIn(int Fd, int Kind) {
  switch (Kind) {
  case KindPipe:
    // Each of its buffers may hold less than a page, unless it is empty.
    return available(Fd) ? PIPE_BUF : 65536;
  case KindStream:
    return 8192;
  case KindEvent:
    return 8;
  default:
    return INT_MAX;
  }
}

int blocksWriting(Run *R, int Fd, int Kind, long N) {
  if (R->S->MayWait || isNonBlocking(Fd))
    return 0;
  if (N <= roomIn(Fd, Kind))
    return blocks(R, Fd, POLLOUT);
  if (hasTimeout(Fd, SO_SNDTIMEO))
    return 0;
  say(R, " would block");
  return 1;
}

// -- Memory -------------------------------------------------------------------

static char *ReadOnlyBytes;

__attribute__((constructor)) static void mapReadOnly(void) {
  ReadOnlyBytes = mmap(NULL, BufferSize, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

char *address(Run *R, long Pointer, size_t N) {
  (void)R;
  char *End = me()->Buffer + BufferSize;
  switch (Pointer) {
  case Null:
    return NULL;
  case Unmapped:
    return (char *)16;
  case ReadOnly:
    return ReadOnlyBytes;
  case HalfMapped:
    return End - N / 2;
  default:
    return N <= BufferSize ? End - N : me()->Buffer;
  }
}

static size_t mapped(long Pointer, size_t N) {
  if (N > BufferSize)
    N = BufferSize;
  return Pointer == Good ? N : Pointer == HalfMapped ? N / 2 : 0;
}

void fill(Run *R, long Pointer, char *P, size_t N, int Kind) {
  N = mapped(Pointer, N);
  if (Kind == KindEvent && N >= 8) {
    unsigned long Value = (unsigned long)R->Index % 5 + 1;
    memcpy(P, &Value, 8);
    return;
  }
  for (size_t I = 0; I < N; ++I)
    P[I] = (char)(I * 31 + (I >> 8) * 7 + (size_t)R->Index * 13);
}

void blank(long Pointer, char *P, size_t N) {
  memset(P, 0xEE, mapped(Pointer, N));
}

void got(Run *R, long Pointer, const char *P, long Result, size_t N) {
  size_t Have = mapped(Pointer, N), Len = Result > 0 ? (size_t)Result : 0;
  if (Len > Have)
    Len = Have;
  if (Len)
    sayBytes(R, P, Len);
  for (size_t I = Len; I < Have; ++I)
    if (P[I] != (char)0xEE) {
      say(R, " also wrote byte %zu", I);
      return;
    }
}

// -- Time ---------------------------------------------------------------------

long long timeNs(clockid_t Clock) {
  struct timespec T;
  clock_gettime(Clock, &T);
  return T.tv_sec * 1000000000LL + T.tv_nsec;
}

long long nowNs(void) { return timeNs(CLOCK_MONOTONIC); }

struct timespec inMs(clockid_t Clock, long Ms) {
  struct timespec T;
  clock_gettime(Clock, &T);
  long Ns = T.tv_nsec + Ms % 1000 * 1000000;
  T.tv_sec += Ms / 1000 + Ns / 1000000000;
  T.tv_nsec = Ns % 1000000000;
  if (T.tv_nsec < 0) {
    T.tv_nsec += 1000000000;
    --T.tv_sec;
  }
  return T;
}

void notBefore(Run *R, long long Start, long Ms) {
  int Error = errno;
  long long Passed = nowNs() - Start;
  // A tick of the coarse clocks that some timeouts are rounded to.
  if (Ms > 0 && Passed < Ms * 1000000LL - 1000000)
    say(R, " EARLY"); // How early differs from run to run.
  errno = Error;
}
