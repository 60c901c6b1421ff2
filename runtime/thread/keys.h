// keys.h - thread-specific values of our threads. Keys come from libc, so that
// main and native threads use its own storage with the same numbers.
#ifndef OPEN_CO_THREAD_KEYS_H
#define OPEN_CO_THREAD_KEYS_H

namespace oc {

struct ThreadBlock;

/// Calls destructors until no values are left, at most
/// PTHREAD_DESTRUCTOR_ITERATIONS times (pthread_key_create(3p)).
void runKeyDestructors(ThreadBlock &T);

void resetKeysInChild();

} // namespace oc

#endif
