// locals.h - the same uses of thread_local variables, for a program and for a
// shared library.
#include "bench.h"

#include <string>

#define LOCALS(Where)                                                          \
  namespace {                                                                  \
  thread_local long Counter;                                                   \
  thread_local long Table[64];                                                 \
  struct Object {                                                              \
    long Value = 1;                                                            \
    ~Object() { Value = 0; }                                                   \
  };                                                                           \
  __attribute__((noinline)) void increment() { ++Counter; }                    \
  __attribute__((noinline)) void incrementExtern() { ++Where##Extern; }        \
  __attribute__((noinline)) long *addressOf() { return &Counter; }             \
  __attribute__((noinline)) long useObject() {                                 \
    static thread_local Object O;                                              \
    return ++O.Value;                                                          \
  }                                                                            \
  template <void Function()> void call(long Count) {                           \
    for (long I = 0; I < Count; ++I) {                                         \
      Function();                                                              \
      BARRIER();                                                               \
    }                                                                          \
  }                                                                            \
  void callAddress(long Count) {                                               \
    for (long I = 0; I < Count; ++I) {                                         \
      *addressOf() = I;                                                        \
      BARRIER();                                                               \
    }                                                                          \
  }                                                                            \
  void callObject(long Count) {                                                \
    for (long I = 0; I < Count; ++I) {                                         \
      useObject();                                                             \
      BARRIER();                                                               \
    }                                                                          \
  }                                                                            \
  void loop(long Count) {                                                      \
    for (long I = 0; I < Count; ++I) {                                         \
      ++Counter;                                                               \
      BARRIER();                                                               \
    }                                                                          \
  }                                                                            \
  void loopTable(long Count) {                                                 \
    for (long I = 0; I < Count; ++I) {                                         \
      Table[I & 63] += I;                                                      \
      BARRIER();                                                               \
    }                                                                          \
  }                                                                            \
  }                                                                            \
  void Where() {                                                               \
    measure(#Where ": increment", call<increment>);                            \
    measure(#Where ": increment an extern", call<incrementExtern>);            \
    measure(#Where ": address", callAddress);                                  \
    measure(#Where ": local static, destroyed", callObject);                   \
    measure(#Where ": loop", loop);                                            \
    measure(#Where ": loop over an array", loopTable);                         \
  }

extern thread_local long programExtern, libraryExtern;
void program();
void library();
