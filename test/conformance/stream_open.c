// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: fopen of a FIFO waits for the other end; freopen and fclose write
// what is left, to a pipe that is full; popen and pclose; what was known of a
// descriptor's number goes with its stream.
#include "check.h"
#include <sys/stat.h>

static char Path[] = "/tmp/open-co-test-XXXXXX";
static char Fifo[64];

static void *openRead(void *Arg) {
  char Line[16];
  FILE *F = fopen(Fifo, "r");
  (void)Arg;
  CHECK(F && fgets(Line, sizeof(Line), F) && !strcmp(Line, "through\n"));
  CHECK(fgetc(F) == EOF && fclose(F) == 0);
  return NULL;
}

static void fifo(void) {
  pthread_t T = start(openRead, NULL);
  FILE *F = fopen(Fifo, "w");
  CHECK(F && fputs("through\n", F) == 1 && fclose(F) == 0);
  join(T);
  CHECK(!fopen("/nonexistent/file", "r") && errno == ENOENT);
  CHECK(!fopen(Fifo, "x") && errno == EINVAL);
}

typedef struct {
  int Fd;
  size_t Expected;
} Drain;
static void *drain(void *Arg) {
  Drain *D = Arg;
  char *Buf = malloc(D->Expected + 1);
  CHECK(readAll(D->Fd, Buf, D->Expected + 1) == D->Expected);
  free(Buf);
  CHECK(close(D->Fd) == 0);
  return NULL;
}

/// A stream with \p Size bytes more than its pipe holds, all in the buffer.
static FILE *overfull(Drain *D, char *Buffer, size_t Size) {
  int P[2], Flags;
  char Block[4096] = {0};
  CHECK(pipe(P) == 0);
  D->Fd = P[0];
  D->Expected = Size;
  Flags = fcntl(P[1], F_GETFL);
  CHECK(fcntl(P[1], F_SETFL, Flags | O_NONBLOCK) == 0);
  for (ssize_t N; (N = write(P[1], Block, sizeof(Block))) > 0;)
    D->Expected += (size_t)N;
  CHECK(fcntl(P[1], F_SETFL, Flags) == 0);
  FILE *F = fdopen(P[1], "w");
  CHECK(F && setvbuf(F, Buffer, _IOFBF, 2 * Size) == 0);
  for (size_t I = 0; I < Size; ++I)
    CHECK(putc('x', F) == 'x');
  return F;
}

static void closesFull(void) {
  static __thread char Buffer[20000];
  Drain D;
  FILE *F = overfull(&D, Buffer, 10000);
  pthread_t T = start(drain, &D);
  CHECK(KEEPS_ERRNO(fclose(F)) == 0);
  join(T);
  F = overfull(&D, Buffer, 10000);
  T = start(drain, &D);
  F = freopen(Path, "w+", F);
  CHECK(F);
  join(T);
  // The number is another file's now, which never waits.
  CHECK(fputs("a file\n", F) == 1);
  rewind(F);
  CHECK(fgetc(F) == 'a' && fclose(F) == 0);
  F = overfull(&D, Buffer, 10000);
  T = start(drain, &D);
  CHECK(freopen64("/nonexistent/file", "r", F) == NULL && errno == ENOENT);
  join(T);
}

static void commands(void) {
  char Line[64];
  FILE *F = popen("echo one; echo two; exit 3", "r");
  CHECK(F && fgets(Line, sizeof(Line), F) && !strcmp(Line, "one\n"));
  CHECK(fgets(Line, sizeof(Line), F) && !strcmp(Line, "two\n"));
  CHECK(fgetc(F) == EOF);
  CHECK(WEXITSTATUS(pclose(F)) == 3);
  F = popen("test $(wc -c) = 200000", "w");
  for (int I = 0; I < 20000; ++I)
    CHECK(fprintf(F, "line %04d\n", I % 10000) == 10);
  CHECK(pclose(F) == 0);
}

static void all(void) {
  fifo();
  closesFull();
  commands();
}

int main(void) {
  CHECK(close(mkstemp(Path)) == 0);
  snprintf(Fifo, sizeof(Fifo), "%s.fifo", Path);
  CHECK(mkfifo(Fifo, 0600) == 0);
  all();
  inThread(all);
  all();
  CHECK(unlink(Fifo) == 0 && unlink(Path) == 0);
  return 0;
}
