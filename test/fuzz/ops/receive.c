// receive.c - operations that receive from sockets.
#include "../run.h"

#include <stddef.h>
#include <sys/un.h>

extern ssize_t __recv_chk(int, void *, size_t, size_t, int);
extern ssize_t __recvfrom_chk(int, void *, size_t, size_t, int,
                              struct sockaddr *, socklen_t *);

/// As blocks(); also for a receive that waits until it has everything.
static int receiveBlocks(Run *R, int Fd, long Kind, size_t N, int Flags) {
  if (R->S->MayWait || (Flags & MSG_DONTWAIT))
    return 0;
  if ((Flags & MSG_WAITALL) && Kind == KindStream && !isNonBlocking(Fd) &&
      (size_t)available(Fd) < N) {
    say(R, " would block");
    return 1;
  }
  return blocks(R, Fd, POLLIN);
}

OP(recv, "fd size recvflags ptr via3") {
  int Fd = fdIn(R, A[0]), Flags = (int)A[2];
  size_t N = (size_t)A[1];
  if (receiveBlocks(R, Fd, kindIn(R, A[0]), N, Flags))
    return;
  char *P = address(R, A[3], N);
  blank(A[3], P, N);
  long Got = A[4] == 0   ? RESULT(recv, Fd, P, N, Flags)
             : A[4] == 1 ? RESULT(__recv_chk, Fd, P, N, N, Flags)
                         : RESULT(syscall, SYS_recvfrom, Fd, P, N, Flags, 0, 0);
  got(R, A[3], P, Got, N);
}

OP(recvfrom, "fd size recvflags addrlen via2") {
  static const socklen_t Lengths[] = {sizeof(struct sockaddr_storage), 0, 4, 2};
  int Fd = fdIn(R, A[0]), Flags = (int)A[2];
  size_t N = (size_t)A[1];
  if (receiveBlocks(R, Fd, kindIn(R, A[0]), N, Flags))
    return;
  char *P = address(R, Good, N);
  blank(Good, P, N);
  struct sockaddr_storage S;
  memset(&S, 0x55, sizeof S);
  socklen_t Len = Lengths[A[3]];
  struct sockaddr *From = A[3] == 1 ? NULL : (struct sockaddr *)&S;
  socklen_t *LenTo = A[3] == 1 ? NULL : &Len;
  long Got = A[4] ? RESULT(__recvfrom_chk, Fd, P, N, N, Flags, From, LenTo)
                  : RESULT(recvfrom, Fd, P, N, Flags, From, LenTo);
  got(R, Good, P, Got, N);
  say(R, " len=%u", Len);
  if (Got >= 0 && From && Len >= 2 && S.ss_family != 0x5555)
    say(R, " family=%d", S.ss_family);
}

static void sayControl(Run *R, struct msghdr *M, long NewSlot) {
  for (struct cmsghdr *C = CMSG_FIRSTHDR(M); C; C = CMSG_NXTHDR(M, C)) {
    say(R, " control=%d,%d,%zu", C->cmsg_level, C->cmsg_type, C->cmsg_len);
    if (C->cmsg_level != SOL_SOCKET || C->cmsg_type != SCM_RIGHTS)
      continue;
    size_t Count = (C->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t I = 0; I < Count; ++I) {
      int Fd;
      memcpy(&Fd, CMSG_DATA(C) + I * sizeof Fd, sizeof Fd);
      if (I == 0)
        put(R, NewSlot, Fd, KindShared);
      else
        STATUS(close, Fd);
    }
  }
}

OP(recvmsg, "fd size recvflags controlsize new via2") {
  int Fd = fdIn(R, A[0]), Flags = (int)A[2];
  size_t N = (size_t)A[1];
  if (receiveBlocks(R, Fd, kindIn(R, A[0]), N, Flags))
    return;
  char *P = address(R, Good, N);
  blank(Good, P, N);
  struct iovec V[2] = {{P, N / 3}, {P + N / 3, N - N / 3}};
  char Control[CMSG_SPACE(64)] __attribute__((aligned(8)));
  struct sockaddr_storage S;
  struct msghdr M = {.msg_name = &S,
                     .msg_namelen = sizeof S,
                     .msg_iov = V,
                     .msg_iovlen = 2,
                     .msg_control = A[3] ? Control : NULL,
                     .msg_controllen = (size_t)A[3]};
  long Got = A[5] ? RESULT(syscall, SYS_recvmsg, Fd, &M, Flags)
                  : RESULT(recvmsg, Fd, &M, Flags);
  got(R, Good, P, Got, N);
  if (Got < 0)
    return;
  say(R, " flags=%x name=%u control=%zu", M.msg_flags, M.msg_namelen,
      M.msg_controllen);
  sayControl(R, &M, A[4]);
}

OP(recvmmsg, "fd size count recvflags ms via2") {
  int Fd = fdIn(R, A[0]), Flags = (int)A[3];
  enum { Most = 4, Piece = 4096 };
  size_t N = (size_t)A[1] < Piece ? (size_t)A[1] : Piece;
  // Its timeout is looked at between messages only.
  if (A[2] > 1 && !(Flags & (MSG_DONTWAIT | MSG_WAITFORONE)) &&
      !R->S->MayWait && !isNonBlocking(Fd)) {
    say(R, " would block");
    return;
  }
  if (A[2] && receiveBlocks(R, Fd, kindIn(R, A[0]), N, Flags))
    return;
  char *P = address(R, Good, Most * Piece);
  blank(Good, P, Most * Piece);
  struct iovec V[Most];
  struct mmsghdr M[Most];
  memset(M, 0, sizeof M);
  for (int I = 0; I < Most; ++I) {
    V[I] = (struct iovec){P + I * Piece, N};
    M[I].msg_hdr.msg_iov = &V[I];
    M[I].msg_hdr.msg_iovlen = 1;
  }
  // Looked at between two messages, it is over at once, or not for long.
  struct timespec T = {A[4] * 100, 0};
  void *Time = A[4] < 0 ? NULL : &T;
  unsigned Count = (unsigned)A[2];
  long Got = A[5] ? RESULT(syscall, SYS_recvmmsg, Fd, M, Count, Flags, Time)
                  : RESULT(recvmmsg, Fd, M, Count, Flags, Time);
  for (long I = 0; I < Got; ++I) {
    say(R, " %u,%x", M[I].msg_len, M[I].msg_hdr.msg_flags);
    sayBytes(R, P + I * Piece, M[I].msg_len < N ? M[I].msg_len : N);
  }
}
