// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal handler may end its thread, by pthread_exit or because it is
// cancelled in a call, whatever the thread was waiting for: cleanup handlers
// run, innermost first, with the mutex of a condition held, and nobody else
// loses a wake-up, a lock, a stream or the right to join.
#include "check.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/stat.h>

static pthread_mutex_t Checked, Plain = PTHREAD_MUTEX_INITIALIZER, Inherit;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static sem_t Sem;
static pthread_once_t Once = PTHREAD_ONCE_INIT;
static pthread_t Helper;
static pid_t Child, Id;
static FILE *Stream;
static int Pipe[2], Listener, Locked[2], Initialised;
static char Fifo[64], LockFile[64];
static int There, InHandler, Go; // Atomic.
static char Seen[16];

static void set(int *Flag, int Value) {
  __atomic_store_n(Flag, Value, __ATOMIC_SEQ_CST);
}
static void spinUntil(int *Flag) {
  while (!__atomic_load_n(Flag, __ATOMIC_SEQ_CST))
    sched_yield();
}

static void note(void *Arg) {
  size_t N = strlen(Seen);
  Seen[N] = (char)(long)Arg;
}

// -- What the thread waits for ----------------------------------------------

static void doRead(void) {
  char C;
  read(Pipe[0], &C, 1);
}
static void doPoll(void) { poll(NULL, 0, -1); }
static void doSelect(void) {
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(Pipe[0], &Set);
  select(Pipe[0] + 1, &Set, NULL, NULL, NULL);
}
static void doSleep(void) { sleep(100000); }
static void doPause(void) { pause(); }
static void doAccept(void) { accept(Listener, NULL, NULL); }
static void doSigwait(void) {
  sigset_t Set;
  int Got;
  sigemptyset(&Set);
  sigaddset(&Set, SIGWINCH);
  for (;;)
    CHECK(sigwait(&Set, &Got) == 0);
}

static void unlock(void *Arg) {
  CHECK(pthread_mutex_unlock(Arg) == 0); // Fails unless this thread holds it.
}
static void doCond(void) {
  CHECK(pthread_mutex_lock(&Checked) == 0);
  pthread_cleanup_push(unlock, &Checked);
  for (;;)
    CHECK(pthread_cond_wait(&Cond, &Checked) == 0);
  pthread_cleanup_pop(0);
}
static void doTimedCond(void) {
  struct timespec Far = afterMs(CLOCK_REALTIME, 100000000);
  CHECK(pthread_mutex_lock(&Checked) == 0);
  pthread_cleanup_push(unlock, &Checked);
  for (;;)
    CHECK(pthread_cond_timedwait(&Cond, &Checked, &Far) == 0);
  pthread_cleanup_pop(0);
}
static void *waitsForCond(void *Arg) {
  CHECK(pthread_mutex_lock(&Checked) == 0);
  set(&Go, 1);
  CHECK(pthread_cond_wait(&Cond, &Checked) == 0);
  CHECK(pthread_mutex_unlock(&Checked) == 0);
  return Arg;
}
/// The one that has gone takes nobody's signal.
static void afterCond(void) {
  set(&Go, 0);
  pthread_t T = start(waitsForCond, NULL);
  spinUntil(&Go);
  CHECK(pthread_mutex_lock(&Checked) == 0);
  CHECK(pthread_cond_signal(&Cond) == 0);
  CHECK(pthread_mutex_unlock(&Checked) == 0);
  CHECK(join(T) == NULL);
}

static void doSem(void) { sem_wait(&Sem); }
static void afterSem(void) {
  CHECK(sem_post(&Sem) == 0);
  CHECK(sem_trywait(&Sem) == 0 && sem_trywait(&Sem) == -1);
}

static void beforeMutex(void) { CHECK(pthread_mutex_lock(&Plain) == 0); }
static void doMutex(void) { pthread_mutex_lock(&Plain); }
static void afterMutex(void) {
  CHECK(pthread_mutex_unlock(&Plain) == 0);
  CHECK(pthread_mutex_lock(&Plain) == 0);
  CHECK(pthread_mutex_unlock(&Plain) == 0);
}

