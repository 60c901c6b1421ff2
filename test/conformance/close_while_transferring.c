// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that waits in sendfile, splice, tee or vmsplice goes on with
// its two files when another closes one of the numbers and puts another file
// there, at whichever end it waits.
#include "check.h"
#include "ends.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

typedef ssize_t Call(int In, int Out);
static ssize_t splices(int In, int Out) {
  return splice(In, NULL, Out, NULL, 1, 0);
}
static ssize_t tees(int In, int Out) { return tee(In, Out, 1, 0); }
static ssize_t sendsFile(int In, int Out) { return sendfile(Out, In, NULL, 1); }
static ssize_t vmsplices(int In, int Out) {
  struct iovec V = {(void *)"d", 1};
  (void)In;
  return vmsplice(Out, &V, 1, 0);
}
static ssize_t vmsplicesOut(int In, int Out) {
  char C;
  struct iovec V = {&C, 1};
  return vmsplice(In, &V, 1, 0) == 1 ? write(Out, &C, 1) : -1;
}

enum { OnDisk = -1 };
typedef struct {
  Call *Make;
  int From, To; // Kinds.
  int AtOut;    // It waits for room, else for data.
} Case;
static const Case Cases[] = {
    {splices, Pipe, Pipe, 0},     {splices, Pipe, Pipe, 1},
    {splices, Pipe, Unix, 0},     {splices, Pipe, Unix, 1},
    {splices, Pipe, Tcp, 0},      {splices, Pipe, Tcp, 1},
    {splices, Unix, Pipe, 0},     {splices, Unix, Pipe, 1},
    {splices, Tcp, Pipe, 0},      {splices, Tcp, Pipe, 1},
    {splices, Datagram, Pipe, 0}, {splices, OnDisk, Pipe, 1},
    {tees, Pipe, Pipe, 0},        {tees, Pipe, Pipe, 1},
    {sendsFile, OnDisk, Pipe, 1}, {sendsFile, OnDisk, Unix, 1},
    {sendsFile, OnDisk, Tcp, 1},  {sendsFile, Tcp, Pipe, 0},
    {vmsplices, OnDisk, Pipe, 1}, {vmsplicesOut, Pipe, Unix, 0},
};

typedef struct {
  Call *Make;
  int In, Out;
} Job;

static Gate Entered = GATE_INIT;

static void *transfers(void *Arg) {
  Job *J = Arg;
  post(&Entered);
  ssize_t N = J->Make(J->In, J->Out);
  CHECK(N == 1 || N == -1); // The call may begin too late.
  return NULL;
}

static File source(int Kind, char C) {
  if (Kind != OnDisk) {
    File F = empty(Kind, 0);
    CHECK(!C || write(F.Peer, &C, 1) == 1);
    return F;
  }
  char Name[] = "/tmp/open-co-test-XXXXXX";
  int Fd = mkstemp(Name);
  CHECK(Fd >= 0 && unlink(Name) == 0 && write(Fd, &C, 1) == 1);
  CHECK(lseek(Fd, 0, SEEK_SET) == 0);
  return only(Fd);
}

/// What comes after the zeros that filled \p Fd; 0 for its end.
static char arrives(int Fd) {
  char B[4096];
  for (ssize_t N; (N = read(Fd, B, sizeof B)) > 0;)
    for (ssize_t I = 0; I < N; ++I)
      if (B[I])
        return B[I];
  return 0;
}

/// Whether the call had begun when the number was closed, as the test wants.
static int attempt(const Case *K, int ClosesOut, long HeadStartMs) {
  static int I;
  File From = source(K->From, K->AtOut ? 'd' : 0);
  File To = K->AtOut ? full(K->To, 0) : room(K->To, 0);
  File Other = ClosesOut ? room(K->To, 0) : source(K->From, 'o');
  Job J = {K->Make, From.Fd, To.Fd};
  int Number = ClosesOut ? To.Fd : From.Fd;
  pthread_t T = start(transfers, &J);
  await(&Entered, 1);
  --Entered.Count;
  sleepMs(HeadStartMs);
  if (++I % 2)
    CHECK(dup2(Other.Fd, Number) == Number);
  else
    CHECK(close(Number) == 0 && fcntl(Other.Fd, F_DUPFD, Number) == Number);
  // Fails only if the call, and so the file's last user, came too late.
  if (!K->AtOut && write(From.Peer, "d", 1) == -1)
    CHECK(errno == EPIPE || errno == ECONNRESET || errno == ECONNREFUSED);
  int InTime = arrives(To.Peer) == 'd';
  join(T);
  closeBoth(From);
  closeBoth(To);
  closeBoth(Other);
  return InTime;
}

static void closes(void) {
  for (size_t I = 0; I < sizeof Cases / sizeof *Cases; ++I)
    for (int ClosesOut = 0; ClosesOut < 2; ++ClosesOut) {
      if (!ClosesOut && Cases[I].Make == vmsplices)
        continue; // It has no In,
      if (ClosesOut && Cases[I].Make == vmsplicesOut)
        continue; // and this no Out.
      for (long Ms = 4; !attempt(&Cases[I], ClosesOut, Ms); Ms *= 2)
        CHECK(Ms < 5000);
    }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  closes();
  inThread(closes);
  return 0;
}
