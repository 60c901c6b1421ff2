// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: condition variables wake one or all waiters, release and retake the
// mutex, time out on either clock, and carry a bounded queue.
#include "check.h"

enum { Waiters = 20 };
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static int Waiting, Tickets, Woken;

static void *waitForTicket(void *Arg) {
  CHECK(pthread_mutex_lock(&Lock) == 0);
  ++Waiting;
  while (Tickets == 0)
    CHECK(KEEPS_ERRNO(pthread_cond_wait(&Cond, &Lock)) == 0);
  --Tickets;
  ++Woken;
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return Arg;
}

static int lockedRead(int *Value) {
  CHECK(pthread_mutex_lock(&Lock) == 0);
  int Copy = *Value;
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return Copy;
}

static void signals(void) {
  pthread_t T[Waiters];
  Waiting = Tickets = Woken = 0;
  CHECK(KEEPS_ERRNO(pthread_cond_signal(&Cond)) == 0); // Nobody hears it.
  for (int I = 0; I < Waiters; ++I)
    T[I] = start(waitForTicket, NULL);
  while (lockedRead(&Waiting) < Waiters)
    sched_yield();
  // All are inside wait now: they counted themselves under the lock.
  for (int I = 0; I < Waiters / 2; ++I) {
    CHECK(pthread_mutex_lock(&Lock) == 0);
    ++Tickets;
    CHECK(KEEPS_ERRNO(pthread_cond_signal(&Cond)) == 0);
    CHECK(pthread_mutex_unlock(&Lock) == 0);
    while (lockedRead(&Woken) != I + 1) // One signal is enough for one.
      sched_yield();
  }
  CHECK(pthread_mutex_lock(&Lock) == 0);
  Tickets = Waiters - Waiters / 2;
  CHECK(KEEPS_ERRNO(pthread_cond_broadcast(&Cond)) == 0);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  for (int I = 0; I < Waiters; ++I)
    join(T[I]);
  CHECK(Woken == Waiters && Tickets == 0);
}

static void timeouts(void) {
  pthread_condattr_t Attr;
  pthread_cond_t Real, Mono;
  pthread_mutex_t M;
  pthread_mutexattr_t MutexAttr;
  CHECK(pthread_condattr_init(&Attr) == 0);
  CHECK(KEEPS_ERRNO(pthread_cond_init(&Real, NULL)) == 0);
  CHECK(pthread_condattr_setclock(&Attr, CLOCK_MONOTONIC) == 0);
  CHECK(pthread_cond_init(&Mono, &Attr) == 0);
  CHECK(pthread_mutexattr_init(&MutexAttr) == 0);
  CHECK(pthread_mutexattr_settype(&MutexAttr, PTHREAD_MUTEX_ERRORCHECK) == 0);
  CHECK(pthread_mutex_init(&M, &MutexAttr) == 0);
  CHECK(pthread_mutex_lock(&M) == 0);

  long long From = nowMs();
  struct timespec T = afterMs(CLOCK_REALTIME, 30);
  int R; // Spurious wake-ups are allowed.
  while ((R = KEEPS_ERRNO(pthread_cond_timedwait(&Real, &M, &T))) == 0)
    ;
  CHECK(R == ETIMEDOUT && nowMs() - From >= 28);
  From = nowMs();
  T = afterMs(CLOCK_MONOTONIC, 30);
  while ((R = KEEPS_ERRNO(pthread_cond_timedwait(&Mono, &M, &T))) == 0)
    ;
  CHECK(R == ETIMEDOUT && nowMs() - From >= 28);
  From = nowMs();
  T = afterMs(CLOCK_MONOTONIC, 30);
  while ((R = KEEPS_ERRNO(
              pthread_cond_clockwait(&Real, &M, CLOCK_MONOTONIC, &T))) == 0)
    ;
  CHECK(R == ETIMEDOUT && nowMs() - From >= 28);
  T = afterMs(CLOCK_REALTIME, 30);
  while ((R = pthread_cond_clockwait(&Mono, &M, CLOCK_REALTIME, &T)) == 0)
    ;
  CHECK(R == ETIMEDOUT);
  T = (struct timespec){1, 0}; // Past.
  CHECK(pthread_cond_timedwait(&Real, &M, &T) == ETIMEDOUT);
  T.tv_nsec = 1000000000;
  CHECK(KEEPS_ERRNO(pthread_cond_timedwait(&Real, &M, &T)) == EINVAL);
  T.tv_nsec = 0;
  CHECK(pthread_cond_clockwait(&Real, &M, 12345, &T) == EINVAL);
  CHECK(pthread_mutex_lock(&M) == EDEADLK); // Held again after each.
  CHECK(pthread_mutex_unlock(&M) == 0);
  CHECK(KEEPS_ERRNO(pthread_cond_destroy(&Real)) == 0);
  CHECK(pthread_cond_destroy(&Mono) == 0);
  CHECK(pthread_mutex_destroy(&M) == 0);
}

