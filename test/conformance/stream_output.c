// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what is written to streams over pipes and sockets that are full most
// of the time arrives whole and in order: fputc putc putchar putw fwrite fputs
// puts fprintf printf dprintf, their v and unlocked forms; fully buffered, line
// buffered and unbuffered; fflush and fclose wait; errors are as libc has them.
#include "check.h"
#include <poll.h>
#include <stdarg.h>
#include <wchar.h>

/// Reads all there is and checks that it is what a Sink expects.
typedef struct {
  int Fd;
  const char *Expected;
  size_t Length;
} Sink;

static void *drink(void *Arg) {
  Sink *S = Arg;
  char Buf[1000];
  size_t Done = 0;
  for (ssize_t N; (N = read(S->Fd, Buf, sizeof(Buf))) != 0; Done += (size_t)N) {
    CHECK(N > 0 && Done + (size_t)N <= S->Length);
    CHECK(!memcmp(Buf, S->Expected + Done, (size_t)N));
  }
  CHECK(Done == S->Length);
  return NULL;
}

static int Sockets, Mode;

static FILE *openPair(int P[2]) {
  CHECK((Sockets ? socketpair(AF_UNIX, SOCK_STREAM, 0, P) : pipe(P)) == 0);
  FILE *Out = fdopen(P[1], "w");
  CHECK(Out && setvbuf(Out, NULL, Mode, Mode == _IONBF ? 0 : 4096) == 0);
  return Out;
}

static int printV(FILE *Out, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = vfprintf(Out, Format, Args);
  va_end(Args);
  return N;
}

static int printFdV(int Fd, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = vdprintf(Fd, Format, Args);
  va_end(Args);
  return N;
}

static int printStandardV(const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = vprintf(Format, Args);
  va_end(Args);
  return N;
}

enum { Big = 300000, Turns = 400 };

/// The same text by every way, and what it has to be.
static void everyWay(void) {
  size_t Room = Big + 2000 * Turns, Length = 0;
  char *Expected = malloc(Room);
  for (int I = 0; I < Turns; ++I)
    Length += (size_t)snprintf(Expected + Length, Room - Length,
                               "%d\nfputs %d\nabcdef%0*d\nw%03dvd\n", I, I,
                               I % 13 == 0 ? 1500 : 20, I, I % 1000);
  for (size_t I = 0; I < Big; ++I)
    Expected[Length + I] = I % 777 ? (char)('a' + I % 26) : '\n';

  int P[2];
  FILE *Out = openPair(P);
  Sink To = {P[0], Expected, Length + Big};
  pthread_t Reader = start(drink, &To);
  for (int I = 0; I < Turns; ++I) {
    char Text[32];
    int N = snprintf(Text, sizeof(Text), "fputs %d\n", I);
    CHECK(KEEPS_ERRNO(fprintf(Out, "%d\n", I)) > 1);
    if (I % 2) {
      CHECK(KEEPS_ERRNO(fputs(Text, Out)) == 1);
      CHECK(KEEPS_ERRNO(fputc('a', Out)) == 'a' && putc('b', Out) == 'b');
    } else {
      CHECK(fwrite(Text, 1, (size_t)N, Out) == (size_t)N);
      CHECK(fputs_unlocked("a", Out) == 1 && putc_unlocked('b', Out) == 'b');
    }
    CHECK(fputc_unlocked('c', Out) == 'c');
    CHECK(fwrite_unlocked("def", 3, 1, Out) == 1);
    CHECK(printV(Out, "%0*d\n", I % 13 == 0 ? 1500 : 20, I) > 20);
    CHECK(KEEPS_ERRNO(fflush(Out)) == 0);
    // Not through the stream.
    CHECK(KEEPS_ERRNO(dprintf(P[1], "w%03d", I % 1000)) == 4);
    CHECK(printFdV(P[1], "%s", "vd\n") == 3);
  }
  CHECK(KEEPS_ERRNO(fwrite(Expected + Length, 100, Big / 100, Out)) ==
        Big / 100);
  if (Mode == _IOFBF)
    CHECK(fflush_unlocked(Out) == 0);
  CHECK(KEEPS_ERRNO(fclose(Out)) == 0);
  join(Reader);
  CHECK(close(P[0]) == 0);
  free(Expected);
}

