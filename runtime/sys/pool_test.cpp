#include "sys/pool.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace oc {
namespace {

struct Item {
  long Owner = 7;
  char Rest[40] = {};
};

TEST(Pool, TakenObjectsAreDistinct) {
  Pool<Item> Items;
  std::set<Item *> Taken;
  for (int I = 0; I < 1000; ++I)
    EXPECT_TRUE(Taken.insert(Items.take()).second);
}

TEST(Pool, GivenObjectIsTakenNext) {
  Pool<Item> Items;
  Item *First = Items.take();
  Item *Second = Items.take();
  Items.give(First);
  Items.give(Second);
  EXPECT_EQ(Items.take(), Second);
  EXPECT_EQ(Items.take(), First);
}

TEST(Pool, ObjectIsNewEachTime) {
  Pool<Item> Items;
  Item *Used = Items.take();
  Used->Owner = 1;
  Used->Rest[39] = 1;
  Items.give(Used);
  Item *Again = Items.take();
  ASSERT_EQ(Again, Used);
  EXPECT_EQ(Again->Owner, 7);
  EXPECT_EQ(Again->Rest[39], 0);
}

TEST(Pool, SmallObjectsHaveRoomForTheLink) {
  Pool<char> Chars;
  char *A = Chars.take(), *B = Chars.take();
  EXPECT_GE(std::abs(A - B), static_cast<ptrdiff_t>(sizeof(void *)));
  Chars.give(A);
  Chars.give(B);
  EXPECT_EQ(Chars.take(), B);
  EXPECT_EQ(Chars.take(), A);
}

TEST(Pool, ObjectHasOneOwnerAtATime) {
  constexpr int Threads = 4, Each = 20'000;
  Pool<Item> Items;
  std::vector<std::thread> All;
  for (long T = 0; T < Threads; ++T)
    All.emplace_back([&, T] {
      for (int I = 0; I < Each; ++I) {
        Item *A = Items.take(), *B = Items.take();
        A->Owner = B->Owner = T;
        EXPECT_NE(A, B);
        Items.give(A);
        EXPECT_EQ(B->Owner, T);
        Items.give(B);
      }
    });
  for (std::thread &T : All)
    T.join();
}

} // namespace
} // namespace oc
