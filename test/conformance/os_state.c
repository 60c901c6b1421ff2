// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what the kernel keeps by OS thread is one thread's: it has it
// wherever it goes on, no other thread sees it, a thread that it creates
// inherits it, and it is gone when the thread is. By libc's functions and by
// syscall().
#include "check.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/io.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int capset(void *Header, const void *Data);

typedef struct {
  const char *Name;
  int (*Set)(void); // 0, or -1 where it is not allowed.
  long (*Get)(void);
  int IsInherited;
} State;

static void move(void) {
  for (int I = 0; I < 4; ++I)
    sched_yield();
  usleep(200);
}

// -- Scheduling -------------------------------------------------------------

static int FirstCpu;
static long cpus(void) {
  cpu_set_t S;
  CHECK(KEEPS_ERRNO(sched_getaffinity(0, sizeof(S), &S)) == 0);
  return CPU_COUNT(&S);
}
static int setCpu(void) {
  cpu_set_t S;
  CPU_ZERO(&S);
  CPU_SET(FirstCpu, &S);
  CHECK_ERRNO(sched_setaffinity(0, 0, &S), EINVAL);
  return KEEPS_ERRNO(sched_setaffinity(0, sizeof(S), &S));
}
static int setCpuByHandle(void) {
  cpu_set_t S;
  CPU_ZERO(&S);
  CPU_SET(FirstCpu, &S);
  CHECK(KEEPS_ERRNO(pthread_setaffinity_np(pthread_self(), 0, &S)) == EINVAL);
  return KEEPS_ERRNO(pthread_setaffinity_np(pthread_self(), sizeof(S), &S));
}
static long cpusByHandle(void) {
  cpu_set_t S;
  CHECK(pthread_getaffinity_np(pthread_self(), sizeof(S), &S) == 0);
  return CPU_COUNT(&S);
}
static int setCpuBySyscall(void) {
  unsigned long Set[16] = {1ul << (FirstCpu % 64)};
  return (int)syscall(SYS_sched_setaffinity, 0, sizeof(Set), Set);
}

static long policy(void) { return sched_getscheduler(0); }
static int setPolicy(void) {
  struct sched_param P = {0};
  CHECK_ERRNO(sched_setscheduler(0, 12345, &P), EINVAL);
  return KEEPS_ERRNO(sched_setscheduler(0, SCHED_BATCH, &P));
}
static long policyByHandle(void) {
  int Policy;
  struct sched_param P;
  CHECK(pthread_getschedparam(pthread_self(), &Policy, &P) == 0);
  return Policy;
}
static int setPolicyByHandle(void) {
  struct sched_param P = {0};
  errno = 0;
  CHECK(pthread_setschedparam(pthread_self(), 12345, &P) == EINVAL);
  CHECK(errno == EINVAL); // As glibc leaves it.
  CHECK(KEEPS_ERRNO(pthread_setschedparam(pthread_self(), SCHED_BATCH, &P)) ==
        0);
  CHECK(pthread_setschedprio(pthread_self(), 0) == 0);
  return sched_setparam(0, &P);
}

static long niceness(void) { return getpriority(PRIO_PROCESS, 0); }
static int setNice(void) {
  errno = 0;
  return nice(1) == -1 && errno ? -1 : 0;
}
static int setPriority(void) {
  return setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 2);
}
static int setPriorityBySyscall(void) {
  return (int)syscall(SYS_setpriority, PRIO_PROCESS, 0,
                      getpriority(PRIO_PROCESS, 0) + 3);
}

// -- Rights and namespaces --------------------------------------------------

static long fsUser(void) { return setfsuid((uid_t)-1); }
static int setFsUser(void) {
  setfsuid(12345);
  return 0;
}
static long fsGroup(void) { return setfsgid((gid_t)-1); }
static int setFsGroup(void) {
  setfsgid(12345);
  return 0;
}
static long user(void) { return geteuid(); }
static int setUserBySyscall(void) { // Of this thread; libc's is the process's.
  return (int)syscall(SYS_setresuid, -1, 12345, -1);
}

static long capabilities(void) {
  unsigned Header[2] = {0x20080522, 0}, Data[6] = {0};
  CHECK(syscall(SYS_capget, Header, Data) == 0);
  return Data[0];
}
static int dropCapabilities(void) {
  unsigned Header[2] = {0x20080522, 0}, Data[6] = {0};
  CHECK(syscall(SYS_capget, Header, Data) == 0);
  Data[0] = Data[3] = 0;
  return capset(Header, Data);
}

