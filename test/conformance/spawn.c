// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: posix_spawn, posix_spawnp, system, popen and wordexp start programs
// from main and from threads; a spawned one's signal mask is the calling
// thread's own.
#include "check.h"
#include <spawn.h>
#include <wordexp.h>

extern char **environ;

static int exitStatus(pid_t Pid) {
  int Status = -1;
  CHECK(waitpid(Pid, &Status, 0) == Pid && WIFEXITED(Status));
  return WEXITSTATUS(Status);
}

/// The mask as /proc shows it: bit N-1 is signal N.
static unsigned long long blockedIn(FILE *F) {
  char Line[256];
  unsigned long long Mask = ~0ULL;
  while (fgets(Line, sizeof(Line), F))
    if (sscanf(Line, "SigBlk: %llx", &Mask) == 1)
      break;
  return Mask;
}

static void block(int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  if (Signal)
    sigaddset(&Set, Signal);
  CHECK(pthread_sigmask(SIG_SETMASK, &Set, NULL) == 0);
}

static void spawns(void) {
  pid_t Pid;
  char *Args[] = {"sh", "-c", "exit 31", NULL};
  CHECK(posix_spawn(&Pid, "/bin/sh", NULL, NULL, Args, environ) == 0);
  CHECK(exitStatus(Pid) == 31);
  CHECK(posix_spawnp(&Pid, "sh", NULL, NULL, Args, environ) == 0);
  CHECK(exitStatus(Pid) == 31);
  CHECK(posix_spawn(&Pid, "/not/there", NULL, NULL, Args, environ) == ENOENT);
  CHECK(posix_spawnp(&Pid, "open-co-not-there", NULL, NULL, Args, environ) ==
        ENOENT);

  posix_spawn_file_actions_t Actions;
  int P[2];
  char Buf[16];
  char *Echo[] = {"sh", "-c", "echo out", NULL};
  CHECK(pipe2(P, O_CLOEXEC) == 0);
  CHECK(posix_spawn_file_actions_init(&Actions) == 0);
  CHECK(posix_spawn_file_actions_adddup2(&Actions, P[1], 1) == 0);
  CHECK(posix_spawn(&Pid, "/bin/sh", &Actions, NULL, Echo, environ) == 0);
  CHECK(posix_spawn_file_actions_destroy(&Actions) == 0);
  CHECK(close(P[1]) == 0);
  CHECK(readAll(P[0], Buf, sizeof(Buf)) == 4 && memcmp(Buf, "out\n", 4) == 0);
  CHECK(close(P[0]) == 0 && exitStatus(Pid) == 0);

  // By /proc/self/status of the new program. A shell would not show it: dash
  // clears its mask, so system and popen are left out.
  int Signals[] = {SIGUSR1, SIGUSR2, 0};
  for (int I = 0; I < 3; ++I) {
    unsigned long long Expected = Signals[I] ? 1ULL << (Signals[I] - 1) : 0;
    block(Signals[I]);
    char *Cat[] = {"cat", "/proc/self/status", NULL};
    CHECK(pipe2(P, O_CLOEXEC) == 0);
    CHECK(posix_spawn_file_actions_init(&Actions) == 0);
    CHECK(posix_spawn_file_actions_adddup2(&Actions, P[1], 1) == 0);
    CHECK(posix_spawnp(&Pid, "cat", &Actions, NULL, Cat, environ) == 0);
    CHECK(posix_spawn_file_actions_destroy(&Actions) == 0);
    CHECK(close(P[1]) == 0);
    FILE *F = fdopen(P[0], "r");
    CHECK(blockedIn(F) == Expected);
    while (fgets(Buf, sizeof(Buf), F))
      ;
    CHECK(fclose(F) == 0 && exitStatus(Pid) == 0);

    sched_yield();
  }
}

static void shells(void) {
  int Status = system("exit 32");
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 32);
  CHECK(system(NULL) != 0);
  char Line[32];
  FILE *F = popen("echo one; exit 3", "r");
  CHECK(F != NULL && fgets(Line, sizeof(Line), F) && !strcmp(Line, "one\n"));
  Status = pclose(F);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 3);
  F = popen("cat >/dev/null", "w");
  CHECK(F != NULL && fputs("text", F) >= 0 && pclose(F) == 0);
  wordexp_t Words;
  CHECK(wordexp("a $(echo two words) 'b c'", &Words, 0) == 0);
  CHECK(Words.we_wordc == 4 && !strcmp(Words.we_wordv[2], "words"));
  wordfree(&Words);
  CHECK(wordexp("$(exit", &Words, 0) == WRDE_SYNTAX);
  CHECK(wordexp("$(echo)", &Words, WRDE_NOCMD) == WRDE_CMDSUB);
}

int main(void) {
  everywhere(spawns);
  everywhere(shells);
  return 0;
}
