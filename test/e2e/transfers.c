// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc %workers
// Intent: hundreds of threads that wait in sendfile, splice, tee and vmsplice
// are on a few OS threads, and every byte arrives.
#include "check.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

enum { Each = 30, Much = 1 << 20, Little = 1000 };

typedef struct {
  void (*Call)(int In, int Out);
  int In, Out;     // The thread's.
  int Feed, Drain; // The other ends.
} Job;

static Gate Entered = GATE_INIT;
static unsigned char *Bytes;

static void sendsFile(int In, int Out) {
  off_t At = 0;
  CHECK(KEEPS_ERRNO(sendfile(Out, In, &At, Much)) == Much && At == Much);
}
static void splices(int In, int Out) {
  CHECK(KEEPS_ERRNO(splice(In, NULL, Out, NULL, Little, 0)) == Little);
}
static void tees(int In, int Out) {
  CHECK(KEEPS_ERRNO(tee(In, Out, Little, 0)) == Little);
}
static void vmsplices(int In, int Out) {
  struct iovec V = {Bytes, Little};
  (void)In;
  CHECK(KEEPS_ERRNO(vmsplice(Out, &V, 1, 0)) == Little);
}

static void *runs(void *Arg) {
  Job *J = Arg;
  post(&Entered);
  J->Call(J->In, J->Out);
  return NULL;
}

static void pipeFor(int *Read, int *Write) {
  int P[2];
  CHECK(pipe(P) == 0);
  *Read = P[0];
  *Write = P[1];
}

static int file(void) {
  char Name[] = "/tmp/open-co-test-XXXXXX";
  int Fd = mkstemp(Name);
  CHECK(Fd >= 0 && unlink(Name) == 0 && write(Fd, Bytes, Much) == Much);
  return Fd;
}

static void prepare(Job *J, int Kind) {
  int S[2];
  J->Feed = -1;
  switch (Kind) {
  case 0:
  case 1: // To a stream socket, of more than it has room for.
    J->Call = sendsFile;
    J->In = file();
    if (Kind)
      tcpPair(S);
    else
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
    J->Out = S[0];
    J->Drain = S[1];
    return;
  case 2: // From a pipe or a socket.
  case 3:
    J->Call = splices;
    if (Kind == 2) {
      pipeFor(&J->In, &J->Feed);
    } else {
      tcpPair(S);
      J->In = S[0];
      J->Feed = S[1];
    }
    break;
  case 4:
    J->Call = tees;
    pipeFor(&J->In, &J->Feed);
    break;
  default: // Into a pipe that is full.
    J->Call = vmsplices;
    J->In = -1;
    pipeFor(&J->Drain, &J->Out);
    CHECK(fcntl(J->Out, F_SETPIPE_SZ, 4096) == 4096);
    CHECK(write(J->Out, Bytes, 4096) == 4096);
    return;
  }
  pipeFor(&J->Drain, &J->Out);
}

static void expect(int Fd, size_t N) {
  unsigned char *Got = malloc(N);
  CHECK(readAll(Fd, Got, N) == N && memcmp(Got, Bytes, N) == 0);
  free(Got);
}

int main(int Argc, char **Argv) {
  enum { Kinds = 6, Count = Kinds * Each };
  static Job Jobs[Count];
  pthread_t T[Count];
  Bytes = pattern(Much);
  for (int I = 0; I < Count; ++I) {
    prepare(&Jobs[I], I % Kinds);
    T[I] = start(runs, &Jobs[I]);
  }
  await(&Entered, Count);
  for (int I = 0; I < Count; ++I) {
    Job *J = &Jobs[I];
    if (J->Feed >= 0)
      CHECK(write(J->Feed, Bytes, Little) == Little);
    if (J->Call == vmsplices)
      expect(J->Drain, 4096);
    expect(J->Drain, J->Call == sendsFile ? Much : Little);
    join(T[I]);
    int All[] = {J->In, J->Out, J->Feed, J->Drain};
    for (int K = 0; K < 4; ++K)
      CHECK(All[K] < 0 || close(All[K]) == 0);
  }
  if (Argc > 1) // They stay once they are there.
    CHECK(osThreads() <= atoi(Argv[1]) + 8);
  return 0;
}
