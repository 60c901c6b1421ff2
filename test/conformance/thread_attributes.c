// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: threads are made as pthread_attr_t says: detached, with a mask, a
// stack, a guard that is there; pthread_setattr_default_np changes what a
// thread without attributes gets; the rest is kept and told, also by the
// thread.
#include "check.h"
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { KiB = 1 << 10, MiB = 1 << 20 };

static void *nothing(void *Arg) { return Arg; }

/// Every attribute tells what it was set to, and refuses what is none.
static void values(void) {
  pthread_attr_t A;
  int I = -1;
  size_t Size = 0;
  void *Low = NULL;
  struct sched_param P = {.sched_priority = 0};
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_getdetachstate(&A, &I) == 0);
  CHECK(I == PTHREAD_CREATE_JOINABLE);
  CHECK(pthread_attr_setdetachstate(&A, PTHREAD_CREATE_DETACHED) == 0);
  CHECK(pthread_attr_getdetachstate(&A, &I) == 0);
  CHECK(I == PTHREAD_CREATE_DETACHED);
  CHECK(pthread_attr_setdetachstate(&A, 77) == EINVAL);
  CHECK(pthread_attr_setguardsize(&A, 12345) == 0);
  CHECK(pthread_attr_getguardsize(&A, &Size) == 0 && Size == 12345);
  CHECK(pthread_attr_setstacksize(&A, PTHREAD_STACK_MIN) == 0);
  CHECK(pthread_attr_getstacksize(&A, &Size) == 0);
  CHECK(Size == (size_t)PTHREAD_STACK_MIN);
  CHECK(pthread_attr_setstacksize(&A, 100) == EINVAL);
  CHECK(pthread_attr_setstack(&A, (void *)(64 * MiB), 128 * KiB) == 0);
  CHECK(pthread_attr_getstack(&A, &Low, &Size) == 0);
  CHECK(Low == (void *)(64 * MiB) && Size == 128 * KiB);
  CHECK(pthread_attr_setscope(&A, PTHREAD_SCOPE_SYSTEM) == 0);
  CHECK(pthread_attr_setscope(&A, PTHREAD_SCOPE_PROCESS) == ENOTSUP);
  CHECK(pthread_attr_getscope(&A, &I) == 0 && I == PTHREAD_SCOPE_SYSTEM);
  CHECK(pthread_attr_setinheritsched(&A, PTHREAD_EXPLICIT_SCHED) == 0);
  CHECK(pthread_attr_getinheritsched(&A, &I) == 0);
  CHECK(I == PTHREAD_EXPLICIT_SCHED);
  CHECK(pthread_attr_setschedpolicy(&A, SCHED_OTHER) == 0);
  CHECK(pthread_attr_getschedpolicy(&A, &I) == 0 && I == SCHED_OTHER);
  CHECK(pthread_attr_setschedparam(&A, &P) == 0);
  CHECK(pthread_attr_getschedparam(&A, &P) == 0 && P.sched_priority == 0);
  CHECK(pthread_attr_destroy(&A) == 0);

  int Before = pthread_getconcurrency();
  CHECK(pthread_setconcurrency(7) == 0 && pthread_getconcurrency() == 7);
  CHECK(pthread_setconcurrency(-1) == EINVAL);
  CHECK(pthread_setconcurrency(Before) == 0);
}

/// What the running thread was made with.
typedef struct {
  size_t Stack, Guard;
  int Detached;
  sigset_t Mask;
} Made;

/// Natively the guard is a part of the stack, and a larger one is used again.
static int hasStack(const Made *M, size_t Size, size_t Guard) {
  return M->Stack >= Size - Guard &&
         (M->Stack <= Size || !getenv("OPEN_CO_WORKERS"));
}

static Gate Told = GATE_INIT;
static void *tell(void *Arg) {
  Made *M = Arg;
  pthread_attr_t A;
  void *Low;
  int Detach;
  CHECK(pthread_getattr_np(pthread_self(), &A) == 0);
  CHECK(pthread_attr_getstack(&A, &Low, &M->Stack) == 0);
  CHECK(pthread_attr_getguardsize(&A, &M->Guard) == 0);
  CHECK(pthread_attr_getdetachstate(&A, &Detach) == 0);
  M->Detached = Detach == PTHREAD_CREATE_DETACHED;
  CHECK(pthread_attr_destroy(&A) == 0);
  CHECK(pthread_sigmask(SIG_SETMASK, NULL, &M->Mask) == 0);
  post(&Told);
  return NULL;
}

static void made(void) {
  pthread_attr_t A;
  pthread_t T;
  Made M;
  sigset_t Set;
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setstacksize(&A, 3 * MiB) == 0);
  CHECK(pthread_attr_setguardsize(&A, 40000) == 0);
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  CHECK(pthread_attr_setsigmask_np(&A, &Set) == 0);
  CHECK(pthread_create(&T, &A, tell, &M) == 0);
  join(T);
  CHECK(hasStack(&M, 3 * MiB, M.Guard));
  CHECK(M.Guard == 40960 && !M.Detached);
  CHECK(sigismember(&M.Mask, SIGUSR2) && !sigismember(&M.Mask, SIGUSR1));
  CHECK(pthread_attr_setguardsize(&A, 0) == 0);
  CHECK(pthread_create(&T, &A, tell, &M) == 0);
  join(T);
  CHECK(M.Guard == 0);
  CHECK(pthread_attr_setguardsize(&A, (size_t)1 << 60) == 0);
  int R = pthread_create(&T, &A, tell, &M);
  CHECK(R == EINVAL || R == EAGAIN);
  CHECK(pthread_attr_destroy(&A) == 0);
}

