// UNSUPPORTED: static
// RUN: %plain_clangxx -std=c++20 -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clangxx -std=c++20 %s %t.so -o %t && %native %t
// RUN: %open_co_clangxx -std=c++20 %s %t.so -o %t.oc && %run %t.oc
// Intent: whoever waits in the program is woken by a library that was built
// without the plugin, from a thread of its own and in one of the program's:
// semaphores, mutexes, once flags, statics, futures, atomic objects, futexes.
#include "check.h"
#include <atomic>
#include <future>
#include <linux/futex.h>
#include <mutex>
#include <semaphore.h>
#include <sys/syscall.h>
#include <threads.h>

/// A pipe of one byte for each who may go on.
struct Pipe {
  int Ends[2];
  Pipe() { CHECK(pipe(Ends) == 0); }
  ~Pipe() { CHECK(close(Ends[0]) == 0 && close(Ends[1]) == 0); }
  void await() {
    char C;
    CHECK(read(Ends[0], &C, 1) == 1);
  }
  void open() { CHECK(write(Ends[1], "", 1) == 1); }
};

struct Objects {
  Pipe Begun, Go;
  int Runs = 0;

  sem_t Semaphore;
  pthread_mutex_t Mutex;
  mtx_t C11;
  pthread_once_t Once = PTHREAD_ONCE_INIT;
  once_flag C11Once = ONCE_FLAG_INIT;
  std::once_flag CxxOnce;
  std::promise<int> Promise;
  std::atomic<int> Int{0};
  std::atomic<long> Long{0};
  int Futex = 0;
  pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
};

/// The functions of a step, as the library does it and as the program waits.
struct Step {
  void (*Library)(Objects &);
  void (*Program)(Objects &);
};

static void initialise(Objects &O) {
  O.Begun.open();
  O.Go.await();
  ++O.Runs;
}

/// Whose initialiser a function without parameters is.
extern Objects *Initialised;

template <int N> struct Slow {
  explicit Slow(Objects &O) { initialise(O); }
};
/// The guard is the library's and the program's.
template <int N> inline void useStatic(Objects &O) { static Slow<N> S(O); }

#ifdef LIBRARY
Objects *Initialised;
static void initialiseIt() { initialise(*Initialised); }

