//===- list_file.cpp ------------------------------------------------------===//

#include "list_file.h"

#include "compat.h"

#include "llvm/Support/MemoryBuffer.h"

#include <tuple>

using namespace llvm;

Error open_co::readListFile(
    StringRef File, function_ref<std::string(StringRef, StringRef)> Read) {
  auto Buffer = MemoryBuffer::getFile(File);
  if (!Buffer)
    return createStringError(Buffer.getError(),
                             "cannot read '" + File +
                                 "': " + Buffer.getError().message());
  // Not by line_iterator, which ends at the first null character.
  StringRef Text, Rest = (*Buffer)->getBuffer();
  Rest.consume_front("\xef\xbb\xbf"); // UTF-8 that says so.
  for (unsigned Number = 1; !Rest.empty(); ++Number) {
    std::tie(Text, Rest) = Rest.split('\n');
    Text = Text.trim();
    // clang's lists are regular expressions where they begin so.
    bool HasRegexes = Number == 1 && Text == "#!special-case-list-v1";
    if (!HasRegexes && (Text.empty() || compat::startsWith(Text, "#")))
      continue;
    std::string Place = (File + ":" + Twine(Number)).str();
    std::string Wrong = HasRegexes ? "regular expressions are not supported; "
                                     "use globs, and remove this line"
                                   : Read(Text, Place);
    if (!Wrong.empty())
      return createStringError(inconvertibleErrorCode(), Place + ": " + Wrong);
  }
  return Error::success();
}
