#include "reactor/fd_table_test.h"

#include <atomic>
#include <cerrno>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

namespace oc {
namespace {

TEST_F(FdTableTest, CreatedResetsTheRegistration) {
  fds::created(Pipe[0], {});
  FdWaiter W = reader();
  wait(W);
  fds::disarm(W);
  replacePipe();
  fds::created(Pipe[0], {});
  wait(W);
  write();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, NumberReplacedBehindOurBackIsRegisteredAgain) {
  FdWaiter W = reader(); // Not known to be private.
  wait(W);
  fds::disarm(W);
  replacePipe();
  wait(W);
  write();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, ForgetEndsARegistrationThatAnotherNumberKeepsAlive) {
  {
    FdWaiter W = reader();
    wait(W);
    fds::disarm(W);
  }
  int Other = dup(Pipe[0]);
  fds::shared(Pipe[0]);
  fds::forget(Pipe[0]);
  replacePipe(); // The former pipe lives on as Other, and is hung up.
  P.wait(Deadline::at(0));
  P.dispatch([](int Fd, uint32_t) { ADD_FAILURE() << "an edge of " << Fd; });
  close(Other);
}

TEST_F(FdTableTest, ForgetMovesAWaiterToAHiddenDuplicate) {
  for (bool Private : {false, true}) {
    if (Private)
      fds::created(Pipe[0], {});
    Unparked.clear();
    int Hidden, Write;
    {
      FdWaiter W = reader();
      wait(W);
      fds::forget(Pipe[0]);
      Hidden = W.Fd;
      EXPECT_NE(Hidden, Pipe[0]);
      EXPECT_EQ(fcntl(Hidden, F_GETFD), FD_CLOEXEC);
      Write = dup(Pipe[1]);
      replacePipe(); // Closes it.
      ASSERT_EQ(::write(Write, "y", 1), 1);
      poll();
      EXPECT_EQ(Unparked, std::vector{&C}) << Private;
      char Byte = 0;
      EXPECT_EQ(::read(Hidden, &Byte, 1), 1);
      EXPECT_EQ(Byte, 'y');
      fds::disarm(W);
    }
    EXPECT_EQ(fcntl(Hidden, F_GETFD), -1);
    close(Write);
  }
}

TEST_F(FdTableTest, HiddenDuplicateLiesAboveTheSoftLimit) {
  rlimit Limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &Limit), 0);
  if (Limit.rlim_max <= 256)
    GTEST_SKIP() << "the hard limit leaves no room above a soft one";
  pid_t Child = fork();
  if (Child == 0) { // The limit belongs to a process.
    rlimit Low{256, Limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &Low);
    FdWaiter W = reader();
    wait(W);
    fds::forget(Pipe[0]);
    _exit(W.Fd >= 256 && fcntl(W.Fd, F_GETFD) == FD_CLOEXEC ? 0 : 1);
  }
  int Status = -1;
  waitpid(Child, &Status, 0);
  EXPECT_EQ(Status, 0);
}

TEST_F(FdTableTest, MovedWaiterMayWaitAgain) {
  FdWaiter W = reader();
  wait(W);
  fds::forget(Pipe[0]);
  poll();
  fds::disarm(W);
  Unparked.clear();
  wait(W);
  write();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, LastMovedWaiterClosesTheDuplicate) {
  int Hidden;
  {
    FdWaiter B = reader();
    {
      FdWaiter A = reader();
      wait(A);
      wait(B);
      fds::forget(Pipe[0]);
      EXPECT_EQ(A.Fd, B.Fd);
      fds::disarm(A);
    }
    Hidden = B.Fd;
    EXPECT_EQ(fcntl(Hidden, F_GETFD), FD_CLOEXEC);
    Unparked.clear();
    write();
    poll();
    EXPECT_EQ(Unparked, std::vector{&C});
    fds::disarm(B);
  }
  EXPECT_EQ(fcntl(Hidden, F_GETFD), -1);
}

TEST_F(FdTableTest, WaitThatBeganSinceForgetEndsWhenTheFileIsClosed) {
  FdWaiter W = reader();
  fds::forget(Pipe[0]);
  fds::watch(W);
  ASSERT_EQ(fds::arm(W, P), 0);
  close(Pipe[0]);
  fds::closed(Pipe[0]);
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
  fds::watch(W);
  EXPECT_EQ(fds::arm(W, P), -EBADF);
  fds::forget(Pipe[0]);
  ASSERT_EQ(dup(Pipe[1]), Pipe[0]); // For TearDown().
}

TEST_F(FdTableTest, CreatedEndsTheWaitsForAFileClosedBehindOurBack) {
  FdWaiter W = reader();
  wait(W);
  replacePipe();
  fds::created(Pipe[0], {});
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
  fds::forget(Pipe[0]);
  EXPECT_EQ(W.Fd, Pipe[0]);
}

TEST_F(FdTableTest, EndOfTheCallLeavesTheProgramsNumberOpen) {
  {
    FdWaiter W = reader();
    wait(W);
    fds::disarm(W);
  }
  EXPECT_EQ(fcntl(Pipe[0], F_GETFD), 0);
}

TEST_F(FdTableTest, CallKeepsItsFileBetweenWaits) {
  FdWaiter W = reader();
  fds::hold(W); // It tries, and does not wait yet.
  fds::forget(Pipe[0]);
  EXPECT_NE(W.Fd, Pipe[0]);
  int Write = dup(Pipe[1]); // Or the former pipe is hung up.
  replacePipe();
  poll();
  EXPECT_TRUE(Unparked.empty()); // Nobody waits.
  wait(W);
  ASSERT_EQ(::write(Write, "y", 1), 1);
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  close(Write);
}

TEST_F(FdTableTest, NumberIsNotGivenAwayDuringATry) {
  FdWaiter W = reader();
  fds::watch(W);
  std::atomic<bool> IsGone{false};
  std::thread Closer([&] {
    fds::forget(Pipe[0]);
    IsGone = true;
  });
  while (W.Fd == Pipe[0])
    std::this_thread::yield();
  EXPECT_FALSE(IsGone);
  wait(W);
  Closer.join();
}

TEST_F(FdTableTest, NewFileDoesNotWakeTheWaiterOfTheFormerOne) {
  FdWaiter W = reader();
  wait(W);
  fds::forget(Pipe[0]);
  int Write = dup(Pipe[1]); // Or the former pipe is hung up.
  replacePipe();
  poll();
  Unparked.clear();
  Coroutine Other;
  FdWaiter New(Other, Pipe[0], true, false);
  wait(New);
  write();
  poll();
  EXPECT_EQ(Unparked, std::vector{&Other});
  fds::disarm(New);
  fds::disarm(W);
  close(Write);
}

TEST_F(FdTableTest, ChildHasNoWaitersAndNoFacts) {
  FdWaiter W = reader();
  wait(W);
  fds::created(Pipe[1], {});
  pid_t Child = fork();
  if (Child == 0) {
    fds::resetInChild();
    fds::ready(Pipe[0], EPOLLIN);
    FdFacts F;
    _exit(Unparked.empty() && !fds::facts(Pipe[1], F) ? 0 : 1);
  }
  int Status = -1;
  waitpid(Child, &Status, 0);
  EXPECT_EQ(Status, 0);
  fds::disarm(W);
}

} // namespace
} // namespace oc
