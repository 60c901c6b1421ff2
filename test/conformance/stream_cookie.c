// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: streams whose reads and writes are functions of the program's
// (fopencookie), which wait: the stream stays its thread's meanwhile. Streams
// in memory (open_memstream, fmemopen).
#include "check.h"

enum { Lines = 2000 };

static ssize_t readCookie(void *Cookie, char *Buf, size_t N) {
  return read(((int *)Cookie)[0], Buf, N);
}
static ssize_t writeCookie(void *Cookie, const char *Buf, size_t N) {
  size_t Done = 0;
  while (Done < N) {
    size_t Part = N - Done < 7 ? N - Done : 7;
    CHECK(write(((int *)Cookie)[1], Buf + Done, Part) == (ssize_t)Part);
    sched_yield();
    Done += Part;
  }
  return (ssize_t)N;
}
static int closeCookie(void *Cookie) {
  return close(((int *)Cookie)[0]) | close(((int *)Cookie)[1]);
}

static FILE *open_(int *Ends) {
  cookie_io_functions_t Functions = {readCookie, writeCookie, NULL,
                                     closeCookie};
  FILE *F = fopencookie(Ends, "r+", Functions);
  CHECK(F);
  return F;
}

static void *echo(void *Arg) {
  char Line[64];
  while (fgets(Line, sizeof(Line), Arg)) {
    CHECK(fputs(Line, Arg) == 1);
    CHECK(fflush(Arg) == 0);
  }
  CHECK(fclose(Arg) == 0);
  return NULL;
}

static void *writeLines(void *Arg) {
  for (int I = 0; I < Lines; ++I) {
    if (I % 2)
      CHECK(fprintf(Arg, "a line of %d\n", 19) == 13);
    else
      CHECK(fputs("a line of 19\n", Arg) == 1);
  }
  return NULL;
}

static void *readLines(void *Arg) {
  char Line[64];
  int Count = 0;
  for (; fgets(Line, sizeof(Line), Arg); ++Count)
    CHECK(!strcmp(Line, "a line of 19\n"));
  CHECK(Count == 3 * Lines && fclose(Arg) == 0);
  return NULL;
}

static void cookies(void) {
  int S[2][2], A[2], B[2];
  char Line[64];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S[0]) == 0);
  A[0] = S[0][0], A[1] = dup(S[0][0]);
  B[0] = S[0][1], B[1] = dup(S[0][1]);
  FILE *Mine = open_(A);
  pthread_t T = start(echo, open_(B));
  for (int I = 0; I < 20; ++I) {
    char Expected[64];
    snprintf(Expected, sizeof(Expected), "line %d\n", I);
    CHECK(fprintf(Mine, "line %d\n", I) > 5 && fflush(Mine) == 0);
    CHECK(fgets(Line, sizeof(Line), Mine) && !strcmp(Line, Expected));
  }
  CHECK(shutdown(A[0], SHUT_WR) == 0);
  join(T);
  CHECK(fclose(Mine) == 0);

  // Several write; the last of it goes out with fclose.
  pthread_t Writers[3];
  CHECK(pipe(A) == 0);
  T = start(readLines, fdopen(dup(A[0]), "r"));
  FILE *Out = open_(A);
  for (int I = 0; I < 3; ++I)
    Writers[I] = start(writeLines, Out);
  for (int I = 0; I < 3; ++I)
    join(Writers[I]);
  CHECK(fclose(Out) == 0);
  join(T);
}

static void memory(void) {
  char *Text = NULL;
  size_t Size = 0;
  FILE *F = open_memstream(&Text, &Size);
  for (int I = 0; I < 1000; ++I)
    CHECK(fprintf(F, "%04d", I) == 4);
  CHECK(fclose(F) == 0 && Size == 4000 && !memcmp(Text + 3996, "0999", 4));
  F = fmemopen(Text, 8, "r+");
  CHECK(fputs("abc", F) == 1 && fflush(F) == 0 && !memcmp(Text, "abc", 3));
  rewind(F);
  int N;
  CHECK(fscanf(F, "abc%d", &N) == 1 && N == 1);
  CHECK(fclose(F) == 0);
  free(Text);
}

static ssize_t noteCookie(void *Cookie, const char *Buf, size_t N) {
  CHECK(N == 8 && !memcmp(Buf, "prompt> ", N));
  ++*(int *)Cookie;
  return (ssize_t)N;
}

/// Standard output is such a stream: a prompt is out before the answer is read.
static void prompts(void) {
  int P[2], Count = 0;
  CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1);
  FILE *In = fdopen(P[0], "r"), *Saved = stdout;
  FILE *F =
      fopencookie(&Count, "w", (cookie_io_functions_t){.write = noteCookie});
  CHECK(In && F && setvbuf(In, NULL, _IONBF, 0) == 0);
  CHECK(setvbuf(F, NULL, _IOLBF, 1024) == 0);
  stdout = F;
  CHECK(fputs("prompt> ", stdout) == 1 && Count == 0);
  CHECK(fgetc(In) == 'x');
  stdout = Saved;
  CHECK(Count == 1 && !ferror(F));
  CHECK(fclose(F) == 0 && Count == 1);
  CHECK(fclose(In) == 0 && close(P[1]) == 0);
}

static void all(void) {
  cookies();
  memory();
}

int main(void) {
  all();
  inThread(all);
  inThreads(4, all);
  prompts();
  inThread(prompts);
  return 0;
}
