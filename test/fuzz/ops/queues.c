// queues.c - operations on message queues and semaphore sets. Each makes its
// own, since they outlive the process: one thread waits, another provokes.
#include "../run.h"

#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

typedef struct {
  Run *R;
  int Id;
  mqd_t Queue;
  long Way;
} Shared;

struct message {
  long Type;
  char Text[16];
};

static void *receives(void *Arg) {
  Shared *S = Arg;
  struct message M = {0};
  long N = CALL(msgrcv, S->Id, &M, sizeof M.Text, 7, 0);
  say(S->R, " got=%ld '%s'", N, M.Text);
  return NULL;
}

OP(msgqueue, "us") {
  Shared S = {.R = R, .Id = msgget(IPC_PRIVATE, 0600)};
  struct message M = {5, "other"};
  pthread_t T;
  RESULT(msgsnd, S.Id, &M, 6, 0);
  RESULT(msgrcv, S.Id, &M, sizeof M.Text, 7, IPC_NOWAIT);
  RESULT(msgrcv, S.Id, &M, 2, 5, IPC_NOWAIT);
  CALL(pthread_create, &T, NULL, receives, &S);
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  M = (struct message){7, "wanted"};
  CALL(msgsnd, S.Id, &M, 7, IPC_NOWAIT);
  CALL(pthread_join, T, NULL);
  msgctl(S.Id, IPC_RMID, NULL);
  RESULT(msgsnd, S.Id, &M, 7, 0);
}

static void *takes(void *Arg) {
  Shared *S = Arg;
  Run *R = S->R;
  struct sembuf Op = {0, -2, 0};
  struct timespec T = {100, 0};
  if (S->Way)
    RESULT(semtimedop, S->Id, &Op, 1, &T);
  else
    RESULT(semop, S->Id, &Op, 1);
  return NULL;
}

OP(semset, "us shortms via2") {
  Shared S = {.R = R, .Id = semget(IPC_PRIVATE, 1, 0600), .Way = A[2]};
  struct sembuf Try = {0, -1, IPC_NOWAIT}, Take = {0, -1, 0}, Add = {0, 2, 0};
  struct timespec T = {0, A[1] * 1000000};
  RESULT(semop, S.Id, &Try, 1);
  long long Start = nowNs();
  RESULT(semtimedop, S.Id, &Take, 1, &T);
  notBefore(R, Start, A[1]);
  pthread_t Thread;
  CALL(pthread_create, &Thread, NULL, takes, &S);
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  CALL(semop, S.Id, &Add, 1);
  CALL(pthread_join, Thread, NULL);
  semctl(S.Id, 0, IPC_RMID);
  RESULT(semop, S.Id, &Add, 1);
}

static void *receivesPosix(void *Arg) {
  Shared *S = Arg;
  Run *R = S->R;
  char Text[64];
  unsigned Priority = 0;
  struct timespec T = inMs(CLOCK_REALTIME, 100000);
  long N = S->Way ? RESULT(mq_timedreceive, S->Queue, Text, sizeof Text,
                           &Priority, &T)
                  : RESULT(mq_receive, S->Queue, Text, sizeof Text, &Priority);
  if (N >= 0)
    sayBytes(R, Text, (size_t)N);
  say(R, " %u", Priority);
  return NULL;
}

OP(mqueue, "us shortms via2") {
  char Name[60];
  snprintf(Name, sizeof Name, "/open-co-fuzz-%d-%d", getpid(), R->L->Index);
  struct mq_attr Attr = {.mq_maxmsg = 1, .mq_msgsize = 64};
  Shared S = {.R = R,
              .Queue = mq_open(Name, O_CREAT | O_RDWR, 0600, &Attr),
              .Way = A[2]};
  mq_unlink(Name);
  if (S.Queue < 0)
    return;
  char Text[64];
  struct timespec T = inMs(CLOCK_REALTIME, A[1]);
  long long Start = nowNs();
  RESULT(mq_timedreceive, S.Queue, Text, sizeof Text, NULL, &T);
  notBefore(R, Start, A[1]);
  RESULT(mq_receive, S.Queue, Text, 3, NULL);
  pthread_t Thread;
  CALL(pthread_create, &Thread, NULL, receivesPosix, &S);
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  CALL(mq_send, S.Queue, "first", 5, 3);
  CALL(pthread_join, Thread, NULL);
  RESULT(mq_send, S.Queue, "second", 6, 1);
  T = inMs(CLOCK_REALTIME, A[1]);
  RESULT(mq_timedsend, S.Queue, "third", 5, 1, &T);
  mq_close(S.Queue);
  RESULT(mq_send, (mqd_t)-1, "x", 1, 0);
}
