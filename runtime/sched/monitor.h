// monitor.h - the one native thread that watches the workers.
#ifndef OPEN_CO_SCHED_MONITOR_H
#define OPEN_CO_SCHED_MONITOR_H

#include "sched/worker.h"

namespace oc {

/// Starts the monitor. \returns 0 or an error number.
int startMonitor();

/// A worker woke up: the monitor has something to watch. Cheap.
void monitorWorkersAwake();

/// Wakes the monitor for work of another layer: it calls \p MonitorDuty on its
/// own thread. Any thread, also from a signal handler.
void callMonitor();
extern void (*MonitorDuty)();

/// Gives \p W, whose driver is in state \p Expected, to an idle OS thread or a
/// new one. \returns whether it changed hands.
bool handOff(Worker &W, Duty::Word Expected);

/// The main loop of an OS thread that drives workers.
void driveWorkers(OsThread &T);

/// Starts an OS thread of the runtime with all signals blocked but synchronous
/// faults. \returns 0 or an error number.
int startNativeThread(void *(*Start)(void *), void *Arg);

void resetMonitorInChild();

} // namespace oc

#endif
