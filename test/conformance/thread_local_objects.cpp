// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: thread_local objects are made at first use in each thread, destroyed
// in reverse order at its end, after which join returns; key destructors come
// later. This is __cxa_thread_atexit.
#include "check.h"
#include <atomic>
#include <string>
#include <thread>
#include <vector>

static thread_local std::string *Log;
static std::atomic<int> Alive{0};

struct Noted {
  char Name;
  int Value = 0;
  explicit Noted(char N) : Name(N) {
    ++Alive;
    sched_yield();
    if (Log)
      *Log += Name;
  }
  ~Noted() {
    sleepMs(1); // A destructor may block.
    --Alive;
    if (Log)
      *Log += static_cast<char>(Name - 'a' + 'A');
  }
};

static thread_local Noted A('a'), B('b');
static thread_local std::vector<int> Numbers{1, 2, 3};
thread_local int Plain = 17;

static Noted &inFunction() {
  static thread_local Noted C('c');
  return C;
}

struct Late { // Uses another local in its destructor.
  ~Late() { CHECK(Numbers.size() >= 3); }
};
static thread_local std::vector<int> *KeepOrder = &Numbers;
static thread_local Late L;

static pthread_key_t Key;
static void onKey(void *Arg) { *static_cast<std::string *>(Arg) += '.'; }

static void oneThread(bool Exit) {
  std::string Mine;
  int Before = Alive;
  struct Args {
    std::string *Log;
    bool Exit;
  } Given{&Mine, Exit};
  join(start(
      [](void *Arg) -> void * {
        Args *G = static_cast<Args *>(Arg);
        Log = G->Log;
        CHECK(pthread_setspecific(Key, Log) == 0);
        CHECK(Plain++ == 17);
        A.Value = 5;
        int *Address = &A.Value;
        CHECK(KeepOrder->size() == 3);
        Numbers.push_back(4);
        (void)&L;
        for (int I = 0; I < 3; ++I) {
          sleepMs(1);
          CHECK(&A.Value == Address && *Address == 5);
        }
        CHECK(inFunction().Value++ == 0);
        CHECK(inFunction().Value == 1);
        if (G->Exit)
          pthread_exit(nullptr);
        return nullptr;
      },
      &Given));
  CHECK(Mine == "abcCBA.");
  CHECK(Alive == Before);
}

static void many() {
  std::vector<std::thread> Threads;
  for (int I = 0; I < 30; ++I)
    Threads.emplace_back([I] {
      CHECK(A.Value == 0 && Plain == 17 && Numbers.size() == 3);
      A.Value = Plain = I;
      Numbers.assign(4, I);
      std::this_thread::yield();
      CHECK(A.Value == I && Plain == I && Numbers[3] == I);
    });
  for (auto &T : Threads)
    T.join();
}

static void unusedAreNotMade() {
  int Before = Alive;
  std::thread([=] { CHECK(Alive == Before); }).join();
}

int main() {
  CHECK(pthread_key_create(&Key, onKey) == 0);
  unusedAreNotMade();
  oneThread(false);
  oneThread(true);
  std::thread([] {
    oneThread(false);
    oneThread(true);
  }).join();
  many();
  CHECK(A.Value == 0 && Alive == 2); // main's own, made just now.
}
