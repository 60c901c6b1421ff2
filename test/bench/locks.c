// locks.c - locks and counters that nobody else wants.
#include "bench.h"

#include <semaphore.h>

static pthread_mutex_t Normal = PTHREAD_MUTEX_INITIALIZER, Recursive;
static pthread_rwlock_t Shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static pthread_spinlock_t Spin;
static pthread_once_t Once = PTHREAD_ONCE_INIT;
static sem_t Sem;

#define TIMES(Name, What)                                                      \
  static void Name(long Count) {                                               \
    for (long I = 0; I < Count; ++I) {                                         \
      What;                                                                    \
    }                                                                          \
  }

static void nothing(void) {}

TIMES(mutex, (pthread_mutex_lock(&Normal), pthread_mutex_unlock(&Normal)))
TIMES(recursive,
      (pthread_mutex_lock(&Recursive), pthread_mutex_unlock(&Recursive)))
TIMES(reading, (pthread_rwlock_rdlock(&Shared), pthread_rwlock_unlock(&Shared)))
TIMES(writing, (pthread_rwlock_wrlock(&Shared), pthread_rwlock_unlock(&Shared)))
TIMES(spin, (pthread_spin_lock(&Spin), pthread_spin_unlock(&Spin)))
TIMES(signal, pthread_cond_signal(&Cond))
TIMES(semaphore, (sem_post(&Sem), sem_wait(&Sem)))
TIMES(once, pthread_once(&Once, nothing))

static void locks(void) {
  measure("mutex", mutex);
  measure("recursive mutex", recursive);
  measure("read lock", reading);
  measure("write lock", writing);
  measure("spin lock", spin);
  measure("signal nobody", signal);
  measure("semaphore", semaphore);
  measure("once, later", once);
}

int main(void) {
  pthread_mutexattr_t Attr;
  pthread_mutexattr_init(&Attr);
  pthread_mutexattr_settype(&Attr, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&Recursive, &Attr);
  pthread_spin_init(&Spin, 0);
  sem_init(&Sem, 0, 0);
  inThread(locks);
}
