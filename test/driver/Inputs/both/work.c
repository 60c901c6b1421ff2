#include "work.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct Stage {
  int In, Out;
};

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static int Total;

static void *run(void *Arg) {
  struct Stage *S = Arg;
  int Number, Seen = 0;
  while (read(S->In, &Number, sizeof Number) == (ssize_t)sizeof Number) {
    ++Seen;
    ++Number;
    if (write(S->Out, &Number, sizeof Number) != (ssize_t)sizeof Number)
      abort();
  }
  close(S->Out);
  pthread_mutex_lock(&Lock);
  Total += Seen;
  pthread_mutex_unlock(&Lock);
  return 0;
}

int work(int Threads) {
  pthread_t Ids[8];
  struct Stage Stages[8];
  int Pipe[2], First, Number, Sum = 0;
  if (Threads > 8 || pipe(Pipe))
    return -1;
  First = Pipe[1];
  for (int I = 0; I < Threads; ++I) {
    Stages[I].In = Pipe[0];
    if (pipe(Pipe))
      return -1;
    Stages[I].Out = Pipe[1];
    if (pthread_create(&Ids[I], 0, run, &Stages[I]))
      return -1;
  }
  for (int I = 0; I < 10; ++I)
    if (write(First, &I, sizeof I) != (ssize_t)sizeof I)
      return -1;
  close(First);
  while (read(Pipe[0], &Number, sizeof Number) == (ssize_t)sizeof Number)
    Sum += Number;
  for (int I = 0; I < Threads; ++I)
    pthread_join(Ids[I], 0);
  return Sum * 1000 + Total;
}
