// monitor.cpp - finds workers whose OS thread is stuck, and hands them to
// another thread, as Go's sysmon does. With no worker awake it sleeps until
// one wakes up: an idle process makes no wake-ups.
#include "sched/monitor.h"
#include "sched/os_threads.h"
#include "sys/message.h"
#include "sys/options.h"

#include <cerrno>

namespace oc {

std::atomic<void (*)()> MonitorDuty{nullptr};

namespace {

/// How long one coroutine may keep a worker: while it computes, or stays in a
/// call that we do not know; and in a call that is known to block.
constexpr int64_t Slice = 10'000'000;
constexpr int64_t OpaqueSlice = 1'000'000;
/// Looks that find every worker asleep before the monitor goes to sleep, too:
/// waking it costs a busy program more than a few looks.
constexpr int LooksBeforeSleep = 5;

enum : uint32_t { Watching, Sleeping, Called };
std::atomic<uint32_t> State{Watching};

/// What the monitor saw of a worker at its last look.
struct Sight {
  uint64_t Ticks = 0;
  int64_t Since = 0; // When Ticks was first seen.
};

/// \returns whether \p W is in a call that is known to block.
bool look(Worker &W, Sight &Last, int64_t Now) {
  Duty::Word Driver = W.Driver.load(std::memory_order_acquire);
  uint64_t Ticks = W.Ticks.load(std::memory_order_relaxed);
  if (!Duty::isRunning(Driver) || Ticks != Last.Ticks) {
    Last = {Ticks, Now};
    return Duty::isRunning(Driver) && Duty::thread(Driver)->Opaque;
  }
  bool Opaque = Duty::thread(Driver)->Opaque;
  if (Now - Last.Since >= (Opaque ? OpaqueSlice : Slice))
    handOff(W, Driver);
  return Opaque;
}

/// Sleeps until \p Until or a call.
void rest(Deadline Until) {
  timespec T = Until.toTimespec();
  sys::futexWait(&State, Watching, Until.isNever() ? nullptr : &T);
}

void sleepUntilCalled() {
  uint32_t Expected = Watching;
  if (!State.compare_exchange_strong(Expected, Sleeping))
    return;
  if (NumAsleep.load() == NumWorkers) // Else one has just woken up.
    sys::futexWait(&State, Sleeping);
}

void *monitorMain(void *) {
  static Sight Sights[1024];
  int IdleLooks = 0;
  for (;;) {
    if (auto *Duty = MonitorDuty.load())
      Duty();
    int64_t Now = clockNow(CLOCK_MONOTONIC);
    bool Opaque = false;
    for (unsigned I = 0; I < NumWorkers; ++I)
      Opaque |= look(Workers[I], Sights[I], Now);
    IdleLooks = NumAsleep.load() == NumWorkers ? IdleLooks + 1 : 0;
    if (IdleLooks > LooksBeforeSleep)
      sleepUntilCalled();
    else
      rest(Deadline::at(Now + (Opaque ? OpaqueSlice : Slice)));
    State.store(Watching);
  }
  return nullptr;
}

} // namespace

int startMonitor() { return startNativeThread(monitorMain, nullptr); }

void monitorWorkersAwake() {
  if (State.load(std::memory_order_relaxed) == Sleeping)
    callMonitor();
}

void callMonitor() {
  State.store(Called);
  sys::futexWake(&State, 1);
}

void resetMonitorInChild() { State.store(Watching); }

} // namespace oc