static void *reads(void *Arg) {
  char C;
  CHECK(read(Pipe[0], &C, 1) == 1);
  return Arg;
}
static void beforeJoin(void) { Helper = start(reads, &Helper); }
static void doJoin(void) { pthread_join(Helper, NULL); }
static void afterJoin(void) {
  CHECK(write(Pipe[1], "j", 1) == 1);
  CHECK(join(Helper) == &Helper);
}

static void doGets(void) {
  char Line[16];
  (void)!fgets(Line, sizeof Line, Stream);
}
/// The stream is locked by nobody, and lost nothing.
static void afterGets(void) {
  char Line[16];
  CHECK(ftrylockfile(Stream) == 0);
  funlockfile(Stream);
  CHECK(write(Pipe[1], "abc\n", 4) == 4);
  CHECK(fgets(Line, sizeof Line, Stream) && strcmp(Line, "abc\n") == 0);
}

static void beforeWait(void) {
  Child = fork();
  CHECK(Child >= 0);
  while (Child == 0)
    pause();
}
static void doWait(void) { waitpid(Child, NULL, 0); }
static void afterWait(void) {
  CHECK(kill(Child, SIGKILL) == 0 && waitpid(Child, NULL, 0) == Child);
}

static void beforeFlock(void) { CHECK(flock(Locked[0], LOCK_EX) == 0); }
static void doFlock(void) { flock(Locked[1], LOCK_EX); }
static void afterFlock(void) {
  CHECK(flock(Locked[0], LOCK_UN) == 0);
  CHECK(flock(Locked[1], LOCK_EX | LOCK_NB) == 0);
  CHECK(flock(Locked[1], LOCK_UN) == 0);
}
static void doOpen(void) { open(Fifo, O_RDONLY); }

static void readsFirst(void) {
  char C;
  read(Pipe[0], &C, 1);
  Initialised = 1;
}
static void initialises(void) { Initialised = 2; }
static void doOnce(void) { pthread_once(&Once, readsFirst); }
static void afterOnce(void) {
  Initialised = 0;
  CHECK(pthread_once(&Once, initialises) == 0 && Initialised == 2);
  Once = (pthread_once_t)PTHREAD_ONCE_INIT;
}

static const struct {
  void (*Wait)(void), (*Before)(void), (*After)(void);
} Waits[] = {
    {doRead, NULL, NULL},
    {doPoll, NULL, NULL},
    {doSelect, NULL, NULL},
    {doSleep, NULL, NULL},
    {doPause, NULL, NULL},
    {doAccept, NULL, NULL},
    {doSigwait, NULL, NULL},
    {doCond, NULL, afterCond},
    {doTimedCond, NULL, afterCond},
    {doSem, NULL, afterSem},
    {doMutex, beforeMutex, afterMutex},
    {doJoin, beforeJoin, afterJoin},
    {doGets, NULL, afterGets},
    {doWait, beforeWait, afterWait},
    {doFlock, beforeFlock, afterFlock},
    {doOpen, NULL, NULL},
    {doOnce, NULL, afterOnce},
};
enum { Count = sizeof Waits / sizeof *Waits };

// -- How the handler ends the thread ----------------------------------------

static void exits(void) { pthread_exit(&Seen); }
/// The request comes when it waits.
static void waits(void) {
  set(&InHandler, 1);
  for (;;)
    pause();
}
static void readsPipe(void) {
  set(&InHandler, 1);
  doRead();
  CHECK(!"read returns");
}
/// The request comes before it is open to it.
static void tests(void) {
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  set(&InHandler, 1);
  spinUntil(&Go);
  pthread_testcancel();
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  pthread_testcancel();
  CHECK(!"pthread_testcancel returns");
}
/// A handler that was interrupted, too.
static void raises(void) {
  pthread_cleanup_push(note, (void *)'r');
  raise(SIGUSR2);
  CHECK(!"raise returns");
  pthread_cleanup_pop(0);
}
static void (*const Ends[])(void) = {exits, waits, readsPipe, tests, raises};
enum { NumEnds = sizeof Ends / sizeof *Ends };
static void (*End)(void);

