// RUN: %open_co_clang -O0 %s -o %t && %t
// RUN: %open_co_clang -O2 %s -o %t && %t
// RUN: cp %s %t.cpp && %open_co_clangxx -O2 %t.cpp -o %t && %t
// Intent: in a thread, a native call fails with libc's errno where the function
//         reads it; a wrapper's errno is the same variable, also after the
//         thread was suspended in between; a variable left to the OS thread is
//         not the thread's.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <open_co/attributes.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#ifdef __cplusplus
#define THREAD_LOCAL thread_local
#else
#define THREAD_LOCAL _Thread_local
#endif

static OPEN_CO_OS_THREAD_LOCAL THREAD_LOCAL int ByOsThread;
static THREAD_LOCAL int ByThread;

/// How often each OS thread has come here.
enum { Threads = 20 };
static struct {
  pid_t Id;
  int Times;
} Seen[Threads];

__attribute__((noinline)) static int isByOsThread(void) {
  int I = 0;
  pid_t Id = OPEN_CO_NATIVE_FUNCTION(gettid)();
  while (Seen[I].Id && Seen[I].Id != Id)
    ++I;
  Seen[I].Id = Id;
  return ++ByOsThread == ++Seen[I].Times;
}

OPEN_CO_NATIVE static int native(void) {
  char Byte;
  errno = 0;
  if (read(-1, &Byte, 1) != -1 || errno != EBADF)
    return 1;
  errno = ERANGE;
  return errno != ERANGE;
}

static void *run(void *Unused) {
  char Byte;
  if (native() || errno != ERANGE)
    return Unused;
  sched_yield();
  if (errno != ERANGE)
    return Unused;
  if (OPEN_CO_NATIVE_FUNCTION(read)(-1, &Byte, 1) != -1 || errno != EBADF)
    return Unused;
  return isByOsThread() && ++ByThread == 1 ? 0 : Unused;
}

int main(void) {
  for (int I = 0; I < Threads; ++I) {
    pthread_t Thread;
    void *Result;
    if (pthread_create(&Thread, 0, run, Seen) ||
        pthread_join(Thread, &Result) || Result)
      return 1;
  }
  return 0;
}
