// exec.cpp - a new program begins with the signal mask of the coroutine that
// starts it, not with a worker's. A vfork child has that already.
#include "libc/wrapper.h"
#include "signal/signals.h"

#include <cstdarg>

using namespace oc;

OC_WRAPPER int __oc_execv(const char *Path, char *const Argv[]) noexcept {
  RealMask Real;
  return execv(Path, Argv);
}

OC_WRAPPER int __oc_execve(const char *Path, char *const Argv[],
                           char *const Env[]) noexcept {
  RealMask Real;
  return execve(Path, Argv, Env);
}

OC_WRAPPER int __oc_execveat(int Directory, const char *Path,
                             char *const Argv[], char *const Env[],
                             int Flags) noexcept {
  RealMask Real;
  return execveat(Directory, Path, Argv, Env, Flags);
}

OC_WRAPPER int __oc_execvp(const char *File, char *const Argv[]) noexcept {
  RealMask Real;
  return execvp(File, Argv);
}

OC_WRAPPER int __oc_execvpe(const char *File, char *const Argv[],
                            char *const Env[]) noexcept {
  RealMask Real;
  return execvpe(File, Argv, Env);
}

OC_WRAPPER int __oc_fexecve(int Fd, char *const Argv[],
                            char *const Env[]) noexcept {
  RealMask Real;
  return fexecve(Fd, Argv, Env);
}

/// Calls \p Exec with the arguments \p First, ... up to a null, and what
/// follows that; on the stack, since a vfork child must not allocate.
#define OC_WITH_ARGUMENTS(First, Exec)                                         \
  va_list Args;                                                                \
  va_start(Args, First);                                                       \
  size_t N = 1;                                                                \
  while (va_arg(Args, const char *))                                           \
    ++N;                                                                       \
  va_end(Args);                                                                \
  auto **Argv = static_cast<char **>(alloca((N + 1) * sizeof(char *)));        \
  va_start(Args, First);                                                       \
  Argv[0] = const_cast<char *>(First);                                         \
  for (size_t I = 1; I <= N; ++I)                                              \
    Argv[I] = va_arg(Args, char *);                                            \
  [[maybe_unused]] char *const *Env = nullptr;                                 \
  Exec

OC_WRAPPER int __oc_execl(const char *Path, const char *First, ...) noexcept {
  OC_WITH_ARGUMENTS(First, va_end(Args));
  return __oc_execv(Path, Argv);
}

OC_WRAPPER int __oc_execle(const char *Path, const char *First, ...) noexcept {
  OC_WITH_ARGUMENTS(First, Env = va_arg(Args, char *const *); va_end(Args));
  return __oc_execve(Path, Argv, Env);
}

OC_WRAPPER int __oc_execlp(const char *File, const char *First, ...) noexcept {
  OC_WITH_ARGUMENTS(First, va_end(Args));
  return __oc_execvp(File, Argv);
}
