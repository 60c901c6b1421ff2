// options.cpp - reads options.def's variables from the environment.
#include "sys/options.h"
#include "sys/message.h"

#include <charconv>
#include <cstring>
#include <sys/auxv.h>
#include <unistd.h>

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

/// secure_getenv(3), which the program may have one of its own of.
const char *fromEnvironment(const char *Variable) {
  if (getauxval(AT_SECURE) || !environ)
    return nullptr;
  size_t Length = strlen(Variable);
  for (char **E = environ; *E; ++E)
    if (!strncmp(*E, Variable, Length) && (*E)[Length] == '=')
      return *E + Length + 1;
  return nullptr;
}

void readOption(const char *Variable, long Least, long Most, long &Value) {
  const char *Text = fromEnvironment(Variable);
  if (!Text)
    return;
  long Number = 0;
  auto [End, Error] = std::from_chars(Text, Text + strlen(Text), Number);
  long Times = Error == std::errc() ? factor(End) : 0;
  if (!Times || __builtin_mul_overflow(Number, Times, &Number) ||
      Number < Least || Number > Most)
    fail("%s=%s: want a whole number from %ld to %ld", Variable, Text, Least,
         Most);
  Value = Number;
}

[[gnu::constructor(101)]] void readOptions() {
#define OC_OPTION(Field, Variable, Least, Most, Default, Help)                 \
  readOption(Variable, Least, Most, Option.Field);
#include "sys/options.def"
}

} // namespace

constinit Options Option;

} // namespace oc
