//===- cxx_names.cpp ------------------------------------------------------===//

#include "cxx_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/GlobalValue.h"

using namespace llvm;

StringRef open_co::linkerName(const GlobalValue &GV) {
  StringRef Name = GV.getName();
  Name.consume_front("\1"); // Of an asm label: "as it is".
  return Name;
}

bool open_co::isCxxName(StringRef Name) { return Name.contains('('); }

std::string open_co::withoutSpaces(StringRef Name) {
  std::string Out = Name.str();
  erase_if(Out, [](char C) { return isSpace(C); });
  return Out;
}

std::string open_co::cxxName(StringRef Name) {
  return withoutSpaces(demangle(Name.str()));
}

/// \returns the mangled form of `a::b::f`, of plain identifiers.
static std::string mangleQualified(StringRef Name) {
  SmallVector<StringRef, 4> Parts;
  Name.split(Parts, "::");
  std::string Out;
  for (StringRef Part : Parts)
    Out += Part == "std" ? "St" : std::to_string(Part.size()) + Part.str();
  bool IsNested = Parts.size() > (Parts[0] == "std" ? 2 : 1);
  return IsNested ? "N" + Out + "E" : Out;
}

std::string open_co::mangleLike(StringRef Like, StringRef Name) {
  std::string Known = cxxName(Like);
  StringRef Parameters = Like;
  if (!Parameters.consume_front(
          "_Z" + mangleQualified(StringRef(Known).split('(').first)))
    return "";
  std::string New =
      "_Z" + mangleQualified(Name.split('(').first) + Parameters.str();
  // The parameters may refer back to what is now another name.
  return cxxName(New) == Name ? New : "";
}
