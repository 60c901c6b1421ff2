// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a program that brings its own malloc, with a lock and a cache for
// each thread. libc allocates while it holds locks of its own, by OS thread, so
// no thread is suspended inside malloc, whatever that does; and the cache is
// the thread's own, also where libc frees for a thread that ends.
#include "check.h"

#include <malloc.h>
#include <sched.h>
#include <stdint.h>

// -- The allocator ------------------------------------------------------------

enum { Classes = 20, ArenaSize = 64 << 20 };

typedef struct Block {
  size_t Class;
  struct Block *Next;
} Block; // The user's bytes follow.

static _Alignas(4096) char Arena[ArenaSize];
static size_t Used;
static pthread_mutex_t ArenaLock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int Contend; // Whether to give others time to want the lock.

static _Thread_local struct {
  int Busy;
  Block *Free[Classes];
} Cache;

static void enter(void) {
  if (Cache.Busy++) // No CHECK: its message would allocate.
    abort();
}

static char *fromArena(size_t Size, size_t Align) {
  pthread_mutex_lock(&ArenaLock);
  for (int I = 0; Contend && I < 3; ++I)
    sched_yield();
  Used = (Used + sizeof(Block) + Align - 1) & -Align;
  char *Bytes = Arena + Used;
  Used += Size;
  if (Used > ArenaSize)
    abort();
  pthread_mutex_unlock(&ArenaLock);
  return Bytes;
}

void *aligned_alloc(size_t Align, size_t Size) {
  int Error = errno;
  size_t Class = 4;
  while (((size_t)1 << Class) < Size)
    ++Class;
  if (Class >= Classes + 4)
    abort();
  enter();
  Block **Head = &Cache.Free[Class - 4], *B = *Head;
  if (B && Align <= 16)
    *Head = B->Next;
  else
    B = (Block *)fromArena((size_t)1 << Class, Align < 16 ? 16 : Align) - 1;
  B->Class = Class;
  --Cache.Busy;
  errno = Error;
  return B + 1;
}

void *malloc(size_t Size) { return aligned_alloc(16, Size); }
void *memalign(size_t Align, size_t Size) { return aligned_alloc(Align, Size); }

void free(void *Bytes) {
  if (!Bytes)
    return;
  enter();
  Block *B = (Block *)Bytes - 1;
  B->Next = Cache.Free[B->Class - 4];
  Cache.Free[B->Class - 4] = B;
  --Cache.Busy;
}

void *calloc(size_t N, size_t Size) {
  char *Bytes = malloc(N * Size);
  for (size_t I = 0; I < N * Size; ++I)
    ((volatile char *)Bytes)[I] = 0;
  return Bytes;
}

void *realloc(void *Old, size_t Size) {
  char *New = malloc(Size);
  size_t Had = Old ? (size_t)1 << ((Block *)Old - 1)->Class : 0;
  for (size_t I = 0; I < Had && I < Size; ++I)
    New[I] = ((char *)Old)[I];
  free(Old);
  return New;
}

int posix_memalign(void **Bytes, size_t Align, size_t Size) {
  *Bytes = aligned_alloc(Align, Size);
  return 0;
}

size_t malloc_usable_size(void *Bytes) {
  return Bytes ? (size_t)1 << ((Block *)Bytes - 1)->Class : 0;
}

// -- Its use ------------------------------------------------------------------

enum { Lines = 400, LineSize = 600, Threads = 6 };

static FILE *Input;
static Gate Started = GATE_INIT;
static int Seen[Lines];

/// Line \p N: its number, then a letter that depends on it.
static void makeLine(char *Line, int N) {
  memset(Line, 'a' + N % 26, LineSize);
  memcpy(Line + sprintf(Line, "%d", N), " ", 1);
  strcpy(Line + LineSize - 1, "\n");
}

/// Each line is read as one: getline allocates twice for it, under the
/// stream's lock.
static void *readLines(void *Arg) {
  (void)Arg;
  long Count = 0;
  post(&Started);
  await(&Started, Threads);
  for (;;) {
    char *Line = NULL, Expected[LineSize + 1];
    size_t Room = 0;
    ssize_t Size = getline(&Line, &Room, Input);
    if (Size >= 0) {
      int N = atoi(Line);
      CHECK(N >= 0 && N < Lines);
      makeLine(Expected, N);
      CHECK(Size == LineSize && strcmp(Line, Expected) == 0);
      __atomic_add_fetch(&Seen[N], 1, __ATOMIC_RELAXED);
      ++Count;
    }
    if (Size < 0)
      return (void *)Count;
    // Not freed, so that the next line takes the arena's lock again.
  }
}

static void linesAreWhole(void) {
  Input = tmpfile();
  CHECK(Input);
  for (int N = 0; N < Lines; ++N) {
    char Line[LineSize + 1];
    makeLine(Line, N);
    CHECK(fputs(Line, Input) >= 0);
  }
  rewind(Input);
  Contend = 1;
  pthread_t All[Threads];
  for (int I = 0; I < Threads; ++I)
    All[I] = start(readLines, NULL);
  long Count = 0;
  for (int I = 0; I < Threads; ++I)
    Count += (long)join(All[I]);
  Contend = 0;
  CHECK(Count == Lines);
  for (int N = 0; N < Lines; ++N)
    CHECK(Seen[N] == 1);
  fclose(Input);
}

static pthread_key_t Key;
static pthread_mutex_t Robust;

/// An OS thread that ends with its thread: libc frees on it.
static void lockRobust(void) {
  CHECK(pthread_setspecific(Key, strdup("freed by the key's destructor")) == 0);
  CHECK(pthread_mutex_lock(&Robust) == 0);
  CHECK(strerror(4711));
  free(malloc(100));
  CHECK(pthread_mutex_unlock(&Robust) == 0);
}

static void threadsThatEnd(void) {
  pthread_mutexattr_t Attr;
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_setrobust(&Attr, PTHREAD_MUTEX_ROBUST) == 0);
  CHECK(pthread_mutex_init(&Robust, &Attr) == 0);
  CHECK(pthread_key_create(&Key, free) == 0);
  for (int I = 0; I < 5; ++I)
    inThreads(8, lockRobust);
}

/// What is allocated in one thread is freed in another.
static void *make(void *Arg) {
  (void)Arg;
  return malloc(100);
}

static void *use(void *Arg) {
  (void)Arg;
  for (int I = 0; I < 1000; ++I) {
    char *Text = strdup("some text"), *Printed;
    CHECK(asprintf(&Printed, "%s %d", Text, I) > 0);
    CHECK(strncmp(Printed, Text, 9) == 0);
    free(Text);
    free(Printed);
    if (I % 100 == 0)
      free(join(start(make, NULL)));
  }
  return NULL;
}

static void manyThreads(void) {
  pthread_t All[Threads];
  for (int I = 0; I < Threads; ++I)
    All[I] = start(use, NULL);
  for (int I = 0; I < Threads; ++I)
    join(All[I]);
}

int main(void) {
  manyThreads();
  linesAreWhole();
  threadsThatEnd();
  manyThreads();
  return 0;
}
