// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: bytes, blocks, lines and formats read from streams over pipes and
// sockets, which come in pieces: fgetc getc getchar getw fread fgets getline
// getdelim fscanf scanf vfscanf vscanf and their unlocked forms. End of file,
// errors and characters that were pushed back are as libc has them.
#include "check.h"
#include <stdarg.h>
#include <stdio_ext.h>
#include <sys/ioctl.h>

/// What feed() writes to: pieces end at '|'; the next one comes when nothing is
/// left to read of the one before.
typedef struct {
  int Fd, Reader;
  const char *Pieces;
} Feeder;

static void *feed(void *Arg) {
  Feeder *F = Arg;
  for (const char *P = F->Pieces; *P;) {
    size_t N = strcspn(P, "|");
    int Left;
    CHECK(write(F->Fd, P, N) == (ssize_t)N);
    do {
      sched_yield();
      CHECK(ioctl(F->Reader, FIONREAD, &Left) == 0);
    } while (Left);
    P += N + (P[N] != 0);
  }
  CHECK(close(F->Fd) == 0);
  return NULL;
}

typedef struct {
  FILE *In;
  Feeder From;
  pthread_t Thread;
} Source;

/// A stream that gets \p Pieces and then ends.
static void open_(Source *S, int Socket, const char *Pieces) {
  int P[2];
  CHECK((Socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, P) : pipe(P)) == 0);
  S->In = fdopen(P[0], "r");
  CHECK(S->In);
  S->From = (Feeder){P[1], P[0], Pieces};
  S->Thread = start(feed, &S->From);
}

static void close_(Source *S) {
  CHECK(fgetc(S->In) == EOF && feof(S->In) && !ferror(S->In));
  join(S->Thread);
  CHECK(KEEPS_ERRNO(fclose(S->In)) == 0);
}

static int Sockets;

static void bytes(void) {
  Source S;
  open_(&S, Sockets, "ab|cd|efgh");
  CHECK(KEEPS_ERRNO(fgetc(S.In)) == 'a');
  CHECK(KEEPS_ERRNO(getc(S.In)) == 'b');
  CHECK(KEEPS_ERRNO(fgetc_unlocked(S.In)) == 'c');
  CHECK(ungetc('X', S.In) == 'X');
  CHECK(fgetc(S.In) == 'X');
  CHECK(KEEPS_ERRNO(getc_unlocked(S.In)) == 'd');
  CHECK(KEEPS_ERRNO(getc_unlocked(S.In)) == 'e');
  // Pushed back before what is in the buffer already.
  CHECK(ungetc('Y', S.In) == 'Y' && ungetc('e', S.In) == 'e');
  CHECK(fgetc(S.In) == 'e' && fgetc(S.In) == 'Y' && fgetc(S.In) == 'f');
  CHECK(fgetc(S.In) == 'g' && fgetc(S.In) == 'h');
  CHECK(KEEPS_ERRNO(fgetc(S.In)) == EOF);
  CHECK(KEEPS_ERRNO(fgetc(S.In)) == EOF); // It sticks.
  clearerr(S.In);
  close_(&S);

  open_(&S, Sockets, "wo|rd");
  int Word;
  memcpy(&Word, "word", 4);
  CHECK(getw(S.In) == Word);
  close_(&S);
}

static void blocks(void) {
  Source S;
  char Buf[64];
  open_(&S, Sockets, "one|two|three|four|five");
  CHECK(KEEPS_ERRNO(fread(Buf, 1, 5, S.In)) == 5 && !memcmp(Buf, "onetw", 5));
  CHECK(fread(Buf, 0, 5, S.In) == 0 && fread(Buf, 5, 0, S.In) == 0);
  CHECK(KEEPS_ERRNO(fread_unlocked(Buf, 3, 2, S.In)) == 2);
  CHECK(!memcmp(Buf, "othree", 6));
  // Not a whole number of items at the end.
  memset(Buf, 0, sizeof(Buf));
  CHECK(fread(Buf, 3, 4, S.In) == 2 && !memcmp(Buf, "fourfive", 8));
  close_(&S);

  // Much, in many pieces; unbuffered, too.
  for (int Unbuffered = 0; Unbuffered < 2; ++Unbuffered) {
    static char Text[3000], Got[3000];
    for (int I = 0; I < 2999; ++I)
      Text[I] = I % 100 == 99 ? '|' : (char)('a' + I % 26);
    open_(&S, Sockets, Text);
    if (Unbuffered)
      CHECK(setvbuf(S.In, NULL, _IONBF, 0) == 0);
    CHECK(fread(Got, 1, sizeof(Got), S.In) == 2999 - 29);
    for (int I = 0, J = 0; I < 2999; ++I)
      if (Text[I] != '|')
        CHECK(Got[J++] == Text[I]);
    clearerr(S.In);
    close_(&S);
  }
}