static int Words[100];

static void words(void) {
  int P[2];
  FILE *Out = openPair(P);
  for (int I = 0; I < 100; ++I)
    Words[I] = I * 0x01010101;
  Sink To = {P[0], (char *)Words, sizeof(Words)};
  pthread_t Reader = start(drink, &To);
  for (int I = 0; I < 100; ++I)
    CHECK(putw(Words[I], Out) == 0);
  CHECK(fclose(Out) == 0);
  join(Reader);
  CHECK(close(P[0]) == 0);
}

/// When bytes leave the buffer.
static void buffering(void) {
  int P[2];
  FILE *Out = openPair(P);
  struct pollfd In = {P[0], POLLIN, 0};
  char Buf[64];
  CHECK(fputs("half a line", Out) == 1);
  CHECK(poll(&In, 1, 0) == (Mode == _IONBF));
  CHECK(fputs(", the end\nand more", Out) == 1);
  CHECK(poll(&In, 1, 0) == (Mode != _IOFBF));
  if (Mode == _IOLBF)
    CHECK(read(P[0], Buf, 64) == 21 && !memcmp(Buf, "half a line, the end\n", 21));
  CHECK(fflush(Out) == 0);
  ssize_t N = readAll(P[0], Buf, Mode == _IOLBF ? 8 : 29);
  CHECK(!memcmp(Buf + N - 8, "and more", 8));
  CHECK(fputs("at the end", Out) == 1 && fclose(Out) == 0);
  CHECK(readAll(P[0], Buf, 64) == 10 && !memcmp(Buf, "at the end", 10));
  CHECK(close(P[0]) == 0);
}

static void failures(void) {
  int P[2];
  FILE *Out = openPair(P);
  static char Much[100000];
  CHECK(close(P[0]) == 0);
  CHECK_ERRNO((long)fwrite(Much, 1, sizeof(Much), Out) < (long)sizeof(Much)
                  ? -1
                  : 0,
              EPIPE);
  CHECK(ferror(Out));
  clearerr(Out);
  int R = fputs("some", Out);
  CHECK(R == (Mode == _IONBF ? EOF : 1));
  if (Mode != _IONBF)
    CHECK_ERRNO(fflush(Out), EPIPE);
  CHECK(fputs("some", Out) == R);
  if (Mode == _IONBF) {
    CHECK(fclose(Out) == 0);
  } else {
    CHECK_ERRNO(fclose(Out), EPIPE);
  }
  CHECK_ERRNO(dprintf(-1, "closed"), EBADF);

  // Full, and the program made it non-blocking.
  CHECK(pipe2(P, O_NONBLOCK) == 0);
  Out = fdopen(P[1], "w");
  CHECK(setvbuf(Out, NULL, Mode, Mode == _IONBF ? 0 : 4096) == 0);
  CHECK_ERRNO((long)fwrite(Much, 1, sizeof(Much), Out) < (long)sizeof(Much)
                  ? -1
                  : 0,
              EAGAIN);
  CHECK(ferror(Out));
  FILE *In = fdopen(P[0], "r");
  CHECK_ERRNO(fputc('x', In), EBADF);
  CHECK_ERRNO((long)fwrite("x", 1, 1, In) - 1, EBADF);
  CHECK(fclose(In) == 0);
  signal(SIGPIPE, SIG_IGN);
  fclose(Out);
}

