// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a stream belongs to one thread at a time, also while that waits: for
// input, for room, or between flockfile and funlockfile; functions that are not
// redirected (feof, ferror, fseek) find it theirs. Threads that wait for it get
// it, whoever has it: a thread, main, or libc.
#include "check.h"
#include <stdio_ext.h>

/// Two threads read lines from one stream: each line goes whole to one.
enum { Lines = 400 };
static FILE *In;
static int Seen[Lines];

static void *readLines(void *Arg) {
  char Line[64];
  long Count = 0;
  int N;
  (void)Arg;
  while (fgets(Line, sizeof(Line), In)) {
    CHECK(sscanf(Line, "line %d of many", &N) == 1);
    CHECK(strlen(Line) == 18 && __atomic_add_fetch(&Seen[N], 1, 5) == 1);
    ++Count;
  }
  return (void *)Count;
}

static void sharedInput(void) {
  int P[2];
  pthread_t T[3];
  long Count = 0;
  CHECK(pipe(P) == 0);
  In = fdopen(P[0], "r");
  memset(Seen, 0, sizeof(Seen));
  for (int I = 0; I < 3; ++I)
    T[I] = start(readLines, NULL);
  for (int I = 0; I < Lines; ++I) {
    char Line[32];
    CHECK(snprintf(Line, sizeof(Line), "line %04d of many\n", I) == 18);
    CHECK(write(P[1], Line, 7) == 7);
    sched_yield();
    CHECK(write(P[1], Line + 7, 11) == 11);
  }
  CHECK(close(P[1]) == 0);
  for (int I = 0; I < 3; ++I)
    Count += (long)join(T[I]);
  CHECK(Count == Lines);
  CHECK(fclose(In) == 0);
}

/// Lines of several threads, with pauses inside a locked stream.
enum { Writers = 5, Turns = 60 };
static FILE *Out;

static void *writeLines(void *Arg) {
  int Id = (int)(long)Arg;
  for (int I = 0; I < Turns; ++I) {
    if (I % 3) {
      CHECK(fprintf(Out, "%d begins, %d ends\n", Id, Id) == 17);
      continue;
    }
    flockfile(Out);
    CHECK(putc_unlocked('0' + Id, Out) == '0' + Id);
    CHECK(fputs_unlocked(" begins", Out) == 1);
    sched_yield();
    CHECK(!ferror(Out) && !feof(Out)); // It is ours.
    usleep(100);
    CHECK(ftrylockfile(Out) == 0);
    CHECK(fflush(Out) == 0);
    funlockfile(Out);
    CHECK(fprintf(Out, ", %d ends\n", Id) == 9);
    funlockfile(Out);
  }
  return NULL;
}

static void *readBack(void *Arg) {
  char Line[64];
  int A, B;
  long Count = 0;
  while (fgets(Line, sizeof(Line), Arg)) {
    CHECK(sscanf(Line, "%d begins, %d ends\n", &A, &B) == 2 && A == B);
    ++Count;
  }
  return (void *)Count;
}

static void sharedOutput(void) {
  int P[2];
  pthread_t T[Writers];
  CHECK(pipe(P) == 0);
  Out = fdopen(P[1], "w");
  FILE *From = fdopen(P[0], "r");
  pthread_t Reader = start(readBack, From);
  for (long I = 0; I < Writers; ++I)
    T[I] = start(writeLines, (void *)I);
  writeLines((void *)Writers);
  for (int I = 0; I < Writers; ++I)
    join(T[I]);
  CHECK(fclose(Out) == 0);
  CHECK(join(Reader) == (void *)((Writers + 1) * Turns));
  CHECK(fclose(From) == 0);
}

/// A reader waits with the stream locked; others may not have it, and get it.
static Gate Reading = GATE_INIT;
static void *readOne(void *Arg) {
  post(&Reading);
  CHECK(fgetc(Arg) == 'a');
  return NULL;
}
static void *lockAndLook(void *Arg) {
  flockfile(Arg); // Waits for the reader.
  CHECK(getc_unlocked((FILE *)Arg) == 'b');
  funlockfile(Arg);
  return NULL;
}
static void *tryLock(void *Arg) {
  int R = ftrylockfile(Arg);
  if (R == 0)
    funlockfile(Arg);
  return (void *)(long)R;
}

static void lockedWhileReading(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  FILE *F = fdopen(P[0], "r");
  Reading.Count = 0;
  pthread_t Reader = start(readOne, F);
  await(&Reading, 1);
  while (join(start(tryLock, F)) == NULL) // Until it is in its read.
    sched_yield();
  CHECK(ftrylockfile(F) != 0);
  pthread_t Looker = start(lockAndLook, F);
  CHECK(write(P[1], "ab", 2) == 2);
  join(Reader);
  join(Looker);
  CHECK(close(P[1]) == 0);
  CHECK(fgetc(F) == EOF);
  CHECK(fclose(F) == 0);
}

/// The program sees to the lock itself.
static void byCaller(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  FILE *F = fdopen(P[0], "r");
  CHECK(__fsetlocking(F, FSETLOCKING_BYCALLER) == FSETLOCKING_INTERNAL);
  CHECK(write(P[1], "x\n", 2) == 2);
  char Line[8];
  CHECK(fgets(Line, sizeof(Line), F) && !strcmp(Line, "x\n"));
  CHECK(close(P[1]) == 0 && fclose(F) == 0);
}

/// Main has the stream, and sleeps on it.
static void *print(void *Arg) {
  CHECK(fputs("thread\n", Arg) == 1);
  return NULL;
}
static void lockedByMain(void) {
  char Line[16];
  FILE *F = tmpfile();
  flockfile(F);
  pthread_t T = start(print, F);
  sleepMs(5);
  CHECK(fputs("main\n", F) == 1);
  funlockfile(F);
  join(T);
  rewind(F);
  CHECK(fgets(Line, 16, F) && !strcmp(Line, "main\n"));
  CHECK(fgets(Line, 16, F) && !strcmp(Line, "thread\n"));
  CHECK(fclose(F) == 0);
}

int main(void) {
  sharedInput();
  inThread(sharedInput);
  sharedOutput();
  inThread(sharedOutput);
  lockedWhileReading();
  inThread(lockedWhileReading);
  byCaller();
  inThread(byCaller);
  lockedByMain();
  return 0;
}
