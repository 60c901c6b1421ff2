// Native threads only: each is a bound coroutine, and no scheduler runs.
#include "sched/wait_queue.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace oc {
namespace {

/// Enqueues \p W for \p Address.
void enqueue(WaitQueue &Q, Waiter &W, const void *Address) {
  std::lock_guard Held(Q.Guard);
  Q.add(W, Address);
}

int wakeIn(WaitQueue &Q, const void *Address, int Most) {
  std::lock_guard Held(Q.Guard);
  return Q.wake(Address, Most);
}

/// Whether nobody is left in \p Q.
bool isEmpty(WaitQueue &Q) { return !Q.First && !Q.Last; }

TEST(WaitQueue, WakeBeforeParkIsNotLost) {
  WaitQueue Q;
  Waiter W;
  enqueue(Q, W, &W);
  EXPECT_EQ(wakeIn(Q, &W, 1), 1);
  EXPECT_TRUE(waitOn(Q, W));
  EXPECT_TRUE(isEmpty(Q));
}

TEST(WaitQueue, FirstIsWhoeverCameFirstForTheAddress) {
  WaitQueue Q;
  Waiter Other, A, B;
  enqueue(Q, Other, &Other);
  EXPECT_EQ(Q.first(&A), nullptr);
  enqueue(Q, A, &A);
  enqueue(Q, B, &A);
  EXPECT_EQ(Q.first(&A), &A);
  EXPECT_EQ(wakeIn(Q, &A, 1), 1);
  EXPECT_EQ(Q.first(&A), &B);
}

TEST(WaitQueue, UnparkBeforeParkIsNotLost) {
  unpark(self());
  park();
}

TEST(WaitQueue, SpuriousUnparkDoesNotEndTheWait) {
  WaitQueue Q;
  Waiter W;
  enqueue(Q, W, &W);
  unpark(self());
  EXPECT_FALSE(waitOn(Q, W, Deadline::in(1'000'000)));
}

TEST(WaitQueue, WaitThatIsNotWantedIsNone) {
  EXPECT_TRUE(waitWhile(this, [] { return false; }));
  EXPECT_EQ(wake(this, Everyone), 0);
}

TEST(WaitQueue, PassedDeadlineEndsTheWaitAtOnce) {
  WaitQueue Q;
  Waiter W;
  enqueue(Q, W, &W);
  EXPECT_FALSE(waitOn(Q, W, Deadline::at(0)));
  EXPECT_TRUE(isEmpty(Q));
}

TEST(WaitQueue, WakeCountsMoreThanAPassedDeadline) {
  WaitQueue Q;
  Waiter W;
  enqueue(Q, W, &W);
  wakeIn(Q, &W, 1);
  EXPECT_TRUE(waitOn(Q, W, Deadline::at(0)));
}

TEST(WaitQueue, TimeoutIsNotTooEarly) {
  Deadline Until = Deadline::in(2'000'000);
  EXPECT_FALSE(waitWhile(this, [] { return true; }, Until));
  EXPECT_TRUE(Until.hasPassed());
  EXPECT_EQ(wake(this, Everyone), 0); // It has left the queue.
}

TEST(WaitQueue, SignalEndsAnInterruptibleWaitOnly) {
  WaitQueue Q;
  Waiter W;
  self().PendingSignals.store(1);
  enqueue(Q, W, &W);
  EXPECT_FALSE(waitOn(Q, W, Deadline::never(), true));
  EXPECT_TRUE(isEmpty(Q));
  enqueue(Q, W, &W);
  wakeIn(Q, &W, 1);
  EXPECT_TRUE(waitOn(Q, W));
  self().PendingSignals.store(0);
}

TEST(WaitQueue, WakesInTheOrderOfArrival) {
  WaitQueue Q;
  Waiter W[5];
  for (Waiter &Each : W)
    enqueue(Q, Each, &Q);
  for (int I = 0; I < 5; ++I) {
    EXPECT_FALSE(W[I].Woken);
    EXPECT_EQ(wakeIn(Q, &Q, 1), 1);
    EXPECT_TRUE(W[I].Woken);
  }
  EXPECT_EQ(wakeIn(Q, &Q, 1), 0);
}

TEST(WaitQueue, WakesAsManyAsAsked) {
  WaitQueue Q;
  Waiter W[5];
  for (Waiter &Each : W)
    enqueue(Q, Each, &Q);
  EXPECT_EQ(wakeIn(Q, &Q, 0), 0);
  EXPECT_EQ(wakeIn(Q, &Q, 2), 2);
  EXPECT_TRUE(W[1].Woken);
  EXPECT_FALSE(W[2].Woken);
  EXPECT_EQ(wakeIn(Q, &Q, Everyone), 3);
  EXPECT_TRUE(isEmpty(Q));
}

TEST(WaitQueue, AddressesDoNotMix) {
  WaitQueue Q; // One queue, as when two addresses have the same hash.
  int A = 0, B = 0;
  Waiter W[4];
  for (int I = 0; I < 4; ++I)
    enqueue(Q, W[I], I % 2 ? &B : &A);
  EXPECT_EQ(wakeIn(Q, &B, Everyone), 2);
  EXPECT_FALSE(W[0].Woken);
  EXPECT_TRUE(W[1].Woken);
  EXPECT_EQ(wakeIn(Q, &A, 1), 1);
  EXPECT_TRUE(W[0].Woken);
  EXPECT_EQ(wakeIn(Q, &A, 1), 1);
  EXPECT_TRUE(isEmpty(Q));
}

TEST(WaitQueue, WaiterLeavesFromTheMiddle) {
  WaitQueue Q;
  Waiter W[3];
  for (Waiter &Each : W)
    enqueue(Q, Each, &Q);
  EXPECT_FALSE(waitOn(Q, W[1], Deadline::at(0)));
  EXPECT_EQ(wakeIn(Q, &Q, Everyone), 2);
  EXPECT_TRUE(W[0].Woken);
  EXPECT_FALSE(W[1].Woken);
  EXPECT_TRUE(W[2].Woken);
}

TEST(WaitQueue, NeighbouringAddressesSpreadOverTheQueues) {
  long Words[64];
  int Same = 0;
  for (long &Word : Words)
    Same += &queueFor(&Word) == &queueFor(Words);
  EXPECT_LE(Same, 4);
}

/// Starts \p N native threads, and waits for them in the end.
template <typename Callable> void onThreads(int N, Callable Body) {
  std::vector<std::thread> All;
  for (int I = 0; I < N; ++I)
    All.emplace_back(Body, I);
  for (std::thread &T : All)
    T.join();
}

TEST(WaitQueue, ThreadsPassATurnRound) {
  constexpr int Threads = 16, Rounds = 200;
  std::atomic<int> Turn{0};
  onThreads(Threads, [&](int Me) {
    for (int I = 0; I < Rounds; ++I) {
      while (Turn % Threads != Me)
        waitWhile(&Turn, [&] { return Turn % Threads != Me; });
      ++Turn;
      wake(&Turn, Everyone);
    }
  });
  EXPECT_EQ(Turn, Threads * Rounds);
}

TEST(WaitQueue, SemaphoreOnTopLosesNoWakeUp) {
  constexpr int Takers = 8, Each = 2000;
  std::atomic<int> Count{0};
  auto TryTake = [&] {
    int N = Count;
    while (N > 0)
      if (Count.compare_exchange_weak(N, N - 1))
        return true;
    return false;
  };
  onThreads(Takers + 1, [&](int Me) {
    if (Me == Takers) {
      for (int I = 0; I < Takers * Each; ++I) {
        ++Count;
        wake(&Count, 1);
      }
      return;
    }
    for (int I = 0; I < Each; ++I) {
      bool Taken = false;
      while (!Taken)
        waitWhile(&Count, [&] { return !(Taken = TryTake()); });
    }
  });
  EXPECT_EQ(Count, 0);
}

TEST(WaitQueue, WakerAndWaitersAgreeOnWhoWasWoken) {
  constexpr int Threads = 8, Each = 1000;
  std::atomic<int> Woken{0}, Left{Threads};
  int Counted = 0;
  onThreads(Threads + 1, [&](int Me) {
    if (Me == Threads) {
      while (Left)
        Counted += wake(&Woken, 2);
      return;
    }
    for (int I = 0; I < Each; ++I) // Deadline and waker race.
      Woken += waitWhile(&Woken, [] { return true; }, Deadline::in(20'000));
    --Left;
  });
  EXPECT_EQ(Woken, Counted);
}

TEST(WaitQueue, RecordOfAnEndedThreadServesTheNext) {
  for (int I = 0; I < 200; ++I)
    onThreads(1, [](int) {
      Waiter W;
      WaitQueue Q;
      enqueue(Q, W, &Q);
      EXPECT_FALSE(waitOn(Q, W, Deadline::in(1000)));
    });
}

TEST(WaitQueue, WakeInsideTheRuntimeIsMadeUpFor) {
  int Key = 0;
  Waiter Looks, Counts;
  Looks.LooksAgain = true;
  WaitQueue &Q = queueFor(&Key);
  enqueue(Q, Counts, &Key);
  enqueue(Q, Looks, &Key);
  {
    // As a handler that interrupts whoever holds the guard.
    std::lock_guard Held(Q.Guard);
    EXPECT_EQ(wakeFromAnywhere(&Key, 1), 0);
    DeliverRecorded = wakeMissed;
  }
  EXPECT_TRUE(Looks.Woken);
  EXPECT_FALSE(Counts.Woken);
  EXPECT_TRUE(waitOn(Q, Looks));
  EXPECT_EQ(wakeFromAnywhere(&Key, Everyone), 1);
  EXPECT_TRUE(waitOn(Q, Counts));
  EXPECT_EQ(Q.Size.load(), 0u);
  DeliverRecorded = nullptr;
}

TEST(WaitQueue, WhatIsNotWantedLeavesTheQueue) {
  int Key = 0;
  EXPECT_TRUE(waitWhile(&Key, [&] {
    EXPECT_EQ(queueFor(&Key).Size.load(), 1u); // Wakers see it coming.
    return false;
  }));
  EXPECT_TRUE(isEmpty(queueFor(&Key)));
  EXPECT_EQ(queueFor(&Key).Size.load(), 0u);
}

} // namespace
} // namespace oc
