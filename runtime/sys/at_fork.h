// at_fork.h - what runs around each fork lies together, and so does what it
// writes: a page that the child runs, or that it or then its parent writes,
// costs a fault, which is longer than all that these functions do.
#ifndef OPEN_CO_SYS_AT_FORK_H
#define OPEN_CO_SYS_AT_FORK_H

/// For a variable with a constant initialiser.
#define OC_FORK_DATA [[gnu::section("oc_fork_data")]]
/// For a function. ld.bfd puts those with one name together.
#define OC_FORK_CODE [[gnu::section(".text.sorted.oc_fork")]]

#endif
