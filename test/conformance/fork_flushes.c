// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a fork that waits for a flush of all streams, and so for who has one
// of them, holds nobody else up: threads come and go meanwhile, and one of them
// ends the wait.
#include "check.h"

static FILE *Stream;
static Gate HasStream = GATE_INIT, LetGo = GATE_INIT;
static pid_t Flushing, Forking;
static int Started;

static void *hasStream(void *Arg) {
  flockfile(Stream);
  post(&HasStream);
  await(&LetGo, 1);
  funlockfile(Stream);
  return Arg;
}
static void *flushes(void *Arg) {
  Flushing = gettid();
  __atomic_fetch_add(&Started, 1, __ATOMIC_SEQ_CST);
  CHECK(fflush(NULL) == 0);
  return Arg;
}
static void nothing(void) {}
static void *forks(void *Arg) {
  Forking = gettid();
  __atomic_fetch_add(&Started, 1, __ATOMIC_SEQ_CST);
  pid_t Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) {
    inThread(nothing);
    CHECK(fputs("x", Stream) >= 0 && fflush(NULL) == 0);
    _exit(0);
  }
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && Status == 0);
  return Arg;
}
static void startedAre(int Count) {
  while (__atomic_load_n(&Started, __ATOMIC_SEQ_CST) < Count)
    sched_yield();
}
static void *letsGo(void *Arg) {
  post(&LetGo);
  return Arg;
}

static void flushing(void) {
  HasStream.Count = LetGo.Count = Started = 0;
  Stream = tmpfile();
  CHECK(Stream != NULL && fputs("x", Stream) >= 0);
  pthread_t Has = start(hasStream, NULL);
  await(&HasStream, 1);
  pthread_t Flushes = start(flushes, NULL);
  startedAre(1);
  settle(Flushing); // It has the list of streams, and waits for this one.
  pthread_t Forks = start(forks, NULL);
  startedAre(2);
  settle(Forking);
  inThreads(30, nothing);
  join(start(letsGo, NULL));
  join(Has);
  join(Flushes);
  join(Forks);
  CHECK(fclose(Stream) == 0);
}

int main(void) {
  for (int I = 0; I < 3; ++I) {
    flushing();
    inThread(flushing);
  }
  return 0;
}
