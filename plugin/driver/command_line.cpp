//===- command_line.cpp ---------------------------------------------------===//

#include "command_line.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

using namespace open_co;
namespace fs = std::filesystem;

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
/// Options of linkers, without the dashes in front, whose value is the next
/// word.
static constexpr string_view LinkerTakesValue =
    " A F G I L Map O R T Tbss Tdata Tldata-segment Trodata-segment Ttext"
    " Ttext-segment Y a architecture assert audit auxiliary b c chroot dT"
    " default-script defsym dependency-file depaudit dynamic-linker"
    " dynamic-list e entry error-handling-script exclude-libs"
    " export-dynamic-symbol export-dynamic-symbol-list f filter fini format"
    " gpsize h hash-style image-base init just-symbols l library"
    " library-path m max-cache-size mllvm mri-script o oformat output plugin"
    " plugin-opt reproduce require-defined retain-symbols-file rpath"
    " rpath-link script section-start soname sort-section symbol-ordering-file"
    " sysroot trace-symbol u undefined version-script why-extract wrap y z ";
/// A partial link's result is linked again, with the runtime.
static constexpr string_view LinksPartially = " Ur i r relocatable ";
/// The libraries on the command line are then all that the result needs.
static constexpr string_view WithoutLibraries =
    " --no-standard-libraries -nodefaultlibs -nostdlib ";
static constexpr string_view HeaderSuffixes = " H h h++ hh hp hpp hxx ";

static bool isIn(string_view List, string_view Word) {
  return List.find(" " + string(Word) + " ") != string_view::npos;
}

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

/// clang precompiles a header, and links nothing.
static bool isHeader(string_view File, string_view Language) {
  if (!Language.empty() && Language != "none")
    return endsWith(Language, "-header");
  string_view Name = File.substr(File.rfind('/') + 1);
  size_t Dot = Name.rfind('.');
  return Dot != string_view::npos && isIn(HeaderSuffixes, Name.substr(Dot + 1));
}

/// Notes whether \p Arg asks for what no rewritten program can have; the last
/// option counts.
static void noteUnsupported(string_view Arg, std::set<string> &Unsupported) {
  if (Arg == "-femulated-tls")
    Unsupported.emplace(Arg);
  else if (Arg == "-fno-emulated-tls")
    Unsupported.erase("-femulated-tls");
  const bool On = startsWith(Arg, "-fsanitize=");
  if (!On && !startsWith(Arg, "-fno-sanitize="))
    return;
  string Names = "," + string(Arg.substr(Arg.find('=') + 1)) + ",";
  for (const char *Name : {"dataflow", "safe-stack"}) {
    string Option = string("-fsanitize=") + Name;
    bool IsNamed = Names.find("," + string(Name) + ",") != string::npos;
    if (On && IsNamed)
      Unsupported.insert(Option);
    else if (!On && (IsNamed || Names == ",all,"))
      Unsupported.erase(Option);
  }
}

/// Adds what clang's option \p Arg, followed by \p Value, gives the linker.
static void addLinkerWords(string_view Arg, string_view Value,
                           vector<string_view> &Words) {
  if (Arg == "-r")
    Words.push_back(Arg);
  else if (Arg == "-Xlinker")
    Words.push_back(Value);
  else if (startsWith(Arg, "-Wl,"))
    for (size_t At = 3, End; At < Arg.size(); At = End) {
      End = std::min(Arg.find(',', At + 1), Arg.size());
      Words.push_back(Arg.substr(At + 1, End - At - 1));
    }
}

namespace {
/// --Name=Value or --Name Value; one dash or two make no difference.
struct LinkerOption {
  string_view Name, Value;
};
} // namespace

static vector<LinkerOption> linkerOptions(const vector<string_view> &Words,
                                          vector<string> &Inputs) {
  vector<LinkerOption> Options;
  for (size_t I = 0; I < Words.size(); ++I) {
    string_view Word = Words[I];
    if (!startsWith(Word, "-")) {
      Inputs.emplace_back(Word);
      continue;
    }
    Word.remove_prefix(startsWith(Word, "--") ? 2 : 1);
    size_t Equal = Word.find('=');
    if (Equal != string_view::npos)
      Options.push_back({Word.substr(0, Equal), Word.substr(Equal + 1)});
    else if (isIn(LinkerTakesValue, Word) && I + 1 < Words.size())
      Options.push_back({Word, Words[++I]});
    else
      Options.push_back({Word, ""});
  }
  return Options;
}

