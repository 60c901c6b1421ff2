// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what a thread says of its own CPUs, clock and priority by its handle
// gives the native result, and so do attributes that ask for them.
#include "check.h"
#include <sched.h>

static void scheduling(void) {
  pthread_t Self = pthread_self();
  cpu_set_t Cpus;
  CPU_ZERO(&Cpus);
  CHECK(KEEPS_ERRNO(pthread_getaffinity_np(Self, sizeof(Cpus), &Cpus)) == 0);
  CHECK(CPU_COUNT(&Cpus) >= 1);
  CHECK(KEEPS_ERRNO(pthread_setaffinity_np(Self, sizeof(Cpus), &Cpus)) == 0);

  clockid_t Clock;
  struct timespec T;
  CHECK(pthread_getcpuclockid(Self, &Clock) == 0);
  CHECK(clock_gettime(Clock, &T) == 0);

  int Policy = -1;
  struct sched_param Param;
  CHECK(KEEPS_ERRNO(pthread_getschedparam(Self, &Policy, &Param)) == 0);
  CHECK(Policy == SCHED_OTHER && Param.sched_priority == 0);
  CHECK(KEEPS_ERRNO(pthread_setschedparam(Self, Policy, &Param)) == 0);
  CHECK(KEEPS_ERRNO(pthread_setschedprio(Self, 0)) == 0);
  CHECK(pthread_setschedparam(Self, 12345, &Param) == EINVAL);
}

static void *nothing(void *Arg) { return Arg; }

/// Attributes that ask for a policy do not stop a thread from being made.
static void attributes(void) {
  pthread_attr_t Attr;
  pthread_t T;
  cpu_set_t Cpus;
  struct sched_param Param = {0};
  CHECK(sched_getaffinity(0, sizeof(Cpus), &Cpus) == 0);
  CHECK(pthread_attr_init(&Attr) == 0);
  CHECK(pthread_attr_setaffinity_np(&Attr, sizeof(Cpus), &Cpus) == 0);
  CHECK(pthread_attr_setinheritsched(&Attr, PTHREAD_EXPLICIT_SCHED) == 0);
  CHECK(pthread_attr_setschedpolicy(&Attr, SCHED_OTHER) == 0);
  CHECK(pthread_attr_setschedparam(&Attr, &Param) == 0);
  CHECK(pthread_create(&T, &Attr, nothing, (void *)1) == 0);
  CHECK(join(T) == (void *)1);
  CHECK(pthread_attr_destroy(&Attr) == 0);
}

/// A priority that the policy does not have is told when the thread is made.
static void wrongPriority(void) {
  pthread_attr_t Attr;
  pthread_t T;
  struct sched_param Param = {1};
  CHECK(pthread_attr_init(&Attr) == 0);
  CHECK(pthread_attr_setinheritsched(&Attr, PTHREAD_EXPLICIT_SCHED) == 0);
  CHECK(pthread_attr_setschedpolicy(&Attr, SCHED_FIFO) == 0);
  CHECK(pthread_attr_setschedparam(&Attr, &Param) == 0);
  CHECK(pthread_attr_setschedpolicy(&Attr, SCHED_OTHER) == 0);
  CHECK(pthread_create(&T, &Attr, nothing, NULL) == EINVAL);
  CHECK(pthread_attr_destroy(&Attr) == 0);
}

/// A mutex with a ceiling raises its holder's priority; the thread's own is
/// another thing.
static void ceiling(void) {
  struct sched_param Param = {4};
  int Policy = -1, Old = 0;
  pthread_mutexattr_t Attr;
  pthread_mutex_t Mutex;
  int R = pthread_setschedparam(pthread_self(), SCHED_FIFO, &Param);
  CHECK(R == 0 || R == EPERM);
  if (R == EPERM)
    return;
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_setprotocol(&Attr, PTHREAD_PRIO_PROTECT) == 0);
  CHECK(pthread_mutexattr_setprioceiling(&Attr, 6) == 0);
  CHECK(pthread_mutex_init(&Mutex, &Attr) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_getschedparam(pthread_self(), &Policy, &Param) == 0);
  CHECK(Policy == SCHED_FIFO && Param.sched_priority == 4);
  CHECK(sched_getparam(0, &Param) == 0 && Param.sched_priority == 6);
  CHECK(pthread_setschedprio(pthread_self(), 5) == 0);
  CHECK(sched_getparam(0, &Param) == 0 && Param.sched_priority == 6);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(sched_getparam(0, &Param) == 0 && Param.sched_priority == 5);
  Param.sched_priority = 7;
  CHECK(pthread_setschedparam(pthread_self(), SCHED_FIFO, &Param) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == EINVAL);
  CHECK(pthread_mutex_setprioceiling(&Mutex, 8, &Old) == 0 && Old == 6);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(sched_getparam(0, &Param) == 0 && Param.sched_priority == 8);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_mutex_destroy(&Mutex) == 0);
  CHECK(pthread_mutexattr_destroy(&Attr) == 0);
  Param.sched_priority = 0;
  CHECK(pthread_setschedparam(pthread_self(), SCHED_OTHER, &Param) == 0);
}

static void *tellCpus(void *Cpus) {
  CHECK(sched_getaffinity(0, sizeof(cpu_set_t), Cpus) == 0);
  return NULL;
}

/// Default attributes that ask for CPUs count, too.
static void defaults(void) {
  pthread_attr_t Old, New;
  cpu_set_t All, One, Got;
  CHECK(sched_getaffinity(0, sizeof All, &All) == 0);
  CPU_ZERO(&One);
  for (int I = 0; !CPU_COUNT(&One); ++I)
    if (CPU_ISSET(I, &All))
      CPU_SET(I, &One);
  CHECK(pthread_getattr_default_np(&Old) == 0);
  CHECK(pthread_getattr_default_np(&New) == 0);
  CHECK(pthread_attr_setaffinity_np(&New, sizeof One, &One) == 0);
  CHECK(pthread_setattr_default_np(&New) == 0);
  join(start(tellCpus, &Got));
  CHECK(CPU_EQUAL(&Got, &One));
  CHECK(pthread_setattr_default_np(&Old) == 0);
  join(start(tellCpus, &Got));
  CHECK(CPU_EQUAL(&Got, &All));
  CHECK(pthread_attr_destroy(&Old) == 0 && pthread_attr_destroy(&New) == 0);
}

int main(void) {
  everywhere(scheduling);
  everywhere(attributes);
  everywhere(wrongPriority);
  defaults();
  inThread(defaults);
  inThread(ceiling);
  ceiling();
  return 0;
}
