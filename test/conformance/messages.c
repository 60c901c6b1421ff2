// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: recvmsg, sendmsg, recvmmsg and sendmmsg: what they fill in, blocking,
// MSG_WAITALL, MSG_PEEK, MSG_TRUNC, descriptors that come along, errors.
#include "check.h"
#include <poll.h>

enum { Large = 1 << 20 };

static struct msghdr header(struct iovec *Parts, size_t Count) {
  struct msghdr M;
  memset(&M, 0, sizeof(M));
  M.msg_iov = Parts;
  M.msg_iovlen = Count;
  return M;
}

static void datagrams(void) {
  socklen_t Len;
  struct sockaddr_un To = unixAddress(&Len), From;
  int In = socket(AF_UNIX, SOCK_DGRAM, 0), Out = socket(AF_UNIX, SOCK_DGRAM, 0);
  CHECK(bind(In, (struct sockaddr *)&To, Len) == 0);
  struct iovec Put[] = {{"abc", 3}, {"def", 3}};
  struct msghdr M = header(Put, 2);
  M.msg_name = &To;
  M.msg_namelen = Len;
  CHECK(KEEPS_ERRNO(sendmsg(Out, &M, 0)) == 6);
  CHECK(KEEPS_ERRNO(sendmsg(Out, &M, MSG_DONTWAIT)) == 6);
  char A[2], B[2];
  struct iovec Get[] = {{A, 2}, {B, 2}};
  struct msghdr G = header(Get, 2);
  G.msg_name = &From;
  G.msg_namelen = sizeof(From);
  CHECK(KEEPS_ERRNO(recvmsg(In, &G, MSG_PEEK)) == 4);
  CHECK(G.msg_flags == MSG_TRUNC && G.msg_namelen == 0);
  CHECK(KEEPS_ERRNO(recvmsg(In, &G, MSG_TRUNC)) == 6);
  CHECK(G.msg_flags == MSG_TRUNC && !memcmp(A, "ab", 2) && !memcmp(B, "cd", 2));
  CHECK(recvmsg(In, &G, MSG_WAITALL) == 4); // Not for more than one.
  CHECK_ERRNO(recvmsg(In, &G, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(recvmsg(-1, &G, 0), EBADF);
  CHECK_ERRNO(sendmsg(-1, &M, 0), EBADF);
  CHECK_ERRNO(recvmsg(In, (struct msghdr *)8, MSG_DONTWAIT), EFAULT);
  CHECK_ERRNO(sendmsg(Out, (struct msghdr *)8, 0), EFAULT);
  M.msg_iovlen = 1 << 20;
  CHECK_ERRNO(sendmsg(Out, &M, 0), EMSGSIZE);
  M.msg_iovlen = 2;
  M.msg_namelen = 1 << 20;
  close(In);
  M.msg_namelen = Len;
  CHECK_ERRNO(sendmsg(Out, &M, 0), ECONNREFUSED);
  close(Out);
  int P[2];
  CHECK(pipe(P) == 0);
  CHECK_ERRNO(recvmsg(P[0], &G, 0), ENOTSOCK);
  CHECK_ERRNO(sendmsg(P[1], &M, 0), ENOTSOCK);
  close(P[0]);
  close(P[1]);
}

static void severalAtOnce(void) {
  int P[2];
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, P) == 0);
  char Bytes[] = "abcd", Got[8][4];
  struct iovec Put[4], Get[8];
  struct mmsghdr M[4], G[8];
  for (int I = 0; I < 4; ++I) {
    Put[I] = (struct iovec){Bytes, (size_t)I + 1};
    M[I] = (struct mmsghdr){header(&Put[I], 1), 0};
  }
  for (int I = 0; I < 8; ++I) {
    Get[I] = (struct iovec){Got[I], 4};
    G[I] = (struct mmsghdr){header(&Get[I], 1), 0};
  }
  CHECK(KEEPS_ERRNO(sendmmsg(P[1], M, 4, 0)) == 4 && M[3].msg_len == 4);
  CHECK(KEEPS_ERRNO(sendmmsg(P[1], M, 0, 0)) == 0);
  CHECK(KEEPS_ERRNO(recvmmsg(P[0], G, 2, 0, NULL)) == 2);
  CHECK(G[0].msg_len == 1 && G[1].msg_len == 2);
  CHECK(KEEPS_ERRNO(recvmmsg(P[0], G, 8, MSG_WAITFORONE, NULL)) == 2);
  CHECK(G[0].msg_len == 3 && G[1].msg_len == 4);
  CHECK_ERRNO(recvmmsg(P[0], G, 8, MSG_DONTWAIT, NULL), EAGAIN);
  struct timespec Wrong = {0, 1000000000};
  CHECK_ERRNO(recvmmsg(P[0], G, 8, 0, &Wrong), EINVAL);
  CHECK_ERRNO(recvmmsg(-1, G, 8, 0, NULL), EBADF);
  CHECK_ERRNO(sendmmsg(-1, M, 4, 0), EBADF);
  CHECK_ERRNO(sendmmsg(-1, M, 0, 0), EBADF); // It is looked at first.
  // A time that has passed ends it after the first message.
  struct timespec Soon = {0, 1};
  CHECK(sendmmsg(P[1], M, 1, 0) == 1);
  CHECK(recvmmsg(P[0], G, 8, 0, &Soon) == 1);
  CHECK(Soon.tv_sec == 0 && Soon.tv_nsec == 0);
  // Also one that was zero, however many messages there are.
  struct timespec Zero = {0, 0};
  CHECK(sendmmsg(P[1], M, 4, 0) == 4);
  for (int I = 0; I < 4; ++I)
    CHECK(recvmmsg(P[0], G, 8, 0, &Zero) == 1);
  struct timespec Long = {1000, 0};
  CHECK(sendmmsg(P[1], M, 4, 0) == 4);
  CHECK(recvmmsg(P[0], G, 4, 0, &Long) == 4);
  CHECK(Long.tv_sec == 999);
  close(P[0]);
  close(P[1]);
}

