// REQUIRES: openmp
// UNSUPPORTED: static
// RUN: gcc -fPIC -shared -fopenmp %S/Inputs/openmp_library.c -o %t.gnu.so
// RUN: %plain_clang -fPIC -shared -fopenmp %S/Inputs/openmp_library.c \
// RUN:   %libomp -o %t.llvm.so
// RUN: %clangxx %s %t.gnu.so -o %t && %native %t
// RUN: %clangxx %s %t.llvm.so -o %t && %native %t
// RUN: %open_co_clangxx %s %t.gnu.so -o %t.oc && %run %t.oc
// RUN: %open_co_clangxx %s %t.llvm.so -o %t.oc && %run %t.oc
// Intent: the program's threads lead teams of a library that was not rebuilt,
// and block in what that calls back: the library finds each on its OS thread.
#include "check.h"
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <poll.h>
#include <semaphore.h>
#include <thread>

extern "C" {
void inTeam(int Members, void (*Fn)(void *), void *Arg);
long sumInTeam(int Members, int N, long (*Fn)(int, void *), void *Arg);
void inTasks(int Members, int N, void (*Fn)(void *), void *Arg);
}

static std::atomic<int> Made, Gone;
struct Counter {
  int Value = 7;
  Counter() { ++Made; }
  ~Counter() { ++Gone; }
};
static thread_local Counter Own;
static thread_local int Depth;

enum { Members = 4, Threads = 6, Rounds = 4 };

struct Meeting {
  int Pipe[2];
  sem_t Read;
  std::mutex Mutex;
  std::condition_variable Changed;
  int Leaders = 0, Here = 0;
  pthread_t Leader = pthread_self();

  Meeting() { CHECK(pipe(Pipe) == 0 && sem_init(&Read, 0, 0) == 0); }
  ~Meeting() { CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0); }
};

/// The leader writes what the others read, and waits for them; all meet.
static void meet(void *Argument) {
  Meeting &M = *static_cast<Meeting *>(Argument);
  int *MyDepth = &Depth, Before = Own.Value++;
  CHECK(++*MyDepth == 1);
  if (pthread_equal(pthread_self(), M.Leader)) {
    sleepMs(1);
    CHECK(write(M.Pipe[1], "abc", Members - 1) == Members - 1);
    for (int I = 1; I < Members; ++I)
      CHECK(KEEPS_ERRNO(sem_wait(&M.Read)) == 0);
    ++M.Leaders;
  } else {
    char C;
    CHECK(read(M.Pipe[0], &C, 1) == 1 && C >= 'a' && C <= 'c');
    CHECK(sem_post(&M.Read) == 0);
  }
  std::unique_lock<std::mutex> Lock(M.Mutex);
  ++M.Here;
  M.Changed.notify_all();
  M.Changed.wait(Lock, [&] { return M.Here == Members; });
  CHECK(&Depth == MyDepth && --Depth == 0 && Own.Value == Before + 1);
}

static void meetings() {
  for (int I = 0; I < Rounds; ++I) {
    Meeting M;
    inTeam(Members, meet, &M);
    CHECK(M.Leaders == 1 && M.Here == Members);
  }
}

static long oneByOne(int I, void *Argument) {
  std::lock_guard<std::mutex> Held(*static_cast<std::mutex *>(Argument));
  sleepMs(I % 3 == 0);
  return I;
}

static void sums() {
  std::mutex Mutex;
  for (int I = 0; I < Rounds; ++I)
    CHECK(sumInTeam(Members, 30, oneByOne, &Mutex) == 30 * 29 / 2);
}

static void count(void *Argument) {
  std::this_thread::yield();
  sleepMs(1);
  ++*static_cast<std::atomic<int> *>(Argument);
}

static void tasks() {
  std::atomic<int> Done{0};
  inTasks(Members, 20, count, &Done);
  CHECK(Done == 21);
}

// A team within a team, whose members may be one.
static void nest(void *Argument) {
  auto &Done = *static_cast<std::atomic<int> *>(Argument);
  sleepMs(1);
  std::mutex Mutex;
  CHECK(sumInTeam(2, 5, oneByOne, &Mutex) == 10);
  ++Done;
}

static void nested() {
  std::atomic<int> Done{0};
  inTeam(3, nest, &Done);
  CHECK(Done == 3);
}

/// In a team, too, a signal ends a call, and comes to its thread.
static std::atomic<int> Handled;
static pthread_t Leader;
static void onSignal(int) {
  CHECK(pthread_equal(pthread_self(), Leader));
  ++Handled;
}

static void interruptedPoll(void *) {
  sigset_t None;
  sigemptyset(&None);
  CHECK_ERRNO(ppoll(nullptr, 0, nullptr, &None), EINTR);
  CHECK(Handled == 1);
}

static void interrupted() {
  Handled = 0;
  Leader = pthread_self();
  maskSignal(SIG_BLOCK, SIGUSR1);
  std::thread Sender([] { CHECK(pthread_kill(Leader, SIGUSR1) == 0); });
  inTeam(1, interruptedPoll, nullptr);
  Sender.join();
  maskSignal(SIG_UNBLOCK, SIGUSR1);
  CHECK(Handled == 1);
}

static void all() {
  meetings();
  sums();
  tasks();
  nested();
}

int main() {
  CHECK(signal(SIGUSR1, onSignal) != SIG_ERR);
  std::thread T[Threads];
  for (auto &Each : T)
    Each = std::thread(all);
  all();
  for (auto &Each : T)
    Each.join();
  interrupted();
  std::thread(interrupted).join();
  int Before = Gone;
  std::thread(meetings).join(); // Its members end with it, or serve others.
  CHECK(Gone > Before && Made >= Gone);
  return 0;
}
