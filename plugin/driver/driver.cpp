//===- driver.cpp - open-co-clang and open-co-clang++ ---------------------===//
//
// Runs clang with the plugin where it compiles and the runtime where it links;
// everything else on the command line is clang's. The name under which it is
// called decides between C and C++.
//
//===----------------------------------------------------------------------===//

#include "command_line.h"
#include "installation.h"
#include "mixed_link.h"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace open_co;
namespace fs = std::filesystem;
using std::string;
using std::vector;

static void printVersion(const Installation &Here) {
  std::cout << "open-co " OPEN_CO_VERSION "\n";
  for (const Llvm &L : Here.Llvms)
    std::cout << "llvm " << L.Major << ": plugin " << L.Plugin.string() << ", "
              << (L.Clang.empty() ? "no clang found" : L.Clang.string())
              << '\n';
}

static constexpr const char *ReportNative = "--open-co-report-native";

namespace {
struct OwnOptions {
  bool ReportNative = false;
};
} // namespace

/// The wrapper's own options are taken out of \p Args.
static OwnOptions takeOwnOptions(vector<string> &Args,
                                 const Installation &Here) {
  OwnOptions Options;
  vector<string> Others;
  for (const string &Arg : Args) {
    if (Arg == ReportNative) {
      Options.ReportNative = true;
      continue;
    }
    Others.push_back(Arg);
    if (Arg == "--open-co-version") {
      printVersion(Here);
      std::exit(0);
    }
    if (Arg.compare(0, 10, "--open-co-") == 0)
      fail("unknown option '" + Arg + "'; known: --open-co-version, " +
           ReportNative);
  }
  Args = Others;
  return Options;
}

/// Our flags go last and would be inputs after a "--"; a path needs none.
static void replaceDashDash(vector<string> &Args) {
  for (size_t I = 0; I < Args.size(); ++I) {
    if (Args[I] != "--")
      continue;
    Args.erase(Args.begin() + I);
    for (; I < Args.size(); ++I)
      if (Args[I][0] == '-' && Args[I] != "-")
        Args[I].insert(0, "./");
  }
}

static vector<string> compileFlags(const Llvm &L, const Installation &Here,
                                   const CommandLine &Line) {
  vector<string> Flags{"-idirafter", Here.Include};
  // -fpass-plugin runs the pass. -fplugin makes its -mllvm options known before
  // they are parsed, and ccache hash the plugin.
  if (Line.Compiles)
    Flags.insert(Flags.end(), {"-fplugin=" + L.Plugin.string(),
                               "-fpass-plugin=" + L.Plugin.string()});
  return Flags;
}

static vector<string> linkFlags(const Llvm &L, const Installation &Here,
                                const CommandLine &Line) {
  vector<string> Flags;
  // clang before 19 takes the first ld.lld in PATH, which may be too old to
  // read this clang's bitcode.
  std::error_code Error;
  fs::path Lld = fs::canonical(L.Clang, Error).parent_path() / "ld.lld";
  if (Line.Lld && fs::exists(Lld, Error))
    Flags.push_back("--ld-path=" + Lld.string());

  // By -Xlinker, since an archive's name would be a source after "-x c", and a
  // path with a comma would be cut by -Wl.
  if (Line.Static) {
    fs::path Archive = require(Here.Lib / "libopen-co.a");
    Flags.insert(Flags.end(), {"-Xlinker", Archive});
  } else {
    require(Here.Lib / "libopen-co.so");
    Flags.insert(Flags.end(), {"-L" + Here.Lib.string(), "-lopen-co",
                               "-Xlinker", "-rpath", "-Xlinker", Here.Lib});
  }
  return Flags;
}

/// clang does not warn of \p Flags if it has no use for them.
static void append(vector<string> &Args, const vector<string> &Flags) {
  Args.push_back("--start-no-unused-arguments");
  Args.insert(Args.end(), Flags.begin(), Flags.end());
  Args.push_back("--end-no-unused-arguments");
}

[[noreturn]] static void replaceSelf(char **Command) {
  execv(Command[0], Command);
  fail(string("cannot run ") + Command[0] + ": " + std::strerror(errno));
}

/// \returns the exit status of \p Command; ends as it does if a signal ends it.
static int runAndWait(char **Command) {
  pid_t Child = fork();
  if (Child <= 0) // Without a process to spare, do without what comes after.
    replaceSelf(Command);
  int Status = 0;
  while (waitpid(Child, &Status, 0) == -1 && errno == EINTR)
    ;
  if (WIFSIGNALED(Status))
    raise(WTERMSIG(Status));
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 1;
}

int main(int Argc, char **Argv) {
  string Name = fs::path(Argc ? Argv[0] : "").filename();
  Installation Here = findInstallation(Name.find("++") != string::npos);
  vector<string> UserArgs(Argv + (Argc > 0), Argv + Argc);
  OwnOptions Own = takeOwnOptions(UserArgs, Here);
  const Llvm &L = chooseLlvm(Here);

  vector<string> Args{L.Clang};
  CommandLine Line = parseCommandLine(UserArgs);
  bool IsFrontEnd = !UserArgs.empty() && UserArgs[0].compare(0, 4, "-cc1") == 0;
  if (Line.HasInputs && !IsFrontEnd) {
    replaceDashDash(UserArgs);
    append(Args, compileFlags(L, Here, Line));
    Args.insert(Args.end(), UserArgs.begin(), UserArgs.end());
    if (Line.Links)
      append(Args, linkFlags(L, Here, Line));
  } else {
    Args.insert(Args.end(), UserArgs.begin(), UserArgs.end());
  }

  vector<char *> Exec;
  Exec.reserve(Args.size() + 1);
  for (string &Arg : Args)
    Exec.push_back(Arg.data());
  Exec.push_back(nullptr);
  if (!Line.Links || IsFrontEnd)
    replaceSelf(Exec.data());
  int Status = runAndWait(Exec.data());
  if (Status != 0)
    explainThreadLocals(Line.Inputs);
  else if (Own.ReportNative)
    reportNativeCalls(Line.Inputs, Line.Output);
  return Status;
}
