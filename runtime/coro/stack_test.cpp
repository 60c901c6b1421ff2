#include "coro/stack.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace oc {
namespace {

constexpr size_t KiB = 1024, MiB = 1024 * KiB;

class StackTest : public testing::Test {
protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  void TearDown() override {
    for (Stack S : Taken)
      releaseStack(S);
  }

  Stack take(size_t Usable) {
    Stack S = allocateStack(Usable);
    if (S)
      Taken.push_back(S);
    return S;
  }

  std::vector<Stack> Taken;
};

using StackDeathTest = StackTest;

void touch(char *P) { *static_cast<volatile char *>(P) = 1; }

TEST_F(StackTest, HasWhatWasAskedForBesideTheReserve) {
  for (size_t Usable : {size_t{0}, size_t{1}, 16 * KiB, 64 * KiB, 8 * MiB - 1,
                        8 * MiB, 8 * MiB + 1, 100 * MiB}) {
    Stack S = take(Usable);
    ASSERT_TRUE(S) << Usable;
    EXPECT_GE(S.top(),
              S.Low + PageSize + Usable + StackReserve - Stack::LinkRoom);
    EXPECT_LE(S.top() + Stack::LinkRoom, S.Low + S.Size);
    touch(S.Low + PageSize);
    touch(S.top() - 1);
  }
}

TEST_F(StackTest, HasTheGuardThatWasAskedFor) {
  Stack S = allocateStack(64 * KiB, 200 * KiB + 1);
  ASSERT_TRUE(S);
  Taken.push_back(S);
  EXPECT_EQ(S.Guard, 204 * KiB);
  EXPECT_TRUE(inGuard(S, S.Low + S.Guard - 1));
  EXPECT_FALSE(inGuard(S, S.Low + S.Guard));
  EXPECT_GE(S.top(),
            S.Low + S.Guard + 64 * KiB + StackReserve - Stack::LinkRoom);
  touch(S.Low + S.Guard);
  EXPECT_DEATH(touch(S.Low + S.Guard - 1), "");
  // It is not given to who asks for another guard.
  EXPECT_EQ(take(64 * KiB + 200 * KiB).Guard, PageSize);
  EXPECT_FALSE(allocateStack(64 * KiB, SIZE_MAX));
}

TEST_F(StackTest, IsAligned) {
  for (size_t Usable : {size_t{1}, 100 * KiB, 2 * MiB, 8 * MiB}) {
    Stack S = take(Usable);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(S.Low) % PageSize, 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(S.top()) % 64, 0u);
  }
}

TEST_F(StackTest, NewOneIsZero) {
  Stack S = take(333 * KiB); // A size that no other test uses.
  for (char *P = S.Low + PageSize; P < S.Low + S.Size; ++P)
    ASSERT_EQ(*P, 0);
}

TEST_F(StackDeathTest, GuardPageFaults) {
  Stack S = take(64 * KiB);
  EXPECT_DEATH(touch(S.Low), "");
  EXPECT_DEATH(touch(S.Low + PageSize - 1), "");
}

TEST_F(StackDeathTest, EveryStackOfASlabHasAGuard) {
  for (int I = 0; I < 5; ++I)
    take(200 * KiB);
  for (Stack S : Taken)
    EXPECT_DEATH(touch(S.Low + PageSize - 1), "");
}

TEST_F(StackDeathTest, UsedOneKeepsItsGuard) {
  Stack S = allocateStack(64 * KiB);
  releaseStack(S);
  ASSERT_EQ(take(64 * KiB).Low, S.Low);
  EXPECT_DEATH(touch(S.Low), "");
}

TEST_F(StackTest, GuardIsTheLowestPage) {
  Stack S{reinterpret_cast<char *>(64 * KiB), 64 * KiB};
  EXPECT_FALSE(inGuard(S, S.Low - 1));
  EXPECT_TRUE(inGuard(S, S.Low));
  EXPECT_TRUE(inGuard(S, S.Low + PageSize - 1));
  EXPECT_FALSE(inGuard(S, S.Low + PageSize));
}

TEST_F(StackTest, LastReleasedIsTakenFirst) {
  Stack A = allocateStack(64 * KiB), B = allocateStack(64 * KiB);
  releaseStack(A);
  releaseStack(B);
  EXPECT_EQ(take(64 * KiB).Low, B.Low);
  EXPECT_EQ(take(64 * KiB).Low, A.Low);
}

TEST_F(StackTest, ReleasedOneKeepsWhatLiesBelowItsTop) {
  Stack A = allocateStack(64 * KiB);
  strcpy(A.top() - 16, "control block");
  releaseStack(A);
  EXPECT_STREQ(A.top() - 16, "control block");
  EXPECT_EQ(take(64 * KiB).Low, A.Low);
  EXPECT_STREQ(A.top() - 16, "control block");
}

TEST_F(StackTest, SizesDoNotMix) {
  Stack Small = allocateStack(64 * KiB), Large = allocateStack(256 * KiB);
  EXPECT_LT(Small.Size, Large.Size);
  releaseStack(Large);
  releaseStack(Small);
  EXPECT_EQ(take(256 * KiB).Low, Large.Low);
  EXPECT_EQ(take(64 * KiB).Low, Small.Low);
}

TEST_F(StackTest, NearlyEqualSizesShareAClass) {
  Stack A = allocateStack(64 * KiB);
  releaseStack(A);
  EXPECT_EQ(take(64 * KiB - 100).Low, A.Low);
}

TEST_F(StackTest, StacksDoNotOverlap) {
  for (int I = 0; I < 200; ++I) // More than a slab.
    ASSERT_TRUE(take(300 * KiB));
  for (Stack A : Taken)
    for (Stack B : Taken)
      EXPECT_TRUE(A.Low == B.Low || A.Low + A.Size <= B.Low ||
                  B.Low + B.Size <= A.Low);
}

TEST_F(StackTest, HugeSizeGivesNone) {
  EXPECT_FALSE(take(SIZE_MAX));
  EXPECT_FALSE(take(SIZE_MAX - StackReserve - PageSize));
  EXPECT_FALSE(take(SIZE_MAX / 2));
  EXPECT_FALSE(take(size_t{1} << 47)); // All the addresses there are.
}

TEST_F(StackTest, LargeOneThatFitsIsGiven) {
  Stack S = take(size_t{4} << 30); // Larger than a slab.
  ASSERT_TRUE(S);
  touch(S.Low + PageSize);
  touch(S.top() - 1);
}

TEST_F(StackTest, StackHasOneOwnerAtATime) {
  constexpr int Threads = 4, Each = 5000;
  std::vector<std::thread> All;
  for (int T = 0; T < Threads; ++T)
    All.emplace_back([T] {
      for (int I = 0; I < Each; ++I) {
        Stack A = allocateStack(64 * KiB), B = allocateStack(64 * KiB);
        A.top()[-1] = B.top()[-1] = static_cast<char>(T);
        EXPECT_NE(A.Low, B.Low);
        releaseStack(A);
        EXPECT_EQ(B.top()[-1], T);
        releaseStack(B);
      }
    });
  for (std::thread &T : All)
    T.join();
}

} // namespace
} // namespace oc
