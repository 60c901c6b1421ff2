// run.c - runs a script: reads it, takes each lane's steps in turn, and writes
// one line for each step, behind the runtime's back so that the lines are there
// even if the program hangs.
//
//   run SCRIPT   runs it
//   run --ops    lists the operations with the kinds of their arguments
#include "script.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>

extern Counter __start_fuzz_counters[], __stop_fuzz_counters[];

static char Directory[128];

int alone(void) { return NumLanes == 1; }

long raw(long Number, long A, long B, long C, long D, long E) {
  long Result;
  register long R10 __asm__("r10") = D;
  register long R8 __asm__("r8") = E;
  __asm__ volatile("syscall"
                   : "=a"(Result)
                   : "a"(Number), "D"(A), "S"(B), "d"(C), "r"(R10), "r"(R8)
                   : "rcx", "r11", "memory");
  return Result;
}

static void sayLine(const Run *R) {
  char Line[4400];
  const char Ends[] = {R->S->Ends, 0};
  int N = snprintf(Line, sizeof Line, "%d %d\t%d%s%s %s", R->L->Index, R->Index,
                   R->S->Thread,
                   R->S->Async     ? "&"
                   : R->S->MayWait ? "!"
                                   : "",
                   Ends, R->S->Do->Name);
  for (int I = 0; I < R->S->NumArgs; ++I)
    N += snprintf(Line + N, sizeof Line - (size_t)N, " %ld", R->S->A[I]);
  N += snprintf(Line + N, sizeof Line - (size_t)N, ":%s\n", R->Text);
  raw(SYS_write, 1, (long)Line, N, 0, 0);
}

// -- Running ------------------------------------------------------------------

static void runStep(Lane *L, int Index) {
  Run R = {.L = L, .S = &L->Steps[Index], .Index = Index};
  makeCall(&R);
  sayLine(&R);
  pthread_mutex_lock(&L->Lock);
  R.S->Done = 1;
  pthread_cond_broadcast(&L->Changed);
  pthread_mutex_unlock(&L->Lock);
}

static void passTurn(Lane *L) {
  pthread_mutex_lock(&L->Lock);
  ++L->Turn;
  pthread_cond_broadcast(&L->Changed);
  pthread_mutex_unlock(&L->Lock);
}

static void runThread(Lane *L, int Thread) {
  for (int I = 0; I < L->NumSteps; ++I) {
    if (L->Steps[I].Thread != Thread)
      continue;
    pthread_mutex_lock(&L->Lock);
    while (L->Turn != I)
      pthread_cond_wait(&L->Changed, &L->Lock);
    pthread_mutex_unlock(&L->Lock);
    if (L->Steps[I].Async) {
      passTurn(L);
      runStep(L, I);
    } else {
      runStep(L, I);
      passTurn(L);
    }
  }
}

/// The lane goes on when the thread's asynchronous steps have ended.
OP(wait, "-thread") {
  Lane *L = R->L;
  pthread_mutex_lock(&L->Lock);
  for (int I = 0; I < R->Index; ++I)
    while (L->Steps[I].Thread == A[0] && !L->Steps[I].Done)
      pthread_cond_wait(&L->Changed, &L->Lock);
  pthread_mutex_unlock(&L->Lock);
}

/// With 0 the thread starts its clocks; later the time that a socket's timeout
/// must have taken. The kernel counts that in ticks, which lag behind on a busy
/// machine and then come at once; the coarse clock lags with them.
OP(lap, "-ms") {
  static const clockid_t Clocks[] = {CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE};
  static __thread long long Start[2];
  struct timespec Tick;
  clock_getres(CLOCK_MONOTONIC_COARSE, &Tick);
  long long Passed = 0;
  for (int I = 0; I < 2; ++I) {
    long long Now = timeNs(Clocks[I]);
    if (Now - Start[I] > Passed)
      Passed = Now - Start[I];
    if (A[0] == 0)
      Start[I] = Now;
  }
  if (Passed < A[0] * 1000000LL - Tick.tv_nsec)
    say(R, " EARLY"); // How early differs from run to run.
}

