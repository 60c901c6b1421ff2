//===- version_report.h - what a bug report needs ---------------*- C++ -*-===//

#ifndef OPEN_CO_DRIVER_VERSION_REPORT_H
#define OPEN_CO_DRIVER_VERSION_REPORT_H

#include "installation.h"

namespace open_co {

/// Prints our version, the parts of \p Here, and what of this machine makes a
/// difference to the runtime: "name: value", a line each.
void printVersionReport(const Installation &Here);

} // namespace open_co

#endif // OPEN_CO_DRIVER_VERSION_REPORT_H
