// sockets.c - operations that make, connect and set up sockets.
#include "../run.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/un.h>

static const int Types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

static int kindOf(int Type) {
  return Type == SOCK_STREAM ? KindStream : KindMessages;
}

OP(socketpair, "new new socktype sockmode via2") {
  int Pair[2] = {-1, -1}, Type = Types[A[2]];
  int Mode = Type | (int)A[3];
  long Failed = A[4] ? RESULT(syscall, SYS_socketpair, AF_UNIX, Mode, 0, Pair)
                     : RESULT(socketpair, AF_UNIX, Mode, 0, Pair);
  for (int I = 0; I < 2 && !Failed; ++I)
    put(R, A[I], Pair[I], kindOf(Type));
}

static const int Families[] = {AF_UNIX, AF_INET, AF_INET6, 12345};

OP(socket, "new family socktype sockmode via2") {
  int Type = Types[A[2]], Mode = Type | (int)A[3], Family = Families[A[1]];
  long Fd = A[4] ? CALL(syscall, SYS_socket, Family, Mode, 0)
                 : CALL(socket, Family, Mode, 0);
  if (Fd < 0)
    say(R, " %s", errorName(errno));
  else
    put(R, A[0], (int)Fd, kindOf(Type));
}

/// Addresses are unix ones, by name, or TCP and UDP ones of a listener's slot.
static socklen_t nameUnix(Run *R, struct sockaddr_un *U, long Name) {
  memset(U, 0, sizeof *U);
  U->sun_family = AF_UNIX;
  char Path[100];
  pathFor(R, Path, sizeof Path, "");
  int N =
      snprintf(U->sun_path + 1, sizeof U->sun_path - 1, "%s%ld", Path, Name);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)N);
}

OP(bind_unix, "-fd name") {
  struct sockaddr_un U;
  socklen_t Len = nameUnix(R, &U, A[1]);
  result(R, "bind", CALL_AS("bind", bind(fdIn(R, A[0]), (void *)&U, Len)));
}

OP(bind_inet, "-fd") {
  struct sockaddr_in I = {.sin_family = AF_INET};
  I.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  result(R, "bind", CALL_AS("bind", bind(fdIn(R, A[0]), (void *)&I, sizeof I)));
}

OP(listen, "-fd backlog") {
  result(R, "listen", CALL_AS("listen", listen(fdIn(R, A[0]), (int)A[1])));
}

static void sayAddress(Run *R, const struct sockaddr_storage *S, socklen_t Len,
                       socklen_t Room) {
  say(R, " len=%u", Len);
  if (Len < sizeof(sa_family_t) || Room < Len)
    return;
  if (S->ss_family != AF_UNIX) // Ports differ from run to run.
    say(R, " family=%d", S->ss_family);
  else // As does the directory's name; its length does not.
    say(R, " unix");
}

static socklen_t addressLength(long Which) {
  static const socklen_t Lengths[] = {sizeof(struct sockaddr_storage), 0, 4, 2};
  return Lengths[Which];
}

OP(accept, "fd new sockmode addrlen via3") {
  int Fd = fdIn(R, A[0]);
  struct sockaddr_storage S;
  socklen_t Room = addressLength(A[3]), Len = Room;
  if (blocks(R, Fd, POLLIN))
    return;
  int NoAddress = A[3] == 1;
  void *To = NoAddress ? NULL : &S;
  socklen_t *LenTo = NoAddress ? NULL : &Len;
  long New = A[4] == 0   ? CALL(accept, Fd, To, LenTo)
             : A[4] == 1 ? CALL(accept4, Fd, To, LenTo, (int)A[2])
                         : CALL(syscall, SYS_accept4, Fd, To, LenTo, (int)A[2]);
  int Error = errno;
  say(R, " %s",
      New >= 0            ? "accepted"
      : Error == Sentinel ? "?"
                          : errorName(Error));
  if (New >= 0 && Error != Sentinel)
    say(R, " touched-errno=%s", errorName(Error));
  if (New < 0)
    return;
  if (!NoAddress)
    sayAddress(R, &S, Len, Room);
  put(R, A[1], (int)New, KindStream);
}

OP(connect_unix, "-fd name") {
  struct sockaddr_un U;
  socklen_t Len = nameUnix(R, &U, A[1]);
  RESULT(connect, fdIn(R, A[0]), (struct sockaddr *)&U, Len);
}

/// To the TCP or UDP socket in a slot; -1: a port where nobody listens.
OP(connect_inet, "-fd to via2") {
  struct sockaddr_in I = {.sin_family = AF_INET, .sin_port = htons(1)};
  I.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t Len = sizeof I;
  if (A[1] >= 0)
    getsockname(fdIn(R, A[1]), (void *)&I, &Len);
  if (A[2])
    RESULT(syscall, SYS_connect, fdIn(R, A[0]), &I, (socklen_t)sizeof I);
  else
    RESULT(connect, fdIn(R, A[0]), (struct sockaddr *)&I, sizeof I);
}

OP(connect_badly, "fd ptr") {
  int Fd = fdIn(R, A[0]);
  if (kindIn(R, A[0]) != KindMessages) // That would disconnect it.
    RESULT(connect, Fd, (struct sockaddr *)address(R, A[1], 16), A[1] ? 16 : 1);
}

OP(shutdown, "fd how via2") {
  if (A[2])
    RESULT(syscall, SYS_shutdown, fdIn(R, A[0]), A[1]);
  else
    RESULT(shutdown, fdIn(R, A[0]), (int)A[1]);
}

/// SO_RCVTIMEO or SO_SNDTIMEO, in milliseconds.
OP(timeout, "fd direction ms via2") {
  struct timeval T = {A[2] / 1000, A[2] % 1000 * 1000};
  int Name = A[1] ? SO_SNDTIMEO : SO_RCVTIMEO, Fd = fdIn(R, A[0]);
  if (A[3])
    RESULT(syscall, SYS_setsockopt, Fd, SOL_SOCKET, Name, &T, sizeof T);
  else
    RESULT(setsockopt, Fd, SOL_SOCKET, Name, &T, sizeof T);
}

OP(sockopt, "fd sockoption ptr") {
  static const struct {
    int Level, Name;
  } Options[] = {{SOL_SOCKET, SO_KEEPALIVE},
                 {SOL_SOCKET, SO_PASSCRED},
                 {IPPROTO_TCP, TCP_NODELAY},
                 {SOL_SOCKET, 9999}};
  int *P = (int *)address(R, A[2], sizeof(int)), Fd = fdIn(R, A[0]);
  if (A[2] == Good)
    *P = 1;
  RESULT(setsockopt, Fd, Options[A[1]].Level, Options[A[1]].Name, P,
         sizeof(int));
  int Value = 0, Size = sizeof Value;
  if (!getsockopt(Fd, SOL_SOCKET, SO_ERROR, &Value, (socklen_t *)&Size))
    say(R, " so_error=%s", Value ? errorName(Value) : "0");
}