// -- Blocking ---------------------------------------------------------------

static int Ends[2];
static Gate Started = GATE_INIT;

static void *collects(void *Arg) {
  (void)Arg;
  char Got[3][4];
  struct iovec Get[3];
  struct mmsghdr G[3];
  for (int I = 0; I < 3; ++I) {
    Get[I] = (struct iovec){Got[I], 4};
    G[I] = (struct mmsghdr){header(&Get[I], 1), 0};
  }
  post(&Started);
  CHECK(recvmmsg(Ends[0], G, 3, 0, NULL) == 3); // Waits for all.
  CHECK(!memcmp(Got, "one\0two\0six", 12));
  struct iovec Pair[] = {{Got[0], 4}, {Got[1], 4}};
  struct msghdr M = header(Pair, 2);
  post(&Started);
  CHECK(recvmsg(Ends[0], &M, 0) == 5 && M.msg_flags == 0);
  CHECK(!memcmp(Got, "seven", 5));
  return NULL;
}

static void waits(void) {
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, Ends) == 0);
  pthread_t T = start(collects, NULL);
  await(&Started, 1);
  const char *Words[] = {"one", "two", "six"};
  for (int I = 0; I < 3; ++I) {
    CHECK(send(Ends[1], Words[I], 4, 0) == 4);
    sched_yield();
  }
  await(&Started, 2);
  CHECK(send(Ends[1], "seven", 5, 0) == 5);
  join(T);
  close(Ends[0]);
  close(Ends[1]);
}

static void *sendsMuch(void *Arg) {
  struct iovec Put[] = {{Arg, 1000}, {(char *)Arg + 1000, Large - 1000}};
  struct msghdr M = header(Put, 2);
  CHECK(KEEPS_ERRNO(sendmsg(Ends[1], &M, 0)) == Large);
  CHECK(shutdown(Ends[1], SHUT_WR) == 0);
  return NULL;
}

static void wholeStreams(void (*Make)(int[2])) {
  Make(Ends);
  unsigned char *Bytes = pattern(Large), *Got = malloc(Large);
  pthread_t T = start(sendsMuch, Bytes);
  struct iovec Get[] = {{Got, 10}, {Got + 10, 0}, {Got + 10, Large - 20}};
  struct msghdr M = header(Get, 3);
  CHECK(KEEPS_ERRNO(recvmsg(Ends[0], &M, MSG_WAITALL)) == Large - 10);
  CHECK(!memcmp(Got, Bytes, Large - 10));
  M = header(Get, 1);
  Get[0].iov_len = 10;
  CHECK(recvmsg(Ends[0], &M, MSG_WAITALL | MSG_PEEK) == 10);
  Get[0].iov_len = 100; // The end comes first.
  CHECK(recvmsg(Ends[0], &M, MSG_WAITALL) == 10);
  CHECK(!memcmp(Got, Bytes + Large - 10, 10));
  CHECK(recvmsg(Ends[0], &M, MSG_WAITALL) == 0);
  join(T);
  CHECK(close(Ends[0]) == 0 && close(Ends[1]) == 0);
  free(Bytes);
  free(Got);
}

