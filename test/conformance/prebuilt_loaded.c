// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s -o %t && %native %t %t.so && %native %t %t.so deep
// RUN: %native %t %t.so apart
// RUN: %open_co_clang %s -o %t.1 && %run %t.1 %t.so && %run %t.1 %t.so deep
// RUN: %run %t.1 %t.so apart
// RUN: %open_co_clang -fPIC -shared -DLIBRARY %s -o %t.oc.so
// RUN: %plain_clang %s -o %t.2 && %run %t.2 %t.oc.so && %run %t.2 %t.oc.so deep
// RUN: %run %t.2 %t.oc.so apart
// Intent: as prebuilt_locks.c, with a library that is loaded, also so that it
// finds libc before it finds the runtime, or with a libc of its own; or that is
// the only rewritten part.
#ifdef LIBRARY
#include "prebuilt_locks.c" // NOLINT(bugprone-suspicious-include)
#else
#include "check.h"
#include <dlfcn.h>

#define librarySide (*Library)
#define main withLibrary
#include "prebuilt_locks.c" // NOLINT(bugprone-suspicious-include)
#undef main

const struct Side *Library;
static void *Handle;

void libraryStart(pthread_t *T, void *(*Fn)(void *), void *Arg) {
  void (*Start)(pthread_t *, void *(*)(void *), void *);
  *(void **)&Start = dlsym(Handle, "libraryStart");
  Start(T, Fn, Arg);
}
void libraryJoin(pthread_t T) {
  void (*Join)(pthread_t);
  *(void **)&Join = dlsym(Handle, "libraryJoin");
  Join(T);
}

int main(int Count, char **Arguments) {
  CHECK(Count == 2 || Count == 3);
  const char *How = Count == 3 ? Arguments[2] : "";
  Handle = strcmp(How, "apart") == 0
               ? dlmopen(LM_ID_NEWLM, Arguments[1], RTLD_NOW)
               : dlopen(Arguments[1], RTLD_NOW | (*How ? RTLD_DEEPBIND : 0));
  CHECK(Handle);
  Library = dlsym(Handle, "librarySide");
  CHECK(Library);
  return withLibrary();
}
#endif
