// stack.cpp - stacks are cut from slabs and kept on a free list for each size.
//
//   slab   | guard | stack ........ top | guard | stack ........ top | ...
//
// A slab starts in the middle of a 2 MiB page-table span, so that a stack's
// guard and the top pages of its neighbour below share one page table (with
// the default size, where stacks are a multiple of 2 MiB apart).
#include "coro/stack.h"
#include "sys/arena.h"
#include "sys/at_fork.h"
#include "sys/lock.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <link.h>
#include <mutex>
#include <sys/mman.h>
#include <utility>

namespace oc {
namespace {

constexpr size_t Unit = 64 * 1024; // Sizes are multiples of it.
constexpr size_t Span = 2 * 1024 * 1024;
constexpr size_t AddressSpace = size_t{1} << 47; // Of a process.
constexpr size_t MostPerSlab = 64;
constexpr size_t MostSlabSize = size_t{1} << 30; // Unless one is larger.

/// The stacks of one size that no coroutine uses.
struct SizeClass {
  size_t Size;
  size_t Guard;
  char *Free = nullptr;  // Used before; linked through linkOf().
  char *Fresh = nullptr; // Never touched: FreshLeft of them lie here in a row.
  size_t FreshLeft = 0;
  SizeClass *Next = nullptr;
};

OC_FORK_DATA Lock Guard;
SizeClass *Classes;
bool GuardsByAdvice = true;

/// Above Stack::top(), so that a control block keeps its value on the list.
char *&linkOf(char *Low, size_t Size) {
  return *reinterpret_cast<char **>(Low + Size - Stack::LinkRoom);
}

SizeClass *classFor(size_t Size, size_t Guard) {
  for (SizeClass *C = Classes; C; C = C->Next)
    if (C->Size == Size && C->Guard == Guard)
      return C;
  auto *C = arena::create<SizeClass>();
  if (C) {
    C->Size = Size;
    C->Guard = Guard;
    C->Next = Classes;
    Classes = C;
  }
  return C;
}

/// Advice marks each page; a large guard is a mapping of its own.
constexpr size_t MostAdvised = size_t{1} << 20;

bool installGuard(char *Low, size_t Bytes) {
  if (GuardsByAdvice && Bytes <= MostAdvised) {
    if (sys::advise(Low, Bytes, sys::GuardInstall) == 0)
      return true;
    GuardsByAdvice = false; // An older kernel: one more mapping for each stack.
  }
  return sys::protect(Low, Bytes, PROT_NONE) == 0;
}

/// Does the program, or a library that it began with, have code on its stacks
/// (GCC's nested functions)? Then all threads can.
int protection() {
  static std::atomic<int> Known{0};
  if (int P = Known.load(std::memory_order_relaxed))
    return P;
  bool IsProgram = true;
  bool Executable = dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *First) {
        // A program that does not say can.
        int Flags =
            std::exchange(*static_cast<bool *>(First), false) ? PF_X : 0;
        for (int N = 0; N < Info->dlpi_phnum; ++N)
          if (Info->dlpi_phdr[N].p_type == PT_GNU_STACK)
            Flags = static_cast<int>(Info->dlpi_phdr[N].p_flags);
        return Flags & PF_X;
      },
      &IsProgram);
  int P = PROT_READ | PROT_WRITE | (Executable ? PROT_EXEC : 0);
  Known.store(P, std::memory_order_relaxed);
  return P;
}

/// Is memory committed as it is mapped? It is after mlockall().
bool isCommittedAtOnce() {
  char *Page = static_cast<char *>(
      sys::map(PageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS));
  unsigned char Resident = 0;
  if (!Page)
    return true;
  sys::call(SYS_mincore, sys::word(Page), PageSize, sys::word(&Resident));
  sys::unmap(Page, PageSize);
  return Resident & 1;
}

/// Maps a slab of untouched stacks for \p C, smaller if memory is short.
bool refill(SizeClass &C, int Protection) {
  size_t Count = isCommittedAtOnce() ? 1 : MostPerSlab;
  while (Count > 1 && C.Size > MostSlabSize / Count)
    Count /= 4;
  for (; Count; Count /= 4) {
    size_t Slack = C.Size % Span || Count == 1 ? 0 : Span;
    auto *P = static_cast<char *>(
        sys::map(C.Size * Count + Slack, Protection,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK));
    if (!P)
      continue;
    // With huge pages a touched stack would cost 2 MiB.
    sys::advise(P, C.Size * Count + Slack, MADV_NOHUGEPAGE);
    if (Slack)
      P += (Span + Span / 2 - (reinterpret_cast<uintptr_t>(P) & (Span - 1))) &
           (Span - 1);
    C.Fresh = P;
    C.FreshLeft = Count;
    return true;
  }
  return false;
}

/// \returns the low end of a stack of \p C, or null.
char *take(SizeClass &C, int Protection) {
  if (char *Low = C.Free) {
    C.Free = linkOf(Low, C.Size);
    return Low;
  }
  // A guard fails at vm.max_map_count; the stack then stays where it is.
  if ((!C.FreshLeft && !refill(C, Protection)) ||
      !installGuard(C.Fresh, C.Guard))
    return nullptr;
  --C.FreshLeft;
  char *Low = C.Fresh;
  C.Fresh += C.Size;
  return Low;
}

} // namespace

Stack allocateStack(size_t Usable, size_t Guarded) {
  if (Usable >= AddressSpace || Guarded >= AddressSpace)
    return {};
  Guarded = std::max((Guarded + PageSize - 1) & ~(PageSize - 1), PageSize);
  size_t Size = (Usable + StackReserve + Guarded + Unit - 1) & ~(Unit - 1);
  if (Size >= AddressSpace)
    return {};
  int Protection = protection(); // Takes a lock of libc's.
  std::lock_guard Held(Guard);
  SizeClass *C = classFor(Size, Guarded);
  char *Low = C ? take(*C, Protection) : nullptr;
  return Low ? Stack{Low, Size, Guarded} : Stack{};
}

void releaseStack(Stack S) {
  std::lock_guard Held(Guard);
  SizeClass *C = classFor(S.Size, S.Guard); // Exists: the stack came from it.
  linkOf(S.Low, S.Size) = C->Free;
  C->Free = S.Low;
}

OC_FORK_CODE void lockStacksForFork() { Guard.lock(); }
OC_FORK_CODE void unlockStacksAfterFork() { Guard.unlock(); }

} // namespace oc
