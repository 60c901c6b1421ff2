// wrapper.h - what every file of wrappers begins with.
#ifndef OPEN_CO_LIBC_WRAPPER_H
#define OPEN_CO_LIBC_WRAPPER_H

#include "open_co/hooks.h"

/// Defines a wrapper. Weak: where the program defines the libc function itself,
/// the compiler plugin gives it this name, and the program's definition wins.
#define OC_WRAPPER extern "C" __attribute__((weak, visibility("default")))

#endif
