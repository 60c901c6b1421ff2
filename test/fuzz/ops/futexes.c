// futexes.c - operations on futexes, by number.
#include "../run.h"

#include <linux/futex.h>
#include <stdint.h>

typedef struct {
  Run *R;
  uint32_t Word;
} Shared;

static void *waits(void *Arg) {
  Shared *S = Arg;
  while (__atomic_load_n(&S->Word, __ATOMIC_SEQ_CST) == 0)
    CALL(syscall, SYS_futex, &S->Word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
  return NULL;
}

OP(futex, "us shortms") {
  Shared S = {.R = R};
  struct timespec T = {0, A[1] * 1000000};
  long long Start = nowNs();
  RESULT(syscall, SYS_futex, &S.Word, FUTEX_WAIT_PRIVATE, 0, &T, NULL, 0);
  notBefore(R, Start, A[1]);
  RESULT(syscall, SYS_futex, &S.Word, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
  RESULT(syscall, SYS_futex, &S.Word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  T = inMs(CLOCK_MONOTONIC, A[1]);
  RESULT(syscall, SYS_futex, &S.Word, FUTEX_WAIT_BITSET_PRIVATE, 0, &T, NULL,
         FUTEX_BITSET_MATCH_ANY);
  pthread_t Thread;
  CALL(pthread_create, &Thread, NULL, waits, &S);
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  __atomic_store_n(&S.Word, 1, __ATOMIC_SEQ_CST);
  CALL(syscall, SYS_futex, &S.Word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  STATUS(pthread_join, Thread, NULL);
}

OP(syscalls, "") {
  RESULT(syscall, 99999);
  say(R, " %d", CALL(syscall, SYS_getpid) == getpid());
}
