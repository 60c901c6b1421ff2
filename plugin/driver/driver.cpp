//===- driver.cpp - open-co-clang and open-co-clang++ ---------------------===//
//
// Runs clang with the plugin where it compiles and the runtime where it links;
// everything else on the command line is clang's. The name under which it is
// called decides between C and C++.
//
//===----------------------------------------------------------------------===//

#include "command_line.h"
#include "installation.h"
#include "linker_symbols.h"
#include "mixed_link.h"
#include "response_file.h"
#include "version_report.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace open_co;
namespace fs = std::filesystem;
using std::string;
using std::vector;

/// Those that name a file for the plugin, whose own options they become.
static constexpr const char *FileOptions[] = {"--open-co-ignorelist=",
                                              "--open-co-redirects="};

/// \returns the plugin's option that \p Arg is for, or "".
static string pluginOption(const string &Arg) {
  for (const string Option : FileOptions)
    if (Arg.compare(0, Option.size(), Option) == 0) {
      if (Arg == Option)
        fail("option '" + Option + "' needs the name of a file");
      return Arg.substr(1);
    }
  return "";
}

namespace {
struct OwnOptions {
  vector<string> Plugin; ///< What they become for the plugin.
  bool ReportNative = false;
};
} // namespace

/// The wrapper's own options are taken out of \p Args.
static OwnOptions takeOwnOptions(vector<string> &Args,
                                 const Installation &Here) {
  OwnOptions Options;
  vector<string> Others;
  for (const string &Arg : Args) {
    if (Arg == "--open-co-version") {
      printVersionReport(Here);
      std::exit(0);
    }
    string Option = pluginOption(Arg);
    if (!Option.empty())
      Options.Plugin.push_back(Option);
    else if (Arg == "--open-co-report-native")
      Options.ReportNative = true;
    else if (Arg.compare(0, 10, "--open-co-") == 0)
      fail("unknown option '" + Arg +
           "'; known: --open-co-ignorelist=FILE, --open-co-redirects=FILE, "
           "--open-co-report-native, --open-co-version");
    else
      Others.push_back(Arg);
  }
  Args = Others;
  return Options;
}

static void refuseUnsupported(const CommandLine &Line) {
  for (const string &Option : Line.Unsupported) {
    string Reason = "its second stack belongs to an OS thread";
    if (Option == "-femulated-tls")
      Reason = "thread_local variables belong to coroutines";
    else if (Option == "-fsanitize=dataflow")
      Reason = "the runtime's functions have none of its names";
    fail("option '" + Option + "' is not supported: " + Reason +
         "; leave it out, or use clang");
  }
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

/// For whatever has an input: what clang will compile is not told by its
/// command line alone, and to link or to assemble it loads no plugin.
static vector<string> compileFlags(const Llvm &L, const Installation &Here,
                                   const vector<string> &Options) {
  // -fpass-plugin runs the pass. -fplugin makes its -mllvm options known before
  // they are parsed, and ccache hash the plugin.
  vector<string> Flags{"-idirafter", Here.Include,
                       "-fplugin=" + L.Plugin.string(),
                       "-fpass-plugin=" + L.Plugin.string()};
  // By -Xclang: a plain -mllvm would reach the assembler, too, which loads no
  // plugin. A file that changes is a reason to compile again.
  for (const string &Option : Options)
    for (const string &Flag :
         {string("-mllvm"), Option,
          "-fdepfile-entry=" + Option.substr(Option.find('=') + 1)})
      Flags.insert(Flags.end(), {"-Xclang", Flag});
  return Flags;
}

static vector<string> linkFlags(const Llvm &L, const Installation &Here,
                                const CommandLine &Line, bool Cxx) {
  vector<string> Flags = symbolFlags(Line);
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
    // Of libc.a the runtime knows functions by weak names, too.
    Flags.insert(Flags.end(),
                 {"-Xlinker", Archive, "-Wl," OPEN_CO_STATIC_OPTIONS});
    // What the runtime needs of the C++ library to throw its exceptions. Its
    // references are weak, as C programs have none of it; a name that the
    // library does not have would be missed then.
    const char *Throw = Line.LibCxx ? "_ZNSt3__120__throw_system_errorEiPKc"
                                    : "_ZSt20__throw_system_errori";
    if (Cxx)
      for (const char *Name : {"__cxa_guard_acquire", Throw})
        Flags.insert(Flags.end(), {"-Xlinker", string("--undefined=") + Name});
  } else {
    require(Here.Lib / "libopen-co.so");
    Flags.push_back("-L" + Here.Lib.string());
    if (needsRunPath(Here.Lib))
      Flags.insert(Flags.end(), {"-Xlinker", "-rpath", "-Xlinker", Here.Lib});
  }
  return Flags;
}

/// Names the shared runtime, which linkFlags() tells how to find.
static vector<string> runtimeFlags(const CommandLine &Line) {
  // What has no C library gets none by way of the runtime. Objects that need
  // the runtime may come after a named one.
  const char *AsNeeded = Line.LibC ? "--no-as-needed" : "--as-needed";
  if (!Line.LibC && !Line.BareLink)
    return {"-lopen-co"};
  return {"-Xlinker",  "--push-state", "-Xlinker",   AsNeeded,
          "-lopen-co", "-Xlinker",     "--pop-state"};
}

