// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a handler interrupts a thread that waits in a stream: without
// SA_RESTART fgets, fread, getline, fscanf and fflush fail with EINTR and set
// the stream's error, with it they go on.
#include "check.h"

static volatile int Handled;
static Gate Entered = GATE_INIT;
static FILE *In, *Out;
static int InPipe[2], OutPipe[2];

static void count(int Signal) {
  CHECK(Signal == SIGUSR1);
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static void install(int Flags) {
  struct sigaction Action = {.sa_handler = count, .sa_flags = Flags};
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
}

static long doGets(void) {
  char Buf[16];
  return fgets(Buf, sizeof(Buf), In) ? 0 : -1;
}
static long doRead(void) {
  char Buf[3];
  return fread(Buf, 1, 3, In) == 3 ? 0 : -1;
}
static long doGetline(void) {
  char *Line = NULL;
  size_t Size = 0;
  long R = getline(&Line, &Size, In) == 3 ? 0 : -1;
  int Error = errno;
  free(Line);
  errno = Error;
  return R;
}
static long doScan(void) {
  char Word[8];
  return fscanf(In, "%7s", Word) == 1 && fgetc(In) == '\n' ? 0 : -1;
}
static long doFlush(void) { return fputs("x", Out) < 0 ? -1 : fflush(Out); }

static long (*const Calls[])(void) = {doGets, doRead, doGetline, doScan,
                                      doFlush};
enum { Count = sizeof(Calls) / sizeof(*Calls) };
static int Restarts;

static void *blocks(void *Arg) {
  long (*Call)(void) = *(long (**)(void))Arg;
  FILE *F = Call == doFlush ? Out : In;
  post(&Entered);
  errno = 0;
  long R = Call();
  if (Restarts) {
    CHECK(R == 0 && !ferror(F));
  } else {
    CHECK(R == -1 && errno == EINTR && ferror(F));
    clearerr(F);
  }
  CHECK(Handled > 0);
  return NULL;
}

static void fillUp(int Fd) {
  char Block[4096] = {0};
  int Flags = fcntl(Fd, F_GETFL);
  CHECK(fcntl(Fd, F_SETFL, Flags | O_NONBLOCK) == 0);
  while (write(Fd, Block, sizeof(Block)) > 0)
    ;
  CHECK(fcntl(Fd, F_SETFL, Flags) == 0);
}

static void interrupt(int I) {
  CHECK(pipe(InPipe) == 0 && pipe(OutPipe) == 0);
  In = fdopen(InPipe[0], "r");
  Out = fdopen(OutPipe[1], "w");
  fillUp(OutPipe[1]);
  Handled = 0;
  Entered.Count = 0;
  pthread_t T = start(blocks, (void *)&Calls[I]);
  await(&Entered, 1);
  if (Restarts) {
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    while (!Handled)
      sched_yield();
    CHECK(write(InPipe[1], "ab\n", 3) == 3);
    char Block[4096];
    CHECK(read(OutPipe[0], Block, sizeof(Block)) == sizeof(Block));
  } else {
    // It may come before the thread waits; then the next one finds it there.
    while (pthread_tryjoin_np(T, NULL) == EBUSY) {
      CHECK(pthread_kill(T, SIGUSR1) == 0);
      sleepMs(1);
    }
    T = 0;
  }
  if (T)
    join(T);
  CHECK(fclose(In) == 0 && close(InPipe[1]) == 0 && close(OutPipe[0]) == 0);
  fclose(Out);
}

static void all(void) {
  for (int I = 0; I < Count; ++I)
    for (Restarts = 0; Restarts < 2; ++Restarts) {
      install(Restarts ? SA_RESTART : 0);
      interrupt(I);
    }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  all();
  inThread(all);
  return 0;
}
