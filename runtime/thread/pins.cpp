// pins.cpp - keeps a shared library loaded while objects wait for destructors
// of it. libc does so for OS threads (__cxa_thread_atexit_impl): dlclose then
// leaves the library, and a later one unloads it.
#include "sys/message.h"
#include "sys/pool.h"
#include "thread/locals.h"

#include <dlfcn.h>
#include <link.h>

// Weak: a static program has no libraries. Linkers warn there of dlopen even
// so, which is therefore asked for by name.
extern "C" {
[[gnu::weak]] decltype(dlsym) dlsym;
[[gnu::weak]] decltype(dlclose) dlclose;
[[gnu::weak]] decltype(dladdr1) dladdr1;
}

namespace oc {

struct Pin {
  void *Dso;
  void *Handle; // Null while nothing keeps the library.
  size_t Count;
  Pin *Next;
};

namespace {

Lock Guard;
Pin *Pins; // By library, the last used first; never freed.

} // namespace

void *openAgain(const void *Address) {
  Dl_info Info;
  link_map *Map = nullptr;
  if (!dladdr1 || !dlsym ||
      !dladdr1(Address, &Info, reinterpret_cast<void **>(&Map),
               RTLD_DL_LINKMAP) ||
      !Map)
    return nullptr;
  void *Open = dlsym(RTLD_DEFAULT, "dlopen");
  return reinterpret_cast<decltype(&dlopen)>(Open)(Map->l_name,
                                                   RTLD_LAZY | RTLD_NOLOAD);
}

Pin *pinLibrary(void *Dso) {
  if (isOfProgram(Dso))
    return nullptr;
  Pin *P;
  {
    std::lock_guard Held(Guard);
    for (P = Pins; P; P = P->Next)
      if (P->Dso == Dso)
        break;
    if (P && P->Handle) {
      ++P->Count;
      return P;
    }
  }
  // Not under the guard: it takes a lock of libc's, which others hold when they
  // come here.
  void *Handle = openAgain(Dso);
  void *Spare = nullptr;
  {
    std::lock_guard Held(Guard);
    for (P = Pins; P; P = P->Next)
      if (P->Dso == Dso)
        break;
    if (!P) {
      P = arena::create<Pin>();
      if (!P)
        fail("no memory for the destructor of a thread_local object");
      P->Dso = Dso;
      P->Next = Pins;
      Pins = P;
    }
    ++P->Count;
    if (P->Handle)
      Spare = Handle;
    else
      P->Handle = Handle;
  }
  if (Spare)
    dlclose(Spare);
  return P;
}

void unpinLibrary(Pin *P) {
  std::lock_guard Held(Guard);
  --P->Count;
}

void dropPins() {
  for (;;) {
    void *Handle = nullptr;
    {
      std::lock_guard Held(Guard);
      for (Pin *P = Pins; P && !Handle; P = P->Next)
        if (!P->Count)
          std::swap(P->Handle, Handle);
    }
    if (!Handle)
      return;
    dlclose(Handle);
  }
}

void resetPinsInChild() { Guard.reset(); }

} // namespace oc
