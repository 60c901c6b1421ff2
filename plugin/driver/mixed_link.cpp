//===- mixed_link.cpp -----------------------------------------------------===//

#include "mixed_link.h"
#include "elf_symbols.h"
#include "linker_symbols.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include <cxxabi.h>

using namespace open_co;
using std::set;
using std::string;
using std::string_view;
using std::vector;

static constexpr string_view LocalSuffix = ".oc_local";

static string join(const set<string> &Words) {
  string Text;
  for (const string &Word : Words)
    Text += (Text.empty() ? "" : ", ") + Word;
  return Text;
}

void open_co::explainThreadLocals(const vector<string> &Inputs) {
  struct Users {
    set<string> Native, Rewritten;
  };
  std::map<string, Users> Variables;
  for (const string &Input : Inputs)
    visitSymbols(Input, [&](const string &File, const Symbol &S) {
      size_t Stem = S.Name.size() - LocalSuffix.size();
      if (S.ThreadLocal)
        Variables[string(S.Name)].Native.insert(File);
      else if (S.Name.size() > LocalSuffix.size() &&
               S.Name.substr(Stem) == LocalSuffix)
        Variables[string(S.Name.substr(0, Stem))].Rewritten.insert(File);
    });
  for (const auto &[Name, By] : Variables)
    if (!By.Native.empty() && !By.Rewritten.empty())
      std::cerr << "open-co: thread_local variable '" << Name
                << "' is shared by " << join(By.Rewritten)
                << " and, built without open-co, " << join(By.Native)
                << "; build all of them with it\n";
}

static string demangle(string_view Name) {
  char *Text =
      abi::__cxa_demangle(string(Name).c_str(), nullptr, nullptr, nullptr);
  string Result = Text ? Text : string(Name);
  std::free(Text);
  return Result;
}

void open_co::reportNativeCalls(const vector<string> &Inputs,
                                const string &Output) {
  set<string> Dynamic;
  bool IsDynamic = false;
  visitSymbols(Output, [&](const string &, const Symbol &S) {
    IsDynamic = true;
    if (!S.Defined && isHooked(S.Name))
      Dynamic.insert(string(S.Name));
  });
  // The linker keeps the first copy of a function that several objects have.
  // (Of an archive it may not take the object.)
  std::map<string, string> KeptIn;
  std::map<string, set<string>> Callers;
  for (const string &Input : Inputs) {
    if (Input.find(".so") != string::npos)
      continue; // Shared libraries go on calling libc.
    visitSymbols(Input, [&](const string &File, const Symbol &S) {
      string Name(S.Name);
      if (S.Defined && File == Input)
        KeptIn.try_emplace(Name, File);
      // A static program has no symbols that tell what was linked.
      if (S.Defined || !isHooked(S.Name) || (IsDynamic && !Dynamic.count(Name)))
        return;
      set<string> &By = Callers[Name];
      for (string_view User : S.Users) {
        auto Kept = KeptIn.find(string(User));
        if (User.empty())
          By.insert(File);
        else if (Kept == KeptIn.end() || Kept->second == File)
          By.insert(File + " (in " + demangle(User) + ")");
      }
    });
  }
  for (const string &Name : Dynamic)
    if (!Callers.count(Name))
      Callers[Name].insert("in a library that was linked");
  for (const auto &[Name, By] : Callers)
    if (!By.empty())
      std::cerr << "open-co: note: calls of " << Name
                << " were not rewritten: " << join(By) << '\n';
}