/// Woken in time, the timed forms return 0.
static pthread_cond_t Timely = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t TimelyLock = PTHREAD_MUTEX_INITIALIZER;
static int Flag;
static void *setFlag(void *Arg) {
  sleepMs(20);
  CHECK(pthread_mutex_lock(&TimelyLock) == 0);
  Flag = 1;
  CHECK(pthread_mutex_unlock(&TimelyLock) == 0);
  CHECK(pthread_cond_signal(&Timely) == 0); // Without the lock.
  return Arg;
}

static void inTime(void) {
  for (int Form = 0; Form < 2; ++Form) {
    Flag = 0;
    pthread_t T = start(setFlag, NULL);
    struct timespec Real = afterMs(CLOCK_REALTIME, 50000);
    struct timespec Mono = afterMs(CLOCK_MONOTONIC, 50000);
    CHECK(pthread_mutex_lock(&TimelyLock) == 0);
    while (!Flag)
      CHECK((Form ? pthread_cond_clockwait(&Timely, &TimelyLock,
                                           CLOCK_MONOTONIC, &Mono)
                  : pthread_cond_timedwait(&Timely, &TimelyLock, &Real)) == 0);
    CHECK(pthread_mutex_unlock(&TimelyLock) == 0);
    join(T);
  }
}

enum { Room = 4, Items = 2000, Producers = 3, Consumers = 5 };
typedef struct {
  pthread_mutex_t Lock;
  pthread_cond_t NotEmpty, NotFull;
  int Slots[Room], Count, Head;
} Queue;

static void put(Queue *Q, int Item) {
  pthread_mutex_lock(&Q->Lock);
  while (Q->Count == Room)
    pthread_cond_wait(&Q->NotFull, &Q->Lock);
  Q->Slots[(Q->Head + Q->Count++) % Room] = Item;
  pthread_cond_signal(&Q->NotEmpty);
  pthread_mutex_unlock(&Q->Lock);
}

static int take(Queue *Q) {
  pthread_mutex_lock(&Q->Lock);
  while (Q->Count == 0)
    pthread_cond_wait(&Q->NotEmpty, &Q->Lock);
  int Item = Q->Slots[Q->Head];
  Q->Head = (Q->Head + 1) % Room;
  --Q->Count;
  pthread_cond_signal(&Q->NotFull);
  pthread_mutex_unlock(&Q->Lock);
  return Item;
}

static void *produce(void *Arg) {
  for (int I = 1; I <= Items; ++I)
    put(Arg, I);
  return NULL;
}

static void *consume(void *Arg) {
  long Sum = 0;
  for (int Item; (Item = take(Arg)) != 0;)
    Sum += Item;
  return (void *)Sum;
}

static void queue(void) {
  Queue Q = {.Lock = PTHREAD_MUTEX_INITIALIZER,
             .NotEmpty = PTHREAD_COND_INITIALIZER,
             .NotFull = PTHREAD_COND_INITIALIZER};
  pthread_t P[Producers], C[Consumers];
  long Sum = 0;
  for (int I = 0; I < Consumers; ++I)
    C[I] = start(consume, &Q);
  for (int I = 0; I < Producers; ++I)
    P[I] = start(produce, &Q);
  for (int I = 0; I < Producers; ++I)
    join(P[I]);
  for (int I = 0; I < Consumers; ++I)
    put(&Q, 0);
  for (int I = 0; I < Consumers; ++I)
    Sum += (long)join(C[I]);
  CHECK(Sum == (long)Producers * Items * (Items + 1) / 2);
  CHECK(pthread_cond_destroy(&Q.NotEmpty) == 0);
}

static pthread_mutex_t Used = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Until = PTHREAD_COND_INITIALIZER;
static int Waiting, Over;

static void *waitsWith(void *Arg) {
  pthread_mutex_lock(&Used);
  for (Waiting = 1; !Over;)
    pthread_cond_wait(&Until, &Used);
  pthread_mutex_unlock(&Used);
  return Arg;
}

/// Who waits for a condition uses its mutex, though that is free.
static void busy(void) {
  Waiting = Over = 0;
  pthread_t T = start(waitsWith, NULL);
  for (int Seen = 0; !Seen; sched_yield()) {
    pthread_mutex_lock(&Used);
    Seen = Waiting;
    pthread_mutex_unlock(&Used);
  }
  CHECK(pthread_mutex_destroy(&Used) == EBUSY);
  pthread_mutex_lock(&Used);
  Over = 1;
  pthread_cond_signal(&Until);
  pthread_mutex_unlock(&Used);
  join(T);
  CHECK(pthread_mutex_destroy(&Used) == 0);
  CHECK(pthread_mutex_init(&Used, NULL) == 0);
}

int main(void) {
  busy();
  inThread(busy);
  signals();
  inThread(signals);
  everywhere(timeouts);
  inTime();
  inThread(inTime);
  queue();
  inThread(queue);
  return 0;
}