/// A thread that writes to nobody gets the signal.
static volatile int Pipes;
static pthread_t Writer;
static void onPipe(int Signal) {
  CHECK(Signal == SIGPIPE && pthread_equal(pthread_self(), Writer));
  ++Pipes;
}
static void *breaks(void *Arg) {
  FILE *Out = Arg;
  Writer = pthread_self();
  CHECK(fputs("nobody", Out) == 1);
  CHECK_ERRNO(fflush(Out), EPIPE);
  CHECK(Pipes == 1);
  return NULL;
}

/// Standard output, over a pipe.
static void standardOutput(void) {
  int P[2], Saved = dup(1);
  char Buf[64];
  CHECK(fflush(stdout) == 0);
  CHECK(pipe(P) == 0 && dup2(P[1], 1) == 1 && close(P[1]) == 0);
  CHECK(KEEPS_ERRNO(puts("puts")) == 5);
  CHECK(KEEPS_ERRNO(putchar('c')) == 'c' && putchar_unlocked('d') == 'd');
  CHECK(KEEPS_ERRNO(printf("%s %d", "printf", 7)) == 8);
  CHECK(KEEPS_ERRNO(printStandardV("%c", 'v')) == 1);
  CHECK(fflush(NULL) == 0);
  CHECK(dup2(Saved, 1) == 1 && close(Saved) == 0);
  size_t N = readAll(P[0], Buf, sizeof(Buf));
  CHECK(N == 16 && !memcmp(Buf, "puts\ncdprintf 7v", N));
  CHECK(close(P[0]) == 0);
}

/// One stream for both directions.
static void *answer(void *Arg) {
  FILE *Peer = Arg;
  char Line[64];
  while (fgets(Line, sizeof(Line), Peer)) {
    CHECK(fprintf(Peer, "you said %s", Line) > 9);
    CHECK(fflush(Peer) == 0);
  }
  CHECK(feof(Peer));
  CHECK(fclose(Peer) == 0);
  return NULL;
}
static void bothWays(void) {
  int S[2];
  char Line[64], Expected[64];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  FILE *Mine = fdopen(S[0], "r+");
  pthread_t T = start(answer, fdopen(S[1], "r+"));
  for (int I = 0; I < 50; ++I) {
    CHECK(fprintf(Mine, "%d\n", I) > 1);
    if (I % 2) // Else libc writes it before it reads.
      CHECK(fflush(Mine) == 0);
    snprintf(Expected, sizeof(Expected), "you said %d\n", I);
    CHECK(fgets(Line, sizeof(Line), Mine) && !strcmp(Line, Expected));
  }
  CHECK(fclose(Mine) == 0);
  join(T);
}

static void all(void) {
  everyWay();
  words();
  buffering();
  failures();
}

/// It makes a stream one of bytes, and fails where nothing can be written.
static void emptyText(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  FILE *In = fdopen(P[0], "r"), *Out = fdopen(P[1], "w");
  CHECK(fprintf(Out, "%s", "") == 0 && fwide(Out, 0) < 0 && !ferror(Out));
  CHECK_ERRNO(fprintf(In, "%s", ""), EBADF);
  CHECK(ferror(In));
  CHECK(fclose(In) == 0 && fclose(Out) == 0);
}

int main(void) {
  static const int Modes[] = {_IOFBF, _IOLBF, _IONBF};
  signal(SIGPIPE, SIG_IGN);
  for (Sockets = 0; Sockets < 2; ++Sockets)
    for (int I = 0; I < 3; ++I) {
      Mode = Modes[I];
      inThread(all);
      all();
    }
  inThreads(4, all);
  inThread(emptyText);
  emptyText();
  inThread(standardOutput);
  standardOutput();
  inThread(bothWays);
  inThreads(4, bothWays);

  int P[2];
  CHECK(pipe(P) == 0 && close(P[0]) == 0);
  FILE *Out = fdopen(P[1], "w");
  signal(SIGPIPE, onPipe);
  join(start(breaks, Out));
  CHECK(fclose(Out) == 0);
  return 0;
}
