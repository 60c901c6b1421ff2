// options.cpp - reads options.def's variables from the environment.
#include "sys/options.h"
#include "sys/errno.h"
#include "sys/message.h"

#include <cerrno>
#include <cstdlib>

namespace oc {
namespace {

/// The factor that a size's suffix stands for; 0 if it is not one.
long factor(const char *Suffix) {
  if (!*Suffix)
    return 1;
  if (Suffix[1])
    return 0;
  switch (*Suffix) {
  case 'K':
  case 'k':
    return 1L << 10;
  case 'M':
  case 'm':
    return 1L << 20;
  case 'G':
  case 'g':
    return 1L << 30;
  }
  return 0;
}

void readOption(const char *Variable, long Least, long Most, long &Value) {
  const char *Text = secure_getenv(Variable);
  if (!Text)
    return;
  char *End;
  setErrno(0);
  long Number = strtol(Text, &End, 10);
  long Times = End == Text ? 0 : factor(End);
  if (!Times || getErrno() || __builtin_mul_overflow(Number, Times, &Number) ||
      Number < Least || Number > Most)
    fail("%s=%s: want a whole number from %ld to %ld", Variable, Text, Least,
         Most);
  Value = Number;
}

[[gnu::constructor(101)]] void readOptions() {
  int Saved = getErrno();
#define OC_OPTION(Field, Variable, Least, Most, Default, Help)                 \
  readOption(Variable, Least, Most, Option.Field);
#include "sys/options.def"
  setErrno(Saved);
}

} // namespace

constinit Options Option;

} // namespace oc
