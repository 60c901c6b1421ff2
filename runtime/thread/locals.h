// locals.h - the program's thread_local variables: what compiled code calls
// (the contract is in the compiler plugin's locals_base.h), and destructors.
#ifndef OPEN_CO_THREAD_LOCALS_H
#define OPEN_CO_THREAD_LOCALS_H

#include "coro/local_copies.h"

namespace oc {

struct ThreadBlock;

/// Calls the destructors of the running thread's objects, last constructed
/// first.
void runLocalDestructors(ThreadBlock &T);

/// Keeps the shared library with the handle \p Dso, its __dso_handle, loaded
/// until as many calls of unpinLibrary() have been made, and another dlclose,
/// as libc does. \returns what to give to that; null for the program.
struct Pin;
Pin *pinLibrary(void *Dso);
void unpinLibrary(Pin *P);

/// Makes libc count one more user of the library at \p Address. \returns its
/// handle; null in a static program.
void *openAgain(const void *Address);

/// Lets go of the libraries that nobody needs any more.
void dropPins();

void resetLocalsInChild();
void resetPinsInChild();

} // namespace oc

#define OC_COMPILED extern "C" __attribute__((visibility("default")))

OC_COMPILED void *__oc_locals_init(oc::LocalSlot *Slot, const char *Start,
                                   const char *Stop);
OC_COMPILED void *__oc_locals_elsewhere(const void *Variable);
OC_COMPILED void __oc_locals_attach(oc::LocalSlot *Slot, const char *Start,
                                    const char *Stop);
OC_COMPILED void __oc_locals_detach(oc::LocalSlot *Slot);

#endif
