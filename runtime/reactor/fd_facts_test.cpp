#include "reactor/fd_table_test.h"

namespace oc {
namespace {

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

} // namespace
} // namespace oc
