// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc %workers
// Intent: hundreds of threads that wait in stdio streams, for input or for room,
// are on a few OS threads.
#include "check.h"

enum { Count = 300, Much = 200000 };
static FILE *Stream[Count];
static int Peer[Count];
static Gate Entered = GATE_INIT;

static void *reads(void *Arg) {
  char Line[64];
  post(&Entered);
  for (int I = 0; I < 3; ++I)
    CHECK(fgets(Line, sizeof(Line), Arg) && !strcmp(Line, "a line\n"));
  return NULL;
}

static void *writes(void *Arg) {
  static char Bytes[Much];
  post(&Entered);
  CHECK(fwrite(Bytes, 1, Much, Arg) == Much && fclose(Arg) == 0);
  return NULL;
}

int main(int Argc, char **Argv) {
  pthread_t T[Count];
  char Buf[4096];
  for (int I = 0; I < Count; ++I) {
    int P[2];
    CHECK(pipe(P) == 0);
    Stream[I] = I % 2 ? fdopen(P[0], "r") : fdopen(P[1], "w");
    Peer[I] = P[I % 2];
    CHECK(Stream[I]);
    T[I] = start(I % 2 ? reads : writes, Stream[I]);
  }
  await(&Entered, Count);
  for (int Turn = 0; Turn < 2; ++Turn) {
    for (int I = 1; I < Count; I += 2)
      CHECK(write(Peer[I], "a line\na li", 11 - 4 * Turn) == 11 - 4 * Turn);
    for (int I = 1; I < Count && !Turn; I += 2)
      CHECK(write(Peer[I], "ne\n", 3) == 3);
    if (Argc > 1)
      CHECK(osThreads() <= atoi(Argv[1]) + 8);
  }
  for (int I = 0; I < Count; ++I) {
    if (I % 2 == 0)
      for (size_t Left = Much; Left;) {
        ssize_t N = read(Peer[I], Buf, sizeof(Buf));
        CHECK(N > 0);
        Left -= (size_t)N;
      }
    join(T[I]);
    CHECK(close(Peer[I]) == 0);
    if (I % 2)
      CHECK(fclose(Stream[I]) == 0);
  }
  return 0;
}
