// compat.cpp - the signal functions of System V and BSD, on top of those of
// POSIX.
#include "libc/wrapper.h"
#include "signal/actions.h"
#include "signal/signals.h"
#include "sys/errno.h"

#include <atomic>
#include <cerrno>

namespace oc {
namespace {

/// Those for which signal() is to leave SA_RESTART out.
std::atomic<uint64_t> Interrupting{0};

bool isSignal(int Signal) { return Signal >= 1 && Signal <= 64; }

int changeMask(int How, int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  if (sigaddset(&Set, Signal) != 0)
    return -1;
  return __oc_sigprocmask(How, &Set, nullptr);
}

/// Whether the caller blocks \p Signal.
bool isBlocked(int Signal) {
  sigset_t Now;
  __oc_sigprocmask(SIG_BLOCK, nullptr, &Now);
  return sigismember(&Now, Signal);
}

/// BSD's masks have the first 32 signals.
int changeOldMask(int How, int Mask) {
  sigset_t Set, Old;
  fromBits(static_cast<uint32_t>(Mask), Set);
  return __oc_sigprocmask(How, &Set, &Old) == 0 ? static_cast<int>(toBits(Old))
                                                : -1;
}

} // namespace

int restartFlag(int Signal) {
  return isSignal(Signal) && (Interrupting.load() & bitOf(Signal)) ? 0
                                                                   : SA_RESTART;
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_sighold(int Signal) noexcept {
  return changeMask(SIG_BLOCK, Signal);
}

OC_WRAPPER int __oc_sigrelse(int Signal) noexcept {
  return changeMask(SIG_UNBLOCK, Signal);
}

OC_WRAPPER int __oc_sigignore(int Signal) noexcept {
  struct sigaction Ignore{};
  Ignore.sa_handler = SIG_IGN;
  return __oc_sigaction(Signal, &Ignore, nullptr);
}

OC_WRAPPER sighandler_t __oc_sigset(int Signal, sighandler_t Handler) noexcept {
  if (Handler == SIG_ERR || !isSignal(Signal)) {
    setErrno(EINVAL);
    return SIG_ERR;
  }
  bool Blocked = isBlocked(Signal);
  struct sigaction New{}, Old{};
  New.sa_handler = Handler;
  bool Hold = Handler == SIG_HOLD;
  if (__oc_sigaction(Signal, Hold ? nullptr : &New, &Old) != 0 ||
      changeMask(Hold ? SIG_BLOCK : SIG_UNBLOCK, Signal) != 0)
    return SIG_ERR;
  return Blocked ? SIG_HOLD : Old.sa_handler;
}

OC_WRAPPER int __oc_siginterrupt(int Signal, int On) noexcept {
  struct sigaction Action{};
  if (__oc_sigaction(Signal, nullptr, &Action) != 0)
    return -1;
  if (On) {
    Interrupting.fetch_or(bitOf(Signal));
    Action.sa_flags &= ~SA_RESTART;
  } else {
    Interrupting.fetch_and(~bitOf(Signal));
    Action.sa_flags |= SA_RESTART;
  }
  return __oc_sigaction(Signal, &Action, nullptr);
}

OC_WRAPPER int __oc_sigblock(int Mask) noexcept {
  return changeOldMask(SIG_BLOCK, Mask);
}

OC_WRAPPER int __oc_sigsetmask(int Mask) noexcept {
  return changeOldMask(SIG_SETMASK, Mask);
}

OC_WRAPPER int __oc_siggetmask() noexcept {
  return changeOldMask(SIG_BLOCK, 0);
}

/// sigpause as X/Open has it: waits with \p Signal not blocked.
OC_WRAPPER int __oc___xpg_sigpause(int Signal) {
  sigset_t Set;
  __oc_sigprocmask(SIG_BLOCK, nullptr, &Set);
  if (sigdelset(&Set, Signal) != 0)
    return -1;
  return __oc_sigsuspend(&Set);
}
