// stream_threads.c - operations for several threads at the two ends of a
// stream, or at one.
#include "../stream.h"

/// Text for a stream's other end.
OP(write_text, "-fd size lines") {
  char *P = textOf(R, (size_t)A[1], A[2]);
  RESULT(write, fdIn(R, A[0]), P, (size_t)A[1]);
}

/// So many characters, one by one.
OP(putc_times, "-stream count via2") {
  FILE *F = streamIn(R, A[0]);
  long Done = 0;
  while (F && Done < A[1] &&
         (A[2] ? CALL(putwc, (wchar_t)(0x400 + Done % 64), F) != WEOF
               : CALL(fputc, (int)(Done % 100), F) != EOF))
    ++Done;
  say(R, " %ld times", Done);
}

/// Lines of one letter, which is the thread's, then flushes. Each is whole,
/// whoever else writes.
OP(lines_out, "-stream size count via3") {
  FILE *F = streamIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *Line = address(R, Good, N + 1);
  memset(Line, 'a' + R->S->Thread, N - 1);
  Line[N - 1] = '\n';
  Line[N] = 0;
  for (long I = 0; F && I < A[2]; ++I) {
    int Ok = A[3] == 0   ? CALL(fputs, Line, F) != EOF
             : A[3] == 1 ? CALL(fwrite, Line, N, 1, F) == 1
                         : CALL(fprintf, F, "%s", Line) == (int)N;
    if (!Ok || errno != Sentinel)
      say(R, " line %ld: %d %s", I, Ok, errorName(errno));
  }
  STREAM(F, fflush, F);
}

/// Whether a line has one letter only, \p N bytes with its newline.
static int isWhole(const char *Line, size_t N) {
  size_t I = 0;
  while (I < N - 1 && Line[I] == *Line)
    ++I;
  return I == N - 1 && Line[I] == '\n';
}

/// Takes lines of that size from a stream that others read, too.
OP(lines_in, "-stream size count via3") {
  FILE *F = streamIn(R, A[0]);
  size_t N = (size_t)A[1], Room = N + 1;
  char *Line = malloc(Room);
  long Whole = 0;
  for (long I = 0; F && I < A[2]; ++I) {
    int Ok = A[3] == 0   ? CALL(fgets, Line, (int)N + 1, F) == Line
             : A[3] == 1 ? CALL(getline, &Line, &Room, F) == (ssize_t)N
                         : CALL(fread, Line, N, 1, F) == 1;
    Whole += Ok && errno == Sentinel && isWhole(Line, N);
  }
  say(R, " %ld whole lines", Whole);
  free(Line);
}

/// Reads what several threads wrote there; says how many lines of each came.
OP(count_lines, "-fd size count") {
  size_t N = (size_t)A[1] * (size_t)A[2], Done = 0;
  char *P = address(R, Good, N);
  long Got = 1, Lines[MaxThreads] = {0}, Torn = 0;
  while (Done < N && (Got = CALL(read, fdIn(R, A[0]), P + Done, N - Done)) > 0)
    Done += (size_t)Got;
  for (size_t At = 0; At < Done; At += (size_t)A[1])
    if (P[At] >= 'a' && P[At] < 'a' + MaxThreads &&
        isWhole(P + At, (size_t)A[1]))
      ++Lines[P[At] - 'a'];
    else
      ++Torn;
  say(R, " %ld %ld %ld lines, %ld torn", Lines[0], Lines[1], Lines[2], Torn);
}
