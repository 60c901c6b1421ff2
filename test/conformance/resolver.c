// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: res_query and its kin ask the servers of their own thread's _res
// (__res_state, __res_init); a thread that waits for an answer holds nobody up,
// the server's thread among them. The forms with a state ask its servers.
// Older headers call them __res_query, __res_search, __res_querydomain,
// __res_send, __res_nquery, __res_nsearch, __res_nquerydomain, __res_nsend.
#include "check.h"
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

enum { Answer = 512, Askers = 8 };
static int Server;
static struct sockaddr_in ServerAddr;

/// Answers each question with 192.0.2.N, where N is the first label's first
/// byte; names that begin with 'x' do not exist. The first question waits until
/// \p AllAsked have come.
static int AllAsked;

static void reply(unsigned char *Q, ssize_t Len, struct sockaddr_in *To) {
  // The question ends after its name, type and class; drop what follows.
  ssize_t End = 12;
  while (Q[End])
    End += Q[End] + 1;
  End += 5;
  CHECK(End <= Len);
  Q[2] |= 0x80;                                 // An answer,
  Q[3] = (unsigned char)(Q[13] == 'x' ? 3 : 0); // NXDOMAIN or good,
  Q[7] = Q[13] != 'x';                          // with one record,
  memset(Q + 8, 0, 4);                          // and nothing else.
  if (Q[7]) {
    unsigned char Record[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                              0,    60, 0, 4, 192, 0, 2, Q[13]};
    memcpy(Q + End, Record, sizeof(Record));
    End += (ssize_t)sizeof(Record);
  }
  CHECK(sendto(Server, Q, (size_t)End, 0, (struct sockaddr *)To, sizeof(*To)) ==
        End);
}

static void *serve(void *Arg) {
  static unsigned char Held[Askers][Answer];
  ssize_t Lengths[Askers];
  struct sockaddr_in From[Askers];
  int Count = 0, Wanted = AllAsked;
  for (;;) {
    socklen_t Len = sizeof(From[0]);
    Lengths[Count] = recvfrom(Server, Held[Count], Answer - 16, 0,
                              (struct sockaddr *)&From[Count], &Len);
    CHECK(Lengths[Count] >= 0);
    if (Lengths[Count] == 0)
      return Arg;
    if (++Count < Wanted)
      continue;
    Wanted = 1;
    while (Count > 0) {
      --Count;
      reply(Held[Count], Lengths[Count], &From[Count]);
    }
  }
}

static pthread_t startServer(int HoldBack) {
  AllAsked = HoldBack;
  return start(serve, NULL);
}

static void stopServer(pthread_t T) {
  CHECK(sendto(Server, "", 0, 0, (struct sockaddr *)&ServerAddr,
               sizeof(ServerAddr)) == 0);
  join(T);
}

static void useServer(res_state S) {
  S->nscount = 1;
  S->nsaddr_list[0] = ServerAddr;
  S->retrans = 30;
  S->retry = 1;
  S->options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
}

/// The last byte of the address in an answer of \p Len bytes, which it ends.
static int lastByte(const unsigned char *A, int Len) {
  CHECK(Len > 12 + 16 && A[7] == 1);
  return A[Len - 1];
}

static void *ask(void *Arg) {
  char Name[] = {(char)('a' + (int)(long)Arg), '.', 't', 'e', 's', 't', 0};
  unsigned char A[Answer];
  CHECK(res_init() == 0 && (_res.options & RES_INIT));
  useServer(&_res);
  _res.options |= RES_USE_DNSSEC; // Seen by nobody else.
  sched_yield();
  CHECK(_res.nsaddr_list[0].sin_port == ServerAddr.sin_port);
  int Len = res_query(Name, ns_c_in, ns_t_a, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == Name[0]);
  CHECK(_res.options & RES_USE_DNSSEC);
  return NULL;
}

static void together(void) { // All wait at once.
  pthread_t T[Askers], S = startServer(Askers);
  for (long I = 0; I < Askers; ++I)
    T[I] = start(ask, (void *)I);
  for (int I = 0; I < Askers; ++I)
    join(T[I]);
  stopServer(S);
}

static void kin(void) {
  unsigned char A[Answer], Q[Answer];
  CHECK(res_init() == 0 && !(_res.options & RES_USE_DNSSEC));
  useServer(&_res);
  pthread_t S = startServer(1);
  int Len = res_search("s.test", ns_c_in, ns_t_a, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 's');
  Len = res_querydomain("d", "test", ns_c_in, ns_t_a, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 'd');
  Len = res_mkquery(ns_o_query, "m.test", ns_c_in, ns_t_a, NULL, 0, NULL, Q,
                    Answer);
  CHECK(Len > 0);
  Len = res_send(Q, Len, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 'm');
  h_errno = 0;
  CHECK(res_query("x.test", ns_c_in, ns_t_a, A, Answer) == -1);
  CHECK(h_errno == HOST_NOT_FOUND);
  stopServer(S);
}

static void ownState(void) {
  unsigned char A[Answer], Q[Answer];
  struct __res_state State;
  memset(&State, 0, sizeof(State));
  CHECK(res_ninit(&State) == 0);
  useServer(&State);
  pthread_t S = startServer(1);
  int Len = res_nquery(&State, "n.test", ns_c_in, ns_t_a, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 'n');
  Len = res_nsearch(&State, "o.test", ns_c_in, ns_t_a, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 'o');
  Len = res_nquerydomain(&State, "p", "test", ns_c_in, ns_t_a, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 'p');
  Len = res_nmkquery(&State, ns_o_query, "q.test", ns_c_in, ns_t_a, NULL, 0,
                     NULL, Q, Answer);
  CHECK(Len > 0);
  Len = res_nsend(&State, Q, Len, A, Answer);
  CHECK(Len > 0 && lastByte(A, Len) == 'q');
  Len = res_nquery(&State, "x.test", ns_c_in, ns_t_a, A, Answer);
  CHECK(Len == -1 && State.res_h_errno == HOST_NOT_FOUND);
  res_nclose(&State);
  stopServer(S);
}

static void one(void (*Call)(void)) {
  Call();
  inThread(Call);
  Call();
}

int main(void) {
  Server = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(Server >= 0);
  ServerAddr.sin_family = AF_INET;
  ServerAddr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(Server, (struct sockaddr *)&ServerAddr, sizeof(ServerAddr)) == 0);
  socklen_t Len = sizeof(ServerAddr);
  CHECK(getsockname(Server, (struct sockaddr *)&ServerAddr, &Len) == 0);
  one(together);
  one(kin);
  one(ownState);
  return 0;
}
