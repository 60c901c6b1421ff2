// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: syscall() with the numbers of calls that block does what those do;
// futexes wait and wake between threads, main among them.
#include "check.h"
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static uint32_t Word;
static Gate Started = GATE_INIT;

static long futex(uint32_t *At, int Op, uint32_t Value, void *Time, void *At2,
                  uint32_t Value3) {
  return syscall(SYS_futex, At, Op, Value, Time, At2, Value3);
}

static void futexErrors(void) {
  uint32_t Own = 1;
  struct timespec Zero = {0, 0}, Wrong = {0, -1};
  int Private = FUTEX_WAIT | FUTEX_PRIVATE_FLAG;
  CHECK_ERRNO(futex(&Own, Private, 0, NULL, NULL, 0), EAGAIN);
  CHECK_ERRNO(futex(&Own, FUTEX_WAIT, 0, NULL, NULL, 0), EAGAIN);
  CHECK_ERRNO(futex(&Own, Private, 1, &Zero, NULL, 0), ETIMEDOUT);
  CHECK_ERRNO(futex(&Own, Private, 1, &Wrong, NULL, 0), EINVAL);
  CHECK_ERRNO(futex((uint32_t *)((char *)&Own + 1), Private, 1, &Zero, NULL, 0),
              EINVAL);
  CHECK_ERRNO(futex((uint32_t *)8, Private, 1, &Zero, NULL, 0), EFAULT);
  long long From = nowMs();
  struct timespec Soon = afterMs(CLOCK_MONOTONIC, 20), Short = {0, 20000000};
  CHECK_ERRNO(futex(&Own, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 1, &Soon,
                    NULL, FUTEX_BITSET_MATCH_ANY),
              ETIMEDOUT);
  CHECK_ERRNO(futex(&Own, Private, 1, &Short, NULL, 0), ETIMEDOUT);
  CHECK(nowMs() - From >= 38);
  CHECK(futex(&Own, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0) == 0);
  CHECK_ERRNO(
      futex(&Own, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0),
      EINVAL);
  CHECK_ERRNO(futex((uint32_t *)8, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1,
                    (void *)1, &Own, 1),
              EFAULT);
  CHECK_ERRNO(futex(&Own, Private | FUTEX_CLOCK_REALTIME, 1, &Short, NULL, 0),
              ENOSYS);
  static const uint32_t Fixed = 1; // Read-only.
  int WakeOp = FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG;
  CHECK_ERRNO(futex(&Own, WakeOp, 1, NULL, (uint32_t *)8, 0), EFAULT);
  CHECK_ERRNO(futex(&Own, WakeOp, 1, NULL, (uint32_t *)&Fixed, 0), EFAULT);
  CHECK_ERRNO(futex(&Own, WakeOp, 1, NULL, (char *)&Own + 1, 0), EINVAL);
  CHECK_ERRNO(futex((uint32_t *)((char *)&Own + 1), WakeOp, 1, NULL, &Own, 0),
              EINVAL);
  CHECK_ERRNO(futex(&Own, WakeOp, 1, NULL, &Own, 7u << 28), ENOSYS);
  static const struct {
    int Op, By;
    uint32_t Before, After;
  } Ops[] = {
      {FUTEX_OP_SET, 5, 9, 5},       {FUTEX_OP_SET, -1, 9, ~0u},
      {FUTEX_OP_ADD, 5, 9, 14},      {FUTEX_OP_ADD, -1, 0, ~0u},
      {FUTEX_OP_OR, 6, 9, 15},       {FUTEX_OP_ANDN, 8, 9, 1},
      {FUTEX_OP_XOR, 8, 12, 4},      {FUTEX_OP_ADD | 8, 31, 1, 0x80000001},
      {FUTEX_OP_ANDN | 8, 3, 15, 7},
  };
  for (size_t I = 0; I < sizeof(Ops) / sizeof(Ops[0]); ++I) {
    Own = Ops[I].Before;
    CHECK(futex(&Word, WakeOp, 1, (void *)1, &Own,
                FUTEX_OP((unsigned)Ops[I].Op, Ops[I].By, FUTEX_OP_CMP_EQ, 0)) ==
          0);
    CHECK(Own == Ops[I].After);
  }
}

