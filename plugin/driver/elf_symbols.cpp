//===- elf_symbols.cpp ----------------------------------------------------===//

#include "elf_symbols.h"

#include <ar.h>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <elf.h>

using namespace open_co;
namespace fs = std::filesystem;
using std::string;
using std::string_view;

using Visitor = std::function<void(const string &, const Symbol &)>;

/// \returns the \p T at \p Offset, which may be odd; zeros beyond the end.
template <typename T> static T read(string_view Bytes, size_t Offset) {
  T Value{};
  if (Offset <= Bytes.size() && sizeof(T) <= Bytes.size() - Offset)
    std::memcpy(&Value, Bytes.data() + Offset, sizeof(T));
  return Value;
}

static string_view slice(string_view Bytes, size_t Offset, size_t Size) {
  return Offset <= Bytes.size() ? Bytes.substr(Offset, Size) : string_view();
}

namespace {
/// One object, library or program.
class Elf {
public:
  explicit Elf(string_view Bytes)
      : Bytes(Bytes), Head(read<Elf64_Ehdr>(Bytes, 0)) {}

  bool isElf64() const {
    return std::memcmp(Head.e_ident, ELFMAG, SELFMAG) == 0 &&
           Head.e_ident[EI_CLASS] == ELFCLASS64;
  }
  bool isObject() const { return Head.e_type == ET_REL; }
  size_t sections() const { return Head.e_shnum; }

  Elf64_Shdr section(size_t N) const {
    return read<Elf64_Shdr>(Bytes, Head.e_shoff + N * sizeof(Elf64_Shdr));
  }
  /// The table of \p T in section \p S.
  template <typename T> size_t entries(const Elf64_Shdr &S) const {
    return slice(Bytes, S.sh_offset, S.sh_size).size() / sizeof(T);
  }
  template <typename T> T entry(const Elf64_Shdr &S, size_t I) const {
    return read<T>(slice(Bytes, S.sh_offset, S.sh_size), I * sizeof(T));
  }
  string_view name(const Elf64_Shdr &Symbols, const Elf64_Sym &S) const {
    Elf64_Shdr Strings = section(Symbols.sh_link);
    string_view Names = slice(Bytes, Strings.sh_offset, Strings.sh_size);
    Names = slice(Names, S.st_name, string_view::npos);
    return Names.substr(0, Names.find('\0'));
  }

private:
  string_view Bytes;
  Elf64_Ehdr Head;
};
} // namespace

/// \returns for each section of \p File that is in a group the group's name.
static std::map<size_t, string_view> groupsOf(const Elf &File) {
  std::map<size_t, string_view> Groups;
  for (size_t N = 0; N < File.sections(); ++N) {
    Elf64_Shdr Group = File.section(N);
    if (Group.sh_type != SHT_GROUP)
      continue;
    Elf64_Shdr Symbols = File.section(Group.sh_link);
    string_view Name =
        File.name(Symbols, File.entry<Elf64_Sym>(Symbols, Group.sh_info));
    // The first word is flags.
    for (size_t I = 1; I < File.entries<Elf64_Word>(Group); ++I)
      Groups[File.entry<Elf64_Word>(Group, I)] = Name;
  }
  return Groups;
}

/// \returns for each symbol of \p File, by its index, what refers to it.
static std::map<size_t, std::set<string_view>> usersOf(const Elf &File) {
  std::map<size_t, string_view> Groups = groupsOf(File);
  std::map<size_t, std::set<string_view>> Users;
  for (size_t N = 0; N < File.sections(); ++N) {
    Elf64_Shdr Relocations = File.section(N);
    if (Relocations.sh_type != SHT_RELA)
      continue;
    auto Group = Groups.find(Relocations.sh_info);
    string_view Name = Group == Groups.end() ? "" : Group->second;
    for (size_t I = 0; I < File.entries<Elf64_Rela>(Relocations); ++I) {
      auto R = File.entry<Elf64_Rela>(Relocations, I);
      Users[ELF64_R_SYM(R.r_info)].insert(Name);
    }
  }
  return Users;
}

/// Dynamic symbols are all that counts of what has been linked.
static void visitElf(string_view Bytes, const string &Path,
                     const Visitor &Visit) {
  Elf File(Bytes);
  if (!File.isElf64())
    return;
  std::map<size_t, std::set<string_view>> Users;
  if (File.isObject())
    Users = usersOf(File);
  for (size_t N = 0; N < File.sections(); ++N) {
    Elf64_Shdr Table = File.section(N);
    if (Table.sh_type != (File.isObject() ? SHT_SYMTAB : SHT_DYNSYM))
      continue;
    for (size_t I = 0; I < File.entries<Elf64_Sym>(Table); ++I) {
      auto S = File.entry<Elf64_Sym>(Table, I);
      if (ELF64_ST_BIND(S.st_info) == STB_LOCAL)
        continue;
      Visit(Path, {File.name(Table, S), S.st_shndx != SHN_UNDEF,
                   ELF64_ST_TYPE(S.st_info) == STT_TLS, Users[I]});
    }
  }
}

static string_view upTo(string_view Text, char End) {
  return Text.substr(0, Text.find(End));
}

/// \returns what the file at \p Path holds; nothing if it is a pipe.
static string readFile(const string &Path) {
  std::error_code Error;
  if (!fs::is_regular_file(Path, Error))
    return "";
  std::ifstream Stream(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(Stream), {}};
}

static constexpr string_view ThinMagic = "!<thin>\n";

/// A thin archive has the names of its members' files, as seen from its own.
static void visitArchive(string_view Archive, const string &Path,
                         const Visitor &Visit) {
  const bool Thin = Archive.substr(0, SARMAG) == ThinMagic;
  string_view LongNames;
  for (size_t At = SARMAG; At + sizeof(ar_hdr) <= Archive.size();) {
    auto Head = read<ar_hdr>(Archive, At);
    At += sizeof Head;
    size_t Size = std::strtoul(string(Head.ar_size, 10).c_str(), nullptr, 10);
    string_view Name(Head.ar_name, sizeof Head.ar_name);
    string_view Member = slice(Archive, At, Size);
    // The archive's own tables are in it in any case.
    if (!Thin || (Name[0] == '/' && !std::isdigit(Name[1])))
      At += Size + Size % 2;
    if (Name[0] != '/') {
      Name = upTo(Name, '/');
    } else if (Name[1] == '/') {
      LongNames = Member;
      continue;
    } else if (!std::isdigit(Name[1])) {
      continue; // The archive's index.
    } else {
      size_t Offset = std::strtoul(string(Name.substr(1)).c_str(), nullptr, 10);
      Name = upTo(slice(LongNames, Offset, string_view::npos), '\n');
      Name = Name.substr(0, Name.rfind('/'));
    }
    string File;
    if (Thin) {
      File = readFile(fs::path(Path).parent_path() / Name);
      Member = File;
    }
    visitElf(Member, Path + "(" + string(Name) + ")", Visit);
  }
}

void open_co::visitSymbols(const string &Path, const Visitor &Visit) {
  string Bytes = readFile(Path);
  string_view Magic = string_view(Bytes).substr(0, SARMAG);
  if (Magic == ARMAG || Magic == ThinMagic)
    visitArchive(Bytes, Path, Visit);
  else
    visitElf(Bytes, Path, Visit);
}