// -- Descriptors ------------------------------------------------------------

typedef union {
  struct cmsghdr Align;
  char Bytes[CMSG_SPACE(sizeof(int))];
} Control;

static void sendFd(int Fd, const char *Text, int Sent) {
  Control C;
  struct iovec Put = {(void *)Text, strlen(Text)};
  struct msghdr M = header(&Put, 1);
  M.msg_control = &C;
  M.msg_controllen = sizeof(C);
  struct cmsghdr *H = CMSG_FIRSTHDR(&M);
  H->cmsg_level = SOL_SOCKET;
  H->cmsg_type = SCM_RIGHTS;
  H->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(H), &Sent, sizeof(int));
  CHECK(sendmsg(Fd, &M, 0) == (ssize_t)Put.iov_len);
}

static ssize_t receiveFd(int Fd, void *Buf, size_t N, int Flags, int *Got) {
  Control C;
  struct iovec Get = {Buf, N};
  struct msghdr M = header(&Get, 1);
  M.msg_control = &C;
  M.msg_controllen = sizeof(C);
  ssize_t R = recvmsg(Fd, &M, Flags);
  struct cmsghdr *H = R > 0 ? CMSG_FIRSTHDR(&M) : NULL;
  *Got = -1;
  if (H) {
    CHECK(H->cmsg_type == SCM_RIGHTS);
    memcpy(Got, CMSG_DATA(H), sizeof(int));
    CHECK(M.msg_controllen == CMSG_SPACE(sizeof(int)));
  }
  return R;
}

static void *sendsPipe(void *Arg) {
  int *P = Arg;
  CHECK(send(Ends[1], "ab", 2, 0) == 2);
  await(&Started, 1);
  sendFd(Ends[1], "cd", P[0]);
  CHECK(send(Ends[1], "ef", 2, 0) == 2);
  return NULL;
}

static void descriptorsComeAlong(void) {
  int P[2], Fd;
  char Got[8];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0 && pipe(P) == 0);
  Started.Count = 0;
  pthread_t T = start(sendsPipe, P);
  CHECK(recv(Ends[0], Got, 2, MSG_PEEK | MSG_WAITALL) == 2);
  post(&Started);
  // MSG_WAITALL ends where a descriptor comes.
  CHECK(receiveFd(Ends[0], Got, 8, MSG_WAITALL, &Fd) == 4);
  CHECK(Fd >= 0 && !memcmp(Got, "abcd", 4));
  join(T);
  CHECK(recv(Ends[0], Got, 8, 0) == 2);
  // The file is shared: what one number does to it the other sees.
  CHECK(fcntl(Fd, F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERRNO(read(P[0], Got, 1), EAGAIN);
  CHECK(write(P[1], "x", 1) == 1 && read(Fd, Got, 1) == 1);
  int All[] = {Ends[0], Ends[1], P[0], P[1], Fd};
  for (int I = 0; I < 5; ++I)
    CHECK(close(All[I]) == 0);
}

static void brokenPipe(void) {
  signal(SIGPIPE, SIG_IGN);
  int P[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0 && close(P[0]) == 0);
  struct iovec Put = {"a", 1};
  struct msghdr M = header(&Put, 1);
  struct mmsghdr MM = {M, 0};
  CHECK_ERRNO(sendmsg(P[1], &M, 0), EPIPE);
  CHECK_ERRNO(sendmmsg(P[1], &MM, 1, MSG_NOSIGNAL), EPIPE);
  close(P[1]);
}

static void makeUnix(int P[2]) {
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
}

int main(void) {
  everywhere(datagrams);
  everywhere(severalAtOnce);
  everywhere(brokenPipe);
  waits();
  wholeStreams(makeUnix);
  wholeStreams(tcpPair);
  inThread(descriptorsComeAlong);
  return 0;
}