static void waitFor(uint32_t Value, int Op) {
  while (__atomic_load_n(&Word, __ATOMIC_SEQ_CST) != Value) {
    uint32_t Now = __atomic_load_n(&Word, __ATOMIC_SEQ_CST);
    if (Now != Value && futex(&Word, Op, Now, NULL, NULL, ~0u) != 0)
      CHECK(errno == EAGAIN || errno == EINTR);
  }
}

static void set(uint32_t Value, int Op) {
  __atomic_store_n(&Word, Value, __ATOMIC_SEQ_CST);
  CHECK(futex(&Word, Op, INT_MAX, NULL, NULL, ~0u) >= 0);
}

static void *passesOn(void *Arg) {
  int Private = *(int *)Arg ? FUTEX_PRIVATE_FLAG : 0;
  for (uint32_t I = 0; I < 100; I += 2) {
    waitFor(I + 1, FUTEX_WAIT | Private);
    set(I + 2, FUTEX_WAKE | Private);
  }
  return NULL;
}

static void futexes(int IsPrivate) {
  int Private = IsPrivate ? FUTEX_PRIVATE_FLAG : 0;
  Word = 0;
  pthread_t T = start(passesOn, &IsPrivate);
  for (uint32_t I = 0; I < 100; I += 2) {
    set(I + 1, FUTEX_WAKE_BITSET | Private);
    waitFor(I + 2, FUTEX_WAIT_BITSET | Private);
  }
  join(T);
}

static void privateFutexes(void) { futexes(1); }
static void sharedFutexes(void) { futexes(0); }

static void *waitsHere(void *Arg) {
  (void)Arg;
  post(&Started);
  waitFor(1, FUTEX_WAIT | FUTEX_PRIVATE_FLAG);
  return NULL;
}

/// Whoever is moved to another word is woken there, at the latest.
static void requeues(void) {
  static uint32_t Other;
  Word = 0;
  Started.Count = 0;
  pthread_t T[4];
  for (int I = 0; I < 4; ++I)
    T[I] = start(waitsHere, NULL);
  await(&Started, 4);
  __atomic_store_n(&Word, 1, __ATOMIC_SEQ_CST);
  CHECK_ERRNO(futex(&Word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1,
                    (void *)10, &Other, 7),
              EAGAIN);
  CHECK(futex(&Word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, (void *)10,
              &Other, 1) >= 0);
  CHECK(futex(&Other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 10, NULL, NULL, 0) >= 0);
  for (int I = 0; I < 4; ++I)
    join(T[I]);
}

static uint32_t Second;

static void *waitsForSecond(void *Arg) {
  (void)Arg;
  post(&Started);
  while (__atomic_load_n(&Second, __ATOMIC_SEQ_CST) == 0)
    if (futex(&Second, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0) != 0)
      CHECK(errno == EAGAIN);
  return NULL;
}

/// FUTEX_WAKE_OP changes the second word, and wakes those who wait for that;
/// any bits wake whoever waits for all.
static void wakesByOperation(void) {
  Word = Second = 0;
  Started.Count = 0;
  pthread_t First = start(waitsHere, NULL), Other = start(waitsForSecond, NULL);
  await(&Started, 2);
  CHECK(futex(&Word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, (void *)10, &Second,
              FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 0)) >= 0);
  join(Other);
  __atomic_store_n(&Word, 1, __ATOMIC_SEQ_CST);
  CHECK(futex(&Word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, 1, NULL, NULL,
              4) >= 0);
  join(First);
}

static Gate Woken = GATE_INIT;
static pid_t Waiters[3];
static void *waitsOnce(void *Arg) {
  *(pid_t *)Arg = gettid();
  post(&Started);
  CHECK(futex(&Second, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0) == 0);
  post(&Woken);
  return NULL;
}
static long wakeOp(int Compare, int With) {
  return futex(&Word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, (void *)2, &Second,
               FUTEX_OP(FUTEX_OP_ADD, 0, Compare, With));
}

