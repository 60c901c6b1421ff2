// os_state.c - operations that change what the kernel keeps by thread. Each
// runs on a fresh thread, which takes the change with it when it ends.
#include "../run.h"

#include <sched.h>
#include <sys/fsuid.h>
#include <sys/io.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern int capset(void *Header, const void *Data);

typedef struct {
  Run *R;
  void (*Get)(Run *);
} Heir;

static void *inherits(void *Arg) {
  Heir *H = Arg;
  H->Get(H->R);
  return NULL;
}

/// The thread has it wherever it goes on; does one that it makes?
static void sayAll(Run *R, void (*Get)(Run *)) {
  Heir H = {R, Get};
  pthread_t T;
  Get(R);
  CALL(sched_yield);
  CALL(usleep, 100);
  Get(R);
  CALL(pthread_create, &T, NULL, inherits, &H);
  CALL(pthread_join, T, NULL);
}

static void sayCpus(Run *R) {
  cpu_set_t S, Same;
  CPU_ZERO(&S);
  CPU_ZERO(&Same);
  sched_getaffinity(0, sizeof S, &S);
  pthread_getaffinity_np(pthread_self(), sizeof Same, &Same);
  say(R, " %d,%d", CPU_COUNT(&S), CPU_COUNT(&Same));
}

OP_APART(affinity, "via3") {
  cpu_set_t S;
  sched_getaffinity(0, sizeof S, &S);
  int Cpu = 0;
  while (!CPU_ISSET(Cpu, &S))
    ++Cpu;
  CPU_ZERO(&S);
  CPU_SET(Cpu, &S);
  if (A[0] == 0) {
    RESULT(sched_setaffinity, 0, 0, &S);
    RESULT(sched_setaffinity, 0, sizeof S, &S);
  } else if (A[0] == 1) {
    STATUS(pthread_setaffinity_np, pthread_self(), 0, &S);
    STATUS(pthread_setaffinity_np, pthread_self(), sizeof S, &S);
  } else {
    RESULT(syscall, SYS_sched_setaffinity, 0, sizeof S, &S);
  }
  sayAll(R, sayCpus);
}

static void sayPolicy(Run *R) {
  say(R, " %d,%d", sched_getscheduler(0), getpriority(PRIO_PROCESS, 0));
}

/// What libc remembers; other functions than its own do not tell it.
static void sayPolicyByHandle(Run *R) {
  struct sched_param P = {0};
  int Policy = -1;
  pthread_getschedparam(pthread_self(), &Policy, &P);
  say(R, " %d,%d", Policy, P.sched_priority);
}

/// By 0 or by its number, which stays the same.
OP(asks_scheduling, "via2") {
  pid_t Id = A[0] ? CALL(gettid) : 0;
  struct sched_param P = {0};
  struct timespec Slice;
  cpu_set_t S;
  say(R, " %d", !Id || CALL(gettid) == Id);
  RESULT(sched_getscheduler, Id);
  RESULT(sched_getparam, Id, &P);
  RESULT(sched_rr_get_interval, Id, &Slice);
  RESULT(sched_getaffinity, Id, sizeof S, &S);
  RESULT(getpriority, PRIO_PROCESS, (id_t)Id);
}

OP_APART(policy, "via2") {
  struct sched_param P = {0};
  if (A[0]) {
    STATUS(pthread_setschedparam, pthread_self(), 12345, &P);
    STATUS(pthread_setschedparam, pthread_self(), SCHED_BATCH, &P);
    STATUS(pthread_setschedprio, pthread_self(), 0);
    STATUS(pthread_setschedprio, pthread_self(), 9999);
  } else {
    RESULT(sched_setscheduler, 0, 12345, &P);
    RESULT(sched_setscheduler, 0, SCHED_BATCH, &P);
    RESULT(sched_setparam, 0, &P);
    P.sched_priority = 5;
    RESULT(sched_setparam, 0, &P);
  }
  sayAll(R, A[0] ? sayPolicyByHandle : sayPolicy);
}

/// What is set is what it was; others may ask meanwhile.
OP(open_files, "via3") {
  struct rlimit L = {0, 0};
  struct rlimit64 L64 = {0, 0};
  if (A[0] == 0) {
    RESULT(getrlimit, RLIMIT_NOFILE, &L);
    RESULT(setrlimit, RLIMIT_NOFILE, &L);
    RESULT(prlimit, 0, RLIMIT_NOFILE, &L, NULL);
  } else if (A[0] == 1) {
    RESULT(getrlimit64, RLIMIT_NOFILE, &L64);
    RESULT(setrlimit64, RLIMIT_NOFILE, &L64);
    RESULT(prlimit64, 0, RLIMIT_NOFILE, &L64, NULL);
  } else {
    RESULT(getdtablesize);
    RESULT(sysconf, _SC_OPEN_MAX);
  }
}

OP_APART(priority, "via2") {
  if (A[0])
    RESULT(setpriority, PRIO_PROCESS, 0, 5);
  else
    RESULT(nice, 2);
  RESULT(setpriority, 99, 0, 5);
  sayAll(R, sayPolicy);
}

