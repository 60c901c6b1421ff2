// local_copies.cpp - which images there are, and where the copies lie.
#include "coro/local_copies.h"
#include "coro/coroutine.h"
#include "sys/arena.h"
#include "sys/at_fork.h"
#include "sys/lock.h"
#include "sys/message.h"
#include "sys/sanitizer.h"

#include <algorithm>
#include <cstring>
#include <link.h>
#include <mutex>

namespace oc {

const LocalOrigins NoOrigins{sizeof(LocalOrigins)};
// In use before our constructors run.
constinit Image Images[MaxImages]{};
constinit std::atomic<size_t> ImagesEnd{ProgramSlot / sizeof(LocalSlot) + 1};

namespace {

constexpr size_t Word = sizeof(uintptr_t);

OC_FORK_DATA Lock Guard;
OriginsBlock *AllOrigins;

Image &imageOf(LocalSlot Slot) { return Images[Slot / Word]; }

size_t sizeOf(const Image &I) {
  return static_cast<size_t>(I.Stop.load(std::memory_order_relaxed) -
                             I.Start.load(std::memory_order_relaxed));
}

/// The alignment of the image: at least that of each variable in it. The start
/// is where the linker put it, so it may look more aligned than it need be.
size_t alignOf(const Image &I) {
  auto Address =
      reinterpret_cast<uintptr_t>(I.Start.load(std::memory_order_relaxed)) |
      PageSize;
  return Address & -Address;
}

// -- Memory, by powers of two

struct FreeBlock {
  FreeBlock *Next;
};
OC_FORK_DATA Lock BlocksGuard;
FreeBlock *FreeBlocks[64];

unsigned classOf(size_t Size) {
  return Size <= 64 ? 6 : 64 - static_cast<unsigned>(__builtin_clzl(Size - 1));
}

void *allocateBlock(size_t Size) {
  unsigned Class = classOf(Size);
  {
    std::lock_guard Held(BlocksGuard);
    if (FreeBlock *B = FreeBlocks[Class]) {
      FreeBlocks[Class] = B->Next;
      return B;
    }
  }
  size_t Rounded = size_t{1} << Class;
  void *B = arena::allocate(Rounded, Rounded < PageSize ? Rounded : PageSize);
  if (!B)
    fail("no memory for thread_local variables (%zu bytes)", Size);
  return B;
}

void freeBlock(void *Block, size_t Size) {
  auto *B = static_cast<FreeBlock *>(Block);
  std::lock_guard Held(BlocksGuard);
  FreeBlock *&Free = FreeBlocks[classOf(Size)];
  B->Next = Free;
  Free = B;
}

/// A block's size is what its image needs, and no less than its alignment.
size_t copySize(const Image &I) {
  size_t Size = sizeOf(I), Align = alignOf(I);
  return Size > Align ? Size : Align;
}

char *copyAt(char *Origin, LocalSlot Slot) {
  return Origin + reinterpret_cast<uintptr_t>(
                      imageOf(Slot).Start.load(std::memory_order_relaxed));
}

void freeCopy(char *Origin, LocalSlot Slot) {
  freeBlock(copyAt(Origin, Slot), copySize(imageOf(Slot)));
}

// -- Images

bool contains(const Image &I, const char *Address) {
  // Acquire: pairs with the release in attachImage(). The stop changes first
  // and last, so if it is the same twice then the start belongs to it.
  const char *Stop = I.Stop.load(std::memory_order_acquire);
  return Stop && Address < Stop &&
         Address >= I.Start.load(std::memory_order_acquire) &&
         I.Stop.load(std::memory_order_relaxed) == Stop;
}

/// Forgets the image and all copies of it.
void drop(LocalSlot Slot) {
  Image &I = imageOf(Slot);
  for (OriginsBlock *B = AllOrigins; B; B = B->Next) {
    if (Slot >= B->Origins.Size)
      continue;
    char *&Origin = originIn(B->Origins, Slot);
    // Else the coroutine's newer ones have the same copy.
    if (Origin && !B->Replaced)
      freeCopy(Origin, Slot);
    Origin = nullptr;
  }
  I.Stop.store(nullptr, std::memory_order_release);
}

LocalSlot freeSlot(bool Program) {
  if (Program)
    return ProgramSlot;
  size_t End = ImagesEnd.load(std::memory_order_relaxed), N;
  for (N = ProgramSlot / Word + 1; N < End; ++N)
    if (!Images[N].Stop.load(std::memory_order_relaxed))
      return N * Word;
  if (End == MaxImages)
    fail("more than %zu libraries with thread_local variables", MaxImages);
  ImagesEnd.store(End + 1, std::memory_order_release);
  return End * Word;
}

} // namespace

void attachImage(LocalSlot &Slot, const char *Start, const char *Stop) {
  bool Program = isOfProgram(Start); // Takes a lock of libc's.
  std::lock_guard Held(Guard);
  if (__atomic_load_n(&Slot, __ATOMIC_RELAXED) != NoSlot)
    return;
  // Also one that was there and did not say that it went.
  size_t End = ImagesEnd.load(std::memory_order_relaxed);
  for (size_t N = ProgramSlot / Word; N < End; ++N) {
    Image &I = Images[N];
    bool Overlaps = I.Start.load() < Stop && Start < I.Stop.load();
    if (I.Stop.load() && (I.Detached || Overlaps))
      drop(N * Word);
  }
  LocalSlot New = freeSlot(Program);
  Image &I = imageOf(New);
  I.Start.store(Start, std::memory_order_release);
  I.Detached = false;
  I.Stop.store(Stop, std::memory_order_release);
  __atomic_store_n(&Slot, New, __ATOMIC_RELEASE);
}

void detachImage(LocalSlot Slot) {
  std::lock_guard Held(Guard);
  if (Slot != NoSlot && Slot != ProgramSlot)
    imageOf(Slot).Detached = true;
}

LocalSlot findImage(const void *Variable) {
  auto *Address = static_cast<const char *>(Variable);
  size_t End = ImagesEnd.load(std::memory_order_acquire);
  for (size_t N = ProgramSlot / Word; N < End; ++N)
    if (contains(Images[N], Address))
      return N * Word;
  return NoSlot;
}

bool isOfProgram(const void *Address) {
  static std::atomic<uintptr_t> Low{0}, High{0};
  if (!High.load(std::memory_order_acquire))
    dl_iterate_phdr(
        [](dl_phdr_info *Info, size_t, void *) {
          uintptr_t First = ~uintptr_t{0}, Last = 0;
          for (int N = 0; N < Info->dlpi_phnum; ++N) {
            const auto &P = Info->dlpi_phdr[N];
            if (P.p_type != PT_LOAD)
              continue;
            First = std::min(First, Info->dlpi_addr + P.p_vaddr);
            Last = std::max(Last, Info->dlpi_addr + P.p_vaddr + P.p_memsz);
          }
          Low.store(First, std::memory_order_relaxed);
          High.store(Last, std::memory_order_release);
          return 1; // The program comes first.
        },
        nullptr);
  auto Place = reinterpret_cast<uintptr_t>(Address);
  return Place >= Low.load(std::memory_order_relaxed) &&
         Place < High.load(std::memory_order_relaxed);
}

// -- Copies

namespace {

/// Makes room for \p Slot among the origins of \p C.
LocalOrigins &growOrigins(Coroutine &C, LocalSlot Slot) {
  OriginsBlock *Old = C.MoreOrigins;
  if (Old && Slot < Old->Origins.Size)
    return Old->Origins;
  size_t Size = 4 * Word;
  while (Size <= Slot)
    Size *= 2;
  size_t Header = offsetof(OriginsBlock, Origins);
  auto *New = static_cast<OriginsBlock *>(allocateBlock(Header + Size));
  const LocalOrigins *Known = originsOf(C);
  sanitizer::renewed(New, Header + Size);
  memset(static_cast<void *>(New), 0, Header + Size);
  std::lock_guard Held(Guard);
  memcpy(&New->Origins, Known, Known->Size);
  New->Origins.Size = Size;
  New->Older = Old;
  if (Old)
    Old->Replaced = true;
  New->Next = AllOrigins;
  if (AllOrigins)
    AllOrigins->Previous = New;
  AllOrigins = New;
  C.MoreOrigins = New;
  return New->Origins;
}

void releaseOrigins(OriginsBlock &B) {
  (B.Previous ? B.Previous->Next : AllOrigins) = B.Next;
  if (B.Next)
    B.Next->Previous = B.Previous;
  freeBlock(&B, offsetof(OriginsBlock, Origins) + B.Origins.Size);
}

char *copyImage(Coroutine &C, LocalSlot Slot) {
  const Image &I = imageOf(Slot);
  const char *Start = I.Start.load(std::memory_order_relaxed);
  size_t Size = sizeOf(I);
  bool HasRoom = Slot == ProgramSlot && C.LocalsRoomSize >= Size;
  void *Copy = HasRoom ? C.LocalsRoom : allocateBlock(copySize(I));
  sanitizer::renewed(Copy, Size);
  memcpy(Copy, Start, Size);
  return static_cast<char *>(Copy) - reinterpret_cast<uintptr_t>(Start);
}

} // namespace

const LocalOrigins *originsOf(const Coroutine &C) {
  return C.MoreOrigins
             ? &C.MoreOrigins->Origins
             : reinterpret_cast<const LocalOrigins *>(&C.FirstOrigins);
}

char *makeCopy(Coroutine &C, LocalSlot Slot) {
  bool Program = Slot == ProgramSlot;
  // No guard: nobody else touches this entry while its library is used.
  char *&First = C.FirstOrigins.Program;
  char *&Origin = Program ? First : originIn(growOrigins(C, Slot), Slot);
  if (!Origin)
    Origin = copyImage(C, Slot);
  if (Program && C.MoreOrigins)
    originIn(C.MoreOrigins->Origins, Slot) = Origin;
  return Origin;
}

void releaseCopies(Coroutine &C) {
  char *&Program = C.FirstOrigins.Program;
  if (Program && copyAt(Program, ProgramSlot) != C.LocalsRoom)
    freeCopy(Program, ProgramSlot);
  Program = nullptr;
  if (!C.MoreOrigins)
    return;
  std::lock_guard Held(Guard);
  OriginsBlock *B = C.MoreOrigins;
  for (LocalSlot Slot = ProgramSlot + Word; Slot < B->Origins.Size;
       Slot += Word)
    if (char *Origin = originIn(B->Origins, Slot))
      freeCopy(Origin, Slot);
  while ((B = C.MoreOrigins)) {
    C.MoreOrigins = B->Older;
    releaseOrigins(*B);
  }
}

char *reserveCopy(Coroutine &C, char *Top) {
  const Image &I = imageOf(ProgramSlot);
  if (!I.Stop.load(std::memory_order_acquire))
    return Top;
  size_t Size = sizeOf(I);
  if (Size > StackReserve / 2)
    return Top;
  Top -= Size;
  Top -= reinterpret_cast<uintptr_t>(Top) & (alignOf(I) - 1);
  C.LocalsRoom = Top;
  C.LocalsRoomSize = Size;
  return Top;
}

OC_FORK_CODE void lockCopiesForFork() {
  Guard.lock();
  BlocksGuard.lock();
}

OC_FORK_CODE void unlockCopiesAfterFork() {
  BlocksGuard.unlock();
  Guard.unlock();
}

} // namespace oc
