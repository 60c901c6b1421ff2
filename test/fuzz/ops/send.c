// send.c - operations that send through sockets.
#include "../run.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

OP(send, "fd size sendflags via2") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]), Flags = (int)A[2];
  size_t N = (size_t)A[1];
  if (!(Flags & MSG_DONTWAIT) && blocksWriting(R, Fd, Kind, A[1]))
    return;
  char *P = address(R, Good, N);
  fill(R, Good, P, N, Kind);
  int Before = me()->Caught[SIGPIPE];
  if (A[3])
    RESULT(syscall, SYS_sendto, Fd, P, N, Flags, NULL, 0);
  else
    RESULT(send, Fd, P, N, Flags);
  sayPipe(R, Before);
}

/// To the UDP socket in a slot; -1: to whom it is connected; -2: a bad address.
OP(sendto, "fd size sendflags to") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]), Flags = (int)A[2];
  size_t N = (size_t)A[1];
  if (!(Flags & MSG_DONTWAIT) && blocksWriting(R, Fd, Kind, A[1]))
    return;
  char *P = address(R, Good, N);
  fill(R, Good, P, N, Kind);
  struct sockaddr_storage S = {0};
  socklen_t Len = sizeof S;
  int Before = me()->Caught[SIGPIPE];
  if (A[3] >= 0)
    getsockname(fdIn(R, A[3]), (struct sockaddr *)&S, &Len);
  if (A[3] == -1)
    RESULT(sendto, Fd, P, N, Flags, NULL, 0);
  else if (A[3] == -2)
    RESULT(sendto, Fd, P, N, Flags, (struct sockaddr *)16, 16);
  else
    RESULT(sendto, Fd, P, N, Flags, (struct sockaddr *)&S, Len);
  sayPipe(R, Before);
}

/// With the descriptor of a slot, if there is one.
OP(sendmsg, "fd size sendflags fd via2") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]), Flags = (int)A[2];
  int Right = A[3] == A[0] ? -1 : fdIn(R, A[3]);
  size_t N = (size_t)A[1];
  // The kernel collects sockets that are sent through themselves at its
  // leisure.
  int Sent = kindIn(R, A[3]);
  if (Sent != KindPipe && Sent != KindEvent && !R->S->MayWait)
    Right = -1;
  if (!(Flags & MSG_DONTWAIT) && blocksWriting(R, Fd, Kind, A[1]))
    return;
  char *P = address(R, Good, N);
  fill(R, Good, P, N, Kind);
  struct iovec V[2] = {{P, N / 3}, {P + N / 3, N - N / 3}};
  char Control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = {0};
  struct msghdr M = {.msg_iov = V, .msg_iovlen = 2};
  if (Right >= 0) {
    M.msg_control = Control;
    M.msg_controllen = sizeof Control;
    struct cmsghdr *C = CMSG_FIRSTHDR(&M);
    *C = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(C), &Right, sizeof Right);
  }
  int Before = me()->Caught[SIGPIPE];
  if (A[4])
    RESULT(syscall, SYS_sendmsg, Fd, &M, Flags);
  else
    RESULT(sendmsg, Fd, &M, Flags);
  sayPipe(R, Before);
}

OP(sendmmsg, "fd size count sendflags via2") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]), Flags = (int)A[3];
  enum { Most = 4, Piece = 4096 };
  size_t N = (size_t)A[1] < Piece ? (size_t)A[1] : Piece;
  // Several may find less and less room.
  if (A[2] > 1 && !(Flags & MSG_DONTWAIT) && !isNonBlocking(Fd) &&
      !R->S->MayWait) {
    say(R, " would block");
    return;
  }
  if (!(Flags & MSG_DONTWAIT) && blocksWriting(R, Fd, Kind, (long)N))
    return;
  char *P = address(R, Good, Most * Piece);
  fill(R, Good, P, Most * Piece, KindOther);
  struct iovec V[Most];
  struct mmsghdr M[Most];
  memset(M, 0, sizeof M);
  for (int I = 0; I < Most; ++I) {
    V[I] = (struct iovec){P + I * Piece, N};
    M[I].msg_hdr.msg_iov = &V[I];
    M[I].msg_hdr.msg_iovlen = 1;
  }
  int Before = me()->Caught[SIGPIPE];
  long Sent = A[4] ? RESULT(syscall, SYS_sendmmsg, Fd, M, A[2], Flags)
                   : RESULT(sendmmsg, Fd, M, (unsigned)A[2], Flags);
  for (long I = 0; I < Sent; ++I)
    say(R, " %u", M[I].msg_len);
  sayPipe(R, Before);
}
