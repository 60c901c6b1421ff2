//===- ignore_list.cpp ----------------------------------------------------===//

#include "ignore_list.h"

#include "compat.h"
#include "list_file.h"

#include "llvm/Demangle/Demangle.h"

using namespace llvm;
using namespace open_co;

static constexpr struct {
  StringLiteral Name;
  Part Parts;
} Sections[] = {{"open-co", Part::All},
                {"redirect", Part::Redirect},
                {"user-redirect", Part::UserRedirect},
                {"locals", Part::Locals}};

/// Reads the header \p Text, without its brackets, which may be a glob.
/// \returns what is wrong, or "".
static std::string readSection(StringRef Text, unsigned &Parts) {
  Expected<GlobPattern> Glob = GlobPattern::create(Text);
  if (!Glob)
    return toString(Glob.takeError());
  Parts = 0;
  for (const auto &Section : Sections)
    if (Glob->match(Section.Name))
      Parts |= static_cast<unsigned>(Section.Parts);
  if (Parts)
    return "";
  return ("unknown section [" + Text +
          "]; known: [open-co], [redirect], [user-redirect], [locals]")
      .str();
}

std::string open_co::IgnoreList::add(StringRef Text, unsigned &Parts) {
  if (Text.consume_front("[")) {
    if (!Text.consume_back("]"))
      return ("expected '[section]', got '[" + Text + "'").str();
    return readSection(Text, Parts);
  }
  auto [Word, Pattern] = Text.split(':');
  Kind What = Kind::Function;
  if (Word == "src")
    What = Kind::Source;
  else if (Word == "var")
    What = Kind::Variable;
  else if (Word != "fun")
    return ("expected 'fun:', 'src:', 'var:' or '[section]', got '" + Text +
            "'")
        .str();
  Pattern = Pattern.trim();
  if (Pattern.empty())
    return ("'" + Text + "' names nothing").str();
  if (Pattern.contains('='))
    return ("'" + Text + "': there are no categories (=)").str();
  if (What == Kind::Function && Parts == static_cast<unsigned>(Part::Locals))
    return "section [locals] has variables and source files, no functions";
  Texts.push_back(Pattern.str());
  Expected<GlobPattern> Glob = GlobPattern::create(Texts.back());
  if (!Glob)
    return toString(Glob.takeError());
  Entries.push_back({Parts, What, std::move(*Glob)});
  return "";
}

Expected<IgnoreList> open_co::IgnoreList::read(ArrayRef<std::string> Files) {
  IgnoreList List;
  for (const std::string &File : Files) {
    auto Parts = static_cast<unsigned>(Part::All);
    if (Error E = readListFile(File, [&](StringRef Text, StringRef) {
          return List.add(Text, Parts);
        }))
      return E;
  }
  return List;
}

bool open_co::IgnoreList::has(Kind What, Part P, StringRef Name) const {
  return any_of(Entries, [&](const Entry &E) {
    return E.What == What && (E.Parts & static_cast<unsigned>(P)) &&
           E.Glob.match(Name);
  });
}

bool open_co::IgnoreList::hasFunction(Part P, StringRef Name) const {
  return !empty() && (has(Kind::Function, P, Name) ||
                      has(Kind::Function, P, demangle(Name.str())));
}

bool open_co::IgnoreList::hasVariable(Part P, StringRef Name) const {
  return !empty() && (has(Kind::Variable, P, Name) ||
                      has(Kind::Variable, P, demangle(Name.str())));
}

bool open_co::IgnoreList::hasSource(Part P, StringRef Name) const {
  return has(Kind::Source, P, Name);
}