static long namespace(void) {
  char Text[64] = {0};
  CHECK(readlink("/proc/thread-self/ns/uts", Text, sizeof(Text) - 1) > 0);
  return atol(Text + strlen("uts:["));
}
static int newNamespace(void) { return unshare(CLONE_NEWUTS); }
static int enterNamespace(void) {
  int Fd = open("/proc/self/ns/uts", O_RDONLY); // Main's: no other.
  CHECK(Fd >= 0);
  int R = unshare(CLONE_NEWUTS);
  if (R == 0)
    CHECK(setns(Fd, CLONE_NEWUTS) == 0);
  CHECK_ERRNO(setns(-1, 0), EBADF);
  CHECK(close(Fd) == 0);
  return R == 0 ? unshare(CLONE_NEWUTS) : R;
}

static long noNewPrivileges(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
}
static int setNoNewPrivileges(void) {
  CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0), EINVAL);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
static int setNoNewPrivilegesBySyscall(void) {
  return (int)syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/// A filter under which getppid fails.
static struct sock_filter Filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_fprog Program = {4, Filter};
static long mayAsk(void) { return getppid() != -1; }
static int setFilter(void) {
  CHECK(setNoNewPrivileges() == 0);
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &Program);
}
static int setFilterBySyscall(void) {
  CHECK(setNoNewPrivileges() == 0);
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &Program);
}

static long keyring(void) { // Of the session: -3; 0 is KEYCTL_GET_KEYRING_ID.
  return syscall(SYS_keyctl, 0, -3, 0);
}
static int joinKeyring(void) { // 1: KEYCTL_JOIN_SESSION_KEYRING.
  return syscall(SYS_keyctl, 1, NULL) < 0 ? -1 : 0;
}

// -- The rest ---------------------------------------------------------------

static long persona(void) { return personality(0xffffffff); }
static int setPersona(void) {
  return personality((unsigned long)persona() | ADDR_NO_RANDOMIZE) == -1;
}
static long deathSignal(void) {
  int Signal = -1;
  CHECK(prctl(PR_GET_PDEATHSIG, &Signal) == 0);
  return Signal;
}
static int setDeathSignal(void) { return prctl(PR_SET_PDEATHSIG, SIGUSR1); }
static long slack(void) { return prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0); }
static int setSlack(void) { return prctl(PR_SET_TIMERSLACK, 123456, 0, 0, 0); }

static long memoryPolicy(void) {
  int Policy = -1;
  syscall(SYS_get_mempolicy, &Policy, NULL, 0, NULL, 0);
  return Policy;
}
static int setMemoryPolicy(void) { // 4: MPOL_LOCAL.
  return (int)syscall(SYS_set_mempolicy, 4, NULL, 0);
}

static const State States[] = {
    {"affinity", setCpu, cpus, 1},
    {"affinity by handle", setCpuByHandle, cpusByHandle, 1},
    {"affinity by syscall", setCpuBySyscall, cpus, 1},
    {"policy", setPolicy, policy, 1},
    {"policy by handle", setPolicyByHandle, policyByHandle, 1},
    {"nice", setNice, niceness, 1},
    {"priority", setPriority, niceness, 1},
    {"priority by syscall", setPriorityBySyscall, niceness, 1},
    {"fsuid", setFsUser, fsUser, 1},
    {"fsgid", setFsGroup, fsGroup, 1},
    {"euid by syscall", setUserBySyscall, user, 1},
    {"capabilities", dropCapabilities, capabilities, 1},
    {"namespace", newNamespace, namespace, 1},
    {"entered namespace", enterNamespace, namespace, 1},
    {"no_new_privs", setNoNewPrivileges, noNewPrivileges, 1},
    {"no_new_privs by syscall", setNoNewPrivilegesBySyscall, noNewPrivileges,
     1},
    {"personality", setPersona, persona, 1},
    {"seccomp", setFilter, mayAsk, 1},
    {"seccomp by syscall", setFilterBySyscall, mayAsk, 1},
    {"keyring", joinKeyring, keyring, 1},
    {"memory policy", setMemoryPolicy, memoryPolicy, 1},
    {"death signal", setDeathSignal, deathSignal, 0},
    {"timer slack", setSlack, slack, 1},
};

static const State *Now;
static Gate Changed, Looked;

static void *looksAt(void *Arg) {
  move();
  *(long *)Arg = Now->Get();
  return NULL;
}

