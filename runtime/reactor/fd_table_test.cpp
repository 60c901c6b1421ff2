#include "reactor/fd_table.h"
#include "sched/scheduler.h"
#include "sys/syscall.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace oc {
namespace {

std::vector<Coroutine *> Unparked;

void record(Coroutine &C) { Unparked.push_back(&C); }

class FdTableTest : public testing::Test {
protected:
  void SetUp() override {
    fds::Unpark = record;
    Unparked.clear();
    ASSERT_EQ(P.open(), 0);
    ASSERT_EQ(pipe2(Pipe, O_NONBLOCK), 0);
  }
  void TearDown() override {
    for (int Fd : Pipe) {
      fds::forget(Fd); // P is about to go.
      close(Fd);
    }
    P.close();
  }

  FdWaiter reader() { return {C, Pipe[0], true, false}; }
  FdWaiter writer() { return {C, Pipe[1], false, true}; }

  void write() { ASSERT_EQ(::write(Pipe[1], "x", 1), 1); }
  void fill() {
    while (::write(Pipe[1], std::string(4096, 'x').data(), 4096) > 0)
      ;
  }
  void drain() {
    char Buf[4096];
    while (::read(Pipe[0], Buf, sizeof Buf) > 0)
      ;
  }
  /// Lets the table see the edges that there are.
  void poll() {
    P.wait(Deadline::at(0));
    P.dispatch(fds::ready);
  }

  /// Watches and arms \p W, which has nothing to come back for.
  void wait(FdWaiter &W) {
    fds::watch(W);
    ASSERT_EQ(fds::arm(W, P), 0);
  }

  /// Puts another pipe at Pipe's numbers, as a library would: the table does
  /// not hear of it.
  void replacePipe() {
    int New[2];
    ASSERT_EQ(pipe2(New, O_NONBLOCK), 0);
    for (int I = 0; I < 2; ++I) {
      ASSERT_EQ(dup2(New[I], Pipe[I]), Pipe[I]);
      close(New[I]);
    }
  }

