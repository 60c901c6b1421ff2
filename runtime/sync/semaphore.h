// semaphore.h - what prebuilt code does to semaphores of the program.
#ifndef OPEN_CO_SYNC_SEMAPHORE_H
#define OPEN_CO_SYNC_SEMAPHORE_H

#include <semaphore.h>

namespace oc {

/// sem_post(3), whoever waits for \p S. Any thread, also in a handler.
int postSemaphore(sem_t &S);

} // namespace oc

#endif
