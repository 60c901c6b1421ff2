// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a handler that interrupts a blocked thread or main runs there; with
// SA_RESTART read, recv and accept go on, without they fail with EINTR, and
// poll, select and the sleeps fail in both cases.
#include "check.h"
#include <poll.h>
#include <sys/select.h>

static volatile int Handled;
static int P[2], S[2], Listener;

static void count(int Signal) {
  CHECK(Signal == SIGUSR1);
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static void install(int Flags) {
  struct sigaction Action, Old;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = count;
  Action.sa_flags = Flags;
  CHECK(KEEPS_ERRNO(sigaction(SIGUSR1, &Action, NULL)) == 0);
  CHECK(KEEPS_ERRNO(sigaction(SIGUSR1, NULL, &Old)) == 0);
  CHECK(Old.sa_handler == count && (Old.sa_flags & SA_RESTART) == Flags);
}

static long doRead(void) {
  char C;
  return read(P[0], &C, 1);
}
static long doRecv(void) {
  char C;
  return recv(S[0], &C, 1, 0);
}
static long doAccept(void) { return accept(Listener, NULL, NULL); }
static long doPoll(void) {
  struct pollfd F = {P[0], POLLIN, 0};
  return poll(&F, 1, -1);
}
static long doSelect(void) {
  fd_set R;
  FD_ZERO(&R);
  FD_SET(P[0], &R);
  return select(P[0] + 1, &R, NULL, NULL, NULL);
}
static long doNanosleep(void) {
  struct timespec T = {1000, 0}, Rest = {0, 0};
  long R = nanosleep(&T, &Rest);
  CHECK(Rest.tv_sec > 900 && Rest.tv_sec <= 1000);
  return R;
}
static long doClockNanosleep(void) {
  struct timespec T = {1000, 0}, Rest = {0, 0};
  int R = clock_nanosleep(CLOCK_MONOTONIC, 0, &T, &Rest);
  CHECK(R == EINTR && Rest.tv_sec > 900);
  errno = R;
  return -1;
}
static long doAbsolute(void) {
  struct timespec T = afterMs(CLOCK_MONOTONIC, 1000000), Rest = {7, 7};
  int R = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &T, &Rest);
  CHECK(R == EINTR && Rest.tv_sec == 7);
  errno = R;
  return -1;
}
static long doUsleep(void) { return usleep(900000000); }
static long doSleep(void) {
  unsigned Left = sleep(1000);
  CHECK(Left > 900 && Left <= 1000);
  errno = EINTR;
  return -1;
}

typedef struct {
  long (*Call)(void);
  int Done; // Set when the call has returned.
  long Result;
  int Error;
} Case;

static void *run(void *Arg) {
  Case *C = Arg;
  errno = 0;
  C->Result = C->Call();
  C->Error = errno;
  __atomic_store_n(&C->Done, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

/// The target may not be blocked yet: signals come until its call has ended.
static void *interrupt(void *Arg) {
  void **Pair = Arg;
  Case *C = Pair[0];
  while (!__atomic_load_n(&C->Done, __ATOMIC_SEQ_CST)) {
    CHECK(KEEPS_ERRNO(pthread_kill(*(pthread_t *)Pair[1], SIGUSR1)) == 0);
    sleepMs(5);
  }
  return NULL;
}

/// Runs the case on the calling thread while another one interrupts it.
static void onSelf(Case *C) {
  pthread_t Self = pthread_self();
  void *Pair[] = {C, &Self};
  pthread_t T = start(interrupt, Pair);
  run(C);
  join(T);
}

/// Runs the case in a thread that the calling one interrupts.
static void onOther(Case *C) {
  pthread_t T = start(run, C);
  void *Pair[] = {C, &T};
  interrupt(Pair);
  join(T);
}

static void interrupted(long (*Call)(void)) {
  for (int Other = 0; Other < 2; ++Other) {
    Case C = {Call, 0, 0, 0};
    int Before = Handled;
    (Other ? onOther : onSelf)(&C);
    CHECK(C.Result == -1 && C.Error == EINTR);
    CHECK(Handled > Before);
  }
}

static void *feed(void *Arg) {
  struct sockaddr_in Addr;
  socklen_t Len = sizeof(Addr);
  int Before = *(int *)Arg;
  while (Handled < Before + 3)
    sleepMs(2);
  CHECK(write(P[1], "x", 1) == 1 && send(S[1], "x", 1, 0) == 1);
  CHECK(getsockname(Listener, (struct sockaddr *)&Addr, &Len) == 0);
  CHECK(close(connectTcp(&Addr)) == 0);
  return NULL;
}

/// After some signals have been handled the data comes.
static void restarted(long (*Call)(void)) {
  for (int Other = 0; Other < 2; ++Other) {
    Case C = {Call, 0, 0, 0};
    int Before = Handled;
    char Byte;
    pthread_t T = start(feed, &Before);
    (Other ? onOther : onSelf)(&C);
    join(T);
    CHECK(C.Result >= (Call == doAccept ? 3 : 1));
    // What the others left.
    if (Call == doAccept)
      CHECK(close((int)C.Result) == 0);
    else
      CHECK(close(accept(Listener, NULL, NULL)) == 0);
    if (Call != doRead)
      CHECK(read(P[0], &Byte, 1) == 1);
    if (Call != doRecv)
      CHECK(recv(S[0], &Byte, 1, 0) == 1);
  }
}

static void all(void) {
  long (*Never[])(void) = {doPoll,     doSelect, doNanosleep, doClockNanosleep,
                           doAbsolute, doUsleep, doSleep};
  long (*Restartable[])(void) = {doRead, doRecv, doAccept};
  install(0);
  for (size_t I = 0; I < sizeof(Never) / sizeof(*Never); ++I)
    interrupted(Never[I]);
  for (size_t I = 0; I < 3; ++I)
    interrupted(Restartable[I]);
  install(SA_RESTART);
  for (size_t I = 0; I < sizeof(Never) / sizeof(*Never); ++I)
    interrupted(Never[I]);
  for (size_t I = 0; I < 3; ++I)
    restarted(Restartable[I]);
}

int main(void) {
  struct sockaddr_in Addr;
  CHECK(pipe(P) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  Listener = listenTcp(&Addr);
  all();
  inThread(all);
  CHECK(pthread_kill(pthread_self(), 0) == 0);
  CHECK(pthread_kill(pthread_self(), 12345) == EINVAL);
  return 0;
}