/// \returns the archive that -l\p Name takes from \p Dirs, or "". Where there
/// is a shared library, that is taken unless the link is static.
static string findArchive(string_view Name, const vector<string> &Dirs,
                          bool Static) {
  std::error_code Error;
  for (const fs::path Dir : Dirs) {
    if (startsWith(Name, ":")) {
      if (fs::exists(Dir / Name.substr(1), Error))
        return Dir / Name.substr(1);
      continue;
    }
    string File = Dir / ("lib" + string(Name));
    if (!Static && fs::exists(File + ".so", Error))
      return "";
    if (fs::exists(File + ".a", Error))
      return File + ".a";
  }
  return "";
}

CommandLine open_co::parseCommandLine(const vector<string> &Args) {
  CommandLine Line;
  bool Code = true, Link = true, Shared = false, LdPath = false;
  bool HasHeader = false, HasLinkable = false;
  vector<string_view> LinkerWords, Libraries;
  vector<string> LibraryDirs;
  string_view Language;
  bool OnlyInputs = false;
  for (size_t I = 0; I < Args.size(); ++I) {
    string_view Arg = Args[I], Next;
    if (I + 1 < Args.size())
      Next = Args[I + 1];
    if (OnlyInputs || !startsWith(Arg, "-") || Arg == "-") {
      bool Header = isHeader(Arg, Language);
      HasHeader |= Header;
      HasLinkable |= !Header;
      Line.Inputs.emplace_back(Arg);
    } else if (Arg == "--") {
      OnlyInputs = true;
    } else if (Arg == "-x" || Arg == "--language") {
      Language = Next;
      ++I;
    } else if (startsWith(Arg, "--language=")) {
      Language = Arg.substr(11);
    } else if (startsWith(Arg, "-x")) {
      Language = Arg.substr(2);
    } else {
      Code &= !isIn(StopsBeforeCode, Arg);
      Link &= !isIn(StopsBeforeLink, Arg);
      Shared |= Arg == "-shared" || Arg == "--shared";
      Line.Static |= Arg == "-static" || Arg == "--static" ||
                     Arg == "-static-pie" || Arg == "--static-pie";
      if (startsWith(Arg, "-fuse-ld="))
        Line.Lld = Arg == "-fuse-ld=lld"; // The last counts.
      if (const size_t At = Arg.find("-stdlib="); At <= 1)
        Line.LibCxx = Arg.substr(At) == "-stdlib=libc++"; // So here.
      if (startsWith(Arg, "-L"))
        LibraryDirs.emplace_back(Arg == "-L" ? Next : Arg.substr(2));
      if (startsWith(Arg, "-l")) {
        Libraries.push_back(Arg == "-l" ? Next : Arg.substr(2));
        if (!Line.LibC && Libraries.back() == "c")
          Line.LibC = I;
      }
      noteUnsupported(Arg, Line.Unsupported);
      LdPath |= startsWith(Arg, "--ld-path=");
      Line.BareLink |= isIn(WithoutLibraries, Arg);
      HasLinkable |= isLinkerInput(Arg);
      addLinkerWords(Arg, Next, LinkerWords);
      if (startsWith(Arg, "-o") && Arg.size() > 2)
        Line.Output = Arg.substr(2);
      if (startsWith(Arg, "--output="))
        Line.Output = Arg.substr(9);
      if (Arg == "-o" || Arg == "--output")
        Line.Output = Next;
      I += takesValue(Arg);
    }
  }
  Line.HasInputs = HasHeader || HasLinkable;
  Line.Links = Code && Link && HasLinkable;
  for (const LinkerOption &Option : linkerOptions(LinkerWords, Line.Inputs)) {
    Line.Links &= !isIn(LinksPartially, Option.Name);
    if (Option.Name == "wrap")
      Line.Wrapped.emplace_back(Option.Value);
    else if (Option.Name == "defsym")
      Line.Defined.emplace_back(Option.Value);
  }
  Line.Static &= !Shared;
  Line.Lld &= !LdPath;
  if (Line.Links)
    for (string_view Name : Libraries)
      if (string File = findArchive(Name, LibraryDirs, Line.Static);
          !File.empty())
        Line.Inputs.push_back(File);
  return Line;
}
