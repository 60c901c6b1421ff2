// libcxx.h - libc++'s own waits, as prebuilt code calls them.
#ifndef OPEN_CO_SYNC_LIBCXX_H
#define OPEN_CO_SYNC_LIBCXX_H

/// The wrapper of std::call_once.
extern "C" void __oc__ZNSt3__111__call_onceERVmPvPFvS2_E(unsigned long *Flag,
                                                         void *Argument,
                                                         void (*)(void *));

namespace oc::libcxx {

/// \p Object, which is no int, has changed: \p Most of those who wait for it as
/// coroutines look again.
void count(const volatile void *Object, int Most);

/// libc++'s functions; null where the program has none, or in a static program
/// nobody else calls them.
namespace native {

using Notify = void(const volatile void *Object);
using CallOnce = void(unsigned long *Flag, void *Argument, void (*)(void *));

Notify *notifyOneInt();
Notify *notifyAllInt();
Notify *notifyOne();
Notify *notifyAll();
CallOnce *callOnce();

} // namespace native
} // namespace oc::libcxx

#endif
