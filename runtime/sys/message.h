// message.h - what the runtime says to people: single lines on stderr.
#ifndef OPEN_CO_SYS_MESSAGE_H
#define OPEN_CO_SYS_MESSAGE_H

namespace oc {

/// Writes "open-co: <text>\n" to stderr. Lower case, no full stop. Neither
/// allocates nor changes errno; any thread, also from a signal handler.
[[gnu::format(printf, 1, 2)]] void say(const char *Format, ...);

/// The same, then ends the process with status 1.
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char *Format, ...);

[[noreturn]] void checkFailed(const char *File, int Line, const char *What,
                              long Value);

} // namespace oc

/// Aborts if the runtime's own invariant \p Condition does not hold. Not for
/// the user's mistakes: those get an errno.
#define OC_CHECK(Condition, Value)                                             \
  do {                                                                         \
    if (!(Condition))                                                          \
      ::oc::checkFailed(__FILE__, __LINE__, #Condition, (long)(Value));        \
  } while (0)

#endif
