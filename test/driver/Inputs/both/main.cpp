// The same as main.c with the C++ library's threads, and an exception.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <queue>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

class Queue {
public:
  void push(int Value) {
    std::lock_guard<std::mutex> Guard(Lock);
    Values.push(Value);
    Filled.notify_one();
  }
  int pop() {
    std::unique_lock<std::mutex> Guard(Lock);
    Filled.wait(Guard, [this] { return !Values.empty(); });
    int Value = Values.front();
    Values.pop();
    return Value;
  }

private:
  std::mutex Lock;
  std::condition_variable Filled;
  std::queue<int> Values;
};

thread_local int Seen;

void stage(Queue &In, Queue &Out) {
  for (;;) {
    int Value = In.pop();
    if (Value < 0)
      break;
    ++Seen;
    Out.push(Value + 1);
  }
  Out.push(Seen == 10 ? -1 : -2);
}

} // namespace

int main() {
  std::vector<Queue> Queues(5);
  std::vector<std::thread> Threads;
  for (int I = 0; I < 4; ++I)
    Threads.emplace_back(stage, std::ref(Queues[I]), std::ref(Queues[I + 1]));
  for (int I = 0; I < 10; ++I)
    Queues[0].push(I);
  Queues[0].push(-1);
  int Sum = 0;
  try {
    for (;;) {
      int Value = Queues[4].pop();
      if (Value < 0)
        throw std::runtime_error(Value == -1 ? "all" : "some");
      Sum += Value;
    }
  } catch (const std::exception &E) {
    std::printf("%s %d\n", E.what(), Sum);
  }
  for (std::thread &T : Threads)
    T.join();
}
