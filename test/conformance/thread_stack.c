// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread has the stack it would have natively: 8 MiB by default, the
// attribute's size, or the caller's memory; pthread_getattr_np tells its
// bounds.
#include "check.h"
#include <sys/mman.h>
#include <sys/resource.h>

enum { MiB = 1 << 20 };

__attribute__((noinline)) static int recurse(size_t Bytes) {
  volatile char Frame[4096];
  Frame[0] = (char)Bytes;
  Frame[4095] = 1;
  if (Bytes <= sizeof(Frame))
    return Frame[4095];
  if (Bytes % (1 << 18) < 4096)
    sched_yield(); // Switch away on a deep stack.
  int R = recurse(Bytes - sizeof(Frame));
  return R + Frame[4095] - 1;
}

static void checkBounds(size_t AtLeast) {
  pthread_attr_t Attr;
  void *Low;
  size_t Size;
  volatile char Local = 0;
  CHECK(KEEPS_ERRNO(pthread_getattr_np(pthread_self(), &Attr)) == 0);
  CHECK(pthread_attr_getstack(&Attr, &Low, &Size) == 0);
  CHECK((char *)&Local >= (char *)Low && (char *)&Local < (char *)Low + Size);
  CHECK(Size >= AtLeast);
  CHECK((size_t)Low % (size_t)sysconf(_SC_PAGESIZE) == 0);
  CHECK(KEEPS_ERRNO(pthread_attr_destroy(&Attr)) == 0);
}

static void *useStack(void *Arg) {
  size_t Bytes = (size_t)Arg;
  checkBounds(Bytes);
  CHECK(recurse(Bytes - Bytes / 8) == 1);
  return NULL;
}

static char *OwnLow;
static size_t OwnSize;
static void *useOwn(void *Arg) {
  volatile char Local = 0;
  CHECK((char *)&Local >= OwnLow && (char *)&Local < OwnLow + OwnSize);
  pthread_attr_t Attr;
  void *Low;
  size_t Size;
  CHECK(pthread_getattr_np(pthread_self(), &Attr) == 0);
  CHECK(pthread_attr_getstack(&Attr, &Low, &Size) == 0);
  CHECK((char *)Low == OwnLow && Size == OwnSize);
  CHECK(pthread_attr_destroy(&Attr) == 0);
  CHECK(recurse(OwnSize / 2) == 1);
  return Arg;
}

static void stacks(void) {
  pthread_attr_t Attr;
  size_t Size;
  // As much as the limit says, or 8 MiB natively without one.
  join(start(useStack, (void *)(size_t)(7 * MiB)));

  CHECK(pthread_attr_init(&Attr) == 0);
  CHECK(pthread_attr_setstacksize(&Attr, 32 * MiB) == 0);
  CHECK(pthread_attr_getstacksize(&Attr, &Size) == 0 && Size == 32 * MiB);
  pthread_t T;
  CHECK(pthread_create(&T, &Attr, useStack, (void *)(size_t)(31 * MiB)) == 0);
  join(T);
  CHECK(pthread_attr_setstacksize(&Attr, 128 << 10) == 0);
  CHECK(pthread_create(&T, &Attr, useStack, (void *)(size_t)(64 << 10)) == 0);
  join(T);
  for (size_t More = 64; More < 8192; More += 960) {
    CHECK(pthread_attr_setstacksize(&Attr, (128 << 10) + More) == 0);
    CHECK(pthread_create(&T, &Attr, useStack, (void *)(size_t)(64 << 10)) == 0);
    join(T);
  }
  CHECK(pthread_attr_setstacksize(&Attr, 1) == EINVAL);

  OwnSize = 256 << 10;
  OwnLow = mmap(NULL, OwnSize, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(OwnLow != MAP_FAILED);
  CHECK(pthread_attr_setstack(&Attr, OwnLow, OwnSize) == 0);
  for (int I = 0; I < 3; ++I) { // The memory may be used again after join.
    CHECK(pthread_create(&T, &Attr, useOwn, NULL) == 0);
    join(T);
    memset(OwnLow, 0x5a, OwnSize);
  }
  CHECK(munmap(OwnLow, OwnSize) == 0);
  CHECK(pthread_attr_destroy(&Attr) == 0);
}

static Gate Go = GATE_INIT;
static void *waitForGo(void *Arg) {
  await(&Go, 1);
  return Arg;
}

/// From outside: another thread's bounds, and main's.
static void others(pthread_t Main) {
  pthread_attr_t Attr;
  void *Low;
  size_t Size;
  pthread_t T = start(waitForGo, NULL);
  CHECK(pthread_getattr_np(T, &Attr) == 0);
  CHECK(pthread_attr_getstack(&Attr, &Low, &Size) == 0 && Size >= 7 * MiB);
  CHECK(pthread_attr_destroy(&Attr) == 0);
  post(&Go);
  join(T);
  CHECK(pthread_getattr_np(Main, &Attr) == 0);
  CHECK(pthread_attr_destroy(&Attr) == 0);
}

static void tooBig(void) {
  pthread_attr_t Attr;
  pthread_t T;
  CHECK(pthread_attr_init(&Attr) == 0);
  CHECK(pthread_attr_setstacksize(&Attr, (size_t)1 << 50) == 0);
  CHECK(pthread_create(&T, &Attr, useStack, NULL) == EAGAIN);
  CHECK(pthread_attr_destroy(&Attr) == 0);
}

static void onMain(void) { checkBounds(64 << 10); }

int main(void) {
  onMain();
  tooBig();
  stacks();
  inThread(stacks);
  inThread(tooBig);
  inThreads(4, tooBig);
  onMain();
  others(pthread_self());
  return 0;
}
