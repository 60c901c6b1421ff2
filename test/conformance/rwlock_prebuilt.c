// UNSUPPORTED: static
// REQUIRES: rewritten
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %open_co_clang %s %t.so -o %t.oc
// RUN: %run %t.oc before 2> %t.err; test $? -eq 1
// RUN: grep '^open-co: the read-write lock at 0x.* without open-co' %t.err
// RUN: %run %t.oc while 2> %t.err; test $? -eq 1
// RUN: grep '^open-co: the read-write lock at 0x.* without open-co' %t.err
// Intent: a read-write lock that code built without the plugin uses, too, and
// by libc's own functions, as in a static program, excludes that, and one line
// says why it does not work. A library finds them behind libopen-co.so's by
// version.
#include "check.h"
#include <dlfcn.h>

#ifdef LIBRARY
static int (*libcs(const char *Name))(pthread_rwlock_t *) {
  int (*Found)(pthread_rwlock_t *);
  *(void **)&Found = dlvsym(RTLD_NEXT, Name, "GLIBC_2.2.5");
  CHECK(Found != NULL);
  return Found;
}
int prebuiltWrite(pthread_rwlock_t *L) {
  return libcs("pthread_rwlock_wrlock")(L);
}
int prebuiltTry(pthread_rwlock_t *L) {
  return libcs("pthread_rwlock_tryrdlock")(L);
}
#else
int prebuiltWrite(pthread_rwlock_t *);
int prebuiltTry(pthread_rwlock_t *);

static pthread_rwlock_t Lock = PTHREAD_RWLOCK_INITIALIZER;

static void *libraryLocks(void *Arg) {
  prebuiltWrite(&Lock);
  printf("the library has the lock of the program\n");
  exit(0);
  return Arg;
}

int main(int Count, char **Arguments) {
  CHECK(Count == 2);
  if (strcmp(Arguments[1], "before") == 0) {
    CHECK(prebuiltWrite(&Lock) == 0);
    return pthread_rwlock_rdlock(&Lock) * 0;
  }
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  CHECK(prebuiltTry(&Lock) == EBUSY);
  start(libraryLocks, NULL);
  for (;;) { // Until the library waits.
    CHECK(pthread_rwlock_rdlock(&Lock) == 0);
    CHECK(pthread_rwlock_unlock(&Lock) == 0);
    usleep(1000);
  }
}
#endif