static void lines(void) {
  Source S;
  char Buf[16];
  open_(&S, Sockets, "a li|ne\nano|ther\n|\nfar too long for it\nlast");
  CHECK(KEEPS_ERRNO(fgets(Buf, sizeof(Buf), S.In)) == Buf);
  CHECK(!strcmp(Buf, "a line\n"));
  CHECK(fgets(Buf, 1, S.In) == Buf && !*Buf);
  CHECK(fgets_unlocked(Buf, sizeof(Buf), S.In) && !strcmp(Buf, "another\n"));
  CHECK(fgets(Buf, sizeof(Buf), S.In) && !strcmp(Buf, "\n"));
  CHECK(fgets(Buf, sizeof(Buf), S.In) && !strcmp(Buf, "far too long fo"));
  CHECK(fgets(Buf, sizeof(Buf), S.In) && !strcmp(Buf, "r it\n"));
  CHECK(fgets(Buf, sizeof(Buf), S.In) && !strcmp(Buf, "last"));
  CHECK(!KEEPS_ERRNO(fgets(Buf, sizeof(Buf), S.In)));
  clearerr(S.In);
  close_(&S);

  char *Line = NULL;
  size_t Size = 0;
  static char Long[600];
  memset(Long, 'x', sizeof(Long) - 1);
  for (int I = 50; I < 599; I += 50)
    Long[I] = '|';
  open_(&S, Sockets, Long);
  CHECK(KEEPS_ERRNO(getline(&Line, &Size, S.In)) == 599 - 11);
  CHECK(strlen(Line) == 599 - 11 && strspn(Line, "x") == 599 - 11);
  CHECK(Size == 960); // 120, doubled.
  CHECK(getline(&Line, &Size, S.In) == -1 && feof(S.In));
  clearerr(S.In);
  close_(&S);
  open_(&S, Sockets, "a,b|c,,d");
  CHECK(getdelim(&Line, &Size, ',', S.In) == 2 && !strcmp(Line, "a,"));
  CHECK(getdelim(&Line, &Size, ',', S.In) == 3 && !strcmp(Line, "bc,"));
  CHECK(getdelim(&Line, &Size, ',', S.In) == 1 && !strcmp(Line, ","));
  CHECK(getdelim(&Line, &Size, ',', S.In) == 1 && !strcmp(Line, "d"));
  CHECK(getdelim(&Line, &Size, ',', S.In) == -1);
  clearerr(S.In);
  CHECK_ERRNO(getline(NULL, &Size, S.In), EINVAL);
  CHECK_ERRNO(getline(&Line, NULL, S.In), EINVAL);
  close_(&S);
  free(Line);
}

static int scanV(FILE *In, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = vfscanf(In, Format, Args);
  va_end(Args);
  return N;
}

static void formats(void) {
  Source S;
  int A, B;
  char Word[16];
  open_(&S, Sockets, "1|2 3|4\nw|ord 5 x");
  CHECK(KEEPS_ERRNO(fscanf(S.In, "%d %d\n", &A, &B)) == 2);
  CHECK(A == 12 && B == 34);
  CHECK(scanV(S.In, "%15s %d", Word, &A) == 2 && A == 5);
  CHECK(!strcmp(Word, "word"));
  CHECK(fscanf(S.In, "%d", &A) == 0);
  CHECK(fscanf(S.In, " x") == 0);
  CHECK(fscanf(S.In, "%d", &A) == EOF);
  clearerr(S.In);
  close_(&S);
}

static void failures(void) {
  int P[2];
  char Buf[8];
  CHECK(pipe2(P, O_NONBLOCK) == 0);
  FILE *In = fdopen(P[0], "r");
  CHECK_ERRNO(fgetc(In), EAGAIN);
  CHECK(ferror(In) && !feof(In));
  clearerr(In);
  CHECK(write(P[1], "ab", 2) == 2);
  CHECK_ERRNO((long)fread(Buf, 1, 5, In) - 3, EAGAIN);
  CHECK(ferror(In));
  // What came before it is kept; the error is for the next call.
  CHECK(write(P[1], "cd", 2) == 2);
  errno = 0;
  CHECK(fgets(Buf, sizeof(Buf), In) == Buf && !strcmp(Buf, "cd"));
  CHECK(errno == EAGAIN);
  // Opened for the other direction.
  FILE *Out = fdopen(P[1], "w");
  CHECK_ERRNO(fgetc(Out), EBADF);
  CHECK_ERRNO((long)fread(Buf, 1, 1, Out) - 1, EBADF);
  CHECK(ferror(Out));
  CHECK(fclose(Out) == 0);
  CHECK(fclose(In) == 0);

  // A socket's own timeout.
  int S[2];
  struct timeval T = {0, 20000};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  CHECK(setsockopt(S[0], SOL_SOCKET, SO_RCVTIMEO, &T, sizeof(T)) == 0);
  In = fdopen(S[0], "r");
  Moment From = now();
  CHECK_ERRNO(fgetc(In), EAGAIN);
  CHECK(mayTimeOut(From, 20));
  CHECK(close(S[1]) == 0);
  CHECK(fclose(In) == 0);
}

