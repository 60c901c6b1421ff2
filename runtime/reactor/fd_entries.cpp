// fd_entries.cpp - where the entries lie.
#include "reactor/fd_entries.h"
#include "sys/arena.h"

#include <mutex>

namespace oc::fds {
namespace {

constexpr int ChunkBits = 10;
constexpr int ChunkEntries = 1 << ChunkBits;
constexpr int NumChunks = 1 << 20; // 2^30 numbers: fs.nr_open is at most that.

struct Chunk {
  Entry Entries[ChunkEntries];
  unsigned First = 0; // The number of its first entry.
  Chunk *Next = nullptr;
};

Lock ChunksGuard;
std::atomic<Chunk *> AllChunks;
std::atomic<std::atomic<Chunk *> *> Chunks;

std::atomic<Chunk *> *directory() {
  auto *D = Chunks.load(std::memory_order_acquire);
  if (D)
    return D;
  std::lock_guard Held(ChunksGuard);
  D = Chunks.load(std::memory_order_relaxed);
  if (!D) {
    D = static_cast<std::atomic<Chunk *> *>(
        arena::allocate(NumChunks * sizeof(std::atomic<Chunk *>)));
    Chunks.store(D, std::memory_order_release);
  }
  return D;
}

} // namespace

Entry *find(int Fd, bool Make) {
  if (Fd < 0 || Fd >> ChunkBits >= NumChunks)
    return nullptr;
  auto *D = Make ? directory() : Chunks.load(std::memory_order_acquire);
  if (!D)
    return nullptr;
  std::atomic<Chunk *> &Slot = D[Fd >> ChunkBits];
  Chunk *C = Slot.load(std::memory_order_acquire);
  if (!C && Make) {
    std::lock_guard Held(ChunksGuard);
    C = Slot.load(std::memory_order_relaxed);
    if (!C && (C = arena::create<Chunk>())) {
      C->First = static_cast<unsigned>(Fd) & ~(ChunkEntries - 1u);
      C->Next = AllChunks.load(std::memory_order_relaxed);
      AllChunks.store(C, std::memory_order_release);
      Slot.store(C, std::memory_order_release);
    }
  }
  return C ? &C->Entries[Fd & (ChunkEntries - 1)] : nullptr;
}

void forRange(unsigned First, unsigned Last, void (*Op)(int, Entry &)) {
  for (Chunk *C = AllChunks.load(std::memory_order_acquire); C; C = C->Next)
    for (unsigned I = 0; I < ChunkEntries; ++I)
      if (unsigned Fd = C->First + I; Fd >= First && Fd <= Last)
        Op(static_cast<int>(Fd), C->Entries[I]);
}

void resetEntriesGuard() { ChunksGuard.reset(); }

} // namespace oc::fds
