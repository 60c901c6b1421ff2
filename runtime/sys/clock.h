// clock.h - the kernel's clocks. A program may have a clock_gettime of its own,
// as tests do that stop the clock, and by its name it would be called here.
#ifndef OPEN_CO_SYS_CLOCK_H
#define OPEN_CO_SYS_CLOCK_H

#include <ctime>

namespace oc {

/// clock_gettime(2); by the vDSO, without a system call, if there is one.
void readClock(clockid_t Clock, timespec &Time);

} // namespace oc

#endif
