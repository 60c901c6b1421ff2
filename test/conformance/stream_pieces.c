// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: printf writes to a stream when libc's does, and as much each time:
// by lines, into a buffer that gets full, that is new, that was exchanged while
// it was written to, and into what was read ahead. One socket has libc's own
// call, one that of the program: both get the same messages.
#include "check.h"
#include <sys/ioctl.h>
#include <stdarg.h>
#include <stdio_ext.h>

/// Not rewritten.
__attribute__((annotate("open_co.native"))) static int
printNative(FILE *F, const char *Format, va_list Args) {
  return vfprintf(F, Format, Args);
}

typedef struct {
  FILE *F;
  int Reader;
  char Buffer[4096];
} Stream;

static Stream Streams[2]; // The first is libc's.

static void print(int Expected, const char *Format, ...) {
  for (int I = 0; I < 2; ++I) {
    va_list Args;
    va_start(Args, Format);
    FILE *F = Streams[I].F;
    CHECK(KEEPS_ERRNO(I ? vfprintf(F, Format, Args)
                        : printNative(F, Format, Args)) == Expected);
    va_end(Args);
  }
}

/// Both have the same messages, and as much in their buffers.
static void compare(void) {
  static char Texts[2][20000];
  CHECK(__fpending(Streams[0].F) == __fpending(Streams[1].F));
  for (ssize_t N[2] = {0}; N[0] >= 0;) {
    for (int I = 0; I < 2; ++I)
      N[I] = recv(Streams[I].Reader, Texts[I], sizeof(Texts[I]), MSG_DONTWAIT);
    CHECK(N[0] == N[1]);
    CHECK(N[0] < 0 || !memcmp(Texts[0], Texts[1], (size_t)N[0]));
  }
}

static void open_(void) {
  for (int I = 0; I < 2; ++I) {
    int S[2];
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, S) == 0);
    Streams[I].F = fdopen(S[0], "r+");
    Streams[I].Reader = S[1];
  }
}

static void buffer(int Mode, size_t Size) {
  for (int I = 0; I < 2; ++I)
    CHECK(setvbuf(Streams[I].F, Streams[I].Buffer, Mode, Size) == 0);
}

static void end(void) {
  compare();
  for (int I = 0; I < 2; ++I)
    CHECK(fflush(Streams[I].F) == 0);
  compare();
  for (int I = 0; I < 2; ++I)
    CHECK(fclose(Streams[I].F) == 0 && close(Streams[I].Reader) == 0);
}

static void prints(void) {
  print(3, "%d%s", 12, "3");
  compare();
  print(14, "%c%c%c%+d%c% d%s%c%#x%c", 'a', 'b', '\n', 1, '\n', 2, "3", 'c', 4,
        'd');
  compare();
  print(11, "a\n%s\nb%d\nc\n%c\n", "x", 5, 'y');
  compare();
  print(0, "%s", "");
  print(300, "%100d%-100d%0100d", 1, 2, 3);
  compare();
  print(1500, "%400d%1100d", 1, 2);
}

static void all(void) {
  static const int Modes[] = {_IOFBF, _IOLBF, _IONBF};
  static const size_t Sizes[] = {1, 100, 1000, 4096};
  for (size_t M = 0; M < 3; ++M)
    for (size_t S = 0; S < 4; ++S) {
      open_();
      buffer(Modes[M], Sizes[S]);
      prints();
      end();
      open_(); // The buffer is exchanged.
      print(2, "%s", "ab");
      buffer(Modes[M], Sizes[S]);
      print(8, "%s and %c", "ab", 'c');
      compare();
      prints();
      end();
    }
}

/// As much as fits into the buffer that libc makes, and more.
static void large(void) {
  static char Text[20000];
  memset(Text, 'x', sizeof(Text));
  for (int N = 4090; N < 9000; N += N < 4100 ? 1 : 1000) {
    open_();
    print(N + 4, "%.*s%s", N, Text, "last");
    compare();
    print(N, "%.*s", N, Text);
    end();
  }
}

/// What was read ahead cannot be taken back.
static void readAhead(void) {
  open_();
  for (int I = 0; I < 2; ++I) {
    CHECK(write(Streams[I].Reader, "abc", 3) == 3);
    CHECK(fgetc(Streams[I].F) == 'a');
  }
  print(2, "%d%d", 1, 2);
  compare();
  for (int I = 0; I < 2; ++I) {
    CHECK_ERRNO(fflush(Streams[I].F), ESPIPE);
    fclose(Streams[I].F);
    close(Streams[I].Reader);
  }
}

/// What dprintf writes into a pipe that takes the first pieces only.
static void toDescriptor(void) {
  static char Text[65537];
  int P[2], There;
  memset(Text, 'x', sizeof Text - 1);
  CHECK(pipe2(P, O_NONBLOCK) == 0);
  CHECK(dprintf(P[1], "%d", 7) == 1);
  CHECK_ERRNO(dprintf(P[1], "%d:%s", 123, Text), EAGAIN);
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 1 + 15 * 4096);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

static void test(void) {
  toDescriptor();
  all();
  large();
  readAhead();
}

int main(void) {
  test();
  inThread(test);
  return 0;
}