static void post(Objects &O) {
  O.Go.await();
  CHECK(sem_post(&O.Semaphore) == 0);
}
/// With the mutex held from here on.
static void holdMutex(Objects &O) {
  CHECK(pthread_mutex_lock(&O.Mutex) == 0);
  O.Begun.open();
  O.Go.await();
  CHECK(pthread_mutex_unlock(&O.Mutex) == 0);
}
static void holdC11(Objects &O) {
  CHECK(mtx_lock(&O.C11) == thrd_success);
  O.Begun.open();
  O.Go.await();
  CHECK(mtx_unlock(&O.C11) == thrd_success);
}
static void once(Objects &O) {
  Initialised = &O;
  CHECK(pthread_once(&O.Once, initialiseIt) == 0);
}
static void c11Once(Objects &O) {
  Initialised = &O;
  call_once(&O.C11Once, initialiseIt);
}
static void cxxOnce(Objects &O) { std::call_once(O.CxxOnce, initialise, O); }
/// The first initialiser fails, and who waits runs another.
static void cxxOnceFails(Objects &O) {
  try {
    std::call_once(O.CxxOnce, [&] {
      initialise(O);
      throw 1;
    });
    CHECK(!"it returned");
  } catch (int) {
  }
}
static void promise(Objects &O) {
  O.Go.await();
  O.Promise.set_value(4711);
}
static void storeInt(Objects &O) {
  O.Go.await();
  O.Int = 1;
  O.Int.notify_one();
}
static void storeLong(Objects &O) {
  O.Go.await();
  O.Long = 1;
  O.Long.notify_all();
}
static void wakeFutex(Objects &O) {
  O.Go.await();
  __atomic_store_n(&O.Futex, 1, __ATOMIC_SEQ_CST);
  CHECK(syscall(SYS_futex, &O.Futex, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0) <= 1);
}
/// Moves who waits to another word, and wakes it there.
static void requeueFutex(Objects &O) {
  static int Other;
  O.Go.await();
  __atomic_store_n(&O.Futex, 1, __ATOMIC_SEQ_CST);
  CHECK(syscall(SYS_futex, &O.Futex, FUTEX_REQUEUE_PRIVATE, 0, 1, &Other, 0) >=
        0);
  syscall(SYS_futex, &Other, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

/// Waits for a condition of the library's with a mutex that the program locked.
void libraryAwait(Objects &O, const int &Turn, int Until) {
  while (Turn < Until)
    CHECK(pthread_cond_wait(&O.Cond, &O.Mutex) == 0);
}
void libraryUnlock(Objects &O) { CHECK(pthread_mutex_unlock(&O.Mutex) == 0); }
void librarySignal(Objects &O) { CHECK(pthread_cond_signal(&O.Cond) == 0); }

using Function = void (*)(Objects &);
extern const Function LibrarySteps[] = {
    post,      holdMutex,    holdC11,     once,     c11Once,
    cxxOnce,   cxxOnceFails, promise,     storeInt, storeLong,
    wakeFutex, requeueFutex, useStatic<1>};
void libraryRun(pthread_t *T, void *(*Fn)(void *), void *Arg) {
  CHECK(pthread_create(T, NULL, Fn, Arg) == 0);
}
void libraryJoin(pthread_t T) { CHECK(pthread_join(T, NULL) == 0); }
#ifdef PROGRAM // Of prebuilt_wakes_program.cpp.
int rewrittenMain();
int main() { return rewrittenMain(); }
#endif
#else
using Function = void (*)(Objects &);
extern const Function LibrarySteps[];
void libraryAwait(Objects &, const int &Turn, int Until);
void libraryUnlock(Objects &);
void librarySignal(Objects &);
void libraryRun(pthread_t *, void *(*)(void *), void *);
void libraryJoin(pthread_t);

static void initialiseAgain(void) { ++Initialised->Runs; }

static void wait(Objects &O) { CHECK(sem_wait(&O.Semaphore) == 0); }
static void lock(Objects &O) {
  O.Begun.await();
  CHECK(pthread_mutex_lock(&O.Mutex) == 0);
  CHECK(pthread_mutex_unlock(&O.Mutex) == 0);
}
static void lockC11(Objects &O) {
  O.Begun.await();
  CHECK(mtx_lock(&O.C11) == thrd_success);
  CHECK(mtx_unlock(&O.C11) == thrd_success);
}
static void once(Objects &O) {
  O.Begun.await();
  CHECK(pthread_once(&O.Once, initialiseAgain) == 0 && O.Runs == 1);
}
static void c11Once(Objects &O) {
  O.Begun.await();
  call_once(&O.C11Once, initialiseAgain);
  CHECK(O.Runs == 1);
}
static void cxxOnce(Objects &O) {
  O.Begun.await();
  std::call_once(O.CxxOnce, [&] { ++O.Runs; });
  CHECK(O.Runs == 1);
}
static void cxxOnceFails(Objects &O) {
  O.Begun.await();
  std::call_once(O.CxxOnce, [&] { ++O.Runs; });
  CHECK(O.Runs == 2);
}
static void future(Objects &O) { CHECK(O.Promise.get_future().get() == 4711); }
static void loadInt(Objects &O) { O.Int.wait(0); }
static void loadLong(Objects &O) { O.Long.wait(0); }
static void waitForFutex(Objects &O) {
  while (!__atomic_load_n(&O.Futex, __ATOMIC_SEQ_CST))
    syscall(SYS_futex, &O.Futex, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
}
static void useStatic(Objects &O) {
  O.Begun.await();
  useStatic<1>(O);
  CHECK(O.Runs == 1);
}

static const Function ProgramSteps[] = {
    wait,         lock,         lockC11,  once,    c11Once,
    cxxOnce,      cxxOnceFails, future,   loadInt, loadLong,
    waitForFutex, waitForFutex, useStatic};
enum { Steps = sizeof ProgramSteps / sizeof *ProgramSteps };

struct Run {
  Objects &O;
  Function Call;
  pid_t Id = 0;
  Gate Started = GATE_INIT;
};

static void *runLibrarys(void *Arg) {
  auto &R = *static_cast<Run *>(Arg);
  R.Call(R.O);
  return nullptr;
}

static void *runPrograms(void *Arg) {
  auto &R = *static_cast<Run *>(Arg);
  R.Id = static_cast<pid_t>(syscall(SYS_gettid));
  post(&R.Started);
  R.Call(R.O);
  return nullptr;
}

static void check(int N, bool ThreadIsLibrarys) {
  Objects O;
  CHECK(sem_init(&O.Semaphore, 0, 0) == 0);
  CHECK(pthread_mutex_init(&O.Mutex, NULL) == 0);
  CHECK(mtx_init(&O.C11, mtx_plain) == thrd_success);
  Run Wakes{O, LibrarySteps[N]}, Waits{O, ProgramSteps[N]};
  pthread_t Waker, Waiter = start(runPrograms, &Waits);
  if (ThreadIsLibrarys)
    libraryRun(&Waker, runLibrarys, &Wakes);
  else
    Waker = start(runLibrarys, &Wakes);
  await(&Waits.Started, 1);
  settle(Waits.Id);
  O.Go.open();
  join(Waiter);
  if (ThreadIsLibrarys)
    libraryJoin(Waker);
  else
    join(Waker);
}

//===- Mutexes that both lock and unlock ----------------------------------===//

static Objects *Shared;
static int Turn;
static Gate Locked = GATE_INIT;

static void *locksAndLetsUnlock(void *) {
  CHECK(pthread_mutex_lock(&Shared->Mutex) == 0);
  post(&Locked);
  Shared->Go.await();
  libraryUnlock(*Shared);
  return nullptr;
}

static void *locksAndLetsAwait(void *) {
  CHECK(pthread_mutex_lock(&Shared->Mutex) == 0);
  post(&Locked);
  Shared->Go.await();
  libraryAwait(*Shared, Turn, 1);
  CHECK(pthread_mutex_unlock(&Shared->Mutex) == 0);
  return nullptr;
}

static void *locks(void *) {
  post(&Locked);
  CHECK(pthread_mutex_lock(&Shared->Mutex) == 0);
  ++Turn;
  librarySignal(*Shared);
  CHECK(pthread_mutex_unlock(&Shared->Mutex) == 0);
  return nullptr;
}

static void checkMutex(int Type, void *(*Holder)(void *)) {
  Objects O;
  Shared = &O;
  Turn = Locked.Count = 0;
  pthread_mutexattr_t A;
  CHECK(pthread_mutexattr_init(&A) == 0);
  CHECK(pthread_mutexattr_settype(&A, Type) == 0);
  CHECK(pthread_mutex_init(&O.Mutex, &A) == 0);
  pthread_t First = start(Holder, NULL);
  await(&Locked, 1);
  pthread_t Second = start(locks, NULL), Third = start(locks, NULL);
  await(&Locked, 3);
  settle(0);
  O.Go.open();
  join(First);
  join(Second);
  join(Third);
  CHECK(Turn == 2 && pthread_mutex_destroy(&O.Mutex) == 0);
}

int main() {
  for (int N = 0; N < Steps - 1; ++N) {
    check(N, true);
    check(N, false);
  }
  check(Steps - 1, true); // A static is initialised once.
  for (int Type : {
           PTHREAD_MUTEX_NORMAL,
           PTHREAD_MUTEX_ADAPTIVE_NP,
#ifndef main // libc's own functions know OS threads as owners.
           PTHREAD_MUTEX_RECURSIVE,
           PTHREAD_MUTEX_ERRORCHECK,
#endif
       }) {
    checkMutex(Type, locksAndLetsUnlock);
    checkMutex(Type, locksAndLetsAwait);
  }
  return 0;
}
#endif
