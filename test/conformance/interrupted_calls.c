// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal to a thread that blocks in the kernel interrupts the call or
// restarts it, as signal(7) lists, and its handler runs at once, on that
// thread.
#include "check.h"
#include <linux/futex.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static __thread int Caught;
static Gate Started = GATE_INIT, Handled = GATE_INIT;
static pthread_t Target;
static int Fifo[2], Message, Set;
static char Path[64];
static sem_t Semaphore;
static pid_t Child;

static void onSignal(int Signal) {
  (void)Signal;
  ++Caught;
  CHECK(pthread_equal(pthread_self(), Target));
}

/// Each blocks for ever, or until release(). \returns its result.
typedef long Blocks(void);
static long inWait(void) { return waitpid(Child, NULL, 0); }
static long inWaitId(void) {
  siginfo_t I;
  return waitid(P_PID, (id_t)Child, &I, WEXITED | WNOWAIT);
}
static long inMsgrcv(void) {
  char B[32];
  return msgrcv(Message, B, 8, 0, 0);
}
static long inSemop(void) {
  struct sembuf Op = {0, -1, 0};
  return semop(Set, &Op, 1);
}
static long inSemWait(void) { return sem_wait(&Semaphore); }
// The kernel restarts waits on a futex only if they have no timeout.
static long inSemTimedwait(void) {
  struct timespec Late = afterMs(CLOCK_REALTIME, 60000);
  return sem_timedwait(&Semaphore, &Late);
}
static long inSemClockwait(void) {
  struct timespec Late = afterMs(CLOCK_MONOTONIC, 60000);
  return sem_clockwait(&Semaphore, CLOCK_MONOTONIC, &Late);
}
static long inFutex(void) {
  unsigned Word = 0;
  return syscall(SYS_futex, &Word, FUTEX_WAIT_PRIVATE, 0, NULL);
}
static long inTimedFutex(void) {
  unsigned Word = 0;
  struct timespec Time = {60, 0};
  return syscall(SYS_futex, &Word, FUTEX_WAIT_PRIVATE, 0, &Time);
}
static long inFutexUntil(void) {
  unsigned Word = 0;
  struct timespec Late = afterMs(CLOCK_MONOTONIC, 60000);
  return syscall(SYS_futex, &Word, FUTEX_WAIT_BITSET_PRIVATE, 0, &Late, NULL,
                 FUTEX_BITSET_MATCH_ANY);
}
static long inLock(void) {
  struct flock L = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(Fifo[0], F_SETLKW, &L);
}
static long inFlock(void) { return flock(Fifo[0], LOCK_EX); }
static long inPause(void) { return pause(); }
static long inSuspend(void) {
  sigset_t None;
  sigemptyset(&None);
  return sigsuspend(&None);
}
static long inSigwaitinfo(void) {
  sigset_t Usr2;
  sigemptyset(&Usr2);
  sigaddset(&Usr2, SIGUSR2);
  return sigwaitinfo(&Usr2, NULL);
}
static long inOpen(void) { return open(Path, O_RDONLY); }

typedef struct {
  const char *Name;
  Blocks *Call;
  int Restarts; // With SA_RESTART.
} Case;

static void *blocks(void *Arg) {
  const Case *C = Arg;
  Target = pthread_self();
  sigset_t Usr2;
  sigemptyset(&Usr2);
  sigaddset(&Usr2, SIGUSR2);
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr2, NULL) == 0);
  Caught = 0;
  post(&Started);
  errno = 0;
  long R = C->Call();
  if (R != -1 || errno != EINTR || Caught < 1)
    fprintf(stderr, "%s: result %ld\n", C->Name, R);
  CHECK(R == -1 && errno == EINTR && Caught >= 1);
  post(&Handled);
  return NULL;
}

/// Sends until the call has ended: the first may come before it blocks.
static void interrupts(const Case *C) {
  Started.Count = Handled.Count = 0;
  pthread_t T = start(blocks, (void *)C);
  await(&Started, 1);
  for (;;) {
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    struct timespec Soon = afterMs(CLOCK_REALTIME, 5);
    if (pthread_timedjoin_np(T, NULL, &Soon) == 0)
      return;
  }
}

static void *sleepsInChild(void *Arg) {
  (void)Arg;
  return NULL;
}

int main(void) {
  join(start(sleepsInChild, NULL)); // The runtime, if any, is there.
  strcpy(Path, "/tmp/open-co-test-XXXXXX");
  CHECK(mkdtemp(Path) != NULL);
  char Dir[64];
  strcpy(Dir, Path);
  strcat(Path, "/f");
  CHECK(mkfifo(Path, 0600) == 0);
  char File[80];
  snprintf(File, sizeof(File), "%s/l", Dir);
  Fifo[0] = open(File, O_RDWR | O_CREAT, 0600);
  CHECK(Fifo[0] >= 0);
  Message = msgget(IPC_PRIVATE, 0600);
  Set = semget(IPC_PRIVATE, 1, 0600);
  CHECK(Message >= 0 && Set >= 0 && sem_init(&Semaphore, 0, 0) == 0);
  int Go[2], Ready[2];
  CHECK(pipe(Go) == 0 && pipe(Ready) == 0);
  Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) { // Holds the locks until told.
    struct flock L = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int Own = open(File, O_RDWR);
    char C;
    close(Go[1]);
    CHECK(fcntl(Own, F_SETLK, &L) == 0 && flock(Own, LOCK_EX) == 0);
    CHECK(write(Ready[1], "r", 1) == 1);
    CHECK(read(Go[0], &C, 1) == 0);
    _exit(0);
  }
  char C;
  CHECK(read(Ready[0], &C, 1) == 1);

  struct sigaction A = {.sa_handler = onSignal};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  const Case Cases[] = {
      {"waitpid", inWait, 1},
      {"waitid", inWaitId, 1},
      {"msgrcv", inMsgrcv, 0},
      {"semop", inSemop, 0},
      {"sem_wait", inSemWait, 1},
      {"F_SETLKW", inLock, 1},
      {"flock", inFlock, 1},
      {"pause", inPause, 0},
      {"sigsuspend", inSuspend, 0},
      {"sigwaitinfo", inSigwaitinfo, 0},
      {"open", inOpen, 1},
      {"sem_timedwait", inSemTimedwait, 0},
      {"sem_clockwait", inSemClockwait, 0},
      {"FUTEX_WAIT", inFutex, 1},
      {"timed FUTEX_WAIT", inTimedFutex, 0},
      {"FUTEX_WAIT_BITSET", inFutexUntil, 0},
  };
  enum { NumCases = sizeof(Cases) / sizeof(Cases[0]) };
  for (int I = 0; I < NumCases; ++I)
    interrupts(&Cases[I]);
  A.sa_flags = SA_RESTART;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  for (int I = 0; I < NumCases; ++I)
    if (!Cases[I].Restarts)
      interrupts(&Cases[I]);

  close(Go[0]);
  close(Go[1]);
  CHECK(waitpid(Child, NULL, 0) == Child);
  CHECK(msgctl(Message, IPC_RMID, NULL) == 0);
  CHECK(semctl(Set, 0, IPC_RMID) == 0);
  CHECK(unlink(Path) == 0 && unlink(File) == 0 && rmdir(Dir) == 0);
  return 0;
}
