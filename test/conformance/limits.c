// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: the limit of open files is what was set last, whatever the runtime
// does meanwhile; by each function that asks for it. Other limits, too.
#include "check.h"
#include "closed_reader.h"
#include <sys/resource.h>
#include <sys/syscall.h>

static int Ended;

static void *closesWhileReading(void *Arg) {
  for (int I = 0; I < 200; ++I)
    closeWhileReading(300);
  __atomic_store_n(&Ended, 1, __ATOMIC_SEQ_CST);
  return Arg;
}

static void isLimit(rlim_t Soft) {
  struct rlimit L = {0, 0};
  struct rlimit64 L64 = {0, 0};
  CHECK(getrlimit(RLIMIT_NOFILE, &L) == 0 && L.rlim_cur == Soft);
  CHECK(getrlimit64(RLIMIT_NOFILE, &L64) == 0 && L64.rlim_cur == Soft);
  CHECK(prlimit(0, RLIMIT_NOFILE, NULL, &L) == 0 && L.rlim_cur == Soft);
  CHECK(prlimit64(0, RLIMIT_NOFILE, NULL, &L64) == 0 && L64.rlim_cur == Soft);
  CHECK(prlimit(gettid(), RLIMIT_NOFILE, NULL, &L) == 0 && L.rlim_cur == Soft);
  CHECK(getdtablesize() == (int)Soft);
  CHECK(sysconf(_SC_OPEN_MAX) == (long)Soft);
  CHECK(syscall(SYS_getrlimit, RLIMIT_NOFILE, &L) == 0 && L.rlim_cur == Soft);
  CHECK(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &L) == 0);
  CHECK(L.rlim_cur == Soft);
}

static void limits(void) {
  struct rlimit L;
  struct rlimit64 L64;
  Ended = 0;
  pthread_t T = start(closesWhileReading, NULL);
  for (rlim_t I = 0; !__atomic_load_n(&Ended, __ATOMIC_SEQ_CST); ++I) {
    CHECK(getrlimit(RLIMIT_NOFILE, &L) == 0);
    L.rlim_cur = 400 + I % 64;
    L64 = (struct rlimit64){L.rlim_cur, L.rlim_max};
    switch (I % 5) {
    case 0:
      CHECK(KEEPS_ERRNO(setrlimit(RLIMIT_NOFILE, &L)) == 0);
      break;
    case 1:
      CHECK(KEEPS_ERRNO(setrlimit64(RLIMIT_NOFILE, &L64)) == 0);
      break;
    case 2:
      CHECK(KEEPS_ERRNO(prlimit(0, RLIMIT_NOFILE, &L, NULL)) == 0);
      break;
    case 3:
      CHECK(KEEPS_ERRNO(prlimit64(0, RLIMIT_NOFILE, &L64, NULL)) == 0);
      break;
    case 4:
      CHECK(KEEPS_ERRNO(syscall(SYS_setrlimit, RLIMIT_NOFILE, &L)) == 0);
      break;
    }
    isLimit(L.rlim_cur);
  }
  join(T);
  CHECK_ERRNO(getrlimit(RLIMIT_NOFILE, (struct rlimit *)8), EFAULT);
  CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, (struct rlimit *)8), EFAULT);
  L.rlim_cur = L.rlim_max + 1;
  CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &L), EINVAL);
  CHECK_ERRNO(setrlimit((__rlimit_resource_t)1000, &L), EINVAL);
  CHECK_ERRNO(prlimit(-1, RLIMIT_NOFILE, NULL, &L), ESRCH);
  CHECK(getrlimit(RLIMIT_STACK, &L) == 0 && L.rlim_cur > 0);
  CHECK(sysconf(_SC_PAGESIZE) == 4096);
}

int main(void) {
  limits();
  inThread(limits);
  limits();
  return 0;
}
