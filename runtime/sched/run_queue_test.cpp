#include "sched/run_queue.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace oc {
namespace {

class RunQueueTest : public testing::Test {
protected:
  static constexpr int Count = 100;
  Coroutine C[Count];
  RunQueue Queue;

  void push(int From, int To) {
    for (int I = From; I < To; ++I)
      Queue.push(C[I]);
  }

  /// The next one's index; -1: none.
  int pop(RunQueue &From) {
    Coroutine *Next = From.pop();
    return Next ? static_cast<int>(Next - C) : -1;
  }
};

TEST_F(RunQueueTest, NewOneIsEmpty) {
  RunQueue Other;
  EXPECT_TRUE(Queue.isEmpty());
  EXPECT_EQ(Queue.pop(), nullptr);
  EXPECT_EQ(Queue.steal(Other), nullptr);
}

TEST_F(RunQueueTest, FirstInIsFirstOut) {
  push(0, Count);
  EXPECT_EQ(Queue.length(), unsigned{Count});
  for (int I = 0; I < Count; ++I)
    EXPECT_EQ(pop(Queue), I);
  EXPECT_TRUE(Queue.isEmpty());
  push(5, 6); // The tail of an emptied queue is no longer valid.
  EXPECT_EQ(pop(Queue), 5);
}

TEST_F(RunQueueTest, SlotGoesFirst) {
  push(0, 2);
  EXPECT_FALSE(Queue.pushFirst(C[2]));
  EXPECT_EQ(Queue.length(), 2u); // The slot is for this worker only.
  EXPECT_EQ(pop(Queue), 2);
  EXPECT_EQ(pop(Queue), 0);
  EXPECT_EQ(pop(Queue), 1);
}

TEST_F(RunQueueTest, SlotAloneIsNotEmpty) {
  Queue.pushFirst(C[0]);
  EXPECT_FALSE(Queue.isEmpty());
  EXPECT_EQ(pop(Queue), 0);
  EXPECT_TRUE(Queue.isEmpty());
}

TEST_F(RunQueueTest, FormerSlotGoesToTheEnd) {
  push(0, 1);
  Queue.pushFirst(C[1]);
  EXPECT_TRUE(Queue.pushFirst(C[2]));
  EXPECT_EQ(pop(Queue), 2);
  EXPECT_EQ(pop(Queue), 0);
  EXPECT_EQ(pop(Queue), 1);
}

TEST_F(RunQueueTest, SlotDoesNotStarveTheQueue) {
  push(0, 1);
  Queue.pushFirst(C[1]);
  int Tries = 0;
  // Two that wake each other for ever.
  for (int Next; (Next = pop(Queue)) != 0; ++Tries) {
    ASSERT_LT(Tries, 100);
    Queue.pushFirst(C[Next == 1 ? 2 : 1]);
  }
  EXPECT_GT(Tries, 1); // But it does go first.
}

TEST_F(RunQueueTest, SlotAloneRunsAsOftenAsItLikes) {
  for (int I = 0; I < Count; ++I) {
    Queue.pushFirst(C[0]);
    EXPECT_EQ(pop(Queue), 0);
  }
}

TEST_F(RunQueueTest, StealTakesTheFirstHalfInOrder) {
  push(0, 7);
  RunQueue Thief;
  EXPECT_EQ(Queue.steal(Thief), &C[0]);
  EXPECT_EQ(Thief.length(), 3u);
  for (int I = 1; I < 4; ++I)
    EXPECT_EQ(pop(Thief), I);
  for (int I = 4; I < 7; ++I)
    EXPECT_EQ(pop(Queue), I);
}

TEST_F(RunQueueTest, StealTakesTheLastOne) {
  push(0, 1);
  RunQueue Thief;
  EXPECT_EQ(Queue.steal(Thief), &C[0]);
  EXPECT_TRUE(Thief.isEmpty());
  EXPECT_TRUE(Queue.isEmpty());
}

TEST_F(RunQueueTest, StealLeavesTheSlot) {
  Queue.pushFirst(C[0]);
  RunQueue Thief;
  EXPECT_EQ(Queue.steal(Thief), nullptr);
  push(1, 2);
  EXPECT_EQ(Queue.steal(Thief), &C[1]);
  EXPECT_EQ(pop(Queue), 0);
}

TEST_F(RunQueueTest, StolenOnesGoBehindTheThiefsOwn) {
  push(0, 4);
  RunQueue Thief;
  Thief.push(C[9]);
  EXPECT_EQ(Queue.steal(Thief), &C[0]);
  EXPECT_EQ(pop(Thief), 9);
  EXPECT_EQ(pop(Thief), 1);
}

TEST_F(RunQueueTest, ThievesAndOwnersGetEachOneOnce) {
  constexpr int Threads = 4, Rounds = 20'000;
  RunQueue Queues[Threads];
  std::atomic<int> Users[Count] = {};
  for (int I = 0; I < Count; ++I)
    Queues[I % Threads].push(C[I]);
  std::vector<std::thread> All;
  for (int T = 0; T < Threads; ++T)
    All.emplace_back([&, T] {
      for (int I = 0; I < Rounds; ++I) {
        Coroutine *Mine = Queues[T].pop();
        for (int V = 1; !Mine && V < Threads; ++V)
          Mine = Queues[(T + V) % Threads].steal(Queues[T]);
        if (!Mine)
          continue;
        EXPECT_EQ(Users[Mine - C].fetch_add(1), 0);
        Users[Mine - C].fetch_sub(1);
        if (I % 3)
          Queues[T].push(*Mine);
        else
          Queues[T].pushFirst(*Mine);
      }
    });
  for (std::thread &T : All)
    T.join();
  int Left = 0;
  for (RunQueue &Q : Queues)
    while (Q.pop())
      ++Left;
  EXPECT_EQ(Left, Count);
}

} // namespace
} // namespace oc