/// clang of LLVM \p Major does not warn of \p Flags if it has no use for them.
static void insert(vector<string> &Args, size_t At, vector<string> Flags,
                   int Major) {
  // Before 14 one cannot say which.
  Flags.insert(Flags.begin(), Major < 14 ? "-Qunused-arguments"
                                         : "--start-no-unused-arguments");
  if (Major >= 14)
    Flags.emplace_back("--end-no-unused-arguments");
  Args.insert(Args.begin() + At, Flags.begin(), Flags.end());
}

static void append(vector<string> &Args, const vector<string> &Flags,
                   int Major) {
  insert(Args, Args.size(), Flags, Major);
}

/// \p Args as execv() wants them; valid as long as they are.
static vector<char *> commandOf(vector<string> &Args) {
  vector<char *> Exec;
  Exec.reserve(Args.size() + 1);
  for (string &Arg : Args)
    Exec.push_back(Arg.data());
  Exec.push_back(nullptr);
  return Exec;
}

[[noreturn]] static void replaceSelf(char **Command) {
  execv(Command[0], Command);
  if (errno == E2BIG) { // As it may be when response files are expanded.
    string File = makeResponseFile(Command + 1);
    char *Short[] = {Command[0], File.data(), nullptr};
    if (!File.empty())
      execv(Command[0], Short);
  }
  fail(string("cannot run ") + Command[0] + ": " + std::strerror(errno));
}

/// \returns the exit status of \p Command; ends as it does if a signal ends it.
static int runAndWait(char **Command) {
  // While SIGCHLD is ignored there is no status to wait for.
  const auto Before = signal(SIGCHLD, SIG_DFL);
  const pid_t Self = getpid();
  pid_t Child = fork();
  if (Child == 0) { // Who ends the compiler by its process means clang.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != Self) // It has ended before that.
      raise(SIGTERM);
  }
  if (Child <= 0) { // Without a process to spare, do without what comes after.
    signal(SIGCHLD, Before);
    replaceSelf(Command);
  }
  int Status = 0;
  while (waitpid(Child, &Status, 0) == -1)
    if (errno != EINTR)
      fail(string("cannot wait for clang: ") + std::strerror(errno));
  if (WIFSIGNALED(Status))
    raise(WTERMSIG(Status));
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 1;
}

/// CMake takes "open-co-" for the prefix of a toolchain, and wants
/// open-co-llvm-ar and open-co-llvm-ranlib for link-time optimisation.
static void runOtherTool(const Llvm &L, const string &Name,
                         vector<string> Args) {
  const string Prefix = "open-co-";
  if (Name.compare(0, Prefix.size() + 5, Prefix + "llvm-") != 0)
    return;
  std::error_code Error;
  fs::path Bin = fs::canonical(L.Clang, Error).parent_path();
  Args.insert(Args.begin(), Bin / Name.substr(Prefix.size()));
  replaceSelf(commandOf(Args).data());
}

int main(int Argc, char **Argv) {
  string Name = fs::path(Argc ? Argv[0] : "").filename();
  bool Cxx = Name.find("++") != string::npos;
  Installation Here = findInstallation(Cxx);
  const vector<string> Given(Argv + (Argc > 0), Argv + Argc);
  vector<string> UserArgs = expandResponseFiles(Given);
  OwnOptions Own = takeOwnOptions(UserArgs, Here);
  const Llvm &L = chooseLlvm(Here);
  runOtherTool(L, Name, Given);

  vector<string> Args{L.Clang};
  CommandLine Line = parseCommandLine(UserArgs);
  bool IsFrontEnd = !UserArgs.empty() && UserArgs[0].compare(0, 4, "-cc1") == 0;
  if (Line.HasInputs && !IsFrontEnd) {
    refuseUnsupported(Line);
    replaceDashDash(UserArgs);
    if (Line.Links && Line.Static)
      wrapOnlyRewritten(UserArgs);
    else if (Line.Links) // In front of libc, part of which it stands for.
      insert(UserArgs, Line.LibC.value_or(UserArgs.size()), runtimeFlags(Line),
             L.Major);
    append(Args, compileFlags(L, Here, Own.Plugin), L.Major);
    Args.insert(Args.end(), UserArgs.begin(), UserArgs.end());
    if (Line.Links)
      append(Args, linkFlags(L, Here, Line, Cxx), L.Major);
  } else {
    Args.insert(Args.end(), UserArgs.begin(), UserArgs.end());
  }

  vector<char *> Command = commandOf(Args);
  if (!Line.Links || IsFrontEnd)
    replaceSelf(Command.data());
  int Status = runAndWait(Command.data());
  if (Status != 0)
    explainThreadLocals(Line.Inputs);
  else if (Own.ReportNative)
    reportNativeCalls(Line.Inputs, Line.Output);
  return Status;
}
