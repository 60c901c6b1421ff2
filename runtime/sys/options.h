// options.h - the values of options.def, read once from the environment.
#ifndef OPEN_CO_SYS_OPTIONS_H
#define OPEN_CO_SYS_OPTIONS_H

namespace oc {

struct Options {
#define OC_OPTION(Field, Variable, Least, Most, Default, Help)                 \
  long Field = Default;
#include "sys/options.def"
};

/// The options of this process. They are read when the program is loaded; a
/// bad value ends it with one line and status 1. A set-uid program takes none
/// (secure_getenv).
extern Options Option;

} // namespace oc

#endif
