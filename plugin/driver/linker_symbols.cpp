//===- linker_symbols.cpp -------------------------------------------------===//

#include "linker_symbols.h"

#include <algorithm>
#include <set>

using namespace open_co;

using std::set;
using std::string;
using std::string_view;
using std::vector;

bool open_co::isHooked(string_view Name) {
  static const set<string_view> Names = {
#define OC_HOOK(Name, ...) #Name,
#define OC_ENTRY(Name, ...) #Name,
#include "open_co/hooks.def"
  };
  return Names.count(Name) != 0;
}

vector<string> open_co::symbolFlags(const CommandLine &Line) {
  vector<string> Flags;
  for (const string &Name : Line.Wrapped)
    if (isHooked(Name))
      Flags.insert(Flags.end(), {"-Xlinker", "--wrap=__oc_" + Name});
  for (const string &Symbol : Line.Defined)
    if (isHooked(Symbol.substr(0, Symbol.find('='))))
      Flags.insert(Flags.end(), {"-Xlinker", "--defsym=__oc_" + Symbol});
  return Flags;
}

/// \param IsName whether \p Word follows --wrap; changes to what holds for the
/// next one.
static string wrapped(const string &Word, bool &IsName) {
  size_t Name = 0;
  if (!IsName) {
    IsName = Word == "--wrap" || Word == "-wrap";
    Name = Word.compare(0, 7, "--wrap=") == 0  ? 7
           : Word.compare(0, 6, "-wrap=") == 0 ? 6
                                               : Word.size();
  } else {
    IsName = false;
  }
  string Renamed = Word;
  return isHooked(Word.substr(Name)) ? Renamed.insert(Name, "__oc_") : Word;
}

void open_co::wrapOnlyRewritten(vector<string> &Args) {
  bool IsName = false;
  for (size_t I = 0; I < Args.size(); ++I) {
    if (Args[I] == "-Xlinker" && I + 1 < Args.size()) {
      ++I;
      Args[I] = wrapped(Args[I], IsName);
    } else if (Args[I].compare(0, 4, "-Wl,") == 0) {
      string New = "-Wl";
      for (size_t At = 3, End; At < Args[I].size(); At = End) {
        End = std::min(Args[I].find(',', At + 1), Args[I].size());
        New += "," + wrapped(Args[I].substr(At + 1, End - At - 1), IsName);
      }
      Args[I] = New;
    }
  }
}
