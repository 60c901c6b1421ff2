// kernel.c - runs a program as under a kernel, or a sandbox, that refuses
// something: kernel NAME=ERRNO... PROGRAM [ARG...]
//
// NAME is one of the system calls below; `guard` is madvise of
// MADV_GUARD_INSTALL alone. `shadow-stack=on` says that the CPU checks return
// addresses: arch_prctl(ARCH_SHSTK_STATUS), answered by ptrace.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct Name {
  const char *Name;
  int Value;
};
static const struct Name Calls[] = {{"epoll_create1", SYS_epoll_create1},
                                    {"epoll_ctl", SYS_epoll_ctl},
                                    {"epoll_pwait2", SYS_epoll_pwait2},
                                    {"epoll_wait", SYS_epoll_wait},
                                    {"eventfd2", SYS_eventfd2},
                                    {"guard", SYS_madvise},
                                    {"io_uring", SYS_io_uring_setup},
                                    {"pidfd_open", SYS_pidfd_open},
                                    {"preadv2", SYS_preadv2},
                                    {"pwritev2", SYS_pwritev2},
                                    {"shadow-stack", SYS_arch_prctl},
                                    {NULL, 0}};
static const struct Name Errors[] = {{"EINVAL", EINVAL},
                                     {"ENOSYS", ENOSYS},
                                     {"EPERM", EPERM},
                                     {"on", 0},
                                     {NULL, 0}};
enum { GuardInstall = 102, ShadowStackStatus = 0x5005 };

static int find(const struct Name *Names, const char *Text, size_t Length) {
  for (; Names->Name; ++Names)
    if (strlen(Names->Name) == Length && !memcmp(Names->Name, Text, Length))
      return Names->Value;
  fprintf(stderr, "kernel: what is %s?\n", Text);
  exit(2);
}

/// Adds a filter that answers \p Call with \p Action. \p Argument, if not 0,
/// is what argument number \p Index has to be.
static void install(int Call, unsigned Action, int Index, unsigned Argument) {
  struct sock_filter Code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)Call, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
               offsetof(struct seccomp_data, args) + 8 * (unsigned)Index),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, Argument, 0, Argument ? 1 : 0),
      BPF_STMT(BPF_RET | BPF_K, Action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog Program = {sizeof Code / sizeof *Code, Code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &Program)) {
    perror("kernel: seccomp");
    exit(2);
  }
}

static void refuse(const char *Rule) {
  const char *Equals = strchr(Rule, '=');
  int Call = find(Calls, Rule, (size_t)(Equals - Rule));
  unsigned Error = (unsigned)find(Errors, Equals + 1, strlen(Equals + 1));
  if (Call == SYS_arch_prctl)
    install(Call, SECCOMP_RET_TRACE, 0, ShadowStackStatus);
  else
    install(Call, SECCOMP_RET_ERRNO | Error, 2,
            Call == SYS_madvise ? GuardInstall : 0);
}

/// Skips the arch_prctl that \p Child is stopped at, with the result 0 and 1 in
/// the word that it points to.
static void answerShadowStack(pid_t Child) {
  struct user_regs_struct Regs;
  ptrace(PTRACE_GETREGS, Child, NULL, &Regs);
  ptrace(PTRACE_POKEDATA, Child, (void *)Regs.rsi, (void *)1);
  Regs.orig_rax = (unsigned long long)-1;
  Regs.rax = 0;
  ptrace(PTRACE_SETREGS, Child, NULL, &Regs);
}

/// Forks; the parent answers for the child and ends with its status.
static void trace(void) {
  pid_t Child = fork();
  if (Child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    return;
  }
  int Status;
  waitpid(Child, &Status, 0);
  ptrace(PTRACE_SETOPTIONS, Child, NULL,
         (void *)(PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL));
  ptrace(PTRACE_CONT, Child, NULL, NULL);
  while (waitpid(Child, &Status, 0) == Child && WIFSTOPPED(Status)) {
    int Signal = WSTOPSIG(Status);
    if (Status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8)))
      answerShadowStack(Child);
    ptrace(PTRACE_CONT, Child, NULL,
           (void *)(long)(Signal == SIGTRAP ? 0 : Signal));
  }
  exit(WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status));
}

int main(int Argc, char **Argv) {
  int I = 1;
  for (; I < Argc && strchr(Argv[I], '='); ++I) {
    if (strstr(Argv[I], "shadow-stack="))
      trace();
    refuse(Argv[I]);
  }
  if (I < Argc)
    execvp(Argv[I], Argv + I);
  perror("kernel: cannot run the program");
  return 2;
}