static void *changes(void *Arg) {
  long Before = Now->Get(), After, Child = -1;
  move();
  if (Now->Set() != 0) { // Not root, or not in this kernel.
    CHECK(errno == EPERM || errno == EACCES || errno == ENOSYS);
    post(&Changed);
    return Arg;
  }
  After = Now->Get();
  CHECK(After != Before || // One CPU is all there are.
        ((Now->Get == cpus || Now->Get == cpusByHandle) && Before == 1));
  for (int I = 0; I < 5; ++I) {
    move();
    CHECK(Now->Get() == After);
  }
  join(start(looksAt, &Child));
  CHECK(Child == (Now->IsInherited ? After : Before));
  post(&Changed);
  await(&Looked, 4);
  CHECK(Now->Get() == After);
  return Arg;
}

static void *bystander(void *Arg) {
  long Before = Now->Get();
  await(&Changed, 1);
  for (int I = 0; I < 5; ++I) {
    CHECK(Now->Get() == Before);
    move();
  }
  CHECK(Before == *(long *)Arg);
  post(&Looked);
  return NULL;
}

static void apart(void) {
  for (size_t I = 0; I < sizeof(States) / sizeof(*States); ++I) {
    pthread_t T[5];
    Now = &States[I];
    Changed = Looked = (Gate)GATE_INIT;
    long Usual = Now->Get();
    for (int J = 0; J < 4; ++J)
      T[J] = start(bystander, &Usual);
    T[4] = start(changes, NULL);
    for (int J = 0; J < 5; ++J)
      join(T[J]);
    // The next threads begin as if nothing had been.
    for (int J = 0; J < 5; ++J) {
      long Seen = -1;
      join(start(looksAt, &Seen));
      CHECK(Seen == Usual);
    }
    CHECK(Now->Get() == Usual);
  }
}

// -- Attributes -------------------------------------------------------------

static void *onCpu(void *Arg) {
  move();
  CHECK(cpus() == 1 && cpusByHandle() == 1);
  CHECK(policy() == (long)Arg && policyByHandle() == (long)Arg);
  return NULL;
}

static void attributes(void) {
  pthread_attr_t A;
  pthread_t T;
  cpu_set_t S;
  struct sched_param P = {1};
  CPU_ZERO(&S);
  CPU_SET(FirstCpu, &S);
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setaffinity_np(&A, sizeof(S), &S) == 0);
  CHECK(pthread_create(&T, &A, onCpu, (void *)SCHED_OTHER) == 0);
  join(T);
  CHECK(pthread_attr_setinheritsched(&A, PTHREAD_EXPLICIT_SCHED) == 0);
  CHECK(pthread_attr_setschedpolicy(&A, SCHED_RR) == 0);
  CHECK(pthread_attr_setschedparam(&A, &P) == 0);
  int E = pthread_create(&T, &A, onCpu, (void *)SCHED_RR);
  CHECK(E == 0 || E == EPERM);
  if (E == 0)
    join(T);
  CPU_ZERO(&S);
  CPU_SET(CPU_SETSIZE - 1, &S);
  CHECK(pthread_attr_setaffinity_np(&A, sizeof(S), &S) == 0);
  CHECK(pthread_create(&T, &A, onCpu, NULL) == EINVAL);
  CHECK(pthread_attr_destroy(&A) == 0);
}

/// Nothing tells what they have done; only whether they may.
static void ports(void) {
  CHECK(ioperm(0x80, 1, 1) == 0 || errno == EPERM || errno == ENOSYS);
  CHECK(iopl(0) == 0 || errno == EPERM || errno == ENOSYS);
}

// -- Main's -----------------------------------------------------------------

static void *privileges(void *Arg) {
  *(long *)Arg = noNewPrivileges();
  return NULL;
}

/// What main gives up, threads made later do not have.
static void mainGivesUp(void) {
  long Early, Late;
  join(start(privileges, &Early));
  CHECK(Early == 0);
  CHECK(setNoNewPrivileges() == 0);
  join(start(privileges, &Late));
  CHECK(Late == 1);
}

int main(void) {
  cpu_set_t S;
  CHECK(sched_getaffinity(0, sizeof(S), &S) == 0);
  while (!CPU_ISSET(FirstCpu, &S))
    ++FirstCpu;
  apart();
  inThread(apart);
  everywhere(attributes);
  everywhere(ports);
  mainGivesUp();
  return 0;
}
