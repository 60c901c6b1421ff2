// One fault, by name, in a thread whose calls the runtime serves.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int Racy;
static int Pipe[2];
static pthread_barrier_t Barrier;

static void *race(void *Unused) {
  pthread_barrier_wait(&Barrier);
  ++Racy;
  usleep(1000);
  ++Racy;
  return Unused;
}

/// Both hold the lock for reading only.
static pthread_rwlock_t ReadWrite = PTHREAD_RWLOCK_INITIALIZER;
static void *readers(void *Unused) {
  pthread_barrier_wait(&Barrier);
  pthread_rwlock_rdlock(&ReadWrite);
  ++Racy;
  pthread_rwlock_unlock(&ReadWrite);
  return Unused;
}

/// First the one, then the other; and the other way round.
static pthread_rwlock_t Other = PTHREAD_RWLOCK_INITIALIZER;
static void *order(void *Unused) {
  pthread_rwlock_wrlock(&ReadWrite);
  pthread_rwlock_rdlock(&Other);
  pthread_rwlock_unlock(&Other);
  pthread_rwlock_unlock(&ReadWrite);
  pthread_rwlock_wrlock(&Other);
  pthread_rwlock_rdlock(&ReadWrite);
  pthread_rwlock_unlock(&ReadWrite);
  pthread_rwlock_unlock(&Other);
  return Unused;
}

/// One after the other, and nothing says so: the second may begin on the stack
/// of the first.
static atomic_int Done;
static void *unordered(void *Unused) {
  ++Racy;
  atomic_fetch_add_explicit(&Done, 1, memory_order_relaxed);
  return Unused;
}

/// The kernel writes past the end.
static void *overrun(void *Unused) {
  char *Heap = malloc(16);
  volatile size_t N = 20;
  if (write(Pipe[1], "0123456789abcdefghij", N) == 20 &&
      read(Pipe[0], Heap, N) == 20)
    fputs("read\n", stderr);
  free(Heap);
  return Unused;
}

/// The kernel reads past the end.
static void *overread(void *Unused) {
  char *Heap = malloc(16);
  volatile size_t N = 20;
  memset(Heap, 'h', 16);
  if (write(Pipe[1], Heap, N) == 20)
    fputs("written\n", stderr);
  free(Heap);
  return Unused;
}

/// What read() did not fill.
static void *unread(void *Unused) {
  char Bytes[16];
  volatile size_t N = 8;
  if (write(Pipe[1], "01234567", N) != 8 || read(Pipe[0], Bytes, N) != 8 ||
      Bytes[7] != '7')
    abort();
  if (Bytes[8] == '8')
    fputs("used\n", stderr);
  return Unused;
}

/// The kernel reads what has no value.
static void *unset(void *Unused) {
  char *Heap = malloc(16);
  if (write(Pipe[1], Heap, 16) == 16)
    fputs("written\n", stderr);
  free(Heap);
  return Unused;
}

static const struct {
  const char *Name;
  void *(*Run)(void *);
  int Threads;
} Faults[] = {{"race", race, 2},       {"unordered", unordered, 0},
              {"readers", readers, 2}, {"order", order, 1},
              {"overrun", overrun, 1}, {"overread", overread, 1},
              {"unread", unread, 1},   {"unset", unset, 1}};

int main(int Argc, char **Argv) {
  pthread_t T[2];
  pthread_barrier_init(&Barrier, 0, 2);
  if (Argc != 2 || pipe(Pipe))
    return 2;
  for (size_t I = 0; I < sizeof Faults / sizeof *Faults; ++I) {
    if (strcmp(Argv[1], Faults[I].Name) != 0)
      continue;
    for (int J = 0; J < Faults[I].Threads; ++J)
      pthread_create(&T[J], 0, Faults[I].Run, 0);
    for (int J = 0; J < Faults[I].Threads; ++J)
      pthread_join(T[J], 0);
    for (int J = 0; J < 20 && !Faults[I].Threads; ++J) {
      pthread_create(&T[0], 0, Faults[I].Run, 0);
      pthread_detach(T[0]);
      while (atomic_load_explicit(&Done, memory_order_relaxed) == J)
        sched_yield();
    }
  }
  return 0;
}
