// cpus.cpp - asks sched_getaffinity(2) and control group version 2.
#include "sched/cpus.h"
#include "sys/errno.h"
#include "sys/syscall.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sched.h>

namespace oc {
namespace {

/// Reads \p Path into \p Text, null-terminated. \returns whether it could.
bool readFile(const char *Path, char *Text, size_t Size) {
  long Fd =
      sys::call(SYS_openat, AT_FDCWD, sys::word(Path), O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return false;
  long N = sys::read(static_cast<int>(Fd), Text, Size - 1);
  sys::close(static_cast<int>(Fd));
  if (N < 0)
    return false;
  Text[N] = 0;
  return true;
}

/// The quota in whole CPUs, rounded up; 0 if there is none.
long quota() {
  // "0::/path": our group in the unified hierarchy.
  char Groups[4096];
  if (!readFile("/proc/self/cgroup", Groups, sizeof Groups))
    return 0;
  char *Path = strstr(Groups, "0::");
  if (!Path)
    return 0;
  Path += 3;
  Path[strcspn(Path, "\n")] = 0;
  char File[4200], Text[64];
  snprintf(File, sizeof File, "/sys/fs/cgroup%s/cpu.max", Path);
  if (!readFile(File, Text, sizeof Text))
    return 0;
  long Max = 0, Period = 0; // "max 100000", or "<microseconds> <period>".
  const char *Stop = Text + strlen(Text);
  const char *End = std::from_chars(Text, Stop, Max).ptr;
  if (*End == ' ')
    std::from_chars(End + 1, Stop, Period);
  return Max > 0 && Period > 0 ? (Max + Period - 1) / Period : 0;
}

} // namespace

int usableCpus() {
  int Saved = getErrno();
  cpu_set_t Set;
  int N = sched_getaffinity(0, sizeof Set, &Set) == 0 ? CPU_COUNT(&Set) : 1;
  long Quota = quota();
  setErrno(Saved);
  return Quota && Quota < N ? static_cast<int>(Quota) : N;
}

} // namespace oc
