//===- version_report.cpp -------------------------------------------------===//
//
// The kernel is asked by the runtime's own system calls, sys/syscall.h.
//
//===----------------------------------------------------------------------===//

#include "version_report.h"

#include "sched/cpus.h"
#include "sys/syscall.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

#include <gnu/libc-version.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

using namespace open_co;
namespace fs = std::filesystem;
namespace sys = oc::sys;
using std::string;

//===- Our parts ----------------------------------------------------------===//

static string quoteForShell(const string &Text) {
  string Quoted = "'";
  for (char C : Text)
    Quoted += C == '\'' ? string("'\\''") : string(1, C);
  return Quoted + "'";
}

/// \returns what the clang at \p Path says of itself.
static string clangVersion(const fs::path &Path) {
  string Command = quoteForShell(Path) + " -dumpversion 2>&1";
  FILE *Pipe = popen(Command.c_str(), "r");
  char Line[256] = "";
  if (Pipe && !fgets(Line, sizeof Line, Pipe))
    Line[0] = 0;
  if (!Pipe || pclose(Pipe) != 0)
    return "which does not run";
  Line[strcspn(Line, "\n")] = 0;
  return Line;
}

static bool isTested(int Major) {
  for (int Tested : {OPEN_CO_TESTED_MAJORS})
    if (Major == Tested)
      return true;
  return false;
}

static void printParts(const Installation &Here) {
  for (const char *Name : {"libopen-co.so", "libopen-co.a"}) {
    std::error_code Error;
    fs::path File = Here.Lib / Name;
    std::cout << Name << ": "
              << (fs::exists(File, Error) ? File.string() : "missing") << '\n';
  }
  for (const Llvm &L : Here.Llvms)
    std::cout << "llvm " << L.Major
              << (isTested(L.Major) ? "" : " (not tested)") << ": plugin "
              << L.Plugin.string() << ", "
              << (L.Clang.empty()
                      ? "no clang found"
                      : L.Clang.string() + " " + clangVersion(L.Clang))
              << '\n';
}

//===- The kernel ---------------------------------------------------------===//

/// \returns the rest of the line of \p File that begins with \p Start; "" if
/// there is none.
static string lineOf(const char *File, const string &Start) {
  std::ifstream In(File);
  for (string Line; std::getline(In, Line);)
    if (Line.compare(0, Start.size(), Start) == 0)
      return Line.substr(Start.size());
  return "";
}

/// \param Result of a system call, which says that the kernel has the feature
/// if it is not negative, or is -\p Expected.
static string answer(long Result, int Expected = 0) {
  if (Result >= 0 || Result == -Expected)
    return "yes";
  return string("no (") + strerrordesc_np(static_cast<int>(-Result)) + ")";
}

static string ioUring() {
  io_uring_params Params{};
  long Ring = sys::call(SYS_io_uring_setup, 1, sys::word(&Params));
  if (Ring >= 0)
    sys::close(static_cast<int>(Ring));
  // 0: allowed; 1: to a group or the privileged; 2: to nobody.
  string Disabled = lineOf("/proc/sys/kernel/io_uring_disabled", "");
  return answer(Ring) +
         (Disabled.empty() ? "" : ", kernel.io_uring_disabled=" + Disabled);
}

static string guardInstall() {
  void *Page = sys::map(4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
  string Text = answer(sys::advise(Page, 4096, sys::GuardInstall));
  sys::unmap(Page, 4096);
  return Text;
}

static string pidFd() {
  long Fd = sys::call(SYS_pidfd_open, sys::processId());
  if (Fd >= 0)
    sys::close(static_cast<int>(Fd));
  return answer(Fd);
}

static string pipeNoWait() {
  int Ends[2];
  if (pipe(Ends) != 0)
    return answer(-errno);
  char Byte;
  string Text = answer(sys::readNoWait(Ends[0], &Byte, 1), EAGAIN);
  close(Ends[0]);
  close(Ends[1]);
  return Text;
}

static string pwait2() {
  epoll_event Event;
  return answer(sys::epollPwait2(-1, &Event, 1, nullptr), EBADF);
}

static void printKernel() {
  utsname Names{};
  uname(&Names);
  std::cout << "kernel: " << Names.sysname << ' ' << Names.release << ' '
            << Names.machine << "\nio_uring: " << ioUring()
            << "\nMADV_GUARD_INSTALL: " << guardInstall()
            << "\npidfd_open: " << pidFd()
            << "\npreadv2 RWF_NOWAIT on pipes: " << pipeNoWait()
            << "\nepoll_pwait2: " << pwait2()
            << "\nCET shadow stack: " << (sys::hasShadowStack() ? "on" : "off")
            << "\nseccomp: " << lineOf("/proc/self/status", "Seccomp:\t")
            << '\n';
}

void open_co::printVersionReport(const Installation &Here) {
  std::cout << "open-co " OPEN_CO_VERSION "\n";
  if (*OPEN_CO_COMMIT)
    std::cout << "commit: " OPEN_CO_COMMIT "\n";
  printParts(Here);
  for (char **Variable = environ; *Variable; ++Variable)
    if (std::strncmp(*Variable, "OPEN_CO_", 8) == 0)
      std::cout << "environment: " << *Variable << '\n';
  std::cout << "target: x86_64-linux-gnu, glibc " << gnu_get_libc_version()
            << "\nusable CPUs: " << oc::usableCpus() << '\n';
  printKernel();
}
