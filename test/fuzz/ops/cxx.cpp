// cxx.cpp - operations of the C++ runtime: threads, conditions, futures and
// statics, by the names that they have inside libstdc++.
#include "../run.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;

void withObject(void (*Call)(void *), void (*Destroy)(void *), void *Argument) {
  struct Object {
    void (*Destroy)(void *);
    void *Argument;
    ~Object() { Destroy(Argument); }
  } It{Destroy, Argument};
  Call(Argument);
}

#define NAME_START                                                             \
  "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_"       \
  "deleteIS1_EEPFvvE"
#define NAME_JOIN "_ZNSt6thread4joinEv"

OP(std_thread, "via2") {
  std::atomic<int> Value{0};
  COUNT(NAME_START);
  std::thread T([&] { Value += 5; });
  if (A[0]) {
    COUNT("_ZNSt6thread6detachEv");
    T.detach();
    while (Value != 5)
      std::this_thread::yield();
  } else {
    COUNT(NAME_JOIN);
    T.join();
  }
  say(R, " %d", Value.load());
}

OP(std_condition, "us via2") {
  std::mutex Lock;
  std::condition_variable Changed;
  bool Ready = false, Seen = false;
  COUNT(NAME_START);
  std::thread T([&] {
    std::unique_lock<std::mutex> Held(Lock);
    COUNT("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE");
    Changed.wait(Held, [&] { return Ready; });
    Seen = true;
  });
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  {
    std::lock_guard<std::mutex> Held(Lock);
    Ready = true;
  }
  if (A[1]) {
    COUNT("_ZNSt18condition_variable10notify_allEv");
    Changed.notify_all();
  } else {
    COUNT("_ZNSt18condition_variable10notify_oneEv");
    Changed.notify_one();
  }
  COUNT(NAME_JOIN);
  T.join();
  std::unique_lock<std::mutex> Held(Lock);
  auto Start = nowNs();
  bool Timed = Changed.wait_for(Held, 2ms, [] { return false; });
  notBefore(R, Start, 2);
  say(R, " %d %d", Seen, Timed);
}

OP(std_future, "us") {
  std::promise<int> P;
  auto F = P.get_future();
  COUNT("_ZNSt28__atomic_futex_unsigned_base26_M_futex_wait_until_steadyEPjjbNS"
        "t6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEE"
        "E");
  auto Start = nowNs();
  bool Early = F.wait_for(2ms) == std::future_status::timeout;
  notBefore(R, Start, 2);
  COUNT(NAME_START);
  std::thread T([&] {
    COUNT("_ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj");
    P.set_value(6);
  });
  COUNT("_ZNSt28__atomic_futex_unsigned_base19_M_futex_wait_untilEPjjbNSt6chro"
        "no8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE");
  int Value = F.get();
  COUNT(NAME_JOIN);
  T.join();
  say(R, " %d %d", Early, Value);
}

OP(std_at_exit, "") {
  std::promise<int> P;
  auto F = P.get_future();
  std::mutex Lock;
  std::condition_variable Changed;
  bool Ended = false;
  COUNT(NAME_START);
  std::thread T([&] {
    COUNT("_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv");
    P.set_value_at_thread_exit(8);
    std::unique_lock<std::mutex> Held(Lock);
    Ended = true;
    COUNT("_ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_"
          "lockISt5mutexE");
    std::notify_all_at_thread_exit(Changed, std::move(Held));
  });
  {
    std::unique_lock<std::mutex> Held(Lock);
    Changed.wait(Held, [&] { return Ended; });
  }
  int Value = F.get();
  T.join();
  say(R, " %d", Value);
}

/// What sleep_for calls where libstdc++ was built without nanosleep.
void sleepInside(std::chrono::seconds, std::chrono::nanoseconds) __asm__(
    "_ZNSt11this_thread11__sleep_forENSt6chrono8durationIlSt5ratioILl1ELl1EEEE"
    "NS1_IlS2_ILl1ELl1000000000EEEE");

OP(std_sleep, "shortms") {
  auto Start = nowNs();
  std::this_thread::sleep_for(std::chrono::milliseconds(A[0]));
  notBefore(R, Start, A[0]);
  COUNT("_ZNSt11this_thread11__sleep_forENSt6chrono8durationIlSt5ratioILl1ELl1E"
        "EEENS1_IlS2_ILl1ELl1000000000EEEE");
  sleepInside(std::chrono::seconds(0),
              std::chrono::nanoseconds(A[0] * 1000000));
}

namespace {
struct Counts {
  std::atomic<int> &N;
  explicit Counts(std::atomic<int> &N) : N(N) {}
  ~Counts() { ++N; }
};
} // namespace

/// Destructors of thread_local objects run when their thread ends.
OP(std_locals, "") {
  std::atomic<int> Destroyed{0};
  COUNT(NAME_START);
  std::thread T([&] {
    COUNT("__cxa_thread_atexit");
    thread_local Counts C(Destroyed);
    (void)&C;
  });
  COUNT(NAME_JOIN);
  T.join();
  say(R, " %d", Destroyed.load());
}

/// A function's static that fails once, then is made once.
static int makeStatic(bool Fail) {
  if (Fail)
    throw std::runtime_error("asked for");
  return 9;
}

OP(std_static, "") {
  if (!alone()) // One for the process.
    return;
  COUNT("__cxa_guard_acquire");
  COUNT("__cxa_guard_release");
  COUNT("__cxa_guard_abort");
  static bool Failed;
  int Value = -1;
  for (int I = 0; I < 2; ++I)
    try {
      bool Fail = !Failed;
      Failed = true;
      static int Static = makeStatic(Fail);
      Value = Static;
    } catch (std::runtime_error &) {
      say(R, " failed");
    }
  say(R, " %d", Value);
}
