#include "sys/arena.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace oc {
namespace {

struct Block {
  unsigned char *Bytes;
  size_t Size;
  unsigned char Fill;
};

/// Takes a block of zeroes and fills it.
Block takeBlock(size_t Size, unsigned char Fill) {
  auto *P = static_cast<unsigned char *>(arena::allocate(Size));
  for (size_t I = 0; I < Size; ++I)
    EXPECT_EQ(P[I], 0) << "byte " << I << " of " << Size;
  memset(P, Fill, Size);
  return {P, Size, Fill};
}

bool isIntact(const Block &B) {
  for (size_t I = 0; I < B.Size; ++I)
    if (B.Bytes[I] != B.Fill)
      return false;
  return true;
}

TEST(Arena, BlocksAreZeroedAndDistinct) {
  std::vector<Block> Blocks;
  // Several chunks, sizes on both sides of what gets a mapping of its own.
  for (size_t I = 0; I < 64; ++I)
    Blocks.push_back(
        takeBlock(I * 5000 + 1, static_cast<unsigned char>(I + 1)));
  for (const Block &B : Blocks)
    EXPECT_TRUE(isIntact(B)) << B.Size;
}

TEST(Arena, BlocksAreAligned) {
  for (size_t Align = 1; Align <= 4096; Align *= 2)
    for (size_t Size : {1, 24, 4097, 300'000}) {
      auto Address = reinterpret_cast<uintptr_t>(arena::allocate(Size, Align));
      EXPECT_EQ(Address % Align, 0u) << Size << " bytes";
    }
}

TEST(Arena, ImpossibleSizeGivesNull) {
  EXPECT_EQ(arena::allocate(SIZE_MAX / 2), nullptr);
}

TEST(Arena, CreateConstructs) {
  struct Pair {
    Pair(int A, int B) : A(A), B(B) {}
    int A, B;
  };
  Pair *P = arena::create<Pair>(1, 2);
  ASSERT_NE(P, nullptr);
  EXPECT_EQ(P->A, 1);
  EXPECT_EQ(P->B, 2);
}

TEST(Arena, ThreadsGetDistinctBlocks) {
  constexpr int Threads = 4, Each = 2000;
  std::vector<Block> Blocks[Threads];
  std::vector<std::thread> All;
  for (int T = 0; T < Threads; ++T)
    All.emplace_back([&, T] {
      for (int I = 0; I < Each; ++I)
        Blocks[T].push_back(takeBlock(static_cast<size_t>(I % 300),
                                      static_cast<unsigned char>(T + 1)));
    });
  for (std::thread &T : All)
    T.join();
  for (const auto &OfThread : Blocks)
    for (const Block &B : OfThread)
      EXPECT_TRUE(isIntact(B));
}

TEST(Arena, ForkedChildFindsItInOrder) {
  std::atomic<bool> Stop{false};
  std::thread Busy([&] {
    while (!Stop)
      arena::allocate(16);
  });
  for (int I = 0; I < 50; ++I) {
    pid_t Child = fork();
    if (Child == 0) {
      alarm(60); // A lock that nobody holds any more would stop it.
      _exit(arena::allocate(16) ? 0 : 1);
    }
    int Status = -1;
    waitpid(Child, &Status, 0);
    EXPECT_EQ(Status, 0);
  }
  Stop = true;
  Busy.join();
}

} // namespace
} // namespace oc
