// cpus.h - how many CPUs this process may use.
#ifndef OPEN_CO_SCHED_CPUS_H
#define OPEN_CO_SCHED_CPUS_H

namespace oc {

/// At least 1: the CPUs of the affinity mask, or fewer if the control group's
/// CPU quota (cpu.max) is less than that.
int usableCpus();

} // namespace oc

#endif
