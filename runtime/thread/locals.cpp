// locals.cpp - what compiled code calls when it finds no copy, and destructors.
#include "thread/locals.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sys/message.h"
#include "sys/pool.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

extern "C" int __cxa_thread_atexit_impl(void (*)(void *), void *,
                                        void *) noexcept;

namespace oc {

struct LocalDestructor {
  void (*Destroy)(void *);
  void *Object;
  Pin *Library;
  LocalDestructor *Next;
};

namespace {

Pool<LocalDestructor> Destructors;

char *originOf(LocalSlot Slot) {
  Coroutine &C = self();
  char *Origin = makeCopy(C, Slot);
  publishOrigins(*thisThread(), C);
  return Origin;
}

} // namespace

void runLocalDestructors(ThreadBlock &T) {
  while (LocalDestructor *D = T.Destructors) {
    LocalDestructor Now = *D;
    T.Destructors = Now.Next;
    Destructors.give(D);
    sanitizer::calling(1);
    Now.Destroy(Now.Object); // May register more.
    if (Now.Library)
      unpinLibrary(Now.Library);
  }
}

void resetLocalsInChild() { Destructors.reset(); }

} // namespace oc

using namespace oc;

void *__oc_locals_init(LocalSlot *Slot, const char *Start, const char *Stop) {
  attachImage(*Slot, Start, Stop); // Its constructor may not have run yet.
  return originOf(*Slot);
}

void *__oc_locals_elsewhere(const void *Variable) {
  if (!Variable)
    return nullptr; // Weak, and missing.
  LocalSlot Slot = findImage(Variable);
  if (Slot == NoSlot)
    fail("a thread_local variable lies at %p, in no library that is known: "
         "either its library's constructors have not run yet, or it was "
         "copied into the program by code that was built without open-co",
         Variable);
  const LocalOrigins *Origins = __oc_locals_origins;
  char *Origin = Slot < Origins->Size ? originIn(*Origins, Slot) : nullptr;
  return (Origin ? Origin : originOf(Slot)) +
         reinterpret_cast<uintptr_t>(Variable);
}

void __oc_locals_attach(LocalSlot *Slot, const char *Start, const char *Stop) {
  attachImage(*Slot, Start, Stop);
}

void __oc_locals_detach(LocalSlot *Slot) { detachImage(*Slot); }

OC_WRAPPER int __oc___cxa_thread_atexit(void (*Destroy)(void *), void *Object,
                                        void *Dso) noexcept {
  ThreadBlock *T = currentThread();
  if (!T)
    return __cxa_thread_atexit_impl(Destroy, Object, Dso);
  LocalDestructor *D = Destructors.take();
  if (!D)
    fail("no memory for the destructor of a thread_local object");
  *D = {Destroy, Object, pinLibrary(Dso), T->Destructors};
  T->Destructors = D;
  return 0;
}

/// glibc's, which those of the C++ libraries call.
OC_WRAPPER int __oc___cxa_thread_atexit_impl(void (*Destroy)(void *),
                                             void *Object, void *Dso) noexcept {
  return __oc___cxa_thread_atexit(Destroy, Object, Dso);
}
