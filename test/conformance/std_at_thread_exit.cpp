// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: what is to be made ready at thread exit is, after the thread's locals
// are gone: promise::set_value_at_thread_exit, which is
// _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv, and
// notify_all_at_thread_exit, which is
// _ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE.
#include "check.h"
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

static thread_local struct Local {
  bool *Gone = nullptr;
  ~Local() {
    if (Gone)
      *Gone = true;
  }
} AtEnd;

static void value() {
  std::promise<int> P;
  auto F = P.get_future();
  bool Gone = false;
  std::thread T([&] {
    AtEnd.Gone = &Gone;
    P.set_value_at_thread_exit(3);
    CHECK(F.wait_for(0s) == std::future_status::timeout);
  });
  CHECK(F.get() == 3);
  CHECK(Gone);
  T.join();
}

static void notification() {
  std::mutex M;
  std::condition_variable Cv;
  bool Gone = false, Done = false;
  std::thread T([&] {
    AtEnd.Gone = &Gone;
    std::unique_lock<std::mutex> Guard(M);
    Done = true;
    std::notify_all_at_thread_exit(Cv, std::move(Guard));
    CHECK(!Gone); // The lock is held until the end.
  });
  {
    std::unique_lock<std::mutex> Guard(M);
    Cv.wait(Guard, [&] { return Done; });
    CHECK(Gone);
  }
  T.join();
}

int main() {
  everywhere(value);
  everywhere(notification);
}
