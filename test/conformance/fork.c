// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: fork (and __fork) from main and from threads: the child has the
// caller's data and one thread, can use threads, pipes and sockets, and its
// status reaches the parent, whatever the parent's other threads are doing.
#include "check.h"

pid_t __fork(void);

static __thread int Mine;
static int Global, Busy[2];
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

static int exitStatus(pid_t Pid) {
  int Status = -1;
  CHECK(Pid > 0 && waitpid(Pid, &Status, 0) == Pid);
  CHECK(WIFEXITED(Status));
  return WEXITSTATUS(Status);
}

static void *increments(void *Arg) {
  for (int I = 0; I < 50; ++I) {
    CHECK(pthread_mutex_lock(&Lock) == 0);
    int Seen = Global;
    sched_yield();
    Global = Seen + 1;
    CHECK(pthread_mutex_unlock(&Lock) == 0);
  }
  return Arg;
}

/// All of it, with threads, in the child.
static void childWork(int Down, int Up) {
  char Buf[16];
  pthread_t T[4];
  CHECK(readAll(Down, Buf, 4) == 4 && memcmp(Buf, "down", 4) == 0);
  Global = 0;
  for (int I = 0; I < 4; ++I)
    T[I] = start(increments, NULL);
  for (int I = 0; I < 4; ++I)
    CHECK(join(T[I]) == NULL);
  CHECK(Global == 200);
  int S[2];
  tcpPair(S);
  CHECK(write(S[0], "loop", 4) == 4 && readAll(S[1], Buf, 4) == 4);
  sleepMs(5);
  CHECK(write(Up, "up!", 3) == 3);
}

static void forks(void) {
  int Down[2], Up[2];
  char Buf[16];
  Mine = 55;
  CHECK(pipe(Down) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, Up) == 0);
  errno = ErrnoSentinel;
  pid_t Parent = getpid(), Pid = fork();
  CHECK(Pid >= 0 && errno == ErrnoSentinel);
  if (Pid == 0) {
    CHECK(getpid() != Parent && getppid() == Parent);
    CHECK(Mine == 55);
    Mine = 56;
    CHECK(close(Down[1]) == 0 && close(Up[0]) == 0);
    childWork(Down[0], Up[1]);
    CHECK(Mine == 56);
    _exit(43);
  }
  CHECK(close(Down[0]) == 0 && close(Up[1]) == 0);
  sleepMs(5);
  CHECK(write(Down[1], "down", 4) == 4);
  CHECK(readAll(Up[0], Buf, sizeof(Buf)) == 3 && memcmp(Buf, "up!", 3) == 0);
  CHECK(exitStatus(Pid) == 43);
  CHECK(Mine == 55);
  CHECK(close(Down[1]) == 0 && close(Up[0]) == 0);

  Pid = KEEPS_ERRNO(__fork());
  if (Pid == 0)
    exit(Mine == 55 ? 44 : 45);
  CHECK(exitStatus(Pid) == 44);
}

static void *grandchild(void *Arg) {
  (void)Arg;
  pid_t Pid = fork();
  if (Pid == 0) {
    inThread(forks);
    _exit(3);
  }
  return (void *)(long)exitStatus(Pid);
}

static void nested(void) {
  pid_t Pid = fork();
  if (Pid == 0)
    _exit(join(start(grandchild, NULL)) == (void *)3 ? 4 : 5);
  CHECK(exitStatus(Pid) == 4);
}

static void *busy(void *Arg) {
  char C;
  if (Arg) {
    while (read(Busy[0], &C, 1) == 1)
      CHECK(write(Busy[1], &C, 1) == 1);
  } else {
    CHECK(read(Busy[0], &C, 1) >= 0);
  }
  return NULL;
}

/// Children that wait before they end, several at a time.
static void slowChild(void) {
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    char C;
    int P[2];
    CHECK(pipe(P) == 0 && close(P[1]) == 0);
    CHECK(read(P[0], &C, 1) == 0);
    sleepMs(20);
    _exit(9);
  }
  CHECK(exitStatus(Pid) == 9);
}

int main(void) {
  forks();
  nested();
  inThread(forks);
  CHECK(pipe(Busy) == 0 && write(Busy[1], "z", 1) == 1);
  for (long I = 0; I < 4; ++I)
    start(busy, (void *)(I % 2));
  forks();
  inThread(forks);
  inThreads(4, slowChild);
  inThread(nested);
  forks();
  CHECK(Mine == 55);
  return 0; // The busy ones end with the process.
}
