#include "signal/wanted_action.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

namespace oc {
namespace {

struct sigaction filledWith(int Byte) {
  struct sigaction Action;
  memset(&Action, Byte, sizeof(Action));
  return Action;
}

bool isFilled(const struct sigaction &Action) {
  struct sigaction Whole = filledWith(*reinterpret_cast<const char *>(&Action));
  return memcmp(&Whole, &Action, sizeof(Action)) == 0;
}

TEST(WantedAction, ReadersSeeNoMixture) {
  constexpr int Changes = 200'000;
  WantedAction Wanted;
  std::atomic<bool> Done{false};
  std::thread Changer([&] {
    for (int I = 0; I < Changes; ++I)
      Wanted.set(filledWith(I % 100));
    Done = true;
  });
  int Mixed = 0;
  while (!Done)
    Mixed += !isFilled(Wanted.get());
  Changer.join();
  EXPECT_EQ(Mixed, 0);
  EXPECT_TRUE(isFilled(Wanted.get()));
}

void handler(int) {}

TEST(WantedAction, ResetHandIsTakenOnce) {
  struct sigaction Once{};
  Once.sa_handler = handler;
  Once.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
  WantedAction Wanted;
  for (int Round = 0; Round < 3; ++Round) {
    Wanted.set(Once);
    EXPECT_EQ(Wanted.get().sa_handler, handler);
    EXPECT_EQ(Wanted.take().sa_handler, handler);
    EXPECT_EQ(Wanted.take().sa_handler, SIG_DFL);
    EXPECT_EQ(Wanted.get().sa_handler, SIG_DFL);
    EXPECT_EQ(Wanted.get().sa_flags, Once.sa_flags);
  }
}

TEST(WantedAction, OtherActionsStay) {
  struct sigaction Always{};
  Always.sa_handler = handler;
  WantedAction Wanted;
  Wanted.set(Always);
  EXPECT_EQ(Wanted.take().sa_handler, handler);
  EXPECT_EQ(Wanted.take().sa_handler, handler);
}

} // namespace
} // namespace oc
