// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: calls that block are found under other names, too: eventfd_read and
// eventfd_write, fortified opens (__open_2, __open64_2, __openat_2,
// __openat64_2), and by number: queues, semaphores, splice and its kin, openat2
// of a FIFO. tgkill and tkill to oneself run the handler before they return.
#include "check.h"
#include <linux/openat2.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int __open_2(const char *Path, int Flags);
int __open64_2(const char *Path, int Flags);
int __openat_2(int Directory, const char *Path, int Flags);
int __openat64_2(int Directory, const char *Path, int Flags);

enum { Opens = 5, Waits = Opens + 4 };
static char Fifo[64];
static int Event, Queue, Set, Pipe[2], Other[2];
static Gate Entering;

static int openFifo(int How, int Flags) {
  struct open_how H;
  memset(&H, 0, sizeof(H));
  H.flags = (unsigned long long)Flags;
  switch (How) {
  case 0:
    return __open_2(Fifo, Flags);
  case 1:
    return __open64_2(Fifo, Flags);
  case 2:
    return __openat_2(AT_FDCWD, Fifo, Flags);
  case 3:
    return __openat64_2(AT_FDCWD, Fifo, Flags);
  }
  return (int)syscall(SYS_openat2, AT_FDCWD, Fifo, &H, sizeof(H));
}

/// Each waits for what main's thread then does.
static void *waits(void *Arg) {
  struct {
    long Type;
    char Byte;
  } Message;
  struct sembuf Take = {0, -1, 0};
  eventfd_t Value = 0;
  int Fd, How = (int)(long)Arg;
  post(&Entering);
  switch (How) {
  default:
    Fd = openFifo(How, O_RDONLY);
    CHECK(Fd >= 0 && close(Fd) == 0);
    return NULL;
  case Opens:
    CHECK(KEEPS_ERRNO(eventfd_read(Event, &Value)) == 0 && Value == 5);
    return NULL;
  case Opens + 1:
    CHECK(syscall(SYS_msgrcv, Queue, &Message, 1, 7, 0) == 1);
    CHECK(Message.Byte == 'm');
    return NULL;
  case Opens + 2:
    CHECK(syscall(SYS_semop, Set, &Take, 1) == 0);
    return NULL;
  case Opens + 3:
    CHECK(syscall(SYS_splice, Pipe[0], NULL, Other[1], NULL, 4, 0) == 4);
    return NULL;
  }
}

static void together(void) {
  pthread_t T[Waits];
  struct {
    long Type;
    char Byte;
  } Message = {7, 'm'};
  struct sembuf Give = {0, 1, 0};
  char Text[4];
  Event = eventfd(0, 0);
  Queue = msgget(IPC_PRIVATE, 0600);
  Set = semget(IPC_PRIVATE, 1, 0600);
  CHECK(Event >= 0 && Queue >= 0 && Set >= 0);
  CHECK(pipe(Pipe) == 0 && pipe(Other) == 0);
  snprintf(Fifo, sizeof(Fifo), "/tmp/open-co-fifo-%d", (int)getpid());
  CHECK(mkfifo(Fifo, 0600) == 0);
  Entering = (Gate)GATE_INIT;
  for (long I = 0; I < Waits; ++I)
    T[I] = start(waits, (void *)I);
  await(&Entering, Waits);
  CHECK(KEEPS_ERRNO(eventfd_write(Event, 5)) == 0);
  CHECK(syscall(SYS_msgsnd, Queue, &Message, 1, 0) == 0);
  CHECK(syscall(SYS_semop, Set, &Give, 1) == 0);
  CHECK(write(Pipe[1], "abcd", 4) == 4);
  for (int I = Opens; I < Waits; ++I)
    join(T[I]);
  CHECK(read(Other[0], Text, 4) == 4 && memcmp(Text, "abcd", 4) == 0);
  int Fd = openFifo(0, O_WRONLY); // Lets the readers in.
  CHECK(Fd >= 0);
  for (int I = 0; I < Opens; ++I)
    join(T[I]);
  CHECK(close(Fd) == 0 && unlink(Fifo) == 0);
  CHECK_ERRNO(openFifo(1, O_RDONLY), ENOENT);
  CHECK_ERRNO(eventfd_write(-1, 1), EBADF);
  eventfd_t Value;
  CHECK_ERRNO(eventfd_read(-1, &Value), EBADF);
  CHECK(msgctl(Queue, IPC_RMID, NULL) == 0 && semctl(Set, 0, IPC_RMID) == 0);
  for (int I = 0; I < 2; ++I)
    CHECK(close(Pipe[I]) == 0 && close(Other[I]) == 0);
  CHECK(close(Event) == 0);
}

static _Thread_local volatile sig_atomic_t Runs;
static void count(int Signal) {
  (void)Signal;
  ++Runs;
}

static void toOneself(void) {
  Runs = 0;
  CHECK(tgkill(getpid(), (pid_t)syscall(SYS_gettid), SIGUSR1) == 0);
  CHECK(Runs == 1);
  CHECK(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1) == 0);
  CHECK(Runs == 2);
  CHECK(syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR1) == 0);
  CHECK(Runs == 3);
  CHECK_ERRNO(tgkill(getpid(), -1, SIGUSR1), EINVAL);
}

int main(void) {
  CHECK(signal(SIGUSR1, count) != SIG_ERR);
  together();
  inThread(together);
  everywhere(toOneself);
  return 0;
}
