// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: fseek fseeko fseeko64 fsetpos fsetpos64 rewind setvbuf setbuf
// setbuffer and fcloseall write what is in a stream's buffer first, waiting for
// room; on files they do what they are for, on pipes they fail after that.
#include "check.h"
#include <stdio_ext.h>
#include <sys/ioctl.h>

static int P[2];
static _Thread_local volatile sig_atomic_t Pipes;

static void count(int Signal) {
  (void)Signal;
  ++Pipes;
}

static int doSeek(FILE *F) { return fseek(F, 0, SEEK_SET); }
static int doSeekO(FILE *F) { return fseeko(F, 0, SEEK_SET); }
static int doSeekO64(FILE *F) { return fseeko64(F, 0, SEEK_SET); }
static int doSetPos(FILE *F) {
  fpos_t At;
  memset(&At, 0, sizeof(At));
  return fsetpos(F, &At);
}
static int doSetPos64(FILE *F) {
  fpos64_t At;
  memset(&At, 0, sizeof(At));
  return fsetpos64(F, &At);
}
static int doRewind(FILE *F) {
  rewind(F);
  CHECK(!ferror(F));
  return -1;
}
static int (*const Seeks[])(FILE *) = {doSeek,   doSeekO,    doSeekO64,
                                       doSetPos, doSetPos64, doRewind};

static char Buffer[BUFSIZ];
static int doVbuf(FILE *F) { return setvbuf(F, Buffer, _IOFBF, BUFSIZ); }
static int doBuf(FILE *F) {
  setbuf(F, NULL);
  return 0;
}
static int doBuffer(FILE *F) {
  setbuffer(F, Buffer, BUFSIZ);
  return 0;
}
static int (*const Buffers[])(FILE *) = {doVbuf, doBuf, doBuffer};

static int waiting(int Fd) {
  int N = -1;
  CHECK(ioctl(Fd, FIONREAD, &N) == 0);
  return N;
}

static FILE *withText(void) {
  CHECK(pipe(P) == 0);
  FILE *F = fdopen(P[1], "w");
  CHECK(fputs("text", F) == 1 && waiting(P[0]) == 0);
  return F;
}

static void seeks(int (*Seek)(FILE *)) {
  FILE *F = withText();
  CHECK_ERRNO(Seek(F), ESPIPE);
  CHECK(waiting(P[0]) == 4 && !ferror(F));
  CHECK(fclose(F) == 0 && close(P[0]) == 0);
  F = withText();
  CHECK(close(P[0]) == 0);
  Pipes = 0;
  CHECK_ERRNO(Seek(F), EPIPE);
  CHECK(Pipes == 1 && !ferror(F) == (Seek == doRewind));
  CHECK(fclose(F) == 0);
  F = tmpfile();
  CHECK(fputs("text", F) == 1 && fgetc(F) == EOF);
  Seek(F);
  CHECK(fgetc(F) == 't' && fclose(F) == 0);
}

static void buffers(int (*Set)(FILE *)) {
  FILE *F = withText();
  CHECK(KEEPS_ERRNO(Set(F)) == 0 && waiting(P[0]) == 4);
  CHECK(fclose(F) == 0 && close(P[0]) == 0);
  F = withText();
  CHECK(close(P[0]) == 0);
  Pipes = 0;
  CHECK_ERRNO(Set(F) ? -1 : -1, EPIPE);
  CHECK(Pipes == 1 && ferror(F));
  fclose(F);
  // What asks for no other one keeps it.
  F = withText();
  CHECK(setvbuf(F, NULL, _IOLBF, 0) == 0 && waiting(P[0]) == 0);
  CHECK(fclose(F) == 0 && waiting(P[0]) == 4 && close(P[0]) == 0);
}

static void *readsAll(void *Arg) {
  char Buf[4096];
  while (read(*(int *)Arg, Buf, sizeof(Buf)) > 0)
    ;
  return NULL;
}

/// The pipe is full: somebody has to read first.
static void waits(void) {
  FILE *F = withText();
  CHECK(fcntl(P[1], F_SETFL, O_NONBLOCK) == 0);
  while (write(P[1], Buffer, sizeof(Buffer)) > 0)
    ;
  CHECK(fcntl(P[1], F_SETFL, 0) == 0);
  pthread_t T = start(readsAll, &P[0]);
  CHECK_ERRNO(fseek(F, 0, SEEK_CUR), ESPIPE);
  CHECK(fclose(F) == 0);
  join(T);
  CHECK(close(P[0]) == 0);
}

/// What is refused writes nothing before.
static void refused(void) {
  FILE *F = withText();
  CHECK_ERRNO(fseek(F, 0, 9), EINVAL);
  CHECK(waiting(P[0]) == 0);
  CHECK(fclose(F) == 0 && waiting(P[0]) == 4 && close(P[0]) == 0);
}

static void all(void) {
  refused();
  for (size_t I = 0; I < sizeof(Seeks) / sizeof(*Seeks); ++I)
    seeks(Seeks[I]);
  for (size_t I = 0; I < sizeof(Buffers) / sizeof(*Buffers); ++I)
    buffers(Buffers[I]);
  waits();
}

/// All streams: what they have is written, and they have no buffers then.
static void endBuffers(void) {
  FILE *F = withText();
  CHECK(fcloseall() == 0 && waiting(P[0]) == 4);
  CHECK(fputc('x', F) == 'x' && waiting(P[0]) == 5);
}
static void endBuffersInThread(void) { inThread(endBuffers); }

int main(void) {
  CHECK(signal(SIGPIPE, count) != SIG_ERR);
  all();
  inThread(all);
  CHECK(inChild(endBuffers) == 0 && inChild(endBuffersInThread) == 0);
  return 0;
}