static void defaults(void) {
  pthread_attr_t Old, New;
  size_t Size = 0;
  Made M;
  CHECK(KEEPS_ERRNO(pthread_getattr_default_np(&Old)) == 0);
  CHECK(pthread_getattr_default_np(&New) == 0);
  CHECK(pthread_attr_setstacksize(&New, 640 * KiB) == 0);
  CHECK(pthread_attr_setguardsize(&New, 3 * 4096) == 0);
  CHECK(KEEPS_ERRNO(pthread_setattr_default_np(&New)) == 0);
  join(start(tell, &M));
  CHECK(hasStack(&M, 640 * KiB, M.Guard) && M.Guard == 3 * 4096);

  CHECK(pthread_attr_setdetachstate(&New, PTHREAD_CREATE_DETACHED) == 0);
  CHECK(pthread_setattr_default_np(&New) == 0);
  int Before = Told.Count;
  start(tell, &M);
  await(&Told, Before + 1);
  CHECK(M.Detached);

  CHECK(pthread_attr_setstack(&New, (void *)(64 * MiB), 128 * KiB) == 0);
  CHECK(pthread_setattr_default_np(&New) == EINVAL);
  CHECK(pthread_setattr_default_np(&Old) == 0);
  CHECK(pthread_getattr_default_np(&New) == 0);
  size_t Was = 0;
  CHECK(pthread_attr_getstacksize(&Old, &Was) == 0);
  CHECK(pthread_attr_getstacksize(&New, &Size) == 0 && Size == Was);
  CHECK(join(start(nothing, &M)) == &M);
  CHECK(pthread_attr_destroy(&Old) == 0 && pthread_attr_destroy(&New) == 0);
}

/// A frame that steps over a page of guard.
static void *stepsOver(void *Arg) {
  pthread_attr_t A;
  void *Low;
  size_t Size;
  CHECK(pthread_getattr_np(pthread_self(), &A) == 0);
  CHECK(pthread_attr_getstack(&A, &Low, &Size) == 0);
  ((volatile char *)Low)[-512 * KiB] = 1;
  return Arg;
}

static void intoGuard(void) {
  pthread_attr_t A;
  pthread_t T;
  struct rlimit NoCore = {0, 0};
  dieQuietly();
  CHECK(setrlimit(RLIMIT_CORE, &NoCore) == 0);
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setguardsize(&A, 1 * MiB) == 0);
  // Two: there is something below.
  CHECK(pthread_create(&T, &A, nothing, NULL) == 0);
  CHECK(pthread_create(&T, &A, stepsOver, NULL) == 0);
  join(T);
}

static void guards(void) {
  int Status = inChild(intoGuard);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
}

/// What pthread_getattr_np says of the running thread.
static void *told(void *Arg) {
  pthread_attr_t *A = Arg;
  CHECK(KEEPS_ERRNO(pthread_getattr_np(pthread_self(), A)) == 0);
  return NULL;
}

static void tells(void) {
  pthread_attr_t Asked, A;
  pthread_t T;
  int I = -1;
  size_t Size = 0;
  void *Low;
  struct sched_param P = {.sched_priority = -1};
  cpu_set_t Cpus, Own;
  CHECK(pthread_attr_init(&Asked) == 0);
  CHECK(pthread_attr_setinheritsched(&Asked, PTHREAD_EXPLICIT_SCHED) == 0);
  CHECK(pthread_attr_setstacksize(&Asked, 100001) == 0);
  CHECK(pthread_create(&T, &Asked, told, &A) == 0);
  join(T);
  CHECK(pthread_attr_getinheritsched(&A, &I) == 0);
  CHECK(I == PTHREAD_EXPLICIT_SCHED);
  CHECK(pthread_attr_getschedpolicy(&A, &I) == 0 && I == SCHED_OTHER);
  CHECK(pthread_attr_getschedparam(&A, &P) == 0 && P.sched_priority == 0);
  CHECK(pthread_attr_getstack(&A, &Low, &Size) == 0 && Size == 99968);
  CHECK(sched_getaffinity(0, sizeof Own, &Own) == 0);
  CHECK(pthread_attr_getaffinity_np(&A, sizeof Cpus, &Cpus) == 0);
  CHECK(CPU_EQUAL(&Cpus, &Own));
  CHECK(pthread_attr_destroy(&A) == 0);

  // A stack of the program's has no guard.
  void *Stack = mmap(NULL, MiB, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(Stack != MAP_FAILED);
  CHECK(pthread_attr_setstack(&Asked, Stack, MiB) == 0);
  CHECK(pthread_create(&T, &Asked, told, &A) == 0);
  join(T);
  CHECK(pthread_attr_getguardsize(&A, &Size) == 0 && Size == 0);
  CHECK(pthread_attr_destroy(&A) == 0);
  CHECK(munmap(Stack, MiB) == 0);
  CHECK(pthread_attr_destroy(&Asked) == 0);

  CHECK(pthread_attr_init(&Asked) == 0);
  CHECK(pthread_attr_setguardsize(&Asked, SIZE_MAX - 4096) == 0);
  CHECK(pthread_create(&T, &Asked, nothing, NULL) == EINVAL);
  CHECK(pthread_attr_setguardsize(&Asked, (size_t)1 << 40) == 0);
  CHECK(pthread_create(&T, &Asked, nothing, NULL) == 0);
  join(T);
  CHECK(pthread_attr_destroy(&Asked) == 0);
}

int main(void) {
  everywhere(values);
  tells();
  inThread(tells);
  made();
  inThread(made);
  defaults();
  inThread(defaults);
  guards();
  inThread(guards);
  return 0;
}