/// So many as were asked for; one, where that is none.
static void wakesSoMany(void) {
  static const struct {
    int Compare, With;
  } False[] = {{FUTEX_OP_CMP_EQ, 1},  {FUTEX_OP_CMP_NE, 0},
               {FUTEX_OP_CMP_LT, -1}, {FUTEX_OP_CMP_LE, -1},
               {FUTEX_OP_CMP_GT, 0},  {FUTEX_OP_CMP_GE, 1}};
  pthread_t T[3];
  Second = 0;
  for (int Round = 0; Round < 2; ++Round) {
    Started.Count = Woken.Count = 0;
    for (int I = 0; I < 3; ++I)
      T[I] = start(waitsOnce, &Waiters[I]);
    await(&Started, 3);
    for (int I = 0; I < 3; ++I)
      settle(Waiters[I]);
    long Done = 0, N;
    if (Round) {
      for (int I = 0; I < 6; ++I)
        CHECK(wakeOp(False[I].Compare, False[I].With) == 0);
      pthread_mutex_lock(&Woken.Lock);
      CHECK(Woken.Count == 0);
      pthread_mutex_unlock(&Woken.Lock);
      Done = wakeOp(FUTEX_OP_CMP_LE, 0);
      CHECK(Done >= 0 && Done <= 2); // One may not wait yet.
    }
    while (Done < 3) {
      N = futex(&Second, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0);
      CHECK(N == 0 || N == 1);
      Done += N;
      sched_yield();
    }
    await(&Woken, 3);
    for (int I = 0; I < 3; ++I)
      join(T[I]);
  }
}

static void *writesLater(void *Arg) {
  await(&Started, 1);
  sched_yield();
  CHECK(syscall(SYS_write, *(int *)Arg, "abc", 3) == 3);
  return NULL;
}

