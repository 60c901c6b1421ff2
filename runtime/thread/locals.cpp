// locals.cpp - makes the copies, and runs the destructors.
#include "thread/locals.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sys/errno.h"
#include "sys/message.h"
#include "sys/pool.h"
#include "thread/thread_block.h"

#include <cstring>

extern "C" int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);

namespace oc {

struct LocalDestructor {
  void (*Destroy)(void *);
  void *Object;
  LocalDestructor *Next;
};

namespace {

Pool<LocalDestructor> Destructors;

/// The image's size and alignment, once somebody has touched a local.
std::atomic<size_t> ImageSize{0};
std::atomic<size_t> ImageAlign{0};

/// The alignment of the image: at least that of each variable in it. Start is
/// where the linker put it, so it may look more aligned than it need be.
size_t alignOf(const void *Start) {
  auto Address = reinterpret_cast<uintptr_t>(Start) | PageSize;
  return Address & -Address;
}

} // namespace

char *reserveLocals(ThreadBlock &T, char *Top) {
  // Acquire: the alignment was stored before.
  size_t Size = ImageSize.load(std::memory_order_acquire);
  if (!Size || Size > StackReserve / 2)
    return Top;
  size_t Align = ImageAlign.load(std::memory_order_relaxed);
  Top -= Size;
  Top -= reinterpret_cast<uintptr_t>(Top) & (Align - 1);
  T.LocalsRoom = Top;
  T.LocalsRoomSize = Size;
  return Top;
}

void runLocalDestructors(ThreadBlock &T) {
  while (LocalDestructor *D = T.Destructors) {
    LocalDestructor Now = *D;
    T.Destructors = Now.Next;
    Destructors.give(D);
    Now.Destroy(Now.Object); // May register more.
  }
}

void resetLocalsInChild() { Destructors.reset(); }

} // namespace oc

void *__oc_locals_init(const void *Start, const void *Stop) {
  using namespace oc;
  Coroutine &C = self();
  if (!C.Locals) {
    size_t Size = static_cast<size_t>(static_cast<const char *>(Stop) -
                                      static_cast<const char *>(Start));
    ImageAlign.store(alignOf(Start), std::memory_order_relaxed);
    ImageSize.store(Size, std::memory_order_release);
    void *Room = nullptr;
    if (ThreadBlock *T = currentThread(); T && T->LocalsRoomSize >= Size)
      Room = T->LocalsRoom;
    else
      Room = arena::allocate(Size, alignOf(Start));
    if (!Room)
      fail("no memory for thread_local variables (%zu bytes)", Size);
    memcpy(Room, Start, Size);
    C.Locals = Room;
  }
  *thisThread()->Locals = C.Locals;
  return C.Locals;
}

OC_WRAPPER int __oc___cxa_thread_atexit(void (*Destroy)(void *), void *Object,
                                        void *Dso) noexcept {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T)
    return __cxa_thread_atexit_impl(Destroy, Object, Dso);
  oc::LocalDestructor *D = oc::Destructors.take();
  if (!D)
    oc::fail("no memory for the destructor of a thread_local object");
  *D = {Destroy, Object, T->Destructors};
  T->Destructors = D;
  return 0;
}
