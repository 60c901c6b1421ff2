// UNSUPPORTED: static
// RUN: %clangxx -fPIC -shared -DLIBRARY %s -o %t.so && %clangxx -rdynamic %s -o %t && %native %t %t.so
// RUN: %open_co_clangxx -fPIC -shared -DLIBRARY %s -o %t.oc.so
// RUN: %open_co_clangxx -rdynamic %s -o %t.oc && %run %t.oc %t.oc.so
// Intent: thread_local objects of a loaded library are made and destroyed in
// each thread; dlclose leaves the library while some exist, and a later dlclose
// unloads it.
#include "check.h"
#include <atomic>
#include <string>

extern std::atomic<int> Alive;
template <typename T> struct Shared {
  static inline thread_local T Value = T(5); // One, in whatever library.
};

#ifdef LIBRARY
struct Counted {
  std::string Name;
  explicit Counted(const char *N) : Name(N) { ++Alive; }
  ~Counted() {
    CHECK(Name == "a name that is too long to be kept in the object");
    sleepMs(1);
    --Alive;
  }
};
thread_local Counted Object("a name that is too long to be kept in the object");

extern "C" size_t useObject() {
  static thread_local Counted InFunction(Object.Name.c_str());
  ++Shared<int>::Value;
  return InFunction.Name.size() + Object.Name.size();
}
#else
#include <dlfcn.h>
#include <thread>
#include <vector>

std::atomic<int> Alive{0};

static size_t (*Use)();
static Gate Made = GATE_INIT, MayEnd = GATE_INIT;

static void holdObjects() {
  CHECK(Shared<int>::Value == 5);
  CHECK(Use() == 96 && Use() == 96);
  CHECK(Shared<int>::Value == 7);
  post(&Made);
  await(&MayEnd, 1);
}

static bool isLoaded(const char *File) {
  void *Library = dlopen(File, RTLD_NOW | RTLD_NOLOAD);
  if (Library)
    dlclose(Library);
  return Library;
}

static const char *File;
static void oneLibrary() {
  int Before = Alive;
  Made.Count = MayEnd.Count = 0;
  void *Library = dlopen(File, RTLD_NOW);
  CHECK(Library);
  *reinterpret_cast<void **>(&Use) = dlsym(Library, "useObject");
  std::vector<std::thread> Threads;
  for (int I = 0; I < 4; ++I)
    Threads.emplace_back(holdObjects);
  await(&Made, 4);
  CHECK(Alive == Before + 8);
  CHECK(dlclose(Library) == 0);
  CHECK(isLoaded(File)); // They have to be destroyed yet.
  post(&MayEnd);
  for (auto &T : Threads)
    T.join();
  CHECK(Alive == Before);
}

int main(int Argc, char **Argv) {
  CHECK(Argc == 2);
  File = Argv[1];
  for (int I = 0; I < 5; ++I)
    oneLibrary();
  for (int I = 0; I < 5; ++I)
    std::thread(oneLibrary).join();
  isLoaded(File); // A dlclose.
  CHECK(!isLoaded(File));
}
#endif
