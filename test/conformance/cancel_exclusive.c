// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that used a mutex which the kernel ties to an OS thread is
// cancelled as others are; a cancelled call in the kernel takes along what it
// made, and what comes after it in other threads is not cancelled.
#include "check.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/stat.h>

static pthread_mutex_t Inherit;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static sem_t Sem;
static int Pipe[2], CleanedUp;
static pthread_t Sleeper;
static char Script[200], Pid[64];

static void unlock(void *Arg) {
  (void)Arg; // Fails unless this thread holds it.
  CHECK(pthread_mutex_unlock(&Inherit) == 0);
}
static void doRead(void) {
  char C;
  CHECK(read(Pipe[0], &C, 1) == 0);
}
static void doSleep(void) { sleep(100000); }
static void doPoll(void) { poll(NULL, 0, -1); }
static void doWait(void) {
  CHECK(pthread_mutex_lock(&Inherit) == 0);
  pthread_cleanup_push(unlock, NULL);
  for (;;)
    CHECK(pthread_cond_wait(&Cond, &Inherit) == 0);
  pthread_cleanup_pop(0);
}
static void doSem(void) { sem_wait(&Sem); }
static void doJoin(void) { pthread_join(Sleeper, NULL); }
static void doSystem(void) { (void)!system(Script); }
static void doTest(void) {
  for (;;) {
    pthread_testcancel();
    sched_yield();
  }
}
static void doOff(void) {
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  struct timespec T = {0, 20000000};
  CHECK(nanosleep(&T, NULL) == 0);
  CHECK(poll(NULL, 0, 1) == 0);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  doSleep();
}
static void (*const Waits[])(void) = {doRead, doSleep,  doPoll, doWait, doSem,
                                      doJoin, doSystem, doTest, doOff};
enum { Count = sizeof Waits / sizeof *Waits };

static void cleanUp(void *Arg) {
  (void)Arg;
  __atomic_fetch_add(&CleanedUp, 1, __ATOMIC_SEQ_CST);
}

static void *waits(void *Arg) {
  CHECK(pthread_mutex_lock(&Inherit) == 0);
  CHECK(pthread_mutex_unlock(&Inherit) == 0);
  pthread_cleanup_push(cleanUp, NULL);
  Waits[(size_t)Arg]();
  pthread_cleanup_pop(0);
  return Arg;
}

static void *sleeps(void *Arg) {
  for (;;)
    pause();
  return Arg;
}

/// A cancellation point in the kernel, and in libc.
static void *goesOn(void *Arg) {
  int Fd;
  CHECK(system("exit 3") == 3 << 8);
  CHECK((Fd = open("/dev/tty", O_RDONLY)) >= 0 || errno == ENXIO);
  FILE *F = popen("echo hello", "r");
  char Line[20] = "";
  CHECK(F && fgets(Line, sizeof Line, F) && strcmp(Line, "hello\n") == 0);
  CHECK(pclose(F) == 0);
  if (Fd >= 0)
    CHECK(close(Fd) == 0);
  return Arg;
}

static void all(void) {
  pthread_t T[Count];
  CleanedUp = 0;
  Sleeper = start(sleeps, NULL);
  for (size_t I = 0; I < Count; ++I)
    T[I] = start(waits, (void *)I);
  // The shell of doSystem is there.
  struct stat S;
  while (stat(Pid, &S) != 0 || S.st_size == 0)
    usleep(1000);
  for (size_t I = 0; I < Count; ++I)
    CHECK(pthread_cancel(T[I]) == 0);
  for (size_t I = 0; I < Count; ++I)
    CHECK(join(T[I]) == PTHREAD_CANCELED);
  CHECK(CleanedUp == Count);
  CHECK(pthread_cancel(Sleeper) == 0 && join(Sleeper) == PTHREAD_CANCELED);
  CHECK(pthread_mutex_trylock(&Inherit) == 0);
  CHECK(pthread_mutex_unlock(&Inherit) == 0);

  // system() has killed its shell.
  FILE *F = fopen(Pid, "r");
  int Shell = 0;
  CHECK(F && fscanf(F, "%d", &Shell) == 1 && Shell > 1 && fclose(F) == 0);
  CHECK_ERRNO(kill(Shell, 0), ESRCH);
  CHECK(unlink(Pid) == 0);
  for (size_t I = 0; I < Count; ++I)
    T[I] = start(goesOn, (void *)I);
  for (size_t I = 0; I < Count; ++I)
    CHECK(join(T[I]) == (void *)I);
}

int main(void) {
  pthread_mutexattr_t Attr;
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_setprotocol(&Attr, PTHREAD_PRIO_INHERIT) == 0);
  CHECK(pthread_mutex_init(&Inherit, &Attr) == 0);
  CHECK(pipe(Pipe) == 0 && sem_init(&Sem, 0, 0) == 0);
  snprintf(Pid, sizeof Pid, "/tmp/open-co-cancel-pid-%d", (int)getpid());
  snprintf(Script, sizeof Script, "echo $$ > %s; exec sleep 1000", Pid);
  all();
  inThread(all);
  return 0;
}
