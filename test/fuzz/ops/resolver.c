// resolver.c - operations that ask a name server, which is a thread of theirs.
// The resolver's state is the OS thread's: each runs on a fresh one.
#include "../run.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <dlfcn.h>
#include <netdb.h>
#include <resolv.h>

enum { Room = 512 };

/// What older headers have made of the names; programs cannot be linked with
/// these any more.
#define OLD(Name)                                                              \
  ({                                                                           \
    __typeof__(&Name) Old_;                                                    \
    *(void **)&Old_ = dlvsym(RTLD_DEFAULT, "__" #Name, "GLIBC_2.2.5");         \
    Old_;                                                                      \
  })

/// Answers with 192.0.2.N, where N is the name's first byte; names that begin
/// with x do not exist. An empty message ends it.
static void *serves(void *Arg) {
  int Fd = *(int *)Arg;
  unsigned char Q[Room];
  struct sockaddr_in From;
  for (;;) {
    socklen_t Len = sizeof From;
    ssize_t N = CALL(recvfrom, Fd, Q, Room - 16, 0, &From, &Len);
    if (N < 17)
      return NULL;
    // The question ends after its name, type and class; drop what follows.
    size_t End = 12;
    while (End < (size_t)N && Q[End])
      End += Q[End] + 1u;
    End += 5;
    int IsKnown = Q[13] != 'x';
    Q[2] |= 0x80; // An answer, good or NXDOMAIN, with one record or none.
    Q[3] = (unsigned char)(IsKnown ? 0 : 3);
    Q[7] = (unsigned char)IsKnown;
    memset(Q + 8, 0, 4);
    if (IsKnown) {
      unsigned char Record[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                                0,    60, 0, 4, 192, 0, 2, Q[13]};
      memcpy(Q + End, Record, sizeof Record);
      End += sizeof Record;
    }
    CALL(sendto, Fd, Q, End, 0, (struct sockaddr *)&From, Len);
  }
}

static void sayAnswer(Run *R, const char *Name, const unsigned char *Answer,
                      int Len) {
  int Error = errno;
  say(R, " %s=%d", Name, Len);
  if (Len > 12)
    say(R, " 192.0.2.%d", Answer[Len - 1]);
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
}

#define ASK(Way, Name, ...)                                                    \
  do {                                                                         \
    __typeof__(&Name) Ask_ = Way ? OLD(Name) : Name;                           \
    Way ? COUNT("__" #Name) : COUNT(#Name);                                    \
    errno = Sentinel;                                                          \
    sayAnswer(R, #Name, Answer, Ask_ ? Ask_(__VA_ARGS__) : -2);                \
  } while (0)

static void useServer(res_state S, const struct sockaddr_in *Server) {
  S->nscount = 1;
  S->nsaddr_list[0] = *Server;
  S->retrans = 30;
  S->retry = 1;
  S->options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
}

static void askByThread(Run *R, long Way, const struct sockaddr_in *Server) {
  unsigned char Answer[Room] = "", Question[Room];
  RESULT(__res_init);
  useServer(&_res, Server);
  ASK(Way, res_query, "a.test", ns_c_in, ns_t_a, Answer, Room);
  ASK(Way, res_search, "b.test", ns_c_in, ns_t_a, Answer, Room);
  ASK(Way, res_querydomain, "c", "test", ns_c_in, ns_t_a, Answer, Room);
  int Len = res_mkquery(ns_o_query, "d.test", ns_c_in, ns_t_a, NULL, 0, NULL,
                        Question, Room);
  ASK(Way, res_send, Question, Len, Answer, Room);
  ASK(Way, res_query, "x.test", ns_c_in, ns_t_a, Answer, Room);
  say(R, " h_errno=%d", h_errno);
}

static void askByState(Run *R, long Way, const struct sockaddr_in *Server) {
  unsigned char Answer[Room] = "", Question[Room];
  struct __res_state S;
  memset(&S, 0, sizeof S);
  if (res_ninit(&S) != 0)
    return;
  useServer(&S, Server);
  ASK(Way, res_nquery, &S, "e.test", ns_c_in, ns_t_a, Answer, Room);
  ASK(Way, res_nsearch, &S, "f.test", ns_c_in, ns_t_a, Answer, Room);
  ASK(Way, res_nquerydomain, &S, "g", "test", ns_c_in, ns_t_a, Answer, Room);
  int Len = res_nmkquery(&S, ns_o_query, "h.test", ns_c_in, ns_t_a, NULL, 0,
                         NULL, Question, Room);
  ASK(Way, res_nsend, &S, Question, Len, Answer, Room);
  ASK(Way, res_nquery, &S, "x.test", ns_c_in, ns_t_a, Answer, Room);
  say(R, " h_errno=%d", S.res_h_errno);
  res_nclose(&S);
}

OP_APART(resolver_asks, "via2") {
  struct sockaddr_in Server = {.sin_family = AF_INET};
  socklen_t Len = sizeof Server;
  pthread_t T;
  int Fd = CALL(socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (Fd < 0 || bind(Fd, (struct sockaddr *)&Server, Len) != 0)
    return;
  getsockname(Fd, (struct sockaddr *)&Server, &Len);
  CALL(pthread_create, &T, NULL, serves, &Fd);
  askByThread(R, A[0], &Server);
  askByState(R, A[0], &Server);
  CALL(sendto, Fd, "", 0, 0, (struct sockaddr *)&Server, Len);
  CALL(pthread_join, T, NULL);
  CALL(close, Fd);
}
