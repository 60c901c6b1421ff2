//===- redirect_list.cpp --------------------------------------------------===//

#include "redirect_list.h"

#include "compat.h"
#include "cxx_names.h"
#include "list_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace open_co;

/// \returns what is wrong with \p Name as a function's, or "".
static std::string faultOf(StringRef Name) {
  if (compat::startsWith(Name, "llvm."))
    return ("'" + Name + "' is no function but a part of LLVM").str();
  if (isCxxName(Name))
    return "";
  if (Name.contains("::"))
    return ("'" + Name +
            "' needs its parameter types, as in 'ns::f(int)', or its mangled "
            "name")
        .str();
  if (any_of(Name, [](char C) { return isSpace(C); }))
    return ("'" + Name + "' is not the name of a function").str();
  return "";
}

/// Splits \p Text at the one arrow that has space around it, which that of
/// `operator->` has not. \returns two empty names if there is not one.
static std::pair<StringRef, StringRef> splitAtArrow(StringRef Text) {
  size_t Found = StringRef::npos;
  for (size_t At = Text.find("->"); At != StringRef::npos;
       At = Text.find("->", At + 2)) {
    if (At == 0 || At + 2 == Text.size() || !isSpace(Text[At - 1]) ||
        !isSpace(Text[At + 2]))
      continue;
    if (Found != StringRef::npos)
      return {};
    Found = At;
  }
  if (Found == StringRef::npos)
    return {};
  return {Text.take_front(Found).trim(), Text.drop_front(Found + 2).trim()};
}

std::string open_co::RedirectList::add(StringRef Text, StringRef Place) {
  auto [From, To] = splitAtArrow(Text);
  if (From.empty())
    return ("expected 'function -> replacement', got '" + Text + "'").str();
  for (StringRef Name : {From, To}) {
    std::string Fault = faultOf(Name);
    if (!Fault.empty())
      return Fault;
  }
  std::string Key = withoutSpaces(From), Target = withoutSpaces(To);
  if (Key == Target)
    return ("'" + From + "' is redirected to itself").str();
  HasCxxNames |= isCxxName(Key);
  auto [It, Inserted] = Lines.try_emplace(Key, Line{Target, Place.str()});
  if (!Inserted && It->second.To != Target)
    return ("'" + From + "' is already redirected to '" + It->second.To +
            "' by " + It->second.Place)
        .str();
  return "";
}

Expected<RedirectList>
open_co::RedirectList::read(ArrayRef<std::string> Files) {
  RedirectList List;
  for (const std::string &File : Files)
    if (Error E = readListFile(File, [&](StringRef Text, StringRef Place) {
          return List.add(Text, Place);
        }))
      return E;
  return List;
}

const RedirectList::Line *open_co::RedirectList::find(StringRef Name) const {
  auto It = Lines.find(Name);
  if (It == Lines.end() && HasCxxNames && compat::startsWith(Name, "_Z"))
    It = Lines.find(cxxName(Name));
  return It == Lines.end() ? nullptr : &It->second;
}
