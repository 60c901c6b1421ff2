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
extern std::atomic<void (*)()> MonitorDuty;

void resetMonitorInChild();

} // namespace oc

#endif
