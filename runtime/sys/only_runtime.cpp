// only_runtime.cpp - each runtime, be it libopen-co.so or linked into a
// program, carries a note, by which another one finds it.
#include "sys/only_runtime.h"
#include "sys/message.h"

#include <cstring>
#include <link.h>

namespace oc {
namespace {

struct Note {
  ElfW(Nhdr) Head;
  char Name[8];
  char Text[8];
};

[[gnu::section(".note.open_co"), gnu::used,
  gnu::aligned(4)]] const Note Mark = {
    {sizeof(Note::Name), sizeof(Note::Text), 1}, "open-co", "runtime"};

struct Found {
  int Count;
  const char *Name[2];
};

bool hasMark(const dl_phdr_info &Info) {
  for (int N = 0; N < Info.dlpi_phnum; ++N) {
    const auto &P = Info.dlpi_phdr[N];
    if (P.p_type != PT_NOTE)
      continue;
    auto *At = reinterpret_cast<const char *>(Info.dlpi_addr + P.p_vaddr);
    size_t Align = P.p_align == 8 ? 8 : 4;
    for (const char *End = At + P.p_memsz; At + sizeof(ElfW(Nhdr)) <= End;) {
      auto *Head = reinterpret_cast<const ElfW(Nhdr) *>(At);
      const char *Name = At + sizeof *Head;
      if (Head->n_namesz == sizeof Mark.Name &&
          memcmp(Name, &Mark.Name, sizeof Mark.Name) == 0)
        return true;
      size_t Size = sizeof *Head + ((Head->n_namesz + 3) & ~size_t{3});
      Size = (Size + Align - 1) & ~(Align - 1);
      At += (Size + Head->n_descsz + Align - 1) & ~(Align - 1);
    }
  }
  return false;
}

} // namespace

void checkOnlyRuntime() {
  Found F{};
  dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Arg) {
        auto &F = *static_cast<Found *>(Arg);
        if (hasMark(*Info) && F.Count < 2)
          F.Name[F.Count++] =
              *Info->dlpi_name ? Info->dlpi_name : "the program";
        return 0;
      },
      &F);
  if (F.Count > 1)
    fail("there are two runtimes in this process, one in %s and one in %s; "
         "link the program with libopen-co.so, or no library that needs it",
         F.Name[0], F.Name[1]);
}

} // namespace oc
