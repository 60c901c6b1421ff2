//===- command_line.cpp ---------------------------------------------------===//

#include "command_line.h"

#include <string_view>

using namespace open_co;

using std::string;
using std::string_view;
using std::vector;

// Each list is words between spaces.

/// Options of clang's driver whose value is the next argument.
static constexpr string_view TakesValue =
    " --analyzer-output --assert --config --define-macro --for-linker"
    " --force-link --include-directory --include-directory-after"
    " --include-prefix --include-with-prefix"
    " --include-with-prefix-after --include-with-prefix-before"
    " --language --library-directory --no-system-header-prefix --output"
    " --param --prefix --print-file-name --print-prog-name --rtlib"
    " --std --stdlib --sysroot --system-header-prefix --undefine-macro"
    " -A -B -D -F -G -I -L -MF -MJ -MQ -MT -T -Tbss -Tdata -Ttext -U"
    " -Xanalyzer -Xarch_device -Xarch_host -Xassembler -Xclang -Xlinker"
    " -Xopenmp-target -Xpreprocessor -arch -b -cxx-isystem"
    " -dependency-dot -dependency-file -dumpdir -e"
    " -fdebug-compilation-dir -fnew-alignment -gen-cdb-fragment-path"
    " -idirafter -imacros -imultilib -include -include-pch -iprefix"
    " -iquote -isysroot -isystem -isystem-after -ivfsoverlay"
    " -iwithprefix -iwithprefixbefore -iwithsysroot -l -mllvm"
    " -mthread-model -o -resource-dir -rpath -serialize-diagnostics"
    " -stdlib++-isystem -target -u -working-directory -z ";
static constexpr string_view StopsBeforeCode =
    " --analyze --dependencies --precompile --preprocess"
    " --user-dependencies -E -M -MM -emit-ast -extract-api"
    " -fsyntax-only -module-file-info -verify-pch ";
static constexpr string_view StopsBeforeLink =
    " --assemble --compile -S -c -emit-interface-stubs ";
/// A partial link's result is linked again, with the runtime.
static constexpr string_view LinksPartially = " -Wl,--relocatable -Wl,-r -r ";
/// The libraries on the command line are then all that the result needs.
static constexpr string_view WithoutLibraries =
    " --no-standard-libraries -nodefaultlibs -nostdlib ";
static constexpr string_view HeaderSuffixes = " H h h++ hh hp hpp hxx ";
static constexpr string_view OtherSuffixes = " S a asm lo o s so sx ";

static bool isIn(string_view List, string_view Word) {
  return List.find(" " + string(Word) + " ") != string_view::npos;
}

namespace {
enum class Input { Source, Header, Other };
} // namespace

static bool startsWith(string_view S, string_view Prefix) {
  return S.substr(0, Prefix.size()) == Prefix;
}

static bool endsWith(string_view S, string_view Suffix) {
  return S.size() >= Suffix.size() &&
         S.substr(S.size() - Suffix.size()) == Suffix;
}

static bool takesValue(string_view Option) {
  return isIn(TakesValue, Option) || startsWith(Option, "-Xarch_") ||
         startsWith(Option, "-Xopenmp-target=");
}

/// Such options make clang link even without a file: -Wl,--whole-archive,x.a.
static bool isLinkerInput(string_view Option) {
  return startsWith(Option, "-l") || startsWith(Option, "-Wl,") ||
         Option == "-Xlinker" || Option == "-z";
}

/// What is not known to need no compiling counts as a source: the plugin's
/// flags do no harm where they are not needed, their absence does.
static Input classify(string_view File, string_view Language) {
  if (!Language.empty() && Language != "none") {
    if (startsWith(Language, "assembler"))
      return Input::Other;
    return endsWith(Language, "-header") ? Input::Header : Input::Source;
  }
  if (startsWith(File, "@")) // A response file that was left to clang.
    return Input::Source;
  string_view Name = File.substr(File.rfind('/') + 1);
  size_t Dot = Name.rfind('.');
  if (Dot == string_view::npos)
    return File == "-" ? Input::Source : Input::Other;
  string_view Suffix = Name.substr(Dot + 1);
  if (isIn(HeaderSuffixes, Suffix))
    return Input::Header;
  bool IsVersion = Name.find(".so.") != string_view::npos;
  return isIn(OtherSuffixes, Suffix) || IsVersion ? Input::Other
                                                  : Input::Source;
}

CommandLine open_co::parseCommandLine(const vector<string> &Args) {
  CommandLine Line;
  bool Code = true, Link = true, Shared = false, LdPath = false;
  bool HasSource = false, HasHeader = false, HasLinkable = false;
  string_view Language;
  bool OnlyInputs = false;
  for (size_t I = 0; I < Args.size(); ++I) {
    string_view Arg = Args[I];
    if (OnlyInputs || !startsWith(Arg, "-") || Arg == "-") {
      Input Kind = classify(Arg, Language);
      HasSource |= Kind == Input::Source;
      HasHeader |= Kind == Input::Header;
      HasLinkable |= Kind != Input::Header;
      if (Kind == Input::Other)
        Line.Inputs.emplace_back(Arg);
    } else if (Arg == "--") {
      OnlyInputs = true;
    } else if (Arg == "-x" || Arg == "--language") {
      if (++I < Args.size())
        Language = Args[I];
    } else if (startsWith(Arg, "-x")) {
      Language = Arg.substr(2);
    } else {
      Code &= !isIn(StopsBeforeCode, Arg);
      Link &= !isIn(StopsBeforeLink, Arg) && !isIn(LinksPartially, Arg);
      Shared |= Arg == "-shared" || Arg == "--shared";
      Line.Static |= Arg == "-static" || Arg == "--static" ||
                     Arg == "-static-pie" || Arg == "--static-pie";
      if (startsWith(Arg, "-fuse-ld="))
        Line.Lld = Arg == "-fuse-ld=lld"; // The last counts.
      if (const size_t At = Arg.find("-stdlib="); At <= 1)
        Line.LibCxx = Arg.substr(At) == "-stdlib=libc++"; // So here.
      LdPath |= startsWith(Arg, "--ld-path=");
      Line.BareLink |= isIn(WithoutLibraries, Arg);
      HasLinkable |= isLinkerInput(Arg);
      if (startsWith(Arg, "-o") && Arg.size() > 2)
        Line.Output = Arg.substr(2);
      if (startsWith(Arg, "--output="))
        Line.Output = Arg.substr(9);
      if ((Arg == "-o" || Arg == "--output") && I + 1 < Args.size())
        Line.Output = Args[I + 1];
      I += takesValue(Arg);
    }
  }
  Line.HasInputs = HasHeader || HasLinkable;
  Line.Compiles = Code && (HasSource || HasHeader);
  Line.Links = Code && Link && HasLinkable;
  Line.Static &= !Shared;
  Line.Lld &= !LdPath;
  return Line;
}
