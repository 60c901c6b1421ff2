// libraries.c - operations that ask the dynamic linker. Each runs on a fresh
// thread, since a failure's text, and the linker's lock, are the OS thread's.
#include "../run.h"

#include <dlfcn.h>
#include <link.h>

static void sayFailure(Run *R) {
  const char *Text = dlerror();
  // The program's own path comes first in some.
  const char *Last = Text ? strrchr(Text, ':') : NULL;
  say(R, " '%s'", Last ? Last : Text ? Text : "");
}

static int visit(struct dl_phdr_info *Info, size_t Size, void *Arg) {
  int *Count = Arg;
  (void)Info, (void)Size;
  CALL(usleep, 100);
  return ++*Count == 2 ? 7 : 0; // How many there are is not the same.
}

OP_APART(linker, "") {
  int Count = 0;
  RESULT(dl_iterate_phdr, visit, &Count);
  say(R, " %d", Count);

  void *Self = CALL_AS("dlopen", dlopen(NULL, RTLD_NOW));
  struct link_map *Map = NULL;
  RESULT(dlinfo, Self, RTLD_DI_LINKMAP, &Map);
  say(R, " %d", Map && Map->l_name[0] == 0);
  RESULT(dlinfo, Self, 99, &Map);
  sayFailure(R);

  void *Found = CALL_AS("dlvsym", dlvsym(Self, "getpid", "GLIBC_2.2.5"));
  say(R, " %d", Found != NULL);
  Found = CALL_AS("dlvsym", dlvsym(Self, "getpid", "GLIBC_99"));
  say(R, " %d", Found != NULL);
  sayFailure(R);
  RESULT(dlclose, Self);

  void *Library =
      CALL_AS("dlmopen", dlmopen(LM_ID_BASE, "libm.so.6", RTLD_NOW));
  say(R, " %d", Library != NULL);
  if (Library)
    RESULT(dlclose, Library);
  Library = CALL_AS("dlmopen", dlmopen(LM_ID_BASE, "libnone.so", RTLD_NOW));
  say(R, " %d", Library != NULL);
  sayFailure(R);
  sayFailure(R);
}
