// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: code that names threads by the word at %fs:0, as allocators do, finds
// one name for each thread, which stays while the thread waits.
#include "check.h"

static inline void *slot(size_t Index) {
  void *Word;
  __asm__("movq %%fs:%1, %0" : "=r"(Word) : "m"(*(void **)(Index * 8)) :);
  return Word;
}
static void *literal(void) {
  void *Word;
  __asm__ volatile("movq %%fs:0, %0" : "=r"(Word));
  return Word;
}
static void *copy(void) {
  void *Word;
  __asm__ volatile("mov %%fs:0x10, %0" : "=r"(Word));
  return Word;
}

enum { Threads = 50 };
static void *Seen[Threads];
static Gate Ready = GATE_INIT, Go = GATE_INIT;

static void *thread(void *Arg) {
  int I = (int)(long)Arg;
  Seen[I] = slot(0);
  CHECK(Seen[I] && Seen[I] == literal() && Seen[I] == copy());
  post(&Ready);
  await(&Go, 1);
  for (int J = 0; J < 20; ++J) {
    sched_yield();
    CHECK(Seen[I] == slot(0) && Seen[I] == literal());
  }
  for (int J = 0; J < Threads; ++J)
    CHECK(J == I || Seen[J] != Seen[I]);
  return NULL;
}

int main(void) {
  pthread_t T[Threads];
  void *Main = literal();
  void *Canary = slot(5);
  for (long I = 0; I < Threads; ++I)
    T[I] = start(thread, (void *)I);
  await(&Ready, Threads);
  for (int I = 0; I < Threads; ++I)
    CHECK(Seen[I] != Main);
  post(&Go);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  CHECK(Main == slot(0) && Canary == slot(5));
  return 0;
}
