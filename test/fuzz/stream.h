// stream.h - the streams of a script's slots: what they are called with, and
// whether a call on one could wait for ever.
#ifndef OPEN_CO_TEST_FUZZ_STREAM_H
#define OPEN_CO_TEST_FUZZ_STREAM_H

#include "run.h"

#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The stream of a slot; NULL, and says so, if it has none.
FILE *streamIn(Run *R, long Slot);
/// Ends a slot's stream. What cannot be written without waiting is dropped.
void closeStream(Run *R, long Slot);
/// Forgets what is in the buffers, in a child that exits: it would be written
/// twice.
void emptyStreams(Run *R);

/// Whether characters were pushed back. libc forgets to look in some places.
int hasPushedBack(FILE *F);
/// Whether a call that takes up to \p N bytes, or wide characters, from a
/// slot's stream must be left out. With \p Line the end of one is enough.
int blocksInput(Run *R, long Slot, size_t N, int Line);
/// The same for one that puts \p N there, in one piece or in several.
int blocksOutput(Run *R, long Slot, size_t N, int Pieces);
/// The same where \p N bytes in several pieces do not fit into a buffer of
/// \p Size, and would be several messages: which ones is not determined.
int isCut(Run *R, int Fd, int Kind, size_t N, size_t Size);

/// Says what a call on a stream returned, errno if it was touched, and what the
/// stream's flags are.
long streamResult(Run *R, const char *Name, long Result, FILE *F);
#define STREAM(F, Name, ...)                                                   \
  streamResult(R, #Name, (long)CALL(Name, __VA_ARGS__), F)

/// Text of \p N letters, in memory of the thread. Lines 1: ends with a newline;
/// 2: has some.
char *textOf(Run *R, size_t N, long Lines);
wchar_t *wideTextOf(Run *R, size_t N, long Lines);

#ifdef __cplusplus
}
#endif
#endif