static void sayRights(Run *R) {
  unsigned Header[2] = {0x20080522, 0}, Data[6] = {0};
  syscall(SYS_capget, Header, Data);
  say(R, " %d,%d,%x,%d,%lx", setfsuid((uid_t)-1), setfsgid((gid_t)-1), Data[0],
      prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
      (unsigned long)personality(0xffffffff));
}

OP_APART(rights, "via5") {
  unsigned Header[2] = {0x20080522, 0}, Data[6] = {0};
  switch (A[0]) {
  case 0:
    RESULT(setfsuid, 12345);
    RESULT(setfsgid, 12346);
    break;
  case 1: // None are left in effect.
    syscall(SYS_capget, Header, Data);
    Data[0] = Data[3] = 0;
    RESULT(capset, Header, Data);
    break;
  case 2:
    RESULT(prctl, PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0);
    RESULT(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    break;
  case 3:
    RESULT(personality, ADDR_NO_RANDOMIZE);
    break;
  case 4:
    RESULT(ioperm, 0x80, 1, 1);
    RESULT(ioperm, 0xffff0, 1, 1);
    RESULT(iopl, 0);
    RESULT(iopl, 7);
    break;
  }
  sayAll(R, sayRights);
}

static long namespace(void) {
  char Text[64] = "";
  if (readlink("/proc/thread-self/ns/uts", Text, sizeof Text - 1) < 0)
    return -1;
  return atol(Text + strlen("uts:["));
}

OP_APART(namespace, "") {
  long Before = namespace();
  int Fd = open("/proc/thread-self/ns/uts", O_RDONLY | O_CLOEXEC);
  RESULT(unshare, CLONE_NEWUTS);
  say(R, " %d", namespace() == Before);
  RESULT(setns, Fd, CLONE_NEWUTS);
  say(R, " %d", namespace() == Before);
  RESULT(setns, -1, 0);
  RESULT(unshare, 1);
  CALL(close, Fd);
}

static void sayNames(Run *R) {
  char Name[16] = "", Same[16] = "";
  RESULT(prctl, PR_GET_NAME, Name);
  CALL(pthread_getname_np, pthread_self(), Same, sizeof Same);
  say(R, " %s,%s", Name, Same);
}

OP(prctl, "via2") {
  char Before[16] = "";
  CALL(prctl, PR_GET_NAME, Before);
  if (A[0])
    RESULT(syscall, SYS_prctl, PR_SET_NAME, "short", 0, 0, 0);
  else
    RESULT(prctl, PR_SET_NAME, "a name that is too long");
  sayAll(R, sayNames);
  RESULT(prctl, PR_SET_NAME, (char *)1);
  CALL(prctl, PR_SET_NAME, Before);
}

OP_APART(slack, "") {
  RESULT(prctl, PR_SET_TIMERSLACK, 123456, 0, 0, 0);
  CALL(sched_yield);
  RESULT(prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);
  RESULT(prctl, -1, 0, 0, 0, 0);
}

/// Its clocks, of which it says only whether they go on.
OP_APART(cpu_clocks, "") {
  struct timespec T[2] = {{0, 0}, {0, 0}};
  struct rusage Used;
  clockid_t Clock;
  STATUS(pthread_getcpuclockid, pthread_self(), &Clock);
  for (int I = 0; I < 2; ++I)
    RESULT(clock_gettime, I ? CLOCK_THREAD_CPUTIME_ID : Clock, &T[I]);
  say(R, " %d",
      T[1].tv_sec > T[0].tv_sec ||
          (T[1].tv_sec == T[0].tv_sec && T[1].tv_nsec >= T[0].tv_nsec));
  RESULT(getrusage, RUSAGE_THREAD, &Used);
}

OP(clocks, "clock") {
  static const clockid_t Clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME,
                                     CLOCK_PROCESS_CPUTIME_ID, 99};
  struct timespec T;
  struct rusage Used;
  RESULT(clock_gettime, Clocks[A[0]], &T);
  RESULT(getrusage, A[0] == 3 ? 99 : RUSAGE_SELF, &Used);
}

/// A child, which stops and goes on as it is told.
OP_APART(ptrace, "") {
  if (!alone())
    return;
  int Status = -1;
  pid_t Child = CALL_AS("fork", fork());
  if (Child == 0)
    for (;;)
      pause();
  RESULT(ptrace, PTRACE_SEIZE, Child, NULL, NULL);
  for (int I = 0; I < 2; ++I) {
    RESULT(ptrace, PTRACE_INTERRUPT, Child, NULL, NULL);
    say(R, " %d", CALL(waitpid, Child, &Status, 0) == Child);
    say(R, " %d", WIFSTOPPED(Status));
    CALL(sched_yield);
    RESULT(ptrace, PTRACE_CONT, Child, NULL, NULL);
  }
  CALL(kill, Child, SIGKILL);
  CALL(waitpid, Child, &Status, 0);
  say(R, " %d", WTERMSIG(Status));
  RESULT(ptrace, PTRACE_CONT, Child, NULL, NULL);
}
