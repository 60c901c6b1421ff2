// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a program has functions of its own by the names of some of libc's, as
// tests do that stop the clock: its calls come to them, and waits end in time.
#include "check.h"
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int clock_gettime(clockid_t Clock, struct timespec *Time) {
  Time->tv_sec = 1000 + Clock;
  Time->tv_nsec = 0;
  return 0;
}

char *secure_getenv(const char *Name) {
  (void)Name;
  return (char *)"secure";
}

long strtol(const char *Text, char **End, int Base) {
  (void)Text;
  (void)End;
  return Base;
}

int getrlimit(__rlimit_resource_t Resource, struct rlimit *Limit) {
  (void)Resource;
  (void)Limit;
  return -7;
}

int sigaltstack(const stack_t *New, stack_t *Old) {
  (void)New;
  (void)Old;
  return -8;
}

static long long kernelMs(void) {
  struct timespec T;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &T);
  return T.tv_sec * 1000LL + T.tv_nsec / 1000000;
}

static int Pipe[2];
static void *writeLater(void *Arg) {
  sleepMs(20);
  CHECK(write(Pipe[1], "x", 1) == 1);
  return Arg;
}

static void all(void) {
  char C;
  long long Start = kernelMs();
  CHECK(usleep(20000) == 0);
  CHECK(poll(NULL, 0, 20) == 0);
  struct timespec T = {0, 20000000};
  CHECK(nanosleep(&T, NULL) == 0);
  CHECK(kernelMs() - Start >= 59);
  CHECK(pipe(Pipe) == 0);
  pthread_t Writer = start(writeLater, NULL);
  CHECK(read(Pipe[0], &C, 1) == 1);
  join(Writer);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);

  CHECK(clock_gettime(CLOCK_MONOTONIC, &T) == 0);
  CHECK(T.tv_sec == 1000 + CLOCK_MONOTONIC);
  CHECK(time(NULL) > 100000); // libc's own is not the program's.
  CHECK(strcmp(secure_getenv("PATH"), "secure") == 0);
  CHECK(strtol("9", (char **)NULL, 3) == 3);
  CHECK(getrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0}) == -7);
  CHECK(sigaltstack(NULL, NULL) == -8);
}

int main(void) {
  all();
  inThread(all);
  return 0;
}
