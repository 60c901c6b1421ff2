// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: when a stream enters the kernel: text as large as a buffer that is
// not made yet passes it by; fscanf reads only for what asks for input, and not
// from a stream that is open for writing; SIGPIPE comes with what a wide stream
// writes, too, and with what a read writes first; fputs of nothing and reads
// that fail make it a stream of bytes; output follows input that was read ahead
// only where the file can go back, and else it is still there; a seek that
// fails has written; a byte that was pushed back is no buffer.
#include "check.h"
#include <sys/ioctl.h>
#include <wchar.h>

static int P[2];

static FILE *open_(int End, const char *Mode) {
  CHECK(pipe(P) == 0);
  FILE *F = fdopen(P[End], Mode);
  CHECK(F);
  return F;
}

static void output(void) {
  static char Text[4097];
  int There = -1;
  memset(Text, 'x', 4096);
  FILE *F = open_(1, "w"); // Will have 4096 bytes.
  CHECK(KEEPS_ERRNO(fputs(Text, F)) == 1);
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 4096);
  CHECK(fputs(Text, F) == 1); // Now it has room.
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 4096);
  CHECK(fclose(F) == 0);
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 8192);
  CHECK(close(P[0]) == 0);
  // A byte goes into any buffer, text past a small one.
  char Small[100];
  F = open_(1, "w");
  CHECK(setvbuf(F, Small, _IOFBF, sizeof(Small)) == 0);
  CHECK(fputc('a', F) == 'a' && putc('b', F) == 'b');
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 0);
  CHECK(fflush(F) == 0 && fputs("cd", F) == 1);
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There >= 2);
  CHECK(fclose(F) == 0);
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 4);
  CHECK(close(P[0]) == 0);
  F = open_(1, "w");
  CHECK(setvbuf(F, NULL, _IOLBF, 100) == 0);
  CHECK(fputc('a', F) == 'a');
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 0);
  CHECK(fputc('\n', F) == '\n');
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 2);
  CHECK(setvbuf(F, NULL, _IONBF, 0) == 0 && fputc('c', F) == 'c');
  CHECK(ioctl(P[0], FIONREAD, &There) == 0 && There == 3);
  CHECK(fclose(F) == 0 && close(P[0]) == 0);
  F = open_(1, "w");
  CHECK(fputs("", F) == 1 && fwide(F, 0) < 0);
  CHECK(fclose(F) == 0 && close(P[0]) == 0);
}

static void input(void) {
  int N = -1;
  FILE *F = open_(0, "r");
  CHECK(close(P[1]) == 0);
  CHECK(fscanf(F, "%n", &N) == 0 && N == 0 && !feof(F));
  CHECK(fscanf(F, "%d", &N) == EOF && feof(F));
  CHECK(fclose(F) == 0);
  F = open_(1, "w");
  CHECK_ERRNO(fscanf(F, "%d", &N), EBADF);
  CHECK(!ferror(F));
  CHECK(fclose(F) == 0 && close(P[0]) == 0);
  char Buf[8];
  for (int Way = 0; Way < 2; ++Way) {
    F = open_(0, "r");
    CHECK(fcntl(P[0], F_SETFL, O_NONBLOCK) == 0);
    if (Way)
      CHECK_ERRNO(fgets(Buf, sizeof(Buf), F) ? 0 : -1, EAGAIN);
    else
      CHECK_ERRNO((long)fread(Buf, 4, 1, F) - 1, EAGAIN);
    CHECK(fwide(F, 0) < 0);
    CHECK(fclose(F) == 0 && close(P[1]) == 0);
  }
}

/// One stream for both: a socket cannot take back what was read ahead.
static void both(void) {
  static char Text[10000];
  int S[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  FILE *F = fdopen(S[0], "r+");
  CHECK(write(S[1], "abc", 3) == 3 && fgetc(F) == 'a');
  CHECK_ERRNO((long)fwrite(Text, 1, sizeof(Text), F) - 1, ESPIPE);
  CHECK(!ferror(F));
  CHECK(fclose(F) == 0 && close(S[1]) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  F = fdopen(S[0], "r+");
  CHECK(write(S[1], "abc", 3) == 3 && fgetc(F) == 'a');
  CHECK(fputc('x', F) == 'x');
  CHECK_ERRNO(fflush(F), ESPIPE);
  CHECK(fclose(F) == EOF && close(S[1]) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  F = fdopen(S[0], "r+"); // What was refused leaves the input there.
  CHECK(write(S[1], "abc", 3) == 3 && fgetc(F) == 'a');
  CHECK_ERRNO((long)fwrite(Text, 1, sizeof(Text), F) - 1, ESPIPE);
  CHECK(fgetc(F) == 'b' && fread(Text, 1, 1, F) == 1 && *Text == 'c');
  CHECK(fclose(F) == 0 && close(S[1]) == 0);
  // There is room for one byte behind what was read.
  static char Zeros[4096];
  F = fopen("/dev/zero", "a+");
  CHECK(fgets(Zeros, sizeof(Zeros), F));
  CHECK(fprintf(F, "%100d", 1) == 100 && fclose(F) == 0);
}

/// A seek that writes what there was, and reads ahead.
static void seek(void) {
  static char Text[8100];
  FILE *F = fopen("/dev/zero", "r+");
  CHECK(fputs("text", F) == 1);
  fseek(F, -1, SEEK_SET); // The device is at 0 always.
  CHECK(fwrite(Text, sizeof(Text), 1, F) == 1);
  CHECK(ftell(F) == sizeof(Text) && fclose(F) == 0);
}

/// A byte that was pushed back has a place of its own.
static void pushedBack(void) {
  char Byte;
  FILE *F = open_(0, "r");
  CHECK(ungetc('a', F) == 'a' && !F->_IO_buf_base);
  CHECK(fread(&Byte, 1, 1, F) == 1 && Byte == 'a' && F->_IO_buf_base);
  CHECK(write(P[1], "b", 1) == 1 && fgetc(F) == 'b');
  CHECK(fclose(F) == 0 && close(P[1]) == 0);
}

static _Thread_local volatile sig_atomic_t Runs;
static void count(int Signal) {
  (void)Signal;
  ++Runs;
}

static void brokenPipe(void) {
  FILE *F = open_(1, "w");
  CHECK(close(P[0]) == 0);
  CHECK(fputws(L"text", F) >= 0);
  Runs = 0;
  CHECK_ERRNO(fflush(F), EPIPE);
  CHECK(Runs == 1 && ferror(F));
  fclose(F);
  F = open_(1, "w");
  CHECK(close(P[0]) == 0);
  CHECK(fputws(L"text", F) >= 0);
  Runs = 0;
  CHECK_ERRNO(fclose(F), EPIPE);
  CHECK(Runs == 1);
  F = open_(1, "w"); // It tries twice.
  CHECK(close(P[0]) == 0);
  CHECK(fputws(L"text", F) >= 0);
  Runs = 0;
  CHECK(freopen("/dev/null", "w", F) == F && Runs == 2);
  CHECK(fclose(F) == 0);
  F = open_(1, "w"); // What a read writes first.
  CHECK(close(P[0]) == 0);
  CHECK(fputc('a', F) == 'a');
  Runs = 0;
  CHECK_ERRNO(fgetc(F), EPIPE);
  CHECK(Runs == 1 && ferror(F));
  fclose(F);
}

static void all(void) {
  output();
  input();
  both();
  seek();
  pushedBack();
  brokenPipe();
}

int main(void) {
  CHECK(signal(SIGPIPE, count) != SIG_ERR);
  all();
  inThread(all);
  return 0;
}
