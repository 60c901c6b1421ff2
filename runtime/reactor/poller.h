// poller.h - one epoll instance: it tells which descriptors became ready.
#ifndef OPEN_CO_REACTOR_POLLER_H
#define OPEN_CO_REACTOR_POLLER_H

#include "sys/deadline.h"
#include "sys/lock.h"
#include "sys/syscall.h"

#include <cstdint>

namespace oc {

class Poller {
public:
  /// Creates the descriptors, out of the program's sight. \returns 0 or a
  /// negative errno value, also if the kernel refuses to wait.
  long open();
  /// Closes them; for a forked child, which must not edit its parent's epoll.
  void close();

  /// Registers \p Fd for \p Events, edge-triggered. \returns 0, -EEXIST, -EPERM
  /// if this kind of file cannot be polled, or another negative errno value.
  /// Any thread.
  long add(int Fd, uint32_t Events);
  long modify(int Fd, uint32_t Events);
  void remove(int Fd);

  /// Waits until \p Until (a deadline that has passed: does not block), a
  /// registered descriptor has an edge, or wake(). One thread at a time, as for
  /// dispatch().
  void wait(Deadline Until);
  /// Calls \p Ready for each edge that wait() found.
  void dispatch(void (*Ready)(int Fd, uint32_t Events));

  /// Makes a blocked wait(), or the next one, return. Any thread.
  void wake();

private:
  static constexpr int Batch = 256;

  int Epoll = -1;
  int Wake = -1;
  long NumFound = 0;
  epoll_event Found[Batch];
};

/// Held while a duplicate is made and put on record: making one raises the
/// soft limit of open files for a moment, which nobody may see or set
/// meanwhile, and a forked child has to know them all.
extern Lock HidingGuard;

/// Duplicates \p Fd out of the program's sight: close-on-exec and, where the
/// hard limit allows, above the soft limit of open files. Under HidingGuard.
/// \returns the number or a negative errno value.
long duplicateHidden(int Fd);

/// Makes \p Fd one of the runtime's own, which the program must not touch, and
/// moves it out of its sight, if that can be. \returns its number. Any thread.
int keepOwn(int Fd);
/// Closes \p Fd, one of these.
void closeOwn(int Fd);
bool isOwn(int Fd);
/// The least of them; INT32_MAX if there is none.
int leastOwn();

} // namespace oc

#endif
