// Threads that share values in each of the ways that C++ has, and throw.
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#define CHECK(X)                                                               \
  ((X) ? (void)0 : (__builtin_printf("%d: %s\n", __LINE__, #X), std::abort()))

namespace {

struct Noted {
  explicit Noted(int N) : Text(40, static_cast<char>('a' + N)) {}
  std::string Text;
};
thread_local std::vector<int> Own;

const std::string &shared() {
  static std::string S(100, 'x');
  return S;
}

std::once_flag Flag;
std::string ByCallOnce;
std::shared_mutex Shared;
std::string ByShared;

void depth(int N) {
  std::string Local(N + 30, 'd');
  if (N == 0)
    throw std::runtime_error(Local);
  std::this_thread::yield();
  depth(N - 1);
}

void work(int Me) {
  for (int I = 0; I < 20; ++I) {
    std::call_once(Flag, [] { ByCallOnce = std::string(50, 'o'); });
    CHECK(ByCallOnce.size() == 50 && shared().size() == 100);
    Own.push_back(Me);
    try {
      depth(10);
      CHECK(false);
    } catch (const std::runtime_error &E) {
      std::this_thread::sleep_for(std::chrono::microseconds(1));
      CHECK(std::string(E.what()).size() == 30);
    }
    if (I % 5 == 0) {
      std::unique_lock Lock(Shared);
      ByShared += 's';
    } else {
      std::shared_lock Lock(Shared);
      CHECK(ByShared.size() <= 400);
    }
  }
  CHECK(Own.size() == 20 && Own[3] == Me);
}

} // namespace

int main() {
  std::vector<std::thread> Threads;
  for (int I = 0; I < 8; ++I)
    Threads.emplace_back(work, I);
  for (auto &T : Threads)
    T.join();

  std::promise<std::unique_ptr<Noted>> Promise;
  auto Future = Promise.get_future();
  std::thread Keeper([&] { Promise.set_value(std::make_unique<Noted>(3)); });
  CHECK(Future.get()->Text[7] == 'd');
  Keeper.join();

  std::vector<std::future<std::string>> Results;
  for (int I = 0; I < 8; ++I)
    Results.push_back(std::async(std::launch::async, [I] {
      if (I == 5)
        throw std::out_of_range("five");
      return Noted(I).Text;
    }));
  for (int I = 0; I < 8; ++I)
    try {
      CHECK(Results[I].get()[0] == 'a' + I && I != 5);
    } catch (const std::out_of_range &E) {
      CHECK(I == 5 && std::string(E.what()) == "five");
    }

  std::mutex Mutex;
  std::condition_variable Condition;
  std::shared_ptr<Noted> Handed;
  std::thread Waiter([&] {
    std::unique_lock Lock(Mutex);
    Condition.wait(Lock, [&] { return Handed != nullptr; });
    CHECK(Handed->Text == std::string(40, 'b'));
  });
  {
    std::lock_guard Lock(Mutex);
    Handed = std::make_shared<Noted>(1);
  }
  Condition.notify_one();
  Waiter.join();
  return 0;
}