  Poller P;
  Coroutine C;
  int Pipe[2];
};

TEST_F(FdTableTest, EdgeUnparksTheWaiter) {
  FdWaiter W = reader();
  wait(W);
  poll();
  EXPECT_TRUE(Unparked.empty());
  write();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, EdgeBeforeTheFirstArmIsNotLost) {
  FdWaiter W = reader();
  fds::watch(W);
  write();
  ASSERT_EQ(fds::arm(W, P), 0); // It is registered only now.
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, EdgeBetweenWatchAndArmIsNotLost) {
  FdWaiter W = reader();
  wait(W);
  fds::disarm(W);
  fds::watch(W);
  write();
  poll(); // Somebody else saw the edge, and nobody waited.
  EXPECT_TRUE(Unparked.empty());
  EXPECT_EQ(fds::arm(W, P), 1);
}

TEST_F(FdTableTest, EdgeBeforeWatchIsOver) {
  FdWaiter W = reader();
  wait(W);
  write();
  poll();
  fds::disarm(W);
  wait(W);
  fds::disarm(W);
}

TEST_F(FdTableTest, EveryWaiterIsUnparked) {
  Coroutine Other;
  FdWaiter A = reader(), B(Other, Pipe[0], true, false);
  wait(A);
  wait(B);
  write();
  poll();
  std::sort(Unparked.begin(), Unparked.end());
  std::vector<Coroutine *> Both{&C, &Other};
  std::sort(Both.begin(), Both.end());
  EXPECT_EQ(Unparked, Both);
  fds::disarm(A);
  fds::disarm(B);
}

TEST_F(FdTableTest, DisarmedWaiterIsLeftAlone) {
  Coroutine Other[3];
  FdWaiter A(Other[0], Pipe[0], true, false), B(Other[1], Pipe[0], true, false),
      D(Other[2], Pipe[0], true, false);
  wait(A);
  wait(B);
  wait(D);
  fds::disarm(B); // From the middle of the list.
  write();
  poll();
  EXPECT_EQ(Unparked.size(), 2u);
  EXPECT_EQ(std::count(Unparked.begin(), Unparked.end(), &Other[1]), 0);
  fds::disarm(A);
  fds::disarm(D);
}

TEST_F(FdTableTest, InterestDecidesWhichEdgeCounts) {
  Coroutine Other;
  FdWaiter In(C, Pipe[0], true, false), Out(Other, Pipe[0], false, true);
  wait(In);
  wait(Out);
  poll();
  Unparked.clear();
  fds::ready(Pipe[0], EPOLLIN);
  EXPECT_EQ(Unparked, std::vector{&C});
  Unparked.clear();
  fds::ready(Pipe[0], EPOLLOUT);
  EXPECT_EQ(Unparked, std::vector{&Other});
  Unparked.clear();
  fds::ready(Pipe[0], EPOLLHUP);
  EXPECT_EQ(Unparked.size(), 2u);
  fds::disarm(In);
  fds::disarm(Out);
}

TEST_F(FdTableTest, EdgeOfTheOtherInterestIsNotReportedByArm) {
  FdWaiter W = reader();
  fds::watch(W);
  fds::ready(Pipe[0], EPOLLOUT);
  EXPECT_EQ(fds::arm(W, P), 0);
  fds::disarm(W);
  fds::ready(Pipe[0], EPOLLIN);
  EXPECT_EQ(fds::arm(W, P), 1);
}

TEST_F(FdTableTest, WriterIsUnparkedWhenThereIsRoom) {
  fill();
  FdWaiter W = writer();
  wait(W);
  poll();
  EXPECT_TRUE(Unparked.empty());
  drain();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, OutputJoinsTheRegistrationForInput) {
  for (bool Private : {false, true}) {
    if (Private) {
      fds::forget(Pipe[1]);
      fds::created(Pipe[1], {});
    }
    FdWaiter In(C, Pipe[1], true, false);
    wait(In);
    fill();
    poll();
    FdWaiter W = writer();
    wait(W);
    drain();
    Unparked.clear();
    poll();
    EXPECT_EQ(Unparked, std::vector{&C}) << Private;
    fds::disarm(W);
    fds::disarm(In);
  }
}

TEST_F(FdTableTest, ArmTellsWhatCannotBePolled) {
  int File = memfd_create("file", 0);
  {
    FdWaiter W(C, File, true, false);
    fds::watch(W);
    EXPECT_EQ(fds::arm(W, P), -EPERM);
  }
  fds::forget(File);
  close(File);
  {
    FdWaiter W(C, File, true, false);
    fds::watch(W);
    EXPECT_EQ(fds::arm(W, P), -EBADF);
  }
  fds::forget(File);
  FdWaiter Bad(C, -1, true, false);
  fds::watch(Bad);
  EXPECT_LT(fds::arm(Bad, P), 0);
}

TEST_F(FdTableTest, UnknownNumbersAreHarmless) {
  FdFacts F;
  for (int Fd : {-1, 1'000'000, INT32_MAX}) {
    fds::ready(Fd, EPOLLIN);
    fds::shared(Fd);
    fds::forget(Fd);
    fds::setNonBlocking(Fd, true);
    EXPECT_FALSE(fds::facts(Fd, F)) << Fd;
  }
}

//===- Facts --------------------------------------------------------------===//

TEST_F(FdTableTest, FactsAreThoseItWasCreatedWith) {
  FdFacts F;
  EXPECT_FALSE(fds::facts(Pipe[0], F));
  fds::created(Pipe[0], {.Kind = FdKind::NoWait, .NonBlocking = true});
  ASSERT_TRUE(fds::facts(Pipe[0], F));
  EXPECT_EQ(F.Kind, FdKind::NoWait);
  EXPECT_TRUE(F.NonBlocking);
  EXPECT_FALSE(F.HasReceiveTimeout);
  EXPECT_FALSE(F.HasSendTimeout);
}

TEST_F(FdTableTest, FactsFollowTheirChanges) {
  fds::created(Pipe[0], {});
  fds::setKind(Pipe[0], FdKind::Socket);
  fds::setNonBlocking(Pipe[0], true);
  fds::setReceiveTimeout(Pipe[0], true);
  fds::setSendTimeout(Pipe[0], true);
  FdFacts F;
  ASSERT_TRUE(fds::facts(Pipe[0], F));
  EXPECT_EQ(F.Kind, FdKind::Socket);
  EXPECT_TRUE(F.NonBlocking);
  EXPECT_TRUE(F.HasReceiveTimeout);
  EXPECT_TRUE(F.HasSendTimeout);
}

TEST_F(FdTableTest, SharedDescriptionHasNoFacts) {
  FdFacts F;
  fds::created(Pipe[0], {.NonBlocking = true});
  fds::shared(Pipe[0]);
  EXPECT_FALSE(fds::facts(Pipe[0], F));
  fds::setNonBlocking(Pipe[0], false); // Does not bring them back.
  EXPECT_FALSE(fds::facts(Pipe[0], F));
}

TEST_F(FdTableTest, ForkEndsTheFactsOfEarlierOnes) {
  FdFacts F;
  fds::created(Pipe[0], {});
  fds::processForked();
  fds::created(Pipe[1], {});
  EXPECT_FALSE(fds::facts(Pipe[0], F));
  EXPECT_TRUE(fds::facts(Pipe[1], F));
}

TEST_F(FdTableTest, ForgottenOneHasNoFacts) {
  FdFacts F;
  fds::created(Pipe[0], {});
  fds::forget(Pipe[0]);
  EXPECT_FALSE(fds::facts(Pipe[0], F));
}

TEST_F(FdTableTest, CreatedResetsTheFacts) {
  FdFacts F;
  fds::created(Pipe[0], {.Kind = FdKind::Socket, .HasSendTimeout = true});
  fds::shared(Pipe[0]);
  fds::created(Pipe[0], {.Kind = FdKind::NoWait});
  ASSERT_TRUE(fds::facts(Pipe[0], F));
  EXPECT_EQ(F.Kind, FdKind::NoWait);
  EXPECT_FALSE(F.HasSendTimeout);
}

//===- Numbers that change hands ------------------------------------------===//

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

TEST_F(FdTableTest, AcceptLockBelongsToTheNumber) {
  EXPECT_EQ(&fds::acceptLock(Pipe[0]), &fds::acceptLock(Pipe[0]));
  EXPECT_NE(&fds::acceptLock(Pipe[0]), &fds::acceptLock(Pipe[1]));
  EXPECT_EQ(&fds::acceptLock(-1), &fds::acceptLock(-2));
}

TEST_F(FdTableTest, NoEdgeIsLostBetweenThreads) {
  constexpr int Readers = 4, Each = 3000;
  fds::Unpark = unpark;
  std::atomic<bool> Stop{false};
  std::thread Reactor([&] {
    while (!Stop) {
      P.wait(Deadline::never());
      P.dispatch(fds::ready);
    }
  });
  std::atomic<int> Bytes{0};
  std::vector<std::thread> All;
  for (int I = 0; I < Readers; ++I) // All of one pipe.
    All.emplace_back([&] {
      FdWaiter W(self(), Pipe[0], true, false);
      for (;;) {
        fds::watch(W);
        char Byte;
        ssize_t N = ::read(Pipe[0], &Byte, 1);
        if (N == 0)
          return;
        if (N == 1) {
          ++Bytes;
        } else if (fds::arm(W, P) == 0) {
          park();
          fds::disarm(W);
        }
      }
    });
  for (int I = 0; I < Each; ++I) {
    write();
    while (Bytes <= I - 3) // A few at a time, so that they do wait.
      std::this_thread::yield();
  }
  while (Bytes < Each)
    std::this_thread::yield();
  close(Pipe[1]); // End of file for each reader.
  for (std::thread &T : All)
    T.join();
  Stop = true;
  P.wake();
  Reactor.join();
  ASSERT_EQ(dup(Pipe[0]), Pipe[1]); // For TearDown().
}

} // namespace
} // namespace oc
