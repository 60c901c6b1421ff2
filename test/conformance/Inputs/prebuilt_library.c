// Built without the plugin: blocks natively, as a vendor's library does.
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static int Calls;

int prebuiltRead(int Fd) {
  unsigned char C;
  ssize_t N = read(Fd, &C, 1);
  pthread_mutex_lock(&Lock);
  ++Calls;
  pthread_mutex_unlock(&Lock);
  return N == 1 ? C : N == 0 ? -1 : -errno;
}

int prebuiltCalls(void) { return Calls; }

void prebuiltCallBack(void (*Fn)(void *), void *Arg) { Fn(Arg); }

static pthread_mutex_t *Foreign;
void prebuiltLock(pthread_mutex_t *M) { pthread_mutex_lock(Foreign = M); }
void prebuiltUnlock(void) { pthread_mutex_unlock(Foreign); }

/// Calls \p Fn in \p Count threads of its own at once.
void prebuiltInThreads(int Count, void *(*Fn)(void *), void *Arg) {
  pthread_t T[64];
  for (int I = 0; I < Count; ++I)
    pthread_create(&T[I], NULL, Fn, Arg);
  for (int I = 0; I < Count; ++I)
    pthread_join(T[I], NULL);
}
