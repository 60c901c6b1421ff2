//===- elf_symbols.cpp ----------------------------------------------------===//

#include "elf_symbols.h"

#include <ar.h>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include <elf.h>

using namespace open_co;
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

/// Dynamic symbols are all that counts of what has been linked.
static void visitElf(string_view Elf, const string &File,
                     const Visitor &Visit) {
  auto Head = read<Elf64_Ehdr>(Elf, 0);
  if (std::memcmp(Head.e_ident, ELFMAG, SELFMAG) != 0 ||
      Head.e_ident[EI_CLASS] != ELFCLASS64)
    return;
  unsigned Wanted = Head.e_type == ET_REL ? SHT_SYMTAB : SHT_DYNSYM;
  auto Section = [&](size_t N) {
    return read<Elf64_Shdr>(Elf, Head.e_shoff + N * sizeof(Elf64_Shdr));
  };
  for (size_t N = 0; N < Head.e_shnum; ++N) {
    Elf64_Shdr Table = Section(N);
    if (Table.sh_type != Wanted)
      continue;
    Elf64_Shdr Strings = Section(Table.sh_link);
    string_view Names = slice(Elf, Strings.sh_offset, Strings.sh_size);
    string_view Symbols = slice(Elf, Table.sh_offset, Table.sh_size);
    for (size_t At = 0; At < Symbols.size(); At += sizeof(Elf64_Sym)) {
      auto S = read<Elf64_Sym>(Symbols, At);
      if (ELF64_ST_BIND(S.st_info) == STB_LOCAL)
        continue;
      string_view Name = slice(Names, S.st_name, string_view::npos);
      Name = Name.substr(0, Name.find('\0'));
      Visit(File, {Name, S.st_shndx != SHN_UNDEF,
                   ELF64_ST_TYPE(S.st_info) == STT_TLS});
    }
  }
}

static string_view upTo(string_view Text, char End) {
  return Text.substr(0, Text.find(End));
}

static void visitArchive(string_view Archive, const string &Path,
                         const Visitor &Visit) {
  string_view LongNames;
  for (size_t At = SARMAG; At + sizeof(ar_hdr) <= Archive.size();) {
    auto Head = read<ar_hdr>(Archive, At);
    At += sizeof Head;
    size_t Size = std::strtoul(string(Head.ar_size, 10).c_str(), nullptr, 10);
    string_view Name(Head.ar_name, sizeof Head.ar_name);
    string_view Member = slice(Archive, At, Size);
    At += Size + Size % 2;
    if (Name[0] != '/') {
      Name = upTo(Name, '/');
    } else if (Name[1] == '/') {
      LongNames = Member;
      continue;
    } else {
      size_t Offset = std::strtoul(string(Name.substr(1)).c_str(), nullptr, 10);
      Name = upTo(upTo(slice(LongNames, Offset, string_view::npos), '\n'), '/');
    }
    visitElf(Member, Path + "(" + string(Name) + ")", Visit);
  }
}

void open_co::visitSymbols(const string &Path, const Visitor &Visit) {
  std::ifstream Stream(Path, std::ios::binary);
  string Bytes{std::istreambuf_iterator<char>(Stream), {}};
  if (Bytes.compare(0, SARMAG, ARMAG) == 0)
    visitArchive(Bytes, Path, Visit);
  else
    visitElf(Bytes, Path, Visit);
}
