// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what several threads may expect of descriptors. Two readers and two
// writers on one: no byte is lost, doubled or torn. Status flags stay as they
// are while somebody waits, also seen through /proc, a duplicate and a forked
// child. The program gets the numbers that it would get natively. Thousands of
// descriptors can be waited for at once.
#include "check.h"
#include <sys/resource.h>

// -- Two readers, two writers -----------------------------------------------

enum { Messages = 400, Length = 64 };
static int Ends[2];
static Gate Done;

/// Messages of equal bytes: a pipe and a packet socket keep each whole.
static void *writer(void *Arg) {
  char Text[Length];
  for (int I = 0; I < Messages; ++I) {
    memset(Text, (int)(long)Arg, Length);
    CHECK(write(Ends[1], Text, Length) == Length);
    if (I % 7 == 0)
      sched_yield();
  }
  return NULL;
}

static void *reader(void *Arg) {
  long *Counts = (long *)Arg;
  char Text[Length];
  ssize_t N;
  while ((N = read(Ends[0], Text, Length)) > 0) {
    CHECK(N == Length);
    for (int I = 1; I < Length; ++I)
      CHECK(Text[I] == Text[0]);
    ++Counts[(int)Text[0]];
  }
  CHECK(N == 0);
  return NULL;
}

static void pairs(void) {
  long Counts[2][4] = {{0}};
  pthread_t R[2], W[2];
  for (long I = 0; I < 2; ++I)
    R[I] = start(reader, Counts[I]);
  for (long I = 0; I < 2; ++I)
    W[I] = start(writer, (void *)(I + 1));
  for (int I = 0; I < 2; ++I)
    join(W[I]);
  CHECK(close(Ends[1]) == 0);
  for (int I = 0; I < 2; ++I)
    join(R[I]);
  CHECK(close(Ends[0]) == 0);
  CHECK(Counts[0][1] + Counts[1][1] == Messages);
  CHECK(Counts[0][2] + Counts[1][2] == Messages);
}

static void crowd(void) {
  CHECK(pipe(Ends) == 0);
  pairs();
  CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, Ends) == 0);
  pairs();
}

// -- Flags ------------------------------------------------------------------

/// The octal flags in fdinfo, without what only the kernel shows.
static long infoFlags(int Fd) {
  char Path[64], Line[128];
  long Flags = -1;
  snprintf(Path, sizeof(Path), "/proc/self/fdinfo/%d", Fd);
  FILE *F = fopen(Path, "r");
  CHECK(F);
  while (fgets(Line, sizeof(Line), F))
    sscanf(Line, "flags: %lo", &Flags);
  CHECK(fclose(F) == 0 && Flags != -1);
  return Flags;
}

static int Shared[2];
static long Expected, ExpectedInfo;

static void checkFlags(void) {
  int Twin = dup(Shared[0]);
  CHECK(Twin >= 0 && fcntl(Twin, F_GETFL) == Expected);
  CHECK(fcntl(Shared[0], F_GETFL) == Expected);
  CHECK(!(Expected & O_NONBLOCK));
  CHECK(infoFlags(Shared[0]) == ExpectedInfo);
  CHECK(close(Twin) == 0);
}

static void *waitsForByte(void *Arg) {
  char C;
  post(&Done);
  CHECK(read(Shared[0], &C, 1) == 1);
  return Arg;
}

static void flagsOf(void) {
  pthread_t T[2];
  Expected = fcntl(Shared[0], F_GETFL);
  ExpectedInfo = infoFlags(Shared[0]);
  Done = (Gate)GATE_INIT;
  for (int I = 0; I < 2; ++I)
    T[I] = start(waitsForByte, NULL);
  await(&Done, 2);
  for (int I = 0; I < 20; ++I) { // Some of the time they wait.
    checkFlags();
    usleep(200);
  }
  CHECK(inChild(checkFlags) == 0);
  CHECK(write(Shared[1], "xy", 2) == 2);
  for (int I = 0; I < 2; ++I)
    join(T[I]);
  checkFlags();
  CHECK(close(Shared[0]) == 0 && close(Shared[1]) == 0);
}

static void flags(void) {
  CHECK(pipe(Shared) == 0);
  flagsOf();
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, Shared) == 0);
  flagsOf();
  tcpPair(Shared);
  flagsOf();
}

// -- Numbers ----------------------------------------------------------------

enum { FirstFree = 3 };
static void numbers(void) {
  int Fd[20];
  for (int I = 0; I < 20; I += 2) {
    CHECK(pipe(&Fd[I]) == 0);
    CHECK(Fd[I] == FirstFree + I && Fd[I + 1] == FirstFree + I + 1);
  }
  CHECK(close(Fd[7]) == 0 && close(Fd[3]) == 0);
  CHECK(dup(0) == Fd[3]);
  CHECK(socket(AF_INET, SOCK_STREAM, 0) == Fd[7]);
  CHECK(fcntl(0, F_DUPFD, 100) == 100 && close(100) == 0);
  for (int I = 0; I < 20; ++I)
    CHECK(close(Fd[I]) == 0);
}

// -- Thousands --------------------------------------------------------------

enum { Most = 5000 };
static int (*Pipes)[2];

static void *waitsForIts(void *Arg) {
  char C;
  post(&Done);
  CHECK(read(Pipes[(long)Arg][0], &C, 1) == 1 && C == (char)(long)Arg);
  return NULL;
}

static void thousands(void) {
  struct rlimit L;
  CHECK(getrlimit(RLIMIT_NOFILE, &L) == 0);
  L.rlim_cur = L.rlim_max;
  CHECK(setrlimit(RLIMIT_NOFILE, &L) == 0);
  long Count = Most, Room = ((long)L.rlim_max - 200) / 2;
  if (Count > Room)
    Count = Room;
  pthread_attr_t A;
  pthread_t *T = calloc((size_t)Count, sizeof(*T));
  Pipes = calloc((size_t)Count, sizeof(*Pipes));
  Done = (Gate)GATE_INIT;
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setstacksize(&A, 64 * 1024) == 0);
  for (long I = 0; I < Count; ++I) {
    CHECK(pipe(Pipes[I]) == 0);
    CHECK(pthread_create(&T[I], &A, waitsForIts, (void *)I) == 0);
  }
  await(&Done, (int)Count);
  for (long I = Count; I-- > 0;) {
    char C = (char)I;
    CHECK(write(Pipes[I][1], &C, 1) == 1);
  }
  for (long I = 0; I < Count; ++I) {
    join(T[I]);
    CHECK(close(Pipes[I][0]) == 0 && close(Pipes[I][1]) == 0);
  }
  free(T);
  free(Pipes);
}

int main(void) {
  closefrom(3); // No gaps.
  numbers();
  inThread(numbers);
  crowd();
  inThread(crowd);
  flags();
  inThread(flags);
  thousands();
  numbers();
  inThread(numbers);
  return 0;
}