static pthread_barrier_t Ready;

static void *threadMain(void *Arg) {
  long Which = (long)Arg;
  Lane *L = &Lanes[Which / MaxThreads];
  int T = (int)(Which % MaxThreads);
  prepareThread(&L->Threads[T]);
  pthread_barrier_wait(&Ready);
  runThread(L, T);
  return NULL;
}

// -- The process --------------------------------------------------------------

const char *pathFor(Run *R, char *Room, size_t Size, const char *Name) {
  snprintf(Room, Size, "%s/%d-%s", Directory, R->L->Index, Name);
  return Room;
}

static void removeFiles(void) {
  DIR *D = opendir(Directory);
  for (struct dirent *E; D && (E = readdir(D)) != NULL;)
    if (E->d_name[0] != '.')
      unlinkat(dirfd(D), E->d_name, 0);
  if (D)
    closedir(D);
  rmdir(Directory);
}

static void listOps(void) {
  for (const Op *O = __start_fuzz_ops; O < __stop_fuzz_ops; ++O)
    printf("%s %s\n", O->Name, O->Args);
}

static void sayCalls(void) {
  char Line[200];
  for (Counter *C = __start_fuzz_counters; C < __stop_fuzz_counters; ++C)
    if (C->Count) {
      int N = snprintf(Line, sizeof Line, "calls %s %lu\n", C->Name, C->Count);
      raw(SYS_write, 1, (long)Line, N, 0, 0);
    }
}

int main(int Argc, char **Argv) {
  if (Argc == 2 && strcmp(Argv[1], "--ops") == 0) {
    listOps();
    return 0;
  }
  if (Argc != 2)
    fail("usage: run SCRIPT | run --ops");
  readScript(Argv[1]);
  const char *Temporary = getenv("TMPDIR");
  snprintf(Directory, sizeof Directory, "%s/fuzz-XXXXXX",
           Temporary ? Temporary : "/tmp");
  if (!mkdtemp(Directory))
    fail("cannot make %s", Directory);
  struct rlimit NoCore = {0, 0};
  setrlimit(RLIMIT_CORE, &NoCore);

  // SIGUSR1 interrupts, SIGUSR2 restarts.
  struct sigaction Action = {.sa_handler = onSignal};
  sigaction(SIGUSR1, &Action, NULL);
  sigaction(SIGPIPE, &Action, NULL);
  sigaction(SIGRTMIN + 1, &Action, NULL);
  Action.sa_flags = SA_RESTART;
  sigaction(SIGUSR2, &Action, NULL);

  prepareApart();
  pthread_t Handles[MaxLanes][MaxThreads];
  pthread_barrier_init(&Ready, NULL, (unsigned)(NumLanes * NumThreads));
  for (int L = 0; L < NumLanes; ++L) {
    Lanes[L].Index = L;
    pthread_mutex_init(&Lanes[L].Lock, NULL);
    pthread_cond_init(&Lanes[L].Changed, NULL);
    memset(Lanes[L].Fd, -1, sizeof Lanes[L].Fd);
    for (long T = 0; T < NumThreads; ++T)
      if (L || T || !UseMain)
        if (pthread_create(&Handles[L][T], NULL, threadMain,
                           (void *)(L * MaxThreads + T)) != 0)
          fail("no thread");
  }
  if (UseMain)
    threadMain((void *)0);
  for (int L = 0; L < NumLanes; ++L)
    for (int T = 0; T < NumThreads; ++T)
      if (L || T || !UseMain)
        pthread_join(Handles[L][T], NULL);
  removeFiles();
  sayCalls();
  raw(SYS_write, 1, (long)"end\n", 4, 0, 0);
  return 0;
}
