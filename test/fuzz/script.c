// script.c - reads a script.
#include "script.h"

#include <stdarg.h>

Lane Lanes[MaxLanes];
int NumLanes, NumThreads, UseMain;

void fail(const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  fprintf(stderr, "fuzz: ");
  vfprintf(stderr, Format, Args);
  fputc('\n', stderr);
  exit(2);
}

static const Op *findOp(const char *Name) {
  for (const Op *O = __start_fuzz_ops; O < __stop_fuzz_ops; ++O)
    if (strcmp(O->Name, Name) == 0)
      return O;
  fail("no operation is called '%s'", Name);
}

/// LANE THREAD[MARK...] OP ARGUMENT... [~ PATTERN]. Marks:
///   &  asynchronous
///   !  may wait for what will come by itself
///   c  on a thread of its own, which is cancelled meanwhile
///   d  the same, but that thread has cancellation disabled during the call
///   p  the same as c, but it has asked for that itself before the call
///   j  a signal's handler leaves the call by siglongjmp
static void readStep(char *Line) {
  char *End, *Rest = Line;
  long L = strtol(Rest, &Rest, 10), T = strtol(Rest, &Rest, 10);
  if (L < 0 || L >= NumLanes || T < 0 || T >= NumThreads)
    fail("no such lane or thread: %s", Line);
  Lane *In = &Lanes[L];
  In->Steps = realloc(In->Steps, sizeof(Step) * (size_t)(In->NumSteps + 1));
  Step *S = &In->Steps[In->NumSteps++];
  memset(S, 0, sizeof *S);
  S->Thread = (int)T;
  for (; *Rest && !strchr(" \n", *Rest); ++Rest)
    if (strchr("cdpj", *Rest) != NULL)
      S->Ends = *Rest;
    else {
      S->Async = *Rest == '&';
      S->MayWait = 1;
    }
  char *Name = strtok_r(Rest, " \n", &End);
  if (!Name)
    fail("no operation: %s", Line);
  S->Do = findOp(Name);
  for (int I = 0; I < MaxArgs; ++I) {
    char *Word = strtok_r(NULL, " \n", &End);
    if (!Word || *Word == '~') // What the results may look like.
      break;
    S->A[I] = strtol(Word, NULL, 0);
    S->NumArgs = I + 1;
  }
}

void readScript(const char *Path) {
  FILE *F = fopen(Path, "re");
  if (!F)
    fail("cannot read %s", Path);
  char *Line = NULL;
  size_t Room = 0;
  while (getline(&Line, &Room, F) > 0) {
    if (*Line == '#' || *Line == '\n')
      continue;
    if (sscanf(Line, "lanes %d threads %d main %d", &NumLanes, &NumThreads,
               &UseMain) == 3) {
      if (NumLanes > MaxLanes || NumThreads > MaxThreads)
        fail("too many lanes or threads");
      continue;
    }
    readStep(Line);
  }
  free(Line);
  fclose(F);
}
