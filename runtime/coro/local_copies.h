// local_copies.h - the coroutines' copies of the images: the initial values of
// the thread_local variables of the program and of each shared library. The
// compiler plugin's locals_base.h has the words used here.
#ifndef OPEN_CO_CORO_LOCAL_COPIES_H
#define OPEN_CO_CORO_LOCAL_COPIES_H

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace oc {

struct Coroutine;

/// The origins of a coroutine's copies: what compiled code of libraries reads.
struct LocalOrigins {
  uintptr_t Size; // In bytes, with this word.
  char *Origin[];
};

/// Of who has no copies.
extern const LocalOrigins NoOrigins;

/// Those of \p C.
const LocalOrigins *originsOf(const Coroutine &C);

/// The offset of a library's origin in LocalOrigins; so never 0.
using LocalSlot = uintptr_t;
constexpr LocalSlot NoSlot = ~LocalSlot{0};
constexpr LocalSlot ProgramSlot = sizeof(LocalOrigins);

inline char *const &originIn(const LocalOrigins &O, LocalSlot Slot) {
  return O.Origin[Slot / sizeof(LocalSlot) - 1];
}
inline char *&originIn(LocalOrigins &O, LocalSlot Slot) {
  return O.Origin[Slot / sizeof(LocalSlot) - 1];
}

/// A coroutine's origins, and those that were too small for it before: compiled
/// code may still read them.
struct OriginsBlock {
  OriginsBlock *Older;
  bool Replaced;
  // In the list of all.
  OriginsBlock *Previous, *Next;
  LocalOrigins Origins;
};

/// Written under a guard. Readers take none: an entry that they look for does
/// not change meanwhile, and they notice if another that they pass does.
struct Image {
  std::atomic<const char *> Start;
  std::atomic<const char *> Stop; // Null: free.
  bool Detached;
};

/// By slot / sizeof(slot), up to ImagesEnd; the first is never used.
constexpr size_t MaxImages = 4096;
extern Image Images[MaxImages];
extern std::atomic<size_t> ImagesEnd;

/// The image [\p Start, \p Stop) has been loaded. Sets \p Slot, if that has not
/// been done. Any thread.
void attachImage(LocalSlot &Slot, const char *Start, const char *Stop);

/// It is about to be unloaded, or the process exits: then other threads go on
/// using it. So it is forgotten only when another image is attached.
void detachImage(LocalSlot Slot);

/// The slot of the image in which \p Variable lies; NoSlot if none.
LocalSlot findImage(const void *Variable);

/// The origin of the copy of \p C, the running coroutine, for \p Slot. Makes
/// the copy if there is none. The caller makes the OS thread know C.Locals and
/// C.Origins.
char *makeCopy(Coroutine &C, LocalSlot Slot);

/// Gives the copies of \p C back, which has ended.
void releaseCopies(Coroutine &C);

/// Sets room for the copy of the program's image aside below \p Top. \returns
/// the new top.
char *reserveCopy(Coroutine &C, char *Top);

/// Whether \p Address is the program's, and no library's.
bool isOfProgram(const void *Address);

/// Held over fork(2), so that the child finds everything in order.
void lockCopiesForFork();
void unlockCopiesAfterFork();

} // namespace oc

#endif
