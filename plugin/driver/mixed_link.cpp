//===- mixed_link.cpp -----------------------------------------------------===//

#include "mixed_link.h"
#include "elf_symbols.h"

#include <iostream>
#include <map>
#include <set>

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

static const set<string_view> &hookedNames() {
  static const set<string_view> Names = {
#define OC_HOOK(Name, ...) #Name,
#define OC_ENTRY(Name, ...) #Name,
#include "open_co/hooks.def"
  };
  return Names;
}

void open_co::reportNativeCalls(const vector<string> &Inputs,
                                const string &Output) {
  std::map<string, set<string>> Callers;
  set<string> Dynamic;
  bool IsDynamic = false;
  visitSymbols(Output, [&](const string &, const Symbol &S) {
    IsDynamic = true;
    if (!S.Defined && hookedNames().count(S.Name))
      Dynamic.insert(string(S.Name));
  });
  for (const string &Name : Dynamic)
    Callers[Name];
  for (const string &Input : Inputs) {
    if (Input.find(".so") != string::npos)
      continue; // Shared libraries go on calling libc.
    visitSymbols(Input, [&](const string &File, const Symbol &S) {
      // A static program has no symbols that tell what was linked.
      if (!S.Defined && hookedNames().count(S.Name) &&
          (!IsDynamic || Dynamic.count(string(S.Name))))
        Callers[string(S.Name)].insert(File);
    });
  }
  for (const auto &[Name, By] : Callers)
    std::cerr << "open-co: note: calls of " << Name
              << " were not rewritten and block OS threads: "
              << (By.empty() ? "in a library that was linked" : join(By))
              << '\n';
}
