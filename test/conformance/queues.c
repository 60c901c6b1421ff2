// RUN: %clang %s -o %t -lrt && %native %t
// RUN: %open_co_clang %s -o %t.oc -lrt && %run %t.oc
// Intent: message queues and semaphore sets between threads: blocking both
// ways, times, errors.
#include "check.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

static mqd_t Queue;
static int Messages, Set;

static mqd_t newQueue(int Flags) {
  static int Serial;
  char Name[64];
  snprintf(Name, sizeof(Name), "/open-co-test-%d-%d", (int)getpid(),
           __atomic_fetch_add(&Serial, 1, __ATOMIC_SEQ_CST));
  struct mq_attr A = {.mq_maxmsg = 2, .mq_msgsize = 8};
  mqd_t Q = mq_open(Name, O_RDWR | O_CREAT | Flags, 0600, &A);
  CHECK(Q >= 0 && mq_unlink(Name) == 0);
  return Q;
}

static void *sends(void *Arg) {
  (void)Arg;
  for (char I = 0; I < 10; ++I)
    CHECK(mq_send(Queue, &I, 1, 0) == 0);
  return NULL;
}

static void posixQueues(void) {
  char Buf[8];
  unsigned Priority;
  Queue = newQueue(0);
  pthread_t T = start(sends, NULL);
  for (char I = 0; I < 10; ++I)
    CHECK(KEEPS_ERRNO(mq_receive(Queue, Buf, 8, NULL)) == 1 && Buf[0] == I);
  join(T);
  CHECK_ERRNO(mq_receive(Queue, Buf, 1, NULL), EMSGSIZE);
  struct timespec Soon = afterMs(CLOCK_REALTIME, 10);
  CHECK_ERRNO(mq_timedreceive(Queue, Buf, 8, NULL, &Soon), ETIMEDOUT);
  CHECK(mq_timedsend(Queue, "a", 1, 1, &Soon) == 0);
  CHECK(mq_send(Queue, "b", 1, 2) == 0);
  CHECK_ERRNO(mq_timedsend(Queue, "c", 1, 1, &Soon), ETIMEDOUT);
  CHECK(mq_receive(Queue, Buf, 8, &Priority) == 1);
  CHECK(Buf[0] == 'b' && Priority == 2);
  CHECK(mq_close(Queue) == 0);
  mqd_t NonBlocking = newQueue(O_NONBLOCK);
  CHECK_ERRNO(mq_receive(NonBlocking, Buf, 8, NULL), EAGAIN);
  CHECK(mq_close(NonBlocking) == 0);
}

struct text {
  long Type;
  char Bytes[4];
};

static void *answers(void *Arg) {
  (void)Arg;
  struct text M;
  CHECK(msgrcv(Messages, &M, 4, 1, 0) == 2);
  M.Type = 2;
  CHECK(msgsnd(Messages, &M, 3, 0) == 0);
  return NULL;
}

static void systemVQueues(void) {
  struct text M = {1, "xy"};
  Messages = msgget(IPC_PRIVATE, 0600);
  CHECK(Messages >= 0);
  CHECK_ERRNO(msgrcv(Messages, &M, 4, 0, IPC_NOWAIT), ENOMSG);
  pthread_t T = start(answers, NULL);
  CHECK(KEEPS_ERRNO(msgsnd(Messages, &M, 2, 0)) == 0);
  CHECK(KEEPS_ERRNO(msgrcv(Messages, &M, 4, 2, 0)) == 3 && M.Type == 2);
  join(T);
  M.Type = 0;
  CHECK_ERRNO(msgsnd(Messages, &M, 2, 0), EINVAL);
  CHECK(msgctl(Messages, IPC_RMID, NULL) == 0);
  CHECK_ERRNO(msgrcv(Messages, &M, 4, 0, 0), EINVAL);
}

static void *takesAndGives(void *Arg) {
  (void)Arg;
  struct sembuf Take = {0, -1, 0}, Give = {1, 1, 0};
  for (int I = 0; I < 10; ++I) {
    CHECK(semop(Set, &Take, 1) == 0);
    CHECK(semop(Set, &Give, 1) == 0);
  }
  return NULL;
}

static void semaphoreSets(void) {
  Set = semget(IPC_PRIVATE, 2, 0600);
  CHECK(Set >= 0);
  struct sembuf Give = {0, 1, 0}, Take = {1, -1, 0}, Try = {1, -1, IPC_NOWAIT};
  CHECK_ERRNO(semop(Set, &Try, 1), EAGAIN);
  struct timespec Short = {0, 5000000};
  CHECK_ERRNO(semtimedop(Set, &Take, 1, &Short), EAGAIN);
  pthread_t T = start(takesAndGives, NULL);
  for (int I = 0; I < 10; ++I) {
    CHECK(KEEPS_ERRNO(semop(Set, &Give, 1)) == 0);
    CHECK(KEEPS_ERRNO(semtimedop(Set, &Take, 1, NULL)) == 0);
  }
  join(T);
  CHECK(semctl(Set, 0, IPC_RMID) == 0);
  CHECK_ERRNO(semop(Set, &Give, 1), EINVAL);
}

int main(void) {
  posixQueues();
  systemVQueues();
  semaphoreSets();
  inThread(posixQueues);
  inThread(systemVQueues);
  inThread(semaphoreSets);
  return 0;
}
