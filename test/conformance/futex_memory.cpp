// RUN: %clangxx -std=c++20 %s -o %t && %native %t
// RUN: %open_co_clangxx -std=c++20 -DREWRITTEN %s -o %t.oc && %run %t.oc
// Intent: std::atomic::wait, and a futex that is not marked as private, suspend
// the thread only, since the memory is the process's own; where another process
// shares the memory, that can wake. What libstdc++ calls: syscall
#include "check.h"
#include <atomic>
#include <latch>
#include <linux/futex.h>
#include <semaphore>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <vector>

enum { Threads = 200 };

static std::atomic<int> Come{0}, Go{0};
static int Word;

static long futex(int *Word, int Op, int Value) {
  return syscall(SYS_futex, Word, Op, Value, NULL, NULL, 0);
}

static void waitsForAtomic() {
  ++Come;
  Go.wait(0);
}

static void waitsForFutex() {
  ++Come;
  while (!__atomic_load_n(&Word, __ATOMIC_SEQ_CST))
    futex(&Word, FUTEX_WAIT, 0);
}

/// \p Threads of them wait, then \p Release lets them go on.
template <typename Callable>
static void checkMany(void (*Body_)(), Callable Release) {
  Body B = {Body_};
  std::vector<pthread_t> All;
  Come = 0;
  for (int I = 0; I < Threads; ++I)
    All.push_back(start(runBody, &B));
  while (Come < Threads)
    sched_yield();
#ifdef REWRITTEN
  CHECK(osThreads() < Threads / 4);
#endif
  Release();
  for (pthread_t T : All)
    join(T);
}

/// A word that a child process sees: in memory, or in a file.
static void checkProcesses(int *Shared) {
  *Shared = 0;
  pid_t Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) {
    __atomic_store_n(Shared, 1, __ATOMIC_SEQ_CST);
    // The parent may not wait yet.
    while (__atomic_load_n(Shared, __ATOMIC_SEQ_CST) == 1)
      futex(Shared, FUTEX_WAKE, 1);
    _exit(7);
  }
  while (!__atomic_load_n(Shared, __ATOMIC_SEQ_CST))
    futex(Shared, FUTEX_WAIT, 0);
  __atomic_store_n(Shared, 2, __ATOMIC_SEQ_CST);
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && WEXITSTATUS(Status) == 7);
}

static void inMemory() {
  void *P = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                 -1, 0);
  CHECK(P != MAP_FAILED);
  checkProcesses((int *)P);
  CHECK(munmap(P, 4096) == 0);
}

static void inFile() {
  FILE *F = tmpfile();
  CHECK(F && ftruncate(fileno(F), 4096) == 0);
  void *P = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(F), 0);
  CHECK(P != MAP_FAILED);
  checkProcesses((int *)P);
  CHECK(munmap(P, 4096) == 0 && fclose(F) == 0);
}

/// A child has memory of its own, and a thread there waits in that.
static void inChild() {
  pid_t Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) {
    Word = 0;
    checkMany(waitsForFutex, [] {
      __atomic_store_n(&Word, 1, __ATOMIC_SEQ_CST);
      futex(&Word, FUTEX_WAKE, Threads);
    });
    _exit(7);
  }
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && WEXITSTATUS(Status) == 7);
}

int main() {
  checkMany(waitsForAtomic, [] {
    Go = 1;
    Go.notify_all();
  });
  checkMany(waitsForFutex, [] {
    __atomic_store_n(&Word, 1, __ATOMIC_SEQ_CST);
    futex(&Word, FUTEX_WAKE, Threads);
  });
  everywhere(inMemory);
  everywhere(inFile);
  inThread(inChild);
  static std::counting_semaphore<> S(0);
  checkMany(
      [] {
        ++Come;
        S.acquire();
      },
      [] { S.release(Threads); });
}
