// clock.cpp - finds the vDSO's function: vdso(7).
#include "sys/clock.h"
#include "sys/errno.h"
#include "sys/syscall.h"

#include <atomic>
#include <cstring>
#include <elf.h>
#include <sys/auxv.h>

namespace oc {
namespace {

using ClockFunction = long(clockid_t, timespec *);

long bySystemCall(clockid_t Clock, timespec *Time) {
  return sys::call(SYS_clock_gettime, Clock, sys::word(Time));
}

/// Null if there is no vDSO, as under valgrind, or it has no table of sections.
ClockFunction *findInVdso() {
  int Saved = getErrno();
  auto *Image = reinterpret_cast<const char *>(getauxval(AT_SYSINFO_EHDR));
  setErrno(Saved); // ENOENT, where there is none.
  if (!Image)
    return nullptr;
  auto &Header = *reinterpret_cast<const Elf64_Ehdr *>(Image);
  if (!Header.e_shoff || Header.e_shentsize != sizeof(Elf64_Shdr))
    return nullptr;
  auto *Sections = reinterpret_cast<const Elf64_Shdr *>(Image + Header.e_shoff);
  for (unsigned I = 0; I < Header.e_shnum; ++I) {
    const Elf64_Shdr &S = Sections[I];
    if (S.sh_type != SHT_DYNSYM || S.sh_link >= Header.e_shnum)
      continue;
    auto *Symbols = reinterpret_cast<const Elf64_Sym *>(Image + S.sh_offset);
    const char *Names = Image + Sections[S.sh_link].sh_offset;
    for (unsigned N = 0; N < S.sh_size / sizeof(Elf64_Sym); ++N)
      if (!strcmp(Names + Symbols[N].st_name, "__vdso_clock_gettime"))
        return reinterpret_cast<ClockFunction *>(
            const_cast<char *>(Image + Symbols[N].st_value));
  }
  return nullptr;
}

std::atomic<ClockFunction *> Function{nullptr};

} // namespace

void readClock(clockid_t Clock, timespec &Time) {
  ClockFunction *Read = Function.load(std::memory_order_relaxed);
  if (!Read) { // The same in each thread.
    Read = findInVdso();
    if (!Read)
      Read = bySystemCall;
    Function.store(Read, std::memory_order_relaxed);
  }
  Read(Clock, &Time);
}

} // namespace oc
