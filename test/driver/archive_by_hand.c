// RUN: %clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %open_co_clang -c %s -o %t.o
// RUN: %clang %t.o %t.so %build/lib/libopen-co.a -o %t && timeout 60 %t
// RUN: %clang -c -DLIBRARY %s -o %t.lib.o
// RUN: %clang -static %t.o %t.lib.o $(env PKG_CONFIG_PATH=%build/lib/pkgconfig pkg-config --static --libs open-co-%llvm) -o %t && timeout 60 %t
// RUN: %clang -static %t.o %t.lib.o %build/lib/libopen-co.a -o %t && not timeout 60 %t 2>&1 | FileCheck %s
// Intent: the archive in a dynamic program shares conditions with a library;
// one in a static program that was linked without what it needs says so.
// CHECK: open-co: libc's pthread_{{[a-z_]+}} is not in this static program; link it with open-co-clang -static, or as pkg-config --static says
#include <pthread.h>

int wake(pthread_mutex_t *, pthread_cond_t *, int *);

#ifdef LIBRARY
int wake(pthread_mutex_t *M, pthread_cond_t *C, int *Turn) {
  pthread_mutex_lock(M);
  *Turn = 1;
  pthread_mutex_unlock(M);
  return pthread_cond_signal(C);
}
#else
static pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t C = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t B;
static int Turn;

static void *waits(void *Arg) {
  pthread_mutex_lock(&M);
  while (!Turn)
    pthread_cond_wait(&C, &M);
  pthread_mutex_unlock(&M);
  return Arg;
}

static void *meets(void *Arg) {
  pthread_barrier_wait(&B);
  return Arg;
}

int main(void) {
  pthread_t T;
  pthread_create(&T, NULL, waits, NULL);
  wake(&M, &C, &Turn);
  pthread_join(T, NULL);

  pthread_barrierattr_t A;
  pthread_barrierattr_init(&A);
  pthread_barrierattr_setpshared(&A, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&B, &A, 2);
  pthread_create(&T, NULL, meets, NULL);
  pthread_barrier_wait(&B);
  return pthread_join(T, NULL);
}
#endif
