// arena.cpp - a bump allocator over mapped chunks.
#include "sys/arena.h"
#include "sys/at_fork.h"
#include "sys/lock.h"

#include <mutex>
#include <sys/mman.h>

namespace oc::arena {
namespace {

constexpr size_t ChunkSize = size_t{1} << 20;

OC_FORK_DATA Lock Guard;
char *Next;
char *End;

char *mapPages(size_t Size) {
  return static_cast<char *>(
      sys::map(Size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE));
}

char *alignUp(char *P, size_t Align) {
  auto Address = reinterpret_cast<uintptr_t>(P);
  return P + (-Address & (Align - 1));
}

} // namespace

void *allocate(size_t Size, size_t Align) {
  if (Size > ChunkSize / 4) // A mapping of its own wastes less.
    return mapPages(Size);
  std::lock_guard Held(Guard);
  char *P = alignUp(Next, Align);
  if (!Next || P + Size > End) {
    char *Chunk = mapPages(ChunkSize);
    if (!Chunk)
      return nullptr;
    End = Chunk + ChunkSize;
    P = Chunk; // Page aligned.
  }
  Next = P + Size;
  return P;
}

OC_FORK_CODE void lockForFork() { Guard.lock(); }
OC_FORK_CODE void unlockAfterFork() { Guard.unlock(); }

} // namespace oc::arena
