// entries.h - asking a database of names: what was found, and errno where libc
// leaves it changed, which it does after some successes.
#ifndef OPEN_CO_TEST_FUZZ_ENTRIES_H
#define OPEN_CO_TEST_FUZZ_ENTRIES_H

#include "run.h"

static inline void sayEntry(Run *R, const char *Name, const char *Entry) {
  int Error = errno;
  say(R, " %s=%s", Name, Entry ? Entry : "none");
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
}

#define FOUND(Field, Name, ...)                                                \
  do {                                                                         \
    __auto_type Entry_ = CALL(Name, __VA_ARGS__);                              \
    sayEntry(R, #Name, Entry_ ? (const char *)Entry_->Field : NULL);           \
  } while (0)

/// With a buffer of so many bytes.
#define FOUND_R(Type, Field, Name, Room, ...)                                  \
  do {                                                                         \
    struct Type Entry_, *Found_ = NULL;                                        \
    char Buffer_[8192];                                                        \
    STATUS(Name, __VA_ARGS__, &Entry_, Buffer_, (size_t)(Room), &Found_);      \
    say(R, " %s", Found_ ? (const char *)Found_->Field : "none");              \
  } while (0)
/// The same where there is also a number as h_errno has.
#define FOUND_H(Type, Field, Name, Room, ...)                                  \
  do {                                                                         \
    struct Type Entry_, *Found_ = NULL;                                        \
    char Buffer_[8192];                                                        \
    int Host_ = -9;                                                            \
    STATUS(Name, __VA_ARGS__, &Entry_, Buffer_, (size_t)(Room), &Found_,       \
           &Host_);                                                            \
    say(R, " %s", Found_ ? (const char *)Found_->Field : "none");              \
    if (!Found_)                                                               \
      say(R, " h_errno=%d", Host_);                                            \
  } while (0)

#define WITH_COUNT(Name, ...) (COUNT(#Name), Name(__VA_ARGS__))
/// setXent(\p Set), all of getXent, endXent; the same with getXent_r and \p
/// More arguments. Says how many there are, and all names as one hash.
#define ALL_ENTRIES(Type, Field, Name, Set, ...)                               \
  do {                                                                         \
    int Count_ = 0, CountR_ = 0;                                               \
    unsigned Sum_ = 0, SumR_ = 0;                                              \
    WITH_COUNT(set##Name, Set);                                                \
    for (struct Type * E_; Count_ < 5000 && (E_ = CALL(get##Name));)           \
      ++Count_, Sum_ = Sum_ * 31 + (unsigned char)E_->Field[0];                \
    int Error_ = errno;                                                        \
    WITH_COUNT(end##Name);                                                     \
    WITH_COUNT(set##Name, Set);                                                \
    struct Type S_, *F_ = NULL;                                                \
    char Buffer_[8192];                                                        \
    while (CountR_ < 5000 &&                                                   \
           CALL(get##Name##_r, &S_, Buffer_, sizeof Buffer_,                   \
                &F_ __VA_OPT__(, ) __VA_ARGS__) == 0 &&                        \
           F_)                                                                 \
      ++CountR_, SumR_ = SumR_ * 31 + (unsigned char)S_.Field[0];              \
    WITH_COUNT(end##Name);                                                     \
    say(R, " " #Name "=%d,%x,%d,%x", Count_, Sum_, CountR_, SumR_);            \
    if (Error_ != Sentinel)                                                    \
      say(R, " %s", errorName(Error_));                                        \
  } while (0)

#endif