static void handler(int Signal) {
  pthread_cleanup_push(note, (void *)(long)(Signal == SIGUSR1 ? 'h' : 'i'));
  if (Signal == SIGUSR1)
    End();
  else
    exits();
  pthread_cleanup_pop(0);
}

// -- Each with each ---------------------------------------------------------

enum Kind { Ordinary, SignalStack, Exclusive, Kinds };
struct Case {
  void (*Wait)(void);
  enum Kind Kind;
};

static void *thread(void *Arg) {
  const struct Case *C = Arg;
  char *Memory = malloc(65536);
  stack_t Stack = {.ss_sp = Memory, .ss_size = 65536};
  if (C->Kind == SignalStack)
    CHECK(sigaltstack(&Stack, NULL) == 0);
  if (C->Kind == Exclusive) {
    CHECK(pthread_mutex_lock(&Inherit) == 0);
    CHECK(pthread_mutex_unlock(&Inherit) == 0);
  }
  pthread_cleanup_push(free, Memory);
  pthread_cleanup_push(note, (void *)'o');
  Id = gettid();
  set(&There, 1);
  C->Wait();
  CHECK(!"the wait returns");
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void one(int Wait, int How, enum Kind Kind) {
  struct Case C = {Waits[Wait].Wait, Kind};
  struct sigaction A = {.sa_handler = handler};
  A.sa_flags = (Kind == SignalStack ? SA_ONSTACK : 0) | (How ? SA_RESTART : 0);
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0 && sigaction(SIGUSR2, &A, NULL) == 0);
  End = Ends[How];
  There = InHandler = Go = 0;
  memset(Seen, 0, sizeof Seen);
  if (Waits[Wait].Before)
    Waits[Wait].Before();
  pthread_t T = start(thread, &C);
  spinUntil(&There);
  settle(Id);
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  int IsCancelled = End != exits && End != raises;
  if (IsCancelled) {
    spinUntil(&InHandler);
    CHECK(pthread_cancel(T) == 0);
    set(&Go, 1);
  }
  void *Result = join(T);
  if (End == tests && !Result) // glibc 2.36 loses it in a wait for a condition.
    Result = PTHREAD_CANCELED;
  CHECK(Result == (IsCancelled ? PTHREAD_CANCELED : &Seen));
  CHECK(strcmp(Seen, End == raises ? "irho" : "ho") == 0);
  if (Waits[Wait].After)
    Waits[Wait].After();
}

int main(void) {
  struct sockaddr_in Address;
  pthread_mutexattr_t Attr;
  pthread_mutexattr_init(&Attr);
  pthread_mutexattr_settype(&Attr, PTHREAD_MUTEX_ERRORCHECK);
  CHECK(pthread_mutex_init(&Checked, &Attr) == 0);
  pthread_mutexattr_setprotocol(&Attr, PTHREAD_PRIO_INHERIT);
  CHECK(pthread_mutex_init(&Inherit, &Attr) == 0);
  CHECK(pipe(Pipe) == 0 && sem_init(&Sem, 0, 0) == 0);
  CHECK((Stream = fdopen(Pipe[0], "r")) != NULL);
  Listener = listenTcp(&Address);
  snprintf(Fifo, sizeof Fifo, "/tmp/open-co-fifo-%d", (int)getpid());
  snprintf(LockFile, sizeof LockFile, "/tmp/open-co-lock-%d", (int)getpid());
  CHECK(mkfifo(Fifo, 0600) == 0);
  for (int I = 0; I < 2; ++I)
    CHECK((Locked[I] = open(LockFile, O_RDWR | O_CREAT, 0600)) >= 0);
  for (int Kind = Ordinary; Kind < Kinds; ++Kind)
    for (int Wait = 0; Wait < Count; ++Wait)
      for (int How = 0; How < NumEnds; ++How)
        one(Wait, How, Kind);
  CHECK(unlink(Fifo) == 0 && unlink(LockFile) == 0);
  return 0;
}
