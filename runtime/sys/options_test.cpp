// Options are read when a program is loaded, so each test looks at a new one:
// a threadsafe death test runs this binary again.
#include "sys/options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace oc {
namespace {

class OptionsTest : public testing::Test {
protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    for (const char *Variable : {"OPEN_CO_WORKERS", "OPEN_CO_STACK_SIZE",
                                 "OPEN_CO_MAX_THREADS", "OPEN_CO_MIGRATE"})
      unsetenv(Variable);
  }
};

using OptionsDeathTest = OptionsTest;

/// Expects a program with Variable=Text to end before main, with one line.
void expectRefused(const char *Variable, const std::string &Text,
                   const std::string &Range) {
  setenv(Variable, Text.c_str(), 1);
  EXPECT_EXIT(_exit(0), testing::ExitedWithCode(1),
              "^open-co: " + std::string(Variable) + "=" + Text +
                  ": want a whole number from " + Range + "\n$")
      << Variable << "=" << Text;
  unsetenv(Variable);
}

/// Expects a program with Variable=Text to see \p Value.
void expectRead(const char *Variable, const char *Text, long Options::*Field,
                long Value) {
  setenv(Variable, Text, 1);
  EXPECT_EXIT(_exit(Option.*Field == Value ? 0 : 2), testing::ExitedWithCode(0),
              "^$")
      << Variable << "=" << Text;
  unsetenv(Variable);
}

TEST_F(OptionsDeathTest, UnsetVariableLeavesTheDefault) {
  EXPECT_EXIT(_exit(Option.Workers == 0 && Option.StackSize == 0 &&
                            Option.MaxThreads == 10000 && Option.Migrate == 0
                        ? 0
                        : 2),
              testing::ExitedWithCode(0), "^$");
}

TEST_F(OptionsDeathTest, GoodValueIsRead) {
  expectRead("OPEN_CO_WORKERS", "1", &Options::Workers, 1);
  expectRead("OPEN_CO_WORKERS", "1024", &Options::Workers, 1024);
  expectRead("OPEN_CO_MIGRATE", "1", &Options::Migrate, 1);
}

TEST_F(OptionsDeathTest, SuffixMultiplies) {
  expectRead("OPEN_CO_STACK_SIZE", "16384", &Options::StackSize, 16384);
  expectRead("OPEN_CO_STACK_SIZE", "64k", &Options::StackSize, 64L << 10);
  expectRead("OPEN_CO_STACK_SIZE", "3M", &Options::StackSize, 3L << 20);
  expectRead("OPEN_CO_STACK_SIZE", "2G", &Options::StackSize, 2L << 30);
}

TEST_F(OptionsDeathTest, WhatIsNoNumberIsRefused) {
  expectRefused("OPEN_CO_WORKERS", "", "1 to 1024");
  expectRefused("OPEN_CO_WORKERS", "many", "1 to 1024");
  expectRefused("OPEN_CO_WORKERS", "4x", "1 to 1024");
  expectRefused("OPEN_CO_WORKERS", "1.5", "1 to 1024");
  expectRefused("OPEN_CO_WORKERS", "0x4", "1 to 1024");
  expectRefused("OPEN_CO_STACK_SIZE", "1MB", "16384 to 1099511627776");
  expectRefused("OPEN_CO_STACK_SIZE", "M", "16384 to 1099511627776");
}

TEST_F(OptionsDeathTest, WhatIsOutOfRangeIsRefused) {
  expectRefused("OPEN_CO_WORKERS", "0", "1 to 1024");
  expectRefused("OPEN_CO_WORKERS", "-1", "1 to 1024");
  expectRefused("OPEN_CO_WORKERS", "1025", "1 to 1024");
  expectRefused("OPEN_CO_MIGRATE", "2", "0 to 1");
  expectRefused("OPEN_CO_STACK_SIZE", "1", "16384 to 1099511627776");
}

TEST_F(OptionsDeathTest, WhatOverflowsIsRefused) {
  expectRefused("OPEN_CO_MAX_THREADS", "99999999999999999999", "4 to 1000000");
  // 2^34 G is 2^64, which is 0 in 64 bits.
  expectRefused("OPEN_CO_MIGRATE", "17179869184G", "0 to 1");
}

} // namespace
} // namespace oc
