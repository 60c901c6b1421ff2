//===- installation.cpp ---------------------------------------------------===//

#include "installation.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include <unistd.h>

using namespace open_co;
namespace fs = std::filesystem;
using std::string;
using std::to_string;

/// Debian's place first, so that a clang-N earlier in PATH that is a link to
/// this wrapper is not found.
static fs::path findClang(int Major, const string &Name) {
  string Suffix = "-" + to_string(Major);
  fs::path Debian = "/usr/lib/llvm" + Suffix + "/bin/" + Name;
  if (access(Debian.c_str(), X_OK) == 0)
    return Debian;
  const char *Path = std::getenv("PATH");
  std::istringstream Dirs(Path ? Path : "");
  for (string Dir; std::getline(Dirs, Dir, ':');) {
    fs::path File = fs::path(Dir) / (Name + Suffix);
    if (access(File.c_str(), X_OK) == 0)
      return File;
  }
  return {};
}

Installation open_co::findInstallation(bool Cxx) {
  std::error_code Error;
  fs::path Self = fs::read_symlink("/proc/self/exe", Error);
  if (Error)
    fail("cannot read /proc/self/exe: " + Error.message());

  fs::path Bin = Self.parent_path();
  Installation Here{(Bin / OPEN_CO_LIB).lexically_normal(),
                    (Bin / OPEN_CO_INCLUDE).lexically_normal(),
                    {}};
  string Start = "llvm-";
  for (const auto &Entry :
       fs::directory_iterator(Here.Lib / "open-co", Error)) {
    string Name = Entry.path().filename();
    fs::path Plugin = Entry.path() / "libOpenCoPass.so";
    int Major = Name.compare(0, Start.size(), Start) == 0
                    ? std::atoi(Name.c_str() + Start.size())
                    : 0;
    if (Major > 0 && fs::exists(Plugin, Error))
      Here.Llvms.push_back(
          {Major, Plugin, findClang(Major, Cxx ? "clang++" : "clang")});
  }
  std::sort(Here.Llvms.begin(), Here.Llvms.end(),
            [](const Llvm &A, const Llvm &B) { return A.Major < B.Major; });
  return Here;
}

/// "14, 16 and 19" would need a translator; "14 16 19" does not.
static string usableMajors(const Installation &Here) {
  string List;
  for (const Llvm &L : Here.Llvms)
    if (!L.Clang.empty())
      List += " " + to_string(L.Major);
  return List.empty() ? " none" : List;
}

const Llvm &open_co::chooseLlvm(const Installation &Here) {
  const char *Wanted = std::getenv("OPEN_CO_LLVM");
  string PluginPlace = Here.Lib / "open-co/llvm-N/libOpenCoPass.so";
  if (Here.Llvms.empty())
    fail("no plugin found, looked for " + PluginPlace +
         "; run scripts/build or install open-co again");
  if (!Wanted || !*Wanted) {
    for (auto L = Here.Llvms.rbegin(); L != Here.Llvms.rend(); ++L)
      if (!L->Clang.empty())
        return *L;
    string Majors;
    for (const Llvm &L : Here.Llvms)
      Majors += " " + to_string(L.Major);
    fail("no clang found for the plugins of LLVM" + Majors +
         ", looked for /usr/lib/llvm-N/bin/clang and clang-N in PATH; "
         "install one");
  }

  string Text = Wanted;
  if (Text.size() > 3 || Text.find_first_not_of("0123456789") != string::npos)
    fail("OPEN_CO_LLVM is '" + Text +
         "', not a major version of LLVM; available:" + usableMajors(Here));
  for (const Llvm &L : Here.Llvms) {
    if (L.Major != std::atoi(Wanted))
      continue;
    if (L.Clang.empty())
      fail("OPEN_CO_LLVM is " + Text + ", but there is no /usr/lib/llvm-" +
           Text + "/bin/clang and no clang-" + Text +
           " in PATH; available:" + usableMajors(Here));
    return L;
  }
  fail("OPEN_CO_LLVM is " + Text + ", for which there is no plugin in " +
       (Here.Lib / "open-co").string() + "; available:" + usableMajors(Here));
}

bool open_co::needsRunPath(const fs::path &Dir) {
  string Entry = ":" + Dir.string() + ":";
  return string(OPEN_CO_SYSTEM_DIRS).find(Entry) == string::npos;
}

const fs::path &open_co::require(const fs::path &File) {
  std::error_code Error;
  if (!fs::exists(File, Error))
    fail(File.filename().string() + " is missing, looked for " + File.string() +
         "; run scripts/build or install open-co again");
  return File;
}

void open_co::fail(const string &Message) {
  std::cerr << "open-co: " << Message << '\n';
  std::exit(1);
}
