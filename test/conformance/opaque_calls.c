// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: threads blocked in calls that are not in the table (sem_wait,
// sigwait, epoll_wait, msgrcv, flock, waitpid, pthread_barrier_wait, readv) do
// not keep the others from running, and return what they waited for.
#include "check.h"
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/uio.h>

static sem_t Sem;
static int Epoll, Queue, Pipe[2], Lock[2], Chatter[2];
static pid_t Child;
static pthread_barrier_t Barrier;
static Gate Entering = GATE_INIT;

typedef struct {
  long Type;
  char Byte;
} Message;

static void *semWait(void *Arg) {
  post(&Entering);
  CHECK(sem_wait(&Sem) == 0);
  return Arg;
}
static void *sigWait(void *Arg) {
  sigset_t Set;
  int Signal;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  post(&Entering);
  CHECK(sigwait(&Set, &Signal) == 0 && Signal == SIGUSR1);
  return Arg;
}
static void *epollWait(void *Arg) {
  struct epoll_event Event;
  post(&Entering);
  CHECK(epoll_wait(Epoll, &Event, 1, -1) == 1 && Event.data.u32 == 42);
  return Arg;
}
static void *msgRcv(void *Arg) {
  Message M;
  post(&Entering);
  CHECK(msgrcv(Queue, &M, 1, 7, 0) == 1 && M.Byte == 'm');
  return Arg;
}
static void *fLock(void *Arg) {
  post(&Entering);
  CHECK(flock(Lock[1], LOCK_EX) == 0);
  CHECK(flock(Lock[1], LOCK_UN) == 0);
  return Arg;
}
static void *waitPid(void *Arg) {
  int Status;
  post(&Entering);
  CHECK(waitpid(Child, &Status, 0) == Child && WEXITSTATUS(Status) == 5);
  return Arg;
}
static void *barrier(void *Arg) {
  post(&Entering);
  int R = pthread_barrier_wait(&Barrier);
  CHECK(R == 0 || R == PTHREAD_BARRIER_SERIAL_THREAD);
  return Arg;
}
static void *readV(void *Arg) {
  char C;
  struct iovec V = {&C, 1};
  post(&Entering);
  CHECK(readv(Pipe[0], &V, 1) == 1 && C == 'v');
  return Arg;
}

static void *chat(void *Arg) { // What must go on meanwhile.
  char C;
  int Count = 0;
  while (read(Chatter[0], &C, 1) == 1) {
    sched_yield();
    ++Count;
  }
  return (void *)((long)Arg + Count);
}

static void all(void) {
  ThreadFn *Fns[] = {semWait, sigWait, epollWait, msgRcv,
                     fLock,   waitPid, barrier,   readV};
  enum { Kinds = sizeof(Fns) / sizeof(*Fns) };
  pthread_t T[Kinds], Again[2], Talker;
  char Path[] = "/tmp/open-co-flock-XXXXXX";
  int Hold[2], In[2];

  Entering.Count = 0;
  CHECK(sem_init(&Sem, 0, 0) == 0 && pipe(Pipe) == 0 && pipe(Chatter) == 0);
  CHECK(pipe(Hold) == 0 && pipe(In) == 0);
  CHECK(pthread_barrier_init(&Barrier, NULL, 2) == 0);
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event Event = {.events = EPOLLIN, .data.u32 = 42};
  CHECK(epoll_ctl(Epoll, EPOLL_CTL_ADD, In[0], &Event) == 0);
  Queue = msgget(IPC_PRIVATE, 0600);
  CHECK(Queue >= 0);
  Lock[0] = mkstemp(Path);
  Lock[1] = open(Path, O_RDWR);
  CHECK(unlink(Path) == 0 && flock(Lock[0], LOCK_EX) == 0);
  Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) {
    char C;
    close(Hold[1]);
    close(Chatter[1]); // Or its reader would never see the end.
    _exit(read(Hold[0], &C, 1) == 0 ? 5 : 6);
  }
  CHECK(close(Hold[0]) == 0);

  Talker = start(chat, NULL);
  for (int I = 0; I < Kinds; ++I)
    T[I] = start(Fns[I], NULL);
  Again[0] = start(semWait, NULL);
  Again[1] = start(semWait, NULL);
  await(&Entering, Kinds + 2);
  for (int I = 0; I < 1000; ++I)
    CHECK(write(Chatter[1], "c", 1) == 1);
  CHECK(close(Chatter[1]) == 0);
  CHECK(join(Talker) == (void *)1000);

  Message M = {7, 'm'};
  CHECK(msgsnd(Queue, &M, 1, 0) == 0);
  for (int I = 0; I < 3; ++I)
    CHECK(sem_post(&Sem) == 0);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  CHECK(write(In[1], "x", 1) == 1);
  CHECK(flock(Lock[0], LOCK_UN) == 0);
  CHECK(close(Hold[1]) == 0);
  CHECK(write(Pipe[1], "v", 1) == 1);
  barrier(NULL);
  for (int I = 0; I < Kinds; ++I)
    join(T[I]);
  join(Again[0]);
  join(Again[1]);

  CHECK(msgctl(Queue, IPC_RMID, NULL) == 0);
  CHECK(pthread_barrier_destroy(&Barrier) == 0 && sem_destroy(&Sem) == 0);
  int Fds[] = {Pipe[0], Pipe[1], Chatter[0], In[0],
               In[1],   Epoll,   Lock[0],    Lock[1]};
  for (size_t I = 0; I < sizeof(Fds) / sizeof(*Fds); ++I)
    CHECK(close(Fds[I]) == 0);
}

int main(void) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1); // For sigwait, and inherited by all threads.
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  all();
  inThread(all);
  all();
  return 0;
}
