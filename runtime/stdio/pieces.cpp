#include "stdio/pieces.h"
#include "stdio/stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

extern "C" void _IO_setb(FILE *, char *, char *, int);

namespace oc {

bool isOnePiece(const FILE &F, const char *Text, size_t N) {
  constexpr ptrdiff_t Block = 128, LeastMade = 512;
  if (!N || F._flags & flag::Unbuffered) // Then libc, too, puts it together.
    return true;
  const char *End =
      F._flags & flag::LineBuffered ? F._IO_buf_end : F._IO_write_end;
  const char *From = F._IO_write_ptr;
  if (!(F._flags &
        flag::CurrentlyPutting)) { // The buffer is empty, or not there.
    if (available(F) || F._flags & flag::InBackup)
      return false;
    From = F._IO_buf_base;
    End = From ? F._IO_buf_end : From + LeastMade;
    if (End - From < Block) // The first piece passes it by.
      return false;
  }
  if (End - From <= static_cast<ptrdiff_t>(N))
    return false;
  bool MayBeByLines = F._flags & flag::LineBuffered || !F._IO_buf_base;
  return !MayBeByLines || std::count(Text, Text + N, '\n') <= 1;
}

PieceStream::PieceStream(char *Ends, char *Room, size_t N)
    : Ends(Ends), Room(Room), Size(N), Stream(fopencookie(this, "w",
                                                          {.read = nullptr,
                                                           .write = note,
                                                           .seek = nullptr,
                                                           .close = nullptr})) {
  // With a buffer that has no room, libc writes at once; but single characters,
  // which it puts out by putc(), all the same into it, and past its end.
  if (Stream)
    _IO_setb(Stream, Room, Room, 0);
}

PieceStream::~PieceStream() {
  int Error = errno;
  if (Stream)
    fclose(Stream);
  errno = Error;
}

ssize_t PieceStream::note(void *Self, const char *Text, size_t N) {
  auto &P = *static_cast<PieceStream *>(Self);
  if (N && N <= P.Size - P.Done) {
    if (Text == P.Room)
      memset(P.Ends + P.Done, Character, N);
    else
      P.Ends[P.Done + N - 1] = Piece;
    P.Done += N;
  }
  return static_cast<ssize_t>(N);
}

} // namespace oc