static void others(void) {
  int P[2];
  char Buf[8];
  CHECK(syscall(SYS_pipe2, P, O_CLOEXEC) == 0);
  Started.Count = 0;
  pthread_t T = start(writesLater, &P[1]);
  post(&Started);
  CHECK(syscall(SYS_read, P[0], Buf, 8) == 3 && !memcmp(Buf, "abc", 3));
  join(T);
  CHECK_ERRNO(syscall(SYS_read, -1, Buf, 8), EBADF);
  struct pollfd F = {P[0], POLLIN, 0};
  CHECK(syscall(SYS_poll, &F, 1, 5) == 0);
  struct timespec Short = {0, 5000000};
  CHECK(syscall(SYS_ppoll, &F, 1, &Short, NULL, 8) == 0);
  CHECK(Short.tv_sec == 0 && Short.tv_nsec == 0); // What is left.
  Short.tv_nsec = 5000000;
  CHECK(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &Short, NULL) == 0);
  CHECK(Short.tv_sec == 0 && Short.tv_nsec == 0);
  CHECK(syscall(SYS_ppoll, &F, 1, &Short, NULL, 8) == 0);
  CHECK_ERRNO(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &Short, 8L), EFAULT);
  Short.tv_nsec = 5000000;
  CHECK(syscall(SYS_nanosleep, &Short, NULL) == 0);
  CHECK(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &Short, NULL) == 0);
  struct timespec Wrong = {0, -1};
  CHECK_ERRNO(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &Wrong, NULL),
              EINVAL);
  T = start(writesLater, &P[1]);
  struct iovec Part = {Buf, 8};
  CHECK(syscall(SYS_preadv2, P[0], &Part, 1, -1L, -1L, 0) == 3);
  join(T);
  Part.iov_len = 2;
  CHECK(syscall(SYS_pwritev2, P[1], &Part, 1, -1L, -1L, 0) == 2);
  CHECK(syscall(SYS_pread64, P[0], Buf, 8, 0) == -1 && errno == ESPIPE);
  CHECK(syscall(SYS_read, P[0], Buf, 8) == 2);
  sigset_t Usr2;
  sigemptyset(&Usr2);
  sigaddset(&Usr2, SIGUSR2);
  int Signals = (int)syscall(SYS_signalfd4, -1, &Usr2, 8, SFD_NONBLOCK);
  CHECK(Signals >= 0 && fcntl(Signals, F_GETFL) & O_NONBLOCK);
  CHECK_ERRNO(read(Signals, Buf, 8), EINVAL);
  CHECK_ERRNO(syscall(SYS_signalfd, -1, &Usr2, 9), EINVAL);
  CHECK(close(Signals) == 0);
  CHECK(syscall(SYS_fcntl, P[0], F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERRNO(syscall(SYS_read, P[0], Buf, 8), EAGAIN);
  int Copy = (int)syscall(SYS_dup, P[0]);
  CHECK(Copy >= 0 && syscall(SYS_close, Copy) == 0);
  int E = (int)syscall(SYS_epoll_create1, 0),
      V = (int)syscall(SYS_eventfd2, 1, 0);
  struct epoll_event Event = {EPOLLIN, {.fd = V}}, Got;
  CHECK(syscall(SYS_epoll_ctl, E, EPOLL_CTL_ADD, V, &Event) == 0);
  CHECK(syscall(SYS_epoll_pwait, E, &Got, 1, -1, NULL, 8L) == 1);
  uint64_t Usr1 = 1ull << (SIGUSR1 - 1), Old[2] = {0, 42}, Now = 0;
  CHECK(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &Usr1, Old, 8) == 0);
  CHECK(Old[1] == 42); // The kernel's sets have 8 bytes.
  CHECK(syscall(SYS_rt_sigprocmask, SIG_SETMASK, Old, &Now, 8) == 0);
  CHECK(Now & Usr1);
  struct {
    uint64_t *Set;
    size_t Size;
  } Packed = {&Usr1, 8};
  Short.tv_nsec = 1000000;
  CHECK(syscall(SYS_ppoll, NULL, 0, &Short, &Usr1, 8) == 0);
  Short.tv_nsec = 1000000;
  CHECK_ERRNO(syscall(SYS_ppoll, NULL, 0, &Short, 1L, 8), EFAULT);
  CHECK_ERRNO(syscall(SYS_ppoll, NULL, 0, &Short, &Usr1, 9), EINVAL);
  Packed.Size = 9;
  CHECK_ERRNO(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &Short, &Packed),
              EINVAL);
  Packed.Size = 8;
  CHECK(Short.tv_sec == 0 && Short.tv_nsec == 1000000); // It did not wait.
  struct timespec Long = {60, 0};
  F.fd = V; // It is ready.
  CHECK(syscall(SYS_ppoll, &F, 1, &Long, NULL, 8) == 1);
  CHECK(Long.tv_sec > 0 && Long.tv_sec < 60 && Long.tv_nsec > 0);
  CHECK(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &Short, &Packed) == 0);
  CHECK(syscall(SYS_epoll_pwait, E, &Got, 1, -1, &Usr1, 8L) == 1);
  CHECK(close((int)syscall(SYS_signalfd4, -1, &Usr1, 8, 0)) == 0);
  CHECK(syscall(SYS_sched_yield) == 0 && syscall(SYS_getpid) == getpid());
  CHECK_ERRNO(syscall(100000), ENOSYS);
  int All[] = {P[0], P[1], E, V};
  for (int I = 0; I < 4; ++I)
    CHECK(close(All[I]) == 0);
}

int main(void) {
  everywhere(futexErrors);
  privateFutexes();
  inThread(privateFutexes);
  sharedFutexes();
  inThread(sharedFutexes);
  requeues();
  inThread(requeues);
  wakesByOperation();
  inThread(wakesByOperation);
  wakesSoMany();
  inThread(wakesSoMany);
  others();
  inThread(others);
  return 0;
}
