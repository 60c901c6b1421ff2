// UNSUPPORTED: static
// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: dlsym finds the same function that the program calls by name, so that
// a function reached either way is the same one, and knows what is missing.
#include "check.h"
#include <dlfcn.h>

static void *writeLater(void *Arg) {
  sleepMs(10);
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

static void lookups(void) {
  CHECK(dlsym(RTLD_DEFAULT, "read") == (void *)&read);
  CHECK(dlsym(RTLD_DEFAULT, "pthread_mutex_lock") ==
        (void *)&pthread_mutex_lock);
  CHECK(dlsym(RTLD_DEFAULT, "nanosleep") == (void *)&nanosleep);
  CHECK(dlsym(RTLD_DEFAULT, "pthread_cond_signal") ==
        (void *)&pthread_cond_signal);
  CHECK(dlsym(RTLD_DEFAULT, "pthread_rwlock_rdlock") ==
        (void *)&pthread_rwlock_rdlock);
  CHECK(dlsym(RTLD_DEFAULT, "getpid") == (void *)&getpid); // Not in the table.
  CHECK(dlsym(RTLD_DEFAULT, "no_such_function") == NULL);
  const char *Message = dlerror();
  CHECK(Message != NULL && strstr(Message, "no_such_function") != NULL);
  void *Libc = dlopen("libc.so.6", RTLD_NOW);
  CHECK(Libc != NULL);
  pid_t (*Parent)(void); // In code without -fPIC its address is the program's.
  *(void **)&Parent = dlsym(Libc, "getppid");
  CHECK(Parent != NULL && Parent() == getppid());

  int P[2];
  char C;
  ssize_t (*Read)(int, void *, size_t);
  *(void **)&Read = dlsym(Libc, "read");
  CHECK(Read != NULL && pipe(P) == 0);
  pthread_t T = start(writeLater, &P[1]);
  CHECK(KEEPS_ERRNO(Read(P[0], &C, 1)) == 1);
  join(T);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);

  pthread_rwlock_t L = PTHREAD_RWLOCK_INITIALIZER;
  int (*Lock)(pthread_rwlock_t *);
  *(void **)&Lock = dlsym(Libc, "pthread_rwlock_wrlock");
  CHECK(Lock != NULL && Lock(&L) == 0);
  CHECK(pthread_rwlock_tryrdlock(&L) == EBUSY);
  CHECK(pthread_rwlock_unlock(&L) == 0);
  CHECK(pthread_rwlock_tryrdlock(&L) == 0);
  CHECK(pthread_rwlock_unlock(&L) == 0);
  CHECK(dlclose(Libc) == 0);
}

int main(void) {
  everywhere(lookups);
  return 0;
}
