// run.c - runs a script: reads it, takes each lane's steps in turn, and writes
// one line for each step, behind the runtime's back so that the lines are there
// even if the program hangs.
//
//   run SCRIPT   runs it
//   run --ops    lists the operations with the kinds of their arguments
#include "run.h"

#include <dirent.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

extern const Op __start_fuzz_ops[], __stop_fuzz_ops[];
extern Counter __start_fuzz_counters[], __stop_fuzz_counters[];

static Lane Lanes[MaxLanes];
static int NumLanes, NumThreads, UseMain;
static char Directory[128];
static __thread ThreadState *Self;

ThreadState *me(void) { return Self; }
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

__attribute__((noreturn, format(printf, 1, 2))) static void
fail(const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  fprintf(stderr, "fuzz: ");
  vfprintf(stderr, Format, Args);
  fputc('\n', stderr);
  exit(2);
}

// -- Reading ------------------------------------------------------------------

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

static void readScript(const char *Path) {
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

// -- Saying -------------------------------------------------------------------

void say(Run *R, const char *Format, ...) {
  int Error = errno;
  va_list Args;
  va_start(Args, Format);
  size_t Room = sizeof R->Text - R->Len;
  int N = vsnprintf(R->Text + R->Len, Room, Format, Args);
  va_end(Args);
  R->Len += (size_t)N < Room ? (size_t)N : Room - 1;
  errno = Error;
}

const char *errorName(int Error) {
  const char *Name = strerrorname_np(Error);
  return Name ? Name : "?";
}

long result(Run *R, const char *Name, long Result) {
  int Error = errno;
  say(R, " %s=%ld", Name, Result);
  if (Result == -1)
    say(R, " %s", errorName(Error));
  else if (Error != Sentinel)
    say(R, " touched-errno=%s", errorName(Error));
  errno = Error;
  return Result;
}

void sayErrno(Run *R, const char *Name) {
  int Error = errno;
  if (Error != Sentinel)
    say(R, " %s: errno=%s", Name, errorName(Error));
}

int status(Run *R, const char *Name, int Error) {
  int Errno = errno;
  say(R, " %s=%s", Name, Error ? errorName(Error) : "0");
  if (Errno != Sentinel)
    say(R, " touched-errno=%s", errorName(Errno));
  return Error;
}

void sayBytes(Run *R, const void *P, size_t Len) {
  const unsigned char *B = P;
  unsigned Hash = 2166136261u;
  for (size_t I = 0; I < Len; ++I)
    Hash = (Hash ^ B[I]) * 16777619u;
  say(R, " [%08x]", Hash);
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

static void onSignal(int Signal) {
  if (!Self)
    return;
  __atomic_fetch_add(&Self->Caught[Signal], 1, __ATOMIC_SEQ_CST);
  sigjmp_buf *To = Self->Jump;
  Self->Jump = NULL;
  if (To)
    siglongjmp(*To, 1);
}

static void prepareThread(ThreadState *T) {
  Self = T;
  T->Handle = pthread_self();
  char *P = mmap(NULL, BufferSize + 4096, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED || mprotect(P + BufferSize, 4096, PROT_NONE) != 0)
    fail("no memory");
  T->Buffer = P;
}

static void call(Run *R) { R->S->Do->Call(R, R->S->A); }

// -- Calls on threads of their own --------------------------------------------

typedef struct {
  Run *R;
  ThreadState State;
  char Order[8]; // In which handlers ran at the thread's end.
} Apart;

static pthread_key_t EndKey;

static void note(Apart *P, char C) { P->Order[strlen(P->Order)] = C; }
static void noteOuter(void *P) { note(P, 'o'); }
static void noteObject(void *P) { note(P, 'c'); }
static void noteInner(void *P) { note(P, 'i'); }
static void noteKey(void *P) { note(P, 'k'); }

static void callWithHandler(void *P) {
  pthread_cleanup_push(noteInner, P);
  call(((Apart *)P)->R);
  pthread_cleanup_pop(0);
}

/// What is to run at its end: C's handlers, around an object of C++ between
/// them, and a key's destructor.
static void callToBeCancelled(Apart *P) {
  int IsDisabled = P->R->S->Ends == 'd';
  pthread_setspecific(EndKey, P);
  pthread_cleanup_push(noteOuter, P);
  if (IsDisabled)
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  if (P->R->S->Ends == 'p')
    pthread_cancel(pthread_self());
  withObject(callWithHandler, noteObject, P);
  if (IsDisabled)
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel();
  pthread_cleanup_pop(0);
}

static void *runApart(void *Arg) {
  Apart *P = Arg;
  prepareThread(&P->State);
  if (P->R->S->Ends)
    callToBeCancelled(P);
  else
    call(P->R);
  return P;
}

/// Lets the step that cancels it have the thread, which must be there then.
static void offer(Lane *L, Step *S, pthread_t T) {
  pthread_mutex_lock(&L->Lock);
  S->Handle = T;
  S->Started = 1;
  pthread_cond_broadcast(&L->Changed);
  while (!S->Cancelled)
    pthread_cond_wait(&L->Changed, &L->Lock);
  pthread_mutex_unlock(&L->Lock);
}

static void callApart(Run *R) {
  Apart P = {.R = R};
  pthread_t T;
  void *Result;
  if (pthread_create(&T, NULL, runApart, &P) != 0)
    fail("no thread");
  if (R->S->Ends == 'c' || R->S->Ends == 'd')
    offer(R->L, R->S, T);
  pthread_join(T, &Result);
  munmap(P.State.Buffer, BufferSize + 4096);
  if (R->S->Ends != 'd' && Result == PTHREAD_CANCELED)
    R->Len = 0; // How far it got is not determined.
  if (R->S->Ends)
    say(R, " %s %s", Result == PTHREAD_CANCELED ? "cancelled" : "returned",
        P.Order);
}

/// Ends the thread of an asynchronous step that is marked for that.
OP(cancel, "-thread") {
  Lane *L = R->L;
  Step *S = NULL;
  for (int I = 0; I < R->Index; ++I)
    if (L->Steps[I].Thread == A[0] &&
        (L->Steps[I].Ends == 'c' || L->Steps[I].Ends == 'd'))
      S = &L->Steps[I];
  pthread_mutex_lock(&L->Lock);
  while (S && !S->Started)
    pthread_cond_wait(&L->Changed, &L->Lock);
  if (S && !S->Cancelled)
    STATUS(pthread_cancel, S->Handle);
  if (S)
    S->Cancelled = 1;
  pthread_cond_broadcast(&L->Changed);
  pthread_mutex_unlock(&L->Lock);
}

/// The mask must be what it was.
static void callToBeLeft(Run *R) {
  sigjmp_buf Back;
  sigset_t Before, After;
  pthread_sigmask(SIG_SETMASK, NULL, &Before);
  COUNT("__sigsetjmp");
  COUNT("siglongjmp");
  if (sigsetjmp(Back, 1) == 0) {
    Self->Jump = &Back;
    call(R);
    Self->Jump = NULL;
    say(R, " returned");
  } else {
    R->Len = 0;
    say(R, " left");
    // libc's own for the time of the call was left behind.
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL);
  }
  pthread_sigmask(SIG_SETMASK, NULL, &After);
  for (int I = 1; I < 65; ++I)
    if (sigismember(&Before, I) != sigismember(&After, I))
      say(R, " blocks-%d=%d", I, sigismember(&After, I));
}

static void runStep(Lane *L, int Index) {
  Run R = {.L = L, .S = &L->Steps[Index], .Index = Index};
  if (R.S->Ends == 'j')
    callToBeLeft(&R);
  else if (R.S->Ends || R.S->Do->Apart)
    callApart(&R);
  else
    call(&R);
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

  pthread_key_create(&EndKey, noteKey);
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
