// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: sendfile, splice and tee wait for what the kernel waits for, in its
// order, and for nothing else: where it answers at once, so do they.
#include "check.h"
#include "ends.h"
#include <sys/eventfd.h>
#include <sys/sendfile.h>

enum { Size = 100 };
static char Name[] = "/tmp/open-co-test-XXXXXX";

// -- More ends ---------------------------------------------------------------

static File file(int Flags) { return only(open(Name, Flags)); }
static File atEnd(void) {
  File F = file(O_RDONLY);
  CHECK(lseek(F.Fd, 0, SEEK_END) == Size);
  return F;
}
static File listening(int Family) {
  struct sockaddr_in Tcp4;
  if (Family == AF_INET)
    return only(listenTcp(&Tcp4));
  File F = only(socket(AF_UNIX, SOCK_STREAM, 0));
  socklen_t Len;
  struct sockaddr_un Addr = unixAddress(&Len);
  CHECK(bind(F.Fd, (struct sockaddr *)&Addr, Len) == 0 && listen(F.Fd, 4) == 0);
  return F;
}

// -- At once ----------------------------------------------------------------

/// \p Call, which uses In, Out and Bad, returns \p N, or -1 with \p Err.
#define CASE(From, To, Call, N, Err)                                           \
  do {                                                                         \
    File F = From, T = To;                                                     \
    int In = F.Fd, Out = T.Fd;                                                 \
    errno = 0;                                                                 \
    long R = (Call);                                                           \
    if (R != (N) || errno != (Err))                                            \
      checkFailed(__FILE__, __LINE__, #Call " gives " #N " " #Err);            \
    closeBoth(F);                                                              \
    closeBoth(T);                                                              \
  } while (0)
#define SPLICE splice(In, NULL, Out, NULL, Little, 0)
#define SPLICE_NOW splice(In, NULL, Out, NULL, Little, SPLICE_F_NONBLOCK)
#define SENDFILE sendfile(Out, In, NULL, Little)

static void betweenPipes(void) {
  CASE(empty(Pipe, 0), room(Pipe, O_NONBLOCK), SPLICE, -1, EAGAIN);
  CASE(empty(Pipe, O_NONBLOCK), full(Pipe, 0), SPLICE, -1, EAGAIN);
  CASE(data(Pipe, O_NONBLOCK), full(Pipe, 0), SPLICE, -1, EAGAIN);
  CASE(data(Pipe, 0), full(Pipe, 0), SPLICE_NOW, -1, EAGAIN);
  CASE(empty(Pipe, 0), room(Pipe, O_NONBLOCK), tee(In, Out, 9, 0), -1, EAGAIN);
  CASE(data(Pipe, O_NONBLOCK), full(Pipe, 0), tee(In, Out, 9, 0), -1, EAGAIN);
  CASE(ended(empty(Pipe, 0)), room(Pipe, 0), SPLICE, 0, 0);
  CASE(ended(empty(Pipe, 0)), room(Pipe, 0), tee(In, Out, 9, 0), 0, 0);
  CASE(data(Pipe, 0), ended(room(Pipe, 0)), tee(In, Out, 9, 0), -1, EPIPE);
  CASE(empty(Pipe, 0), file(O_RDWR), tee(In, Out, 9, 0), -1, EINVAL);
  CASE(empty(Unix, 0), room(Pipe, 0), tee(In, Out, 9, 0), -1, EINVAL);
}

static void fromPipe(void) {
  off64_t Bad = -1;
  CASE(ended(empty(Pipe, 0)), full(Unix, 0), SPLICE, 0, 0);
  CASE(ended(empty(Pipe, 0)), full(Tcp, 0), SPLICE, 0, 0);
  CASE(empty(Pipe, O_NONBLOCK), full(Unix, 0), SPLICE, -1, EAGAIN);
  CASE(data(Pipe, 0), full(Unix, O_NONBLOCK), SPLICE, -1, EAGAIN);
  CASE(data(Pipe, 0), ended(room(Unix, 0)), SPLICE, -1, EPIPE);
  CASE(data(Pipe, 0), shut(full(Unix, 0)), SPLICE, -1, EPIPE);
  CASE(data(Pipe, 0), shut(full(Tcp, 0)), SPLICE, -1, EPIPE);
  CASE(data(Pipe, 0), listening(AF_INET), SPLICE, -1, EPIPE);
  CASE(data(Pipe, 0), listening(AF_UNIX), SPLICE, -1, ENOTCONN);
  CASE(data(Pipe, 0), full(Unix, 0), splice(In, NULL, Out, NULL, 0, 0), 0, 0);
  CASE(data(Pipe, 0), full(Unix, 0), splice(In, NULL, Out, NULL, 9, 0x100), -1,
       EINVAL);
  CASE(data(Pipe, 0), full(Unix, 0), splice(In, &Bad, Out, NULL, 9, 0), -1,
       ESPIPE);
  CASE(data(Pipe, 0), full(Unix, 0), splice(In, NULL, Out, &Bad, 9, 0), -1,
       EINVAL);
  CASE(data(Pipe, 0), full(Unix, 0), splice(In, NULL, Out, (void *)1, 9, 0), -1,
       EFAULT);
  CASE(empty(Pipe, 0), file(O_RDONLY), SPLICE, -1, EBADF);
  CASE(empty(Pipe, 0), file(O_WRONLY | O_APPEND), SPLICE, -1, EINVAL);
  CASE(empty(Pipe, 0), only(eventfd(0, 0)), SPLICE, -1, EINVAL);
}

static void intoPipe(void) {
  off64_t Bad = -1;
  CASE(empty(Unix, 0), room(Pipe, O_NONBLOCK), SPLICE, -1, EAGAIN);
  CASE(empty(Unix, 0), room(Pipe, 0), SPLICE_NOW, -1, EAGAIN);
  CASE(empty(Unix, O_NONBLOCK), room(Pipe, 0), SPLICE, -1, EAGAIN);
  CASE(empty(Tcp, O_NONBLOCK), room(Pipe, 0), SPLICE, -1, EAGAIN);
  CASE(empty(Unix, 0), ended(room(Pipe, 0)), SPLICE, -1, EPIPE);
  CASE(empty(Tcp, 0), ended(room(Pipe, 0)), SPLICE, -1, EPIPE);
  CASE(empty(Tcp, 0), full(Pipe, O_NONBLOCK), SPLICE, -1, EAGAIN);
  CASE(empty(Tcp, 0), full(Pipe, 0), SPLICE_NOW, -1, EAGAIN);
  CASE(listening(AF_INET), room(Pipe, 0), SPLICE, -1, ENOTCONN);
  CASE(listening(AF_UNIX), room(Pipe, 0), SPLICE, -1, EINVAL);
  CASE(ended(empty(Tcp, 0)), room(Pipe, 0), SPLICE, 0, 0);
  CASE(empty(Tcp, 0), full(Pipe, 0), splice(In, &Bad, Out, NULL, 9, 0), -1,
       EINVAL);
  CASE(file(O_RDONLY), full(Pipe, 0), splice(In, &Bad, Out, NULL, 9, 0), -1,
       EINVAL);
  CASE(file(O_RDONLY), full(Pipe, 0), splice(In, (void *)1, Out, NULL, 9, 0),
       -1, EFAULT);
  CASE(file(O_PATH), full(Pipe, 0), SPLICE, -1, EBADF);
  CASE(only(eventfd(0, 0)), room(Pipe, 0), SPLICE, -1, EINVAL);
}

static void sendsFile(void) {
  off_t Bad = -1, Last = Size;
  CASE(atEnd(), full(Unix, 0), SENDFILE, 0, 0);
  CASE(atEnd(), full(Tcp, 0), SENDFILE, 0, 0);
  CASE(file(O_RDONLY), full(Unix, 0), sendfile(Out, In, &Last, 9), 0, 0);
  CASE(file(O_RDONLY), full(Unix, 0), sendfile(Out, In, &Bad, 9), -1, EINVAL);
  CASE(file(O_RDONLY), full(Tcp, 0), sendfile(Out, In, (void *)1, 9), -1,
       EFAULT);
  CASE(file(O_RDONLY), full(Unix, 0), sendfile(Out, In, NULL, 0), 0, 0);
  CASE(file(O_RDONLY), full(Unix, O_NONBLOCK), SENDFILE, -1, EAGAIN);
  CASE(file(O_WRONLY), full(Unix, 0), SENDFILE, -1, EBADF);
  CASE(file(O_PATH), full(Unix, 0), SENDFILE, -1, EBADF);
  CASE(only(open("/", O_RDONLY)), full(Unix, 0), SENDFILE, -1, EINVAL);
  CASE(data(Pipe, 0), full(Unix, 0), SENDFILE, -1, EINVAL);
  CASE(empty(Unix, 0), full(Unix, 0), SENDFILE, -1, EINVAL);
  CASE(only(eventfd(0, 0)), full(Unix, 0), SENDFILE, -1, EINVAL);
  CASE(file(O_RDONLY), shut(full(Unix, 0)), SENDFILE, -1, EPIPE);
  CASE(file(O_RDONLY), listening(AF_INET), SENDFILE, -1, EPIPE);
  CASE(file(O_RDONLY), listening(AF_UNIX), SENDFILE, -1, ENOTCONN);
  CASE(file(O_RDONLY), full(Pipe, 0), sendfile(Out, In, &Bad, 9), -1, EINVAL);
  CASE(file(O_RDONLY), full(Pipe, 0), sendfile(Out, In, (void *)1, 9), -1,
       EFAULT);
  CASE(file(O_RDONLY), full(Pipe, O_NONBLOCK), SENDFILE, -1, EAGAIN);
  CASE(data(Tcp, 0), room(Pipe, 0), SENDFILE, Little, 0);
  CASE(empty(Unix, 0), ended(room(Pipe, 0)), SENDFILE, -1, EPIPE);
  CASE(empty(Tcp, O_NONBLOCK), ended(room(Pipe, 0)), SENDFILE, -1, EPIPE);
  CASE(empty(Unix, O_NONBLOCK), room(Pipe, 0), SENDFILE, -1, EAGAIN);
  CASE(empty(Unix, O_NONBLOCK), empty(Pipe, 0), SENDFILE, -1, EBADF);
}

// -- Where the kernel waits ---------------------------------------------------

typedef struct {
  File From, To;
  long (*Call)(int In, int Out);
} Wait;

static Gate Entered = GATE_INIT;

static long splices(int In, int Out) { return SPLICE; }
static long splicesNow(int In, int Out) { return SPLICE_NOW; }
static long tees(int In, int Out) { return tee(In, Out, Little, 0); }
static long sendsLittle(int In, int Out) { return SENDFILE; }
static long sendsAll(int In, int Out) {
  return sendfile(Out, In, NULL, Size * 2); // More than there is.
}

static void *waits(void *Arg) {
  Wait *W = Arg;
  post(&Entered);
  return (void *)W->Call(W->From.Fd, W->To.Fd);
}

static void drain(File F) {
  char B[4096];
  // A splice that waits for a socket holds the pipe, and no call on that
  // returns: one read takes all there is.
  if (fcntl(F.Peer, F_GETPIPE_SZ) > 0) {
    CHECK(read(F.Peer, B, sizeof B) == sizeof B);
    return;
  }
  CHECK(fcntl(F.Peer, F_SETFL, O_NONBLOCK) == 0);
  while (read(F.Peer, B, sizeof B) > 0)
    ;
  CHECK(errno == EAGAIN && fcntl(F.Peer, F_SETFL, 0) == 0);
}

/// Gives room, then data, or the other way round; \p Expected must follow, and
/// the data arrive.
static void waitsFor(long (*Call)(int, int), File From, File To, int Room,
                     int Data, long Expected) {
  Wait W = {From, To, Call};
  pthread_t T = start(waits, &W);
  await(&Entered, 1);
  --Entered.Count;
  if (Room)
    drain(To);
  if (Data)
    CHECK(write(From.Peer, "some data", Little) == Little);
  CHECK((long)join(T) == Expected);
  closeBoth(From);
  closeBoth(To);
}

static void waitsInOrder(void) {
  waitsFor(splices, empty(Pipe, 0), full(Pipe, 0), 1, 1, Little);
  waitsFor(splices, ended(empty(Pipe, 0)), full(Pipe, 0), 1, 0, 0);
  waitsFor(tees, ended(empty(Pipe, 0)), full(Pipe, 0), 1, 0, 0);
  waitsFor(tees, empty(Pipe, 0), full(Pipe, 0), 1, 1, Little);
  waitsFor(splices, data(Pipe, 0), full(Unix, 0), 1, 0, Little);
  waitsFor(splices, data(Pipe, O_NONBLOCK), full(Tcp, 0), 1, 0, Little);
  waitsFor(splicesNow, data(Pipe, 0), full(Unix, 0), 1, 0, Little);
  waitsFor(splices, empty(Pipe, 0), full(Unix, 0), 1, 1, Little);
  waitsFor(splices, empty(Pipe, 0), file(O_WRONLY), 0, 1, Little);
  waitsFor(splices, empty(Tcp, 0), full(Pipe, 0), 1, 1, Little);
  waitsFor(splices, empty(Unix, O_NONBLOCK), full(Pipe, 0), 1, 0, -1);
  waitsFor(splices, file(O_RDONLY), full(Pipe, 0), 1, 0, Little);
  waitsFor(splices, atEnd(), full(Pipe, 0), 1, 0, 0);
  // Sockets but unix streams have their own flag only.
  waitsFor(splices, empty(Tcp, 0), room(Pipe, O_NONBLOCK), 0, 1, Little);
  waitsFor(splicesNow, empty(Tcp, 0), room(Pipe, 0), 0, 1, Little);
  waitsFor(splicesNow, empty(Datagram, 0), room(Pipe, 0), 0, 1, Little);
  waitsFor(sendsLittle, file(O_RDONLY), full(Unix, 0), 1, 0, Little);
  waitsFor(sendsAll, file(O_RDONLY), full(Tcp, 0), 1, 0, Size);
  waitsFor(sendsLittle, only(open("/dev/zero", O_RDONLY)), full(Unix, 0), 1, 0,
           Little);
  // Has no size.
  waitsFor(sendsLittle, only(open("/proc/cpuinfo", O_RDONLY)), full(Unix, 0), 1,
           0, Little);
  waitsFor(sendsLittle, file(O_RDONLY), full(Pipe, 0), 1, 0, Little);
  waitsFor(sendsLittle, atEnd(), full(Pipe, 0), 1, 0, 0);
  waitsFor(sendsLittle, empty(Tcp, 0), room(Pipe, 0), 0, 1, Little);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int Fd = mkstemp(Name);
  CHECK(Fd >= 0 && ftruncate(Fd, Size) == 0 && close(Fd) == 0);
  everywhere(betweenPipes);
  everywhere(fromPipe);
  everywhere(intoPipe);
  everywhere(sendsFile);
  waitsInOrder();
  inThread(waitsInOrder);
  CHECK(unlink(Name) == 0);
  return 0;
}
