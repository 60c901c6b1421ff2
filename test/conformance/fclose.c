// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: fclose on a stream made from a socket ends the connection and frees
// the number, which a blocking read of the next file on it does not notice.
#include "check.h"

static void *writeLater(void *Arg) {
  sleepMs(10);
  CHECK(write(*(int *)Arg, "next", 4) == 4);
  return NULL;
}

static void streams(void) {
  int S[2], Q[2];
  char Buf[64];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  FILE *F = fdopen(S[0], "r+");
  CHECK(F != NULL);
  CHECK(fputs("hello\n", F) >= 0 && fflush(F) == 0);
  CHECK(read(S[1], Buf, sizeof(Buf)) == 6);
  CHECK(write(S[1], "line\n", 5) == 5);
  CHECK(fgets(Buf, sizeof(Buf), F) != NULL && strcmp(Buf, "line\n") == 0);
  fseek(F, 0, SEEK_CUR);
  CHECK(fputs("buffered", F) >= 0);
  CHECK(KEEPS_ERRNO(fclose(F)) == 0);
  CHECK(readAll(S[1], Buf, sizeof(Buf)) == 8); // Flushed, then end of file.

  CHECK(pipe(Q) == 0);
  pthread_t T = start(writeLater, &Q[1]);
  CHECK(KEEPS_ERRNO(read(Q[0], Buf, sizeof(Buf))) == 4);
  join(T);
  CHECK(close(Q[0]) == 0 && close(Q[1]) == 0 && close(S[1]) == 0);
}

/// Quiet program: the number itself comes back.
static void number(void) {
  int S[2], Q[2];
  char C;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  FILE *F = fdopen(S[0], "r");
  CHECK(write(S[1], "x", 1) == 1 && fgetc(F) == 'x');
  CHECK(fclose(F) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, Q) == 0);
  CHECK(Q[0] == S[0]);
  CHECK_ERRNO(read(Q[0], &C, 1), EAGAIN);
  CHECK(close(Q[0]) == 0 && close(Q[1]) == 0 && close(S[1]) == 0);
}

int main(void) {
  // Closing fails when the last flush does.
  FILE *Full = fopen("/dev/full", "w");
  CHECK(fputs("x", Full) >= 0);
  CHECK_ERRNO(fclose(Full), ENOSPC);
  char Text[8] = "";
  FILE *Memory = fmemopen(Text, sizeof(Text), "w");
  CHECK(Memory != NULL && fputs("text", Memory) >= 0);
  CHECK(KEEPS_ERRNO(fclose(Memory)) == 0 && strcmp(Text, "text") == 0);
  everywhere(streams);
  number();
  inThread(number);
  return 0;
}
