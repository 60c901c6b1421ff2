// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: locks that are tried, or waited for with a deadline, are taken in any
// order: ThreadSanitizer warns of no deadlock.
#include "check.h"

static pthread_mutex_t M[2] = {PTHREAD_MUTEX_INITIALIZER,
                               PTHREAD_MUTEX_INITIALIZER};
static pthread_rwlock_t L[2] = {PTHREAD_RWLOCK_INITIALIZER,
                                PTHREAD_RWLOCK_INITIALIZER};
static struct timespec Late;

static int timedMutex(int N) { return pthread_mutex_timedlock(&M[N], &Late); }
static int tryMutex(int N) { return pthread_mutex_trylock(&M[N]); }
static int timedRead(int N) { return pthread_rwlock_timedrdlock(&L[N], &Late); }
static int tryRead(int N) { return pthread_rwlock_tryrdlock(&L[N]); }
static int timedWrite(int N) {
  return pthread_rwlock_timedwrlock(&L[N], &Late);
}
static int tryWrite(int N) { return pthread_rwlock_trywrlock(&L[N]); }

static void bothOrders(void) {
  int (*Mutexes[])(int) = {timedMutex, tryMutex};
  int (*Locks[])(int) = {timedRead, tryRead, timedWrite, tryWrite};
  for (int First = 0; First < 2; ++First) {
    for (int Way = 0; Way < 2; ++Way) {
      CHECK(pthread_mutex_lock(&M[First]) == 0);
      CHECK(Mutexes[Way](!First) == 0);
      CHECK(pthread_mutex_unlock(&M[!First]) == 0);
      CHECK(pthread_mutex_unlock(&M[First]) == 0);
    }
    for (int Way = 0; Way < 4; ++Way) {
      CHECK(pthread_rwlock_wrlock(&L[First]) == 0);
      CHECK(Locks[Way](!First) == 0);
      CHECK(pthread_rwlock_unlock(&L[!First]) == 0);
      CHECK(pthread_rwlock_unlock(&L[First]) == 0);
    }
  }
}

int main(void) {
  Late = afterMs(CLOCK_REALTIME, 100000);
  bothOrders();
  inThread(bothOrders);
  return 0;
}
