//===- options.cpp --------------------------------------------------------===//

#include "options.h"

#include "version_guard.h"

#include "llvm/Support/CommandLine.h"

using namespace llvm;

namespace {
struct Options {
  cl::list<std::string> Redirects{
      "open-co-redirects", cl::value_desc("file"),
      cl::desc("Redirect functions as the file's lines say: name -> name")};
  cl::list<std::string> IgnoreLists{
      "open-co-ignorelist", cl::value_desc("file"),
      cl::desc("Leave alone the functions, variables and source files that "
               "the file lists")};
};
} // namespace

/// Made once the versions are known to agree; null if they do not.
static Options *TheOptions;

/// clang loads what -fplugin names before it reads its -mllvm options, and asks
/// for the passes much later.
__attribute__((constructor)) static void addOptions() {
  if (open_co::loadedByOwnLLVM())
    TheOptions = new Options;
}

ArrayRef<std::string> open_co::redirectFiles() { return TheOptions->Redirects; }

ArrayRef<std::string> open_co::ignoreListFiles() {
  return TheOptions->IgnoreLists;
}
