// fd_table_test.h - a pipe, of which the table knows, and a poller without a
// scheduler.
#ifndef OPEN_CO_REACTOR_FD_TABLE_TEST_H
#define OPEN_CO_REACTOR_FD_TABLE_TEST_H

#include "coro/coroutine.h"
#include "reactor/fd_table.h"
#include "sys/syscall.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace oc {

inline std::vector<Coroutine *> Unparked;

inline void record(Coroutine &C) { Unparked.push_back(&C); }

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

} // namespace oc

#endif
