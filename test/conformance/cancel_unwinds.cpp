// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: a cancelled thread runs its C++ destructors, innermost first, with
// locks held again where a condition was waited for; catch blocks may see it
// and throw on; initialisers that it was in are begun anew.
#include "check.h"
#include <condition_variable>
#include <cxxabi.h>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

static std::string Trace;
static int Pipe[2];
static Gate There = GATE_INIT;

struct Note {
  std::string Text;
  ~Note() { Trace += Text; }
};

static char readPipe() {
  char C = 0;
  CHECK(read(Pipe[0], &C, 1) == 1);
  return C;
}

/// Runs \p Call in a thread, cancels it once it has posted There, and joins it.
template <typename Callable> static void cancelled(Callable Call) {
  struct Start {
    static void *run(void *C) {
      (*static_cast<Callable *>(C))();
      return nullptr;
    }
  };
  Trace.clear();
  There.Count = 0;
  pthread_t T = start(Start::run, &Call);
  await(&There, 1);
  CHECK(pthread_cancel(T) == 0);
  CHECK(join(T) == PTHREAD_CANCELED);
}

static void inner() {
  Note A{"i"};
  Note B{"n"};
  post(&There);
  readPipe();
}

static thread_local Note Mine{"L"};

/// Runs \p Call in a thread, which \p Handler of a signal leaves when that has
/// posted There and is in a call, and joins it.
static void signalled(void (*Handler)(int), ThreadFn *Call) {
  CHECK(signal(SIGUSR1, Handler) != SIG_ERR);
  Trace.clear();
  There.Count = 0;
  pthread_t T = start(Call, nullptr);
  await(&There, 1);
  sleepMs(20); // Elsewhere than in a call this is no C++.
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  CHECK(join(T) == PTHREAD_CANCELED);
}

/// A handler ends the thread in a call.
static void byHandler() {
  signalled([](int) { pthread_exit(PTHREAD_CANCELED); },
            [](void *) -> void * {
              Note A{"1"};
              try {
                Note B{"2"};
                inner();
              } catch (...) {
                Trace += "c";
                throw;
              }
              return nullptr;
            });
  CHECK(Trace == "ni2c1");
}

/// A handler throws out of a call.
static void thrown() {
  signalled([](int) { throw 7; },
            [](void *) -> void * {
              Note A{"1"};
              try {
                inner();
              } catch (int N) {
                CHECK(N == 7);
                Trace += "c";
              }
              Note B{"2"};
              pthread_exit(PTHREAD_CANCELED);
            });
  CHECK(Trace == "nic21");
}

static void destructors() {
  cancelled([] {
    Mine.Text += "l";
    Note A{"1"};
    try {
      Note B{"2"};
      try {
        inner();
      } catch (std::exception &) {
        Trace += "?";
      } catch (abi::__forced_unwind &) {
        Trace += "f";
        throw;
      }
    } catch (...) {
      Trace += "c";
      throw;
    }
    Trace += "?";
  });
  CHECK(Trace == "nif2c1Ll");
}

/// In a catch block; its exception goes, too.
struct Thrown : std::runtime_error {
  using std::runtime_error::runtime_error;
  ~Thrown() override { Trace += "T"; }
};
static void inCatch() {
  cancelled([] {
    try {
      throw Thrown("1");
    } catch (Thrown &) {
      inner();
    }
  });
  CHECK(Trace == "niT");
}

static void mutexes() {
  static std::mutex M;
  static std::condition_variable C;
  static bool Never = false;
  cancelled([] {
    std::unique_lock<std::mutex> Lock(M);
    post(&There);
    C.wait(Lock, [] { return Never; });
  });
  CHECK(M.try_lock());
  M.unlock();
  cancelled([] {
    std::unique_lock<std::mutex> Lock(M);
    struct Held {
      ~Held() { CHECK(!M.try_lock()); }
    } H;
    post(&There);
    while (true)
      C.wait_for(Lock, std::chrono::hours(1));
  });
  CHECK(M.try_lock());
  M.unlock();
}

static void threads() {
  Trace.clear();
  There.Count = 0;
  std::thread T([] {
    Note A{"t"};
    post(&There);
    while (true)
      std::this_thread::sleep_for(std::chrono::hours(1));
  });
  await(&There, 1);
  CHECK(pthread_cancel(T.native_handle()) == 0);
  T.join();
  CHECK(Trace == "t");

  std::promise<int> P;
  std::future<int> F = P.get_future();
  cancelled([&] {
    std::promise<int> Kept = std::move(P);
    inner();
  });
  try {
    F.get();
    CHECK(!"a broken promise throws");
  } catch (std::future_error &E) {
    CHECK(E.code() == std::future_errc::broken_promise);
  }
}

template <int> static int initialised() {
  static int Value = readPipe();
  return Value;
}

static void initialisers() {
  static std::once_flag Flag;
  static pthread_once_t Once;
  new (&Flag) std::once_flag;
  Once = PTHREAD_ONCE_INIT;
  cancelled([] { std::call_once(Flag, inner); });
  CHECK(Trace == "ni");
  std::call_once(Flag, [] { Trace = "anew"; });
  CHECK(Trace == "anew");
  cancelled([] { pthread_once(&Once, inner); });
  CHECK(pthread_once(&Once, [] { Trace = "again"; }) == 0 && Trace == "again");
}

static void localStatic() {
  cancelled([] {
    post(&There);
    initialised<1>();
  });
  CHECK(write(Pipe[1], "v", 1) == 1);
  CHECK(initialised<1>() == 'v');
}

/// pthread_cleanup_push as C++ has it.
static void handlers() {
  cancelled([] {
    Note A{"o"};
    pthread_cleanup_push([](void *C) { Trace += *(char *)C; },
                         const_cast<char *>("h"));
    inner();
    pthread_cleanup_pop(0);
  });
  CHECK(Trace == "niho");
}

/// Interrupted where it computes, in a function that destroys nothing: of an
/// interrupted instruction nothing says what has been constructed there.
static volatile unsigned long Steps;
__attribute__((noinline)) static void compute() {
  post(&There);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr) == 0);
  for (;;)
    ++Steps;
}
static void computations() {
  for (int I = 0; I < 3; ++I) {
    cancelled([] {
      Mine.Text = "L";
      Note A{"o"};
      try {
        Note B{"p"};
        compute();
      } catch (abi::__forced_unwind &) {
        Trace += "f";
        throw;
      }
    });
    CHECK(Trace == "pfoL");
  }
}

static void all() {
  destructors();
  byHandler();
  thrown();
  computations();
  inCatch();
  mutexes();
  threads();
  initialisers();
  handlers();
}

int main() {
  CHECK(pipe(Pipe) == 0);
  all();
  localStatic();
  inThread(all);
  return 0;
}
