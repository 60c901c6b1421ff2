// pieces.h - in which pieces libc's printf puts a text out. Where a stream is
// written by lines, or its buffer gets full, one can tell.
#ifndef OPEN_CO_STDIO_PIECES_H
#define OPEN_CO_STDIO_PIECES_H

#include <cstdio>

namespace oc {

/// Whether putting \p Text, of \p N bytes, into \p F at once is as good as
/// doing it in pieces, whichever they are. The caller has locked F.
bool isOnePiece(const FILE &F, const char *Text, size_t N);

/// A stream that notes in which pieces it gets its text.
class PieceStream {
public:
  enum End : char { No, Piece, Character };

  /// For a text of \p N bytes. Sets \p Ends[I], all of them No before, to
  /// whether a piece ends after byte I, and which kind. \p Room has N bytes,
  /// too.
  PieceStream(char *Ends, char *Room, size_t N);
  ~PieceStream();
  PieceStream(const PieceStream &) = delete;
  PieceStream &operator=(const PieceStream &) = delete;

  /// Null without memory for it.
  FILE *stream() { return Stream; }

private:
  static ssize_t note(void *Self, const char *Text, size_t N);

  char *Ends, *Room;
  size_t Size, Done = 0;
  FILE *Stream;
};

} // namespace oc

#endif
