// openmp.h - does the caller run in a team of OpenMP? The team's library knows
// that by OS thread, also where it was not rebuilt and calls back.
#ifndef OPEN_CO_SCHED_OPENMP_H
#define OPEN_CO_SCHED_OPENMP_H

#include <cstdint>

// Weak: null in a program that has no such library.
extern "C" {
/// GNU's: how many parallel regions the OS thread is in.
[[gnu::weak]] int omp_get_level();
/// LLVM's, which has the former, too, but that makes the OS thread one that
/// leads teams. 0 outside of all regions.
[[gnu::weak]] uint64_t __kmpc_get_parent_taskid();
}

namespace oc {

inline bool inTeam() {
  if (__kmpc_get_parent_taskid)
    return __kmpc_get_parent_taskid();
  return omp_get_level && omp_get_level();
}

} // namespace oc

#endif
