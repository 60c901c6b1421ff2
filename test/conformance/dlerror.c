// UNSUPPORTED: static
// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: dlerror tells a thread of its own failures only, once, wherever the
// thread has been since; of dlopen, dlmopen, dlsym, dlvsym, dlinfo, dlclose.
// dl_iterate_phdr visits every object, also when its visitor waits.
#include "check.h"
#include <dlfcn.h>
#include <link.h>

static void move(void) {
  for (int I = 0; I < 5; ++I)
    sched_yield();
  usleep(200);
}

static void expect(const char *Part) {
  move();
  const char *Text = dlerror();
  CHECK(Text && strstr(Text, Part));
  move();
  CHECK(dlerror() == NULL);
}

static void failures(void) {
  char Name[32];
  static int Serial;
  snprintf(Name, sizeof(Name), "missing_%d",
           __atomic_fetch_add(&Serial, 1, __ATOMIC_RELAXED));
  CHECK(dlerror() == NULL); // Nobody else's.
  CHECK(dlsym(RTLD_DEFAULT, Name) == NULL);
  expect(Name);
  CHECK(dlvsym(RTLD_DEFAULT, Name, "GLIBC_2.2.5") == NULL);
  expect(Name);
  CHECK(dlopen(Name, RTLD_NOW) == NULL);
  expect(Name);
  CHECK(dlmopen(LM_ID_BASE, Name, RTLD_NOW) == NULL);
  expect(Name);
  void *Self = dlopen(NULL, RTLD_NOW);
  CHECK(Self);
  CHECK(dlinfo(Self, 99, Name) == -1);
  expect("unsupported dlinfo request");
  struct link_map *Map;
  CHECK(dlinfo(Self, RTLD_DI_LINKMAP, &Map) == 0 && dlerror() == NULL);
  CHECK(dlclose(Self) == 0 && dlerror() == NULL);
  // A success forgets the failure before it.
  CHECK(dlsym(RTLD_DEFAULT, Name) == NULL);
  move();
  CHECK(dlsym(RTLD_DEFAULT, "getpid") == (void *)&getpid);
  CHECK(dlerror() == NULL);
  CHECK(dlsym(RTLD_DEFAULT, Name) == NULL); // Left when the thread ends.
}

static void successes(void) {
  for (int I = 0; I < 20; ++I) {
    CHECK(dlsym(RTLD_DEFAULT, "read") == (void *)&read);
    CHECK(dlvsym(RTLD_DEFAULT, "read", "GLIBC_2.2.5") == (void *)&read);
    sched_yield();
    CHECK(dlerror() == NULL);
  }
}

static void both(void) {
  successes();
  failures();
}

static int visit(struct dl_phdr_info *Info, size_t Size, void *Arg) {
  (void)Info, (void)Size;
  usleep(100); // The loader's lock is held.
  ++*(int *)Arg;
  return 0;
}

static void objects(void) {
  int Count = 0;
  CHECK(dl_iterate_phdr(visit, &Count) == 0 && Count >= 2);
}

int main(void) {
  dlerror();
  inThreads(8, both);
  inThread(successes);
  inThreads(8, both);
  inThreads(8, successes);
  failures();
  everywhere(objects);
  return 0;
}