/// What was pushed back comes first; the rest of a large block does not pass
/// through the buffer, which would cut a message.
static void pushedBack(void) {
  char Buf[8193], Message[5000] = {0};
  int S[2];
  for (int IsFirst = 0; IsFirst < 2; ++IsFirst) {
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, S) == 0);
    FILE *In = fdopen(S[0], "r");
    if (!IsFirst) // It has a buffer.
      CHECK(write(S[1], "a", 1) == 1 && fgetc(In) == 'a');
    CHECK(ungetc('X', In) == 'X');
    CHECK(write(S[1], Message, sizeof(Message)) == sizeof(Message));
    CHECK(close(S[1]) == 0);
    CHECK(KEEPS_ERRNO(fread(Buf, 1, sizeof(Buf), In)) == 1 + sizeof(Message));
    CHECK(Buf[0] == 'X' && feof(In));
    CHECK(fclose(In) == 0);
  }
}

/// Standard input, over a pipe.
static void standardInput(void) {
  int P[2], A, Saved = dup(0);
  CHECK(pipe(P) == 0 && dup2(P[0], 0) == 0 && close(P[0]) == 0);
  Feeder From = {P[1], 0, "xy|4|2 17\nz"};
  pthread_t T = start(feed, &From);
  CHECK(getchar() == 'x' && getchar_unlocked() == 'y');
  CHECK(scanf("%d", &A) == 1 && A == 42);
  CHECK(scanV(stdin, "%d\n", &A) == 1 && A == 17);
  CHECK(getchar() == 'z' && getchar() == EOF);
  join(T);
  clearerr(stdin);
  CHECK(dup2(Saved, 0) == 0 && close(Saved) == 0);
}

/// A file on a disk, and a stream in memory.
static void others(void) {
  char Buf[8192], Text[] = "in memory\n";
  FILE *F = tmpfile();
  CHECK(F);
  for (int I = 0; I < 1000; ++I)
    CHECK(fprintf(F, "line %04d\n", I) == 10);
  rewind(F);
  CHECK(fgets(Buf, 64, F) && !strcmp(Buf, "line 0000\n"));
  CHECK(fread(Buf, 10, 800, F) == 800 && !memcmp(Buf + 7990, "line 0800\n", 10));
  CHECK(fread(Buf, 10, 800, F) == 199 && feof(F));
  CHECK(fseek(F, 20, SEEK_SET) == 0 && fgetc(F) == 'l' && ftell(F) == 21);
  CHECK(fclose(F) == 0);
  F = fmemopen(Text, sizeof(Text) - 1, "r");
  CHECK(fgets(Buf, 64, F) && !strcmp(Buf, Text) && fgetc(F) == EOF);
  CHECK(fclose(F) == 0);
}

static void all(void) {
  bytes();
  blocks();
  lines();
  formats();
  failures();
  pushedBack();
  others();
}

/// Input that is not there yet.
static void notYet(void) {
  int P[2], N = 0;
  CHECK(pipe2(P, O_NONBLOCK) == 0);
  FILE *F = fdopen(P[0], "r");
  CHECK(fscanf(F, " ") == 0 && ferror(F) && !feof(F));
  CHECK_ERRNO(fscanf(F, "x"), EAGAIN);
  CHECK_ERRNO(fscanf(F, " %d", &N), EAGAIN);
  CHECK(write(P[1], " 12 ", 4) == 4);
  clearerr(F);
  CHECK(fscanf(F, " %d", &N) == 1 && N == 12 && fgetc(F) == ' ');
  CHECK(fclose(F) == 0 && close(P[1]) == 0);
}

int main(void) {
  for (Sockets = 0; Sockets < 2; ++Sockets) {
    inThread(all);
    inThreads(4, all);
    all();
  }
  inThread(notYet);
  notYet();
  inThread(standardInput);
  standardInput();
  return 0;
}
