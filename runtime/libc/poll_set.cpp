// poll_set.cpp
#include "libc/poll_set.h"
#include <new>
#include <sys/mman.h>

namespace oc {

PollSet::PollSet(size_t Most) : Room(Most) {
  void *Memory = Local;
  if (Room > Few)
    Memory =
        sys::map(bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  Waiters = static_cast<FdWaiter *>(Memory);
  Files = reinterpret_cast<pollfd *>(Waiters + Room);
  Counts = reinterpret_cast<short *>(Files + Room);
}

PollSet::~PollSet() {
  for (size_t I = 0; I < N; ++I)
    Waiters[I].~FdWaiter();
  if (Room > Few && Waiters)
    sys::unmap(Waiters, bytes());
}

void PollSet::add(int Fd, short Events, short Counting) {
  bool Write = Events & (POLLOUT | POLLWRNORM | POLLWRBAND);
  new (&Waiters[N]) FdWaiter(*currentCoroutine(), Fd, true, Write);
  Counts[N] = Counting;
  Files[N++] = {Fd, Events, 0};
}

long PollSet::tryPoll() {
  for (size_t I = 0; I < N; ++I) {
    fds::watch(Waiters[I]);
    Files[I].fd = Waiters[I].Fd; // Another one, once the number was closed.
  }
  long Found = sys::poll(Files, N, 0), Ready = 0;
  for (size_t I = 0; I < N && Found > 0; ++I)
    Ready += (Files[I].revents & Counts[I]) != 0;
  return Found < 0 ? Found : Ready;
}

long PollSet::wait(Deadline Until) {
  for (;;) {
    long Ready = tryPoll();
    if (Ready != 0 || Until.hasPassed())
      return Ready;
    switch (waitReady(Waiters, N, Until, true)) {
    case Outcome::Interrupted:
      return SignalWaits;
    case Outcome::Unpollable:
      return MustBlock;
    case Outcome::TimedOut:
    case Outcome::Retry:
      break;
    }
  }
}

} // namespace oc
