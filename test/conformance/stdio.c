// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: streams in threads: a blocked fgets keeps nobody from running, lines
// written by several threads stay whole.
#include "check.h"

enum { Writers = 6, Lines = 300 };
static FILE *Out;

static void *writeLines(void *Arg) {
  for (int I = 0; I < Lines; ++I) {
    CHECK(fprintf(Out, "%d says %0*d\n", (int)(long)Arg, 60, I) > 60);
  }
  return NULL;
}

static void *readLines(void *Arg) {
  FILE *In = Arg;
  char Line[128];
  int Next[Writers] = {0}, Id, Number, Count = 0;
  while (fgets(Line, sizeof(Line), In)) {
    CHECK(sscanf(Line, "%d says %d\n", &Id, &Number) == 2);
    CHECK(Id >= 0 && Id < Writers && Next[Id]++ == Number);
    ++Count;
    if (Count % 100 == 0)
      sleepMs(1); // The pipe fills up.
  }
  return (void *)(long)Count;
}

static void streams(void) {
  int P[2];
  pthread_t T[Writers];
  CHECK(pipe(P) == 0);
  Out = fdopen(P[1], "w");
  FILE *In = fdopen(P[0], "r");
  CHECK(Out && In);
  pthread_t Reader = start(readLines, In);
  for (long I = 0; I < Writers; ++I)
    T[I] = start(writeLines, (void *)I);
  for (int I = 0; I < Writers; ++I)
    join(T[I]);
  CHECK(fclose(Out) == 0);
  CHECK(join(Reader) == (void *)(Writers * Lines));
  CHECK(fclose(In) == 0);
}

/// Each blocked in a stream of its own.
typedef struct {
  FILE *In;
  int Number;
} Blocked;
static void *readNumber(void *Arg) {
  Blocked *B = Arg;
  int N;
  CHECK(fscanf(B->In, "%d\n", &N) == 1 && N == B->Number);
  return NULL;
}

static void blocked(void) {
  enum { Count = 8 };
  Blocked B[Count];
  pthread_t T[Count];
  int P[Count][2];
  for (int I = 0; I < Count; ++I) {
    CHECK(pipe(P[I]) == 0);
    B[I] = (Blocked){fdopen(P[I][0], "r"), I * 11};
    T[I] = start(readNumber, &B[I]);
  }
  for (int I = Count - 1; I >= 0; --I) {
    char Text[16];
    int N = snprintf(Text, sizeof(Text), "%d\n", I * 11);
    CHECK(write(P[I][1], Text, (size_t)N) == N);
    CHECK(close(P[I][1]) == 0);
    join(T[I]);
    CHECK(fclose(B[I].In) == 0);
  }
}

int main(void) {
  streams();
  inThread(streams);
  blocked();
  inThread(blocked);
  return 0;
}
