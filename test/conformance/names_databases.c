// UNSUPPORTED: static
// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: the databases of names answer in every thread as on main, also in
// several at once: users, groups, hosts, networks, services, protocols, RPC
// programs, mail aliases, Ethernet addresses, netgroups. Functions with a
// buffer for the whole program return the same one everywhere.
#include "check.h"
#include <aliases.h>
#include <arpa/inet.h>
#include <grp.h>
#include <gshadow.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <pwd.h>
#include <shadow.h>

// What fortified code calls.
int __getlogin_r_chk(char *Name, size_t Size, size_t Room);

enum { Room = 8192 };

// -- Users and groups -------------------------------------------------------

static void usersReentrant(void) {
  char Buf[Room];
  struct passwd P, *PR = NULL;
  CHECK(getpwnam_r("root", &P, Buf, Room, &PR) == 0 && PR == &P);
  CHECK(P.pw_uid == 0 && strcmp(P.pw_name, "root") == 0);
  CHECK(getpwuid_r(0, &P, Buf, Room, &PR) == 0 &&
        strcmp(P.pw_name, "root") == 0);
  CHECK(getpwnam_r("root", &P, Buf, 2, &PR) == ERANGE && PR == NULL);
  CHECK(getpwnam_r("no such user", &P, Buf, Room, &PR) == 0 && PR == NULL);
  CHECK(getpwuid_r(3999999999u, &P, Buf, Room, &PR) == 0 && PR == NULL);

  struct group G, *GR = NULL;
  CHECK(getgrnam_r("root", &G, Buf, Room, &GR) == 0 && GR == &G &&
        G.gr_gid == 0);
  CHECK(getgrgid_r(0, &G, Buf, Room, &GR) == 0 &&
        strcmp(G.gr_name, "root") == 0);
  CHECK(getgrnam_r("root", &G, Buf, 2, &GR) == ERANGE);

  struct spwd S, *SR = NULL;
  struct sgrp SG, *SGR = NULL;
  // Depends on who asks; the answer must be an answer.
  int E = getspnam_r("root", &S, Buf, Room, &SR);
  CHECK(E == EACCES || (E == 0 && (!SR || strcmp(S.sp_namp, "root") == 0)));
  E = getsgnam_r("root", &SG, Buf, Room, &SGR);
  CHECK(E == EACCES || E == ENOENT || (E == 0 && (!SGR || SGR == &SG)));

  gid_t Groups[64];
  int Count = 64;
  CHECK(getgrouplist("root", 12345, Groups, &Count) >= 1);
  CHECK(Groups[0] == 12345);
  Count = 0;
  CHECK(getgrouplist("root", 12345, Groups, &Count) == -1 && Count >= 1);
}

/// Answers of one thread at a time: the buffers are the program's.
static struct passwd *User;
static struct group *Group;
static void usersStatic(void) {
  struct passwd *P = getpwnam("root");
  CHECK(P && P->pw_uid == 0 && (!User || User == P));
  User = P;
  P = getpwuid(0);
  CHECK(P && P == getpwuid(0) && strcmp(P->pw_name, "root") == 0);
  errno = 0;
  CHECK(getpwnam("no such user") == NULL && errno == 0);
  struct group *G = getgrnam("root");
  CHECK(G && G->gr_gid == 0 && (!Group || Group == G));
  Group = G;
  G = getgrgid(0);
  CHECK(G && strcmp(G->gr_name, "root") == 0);
  struct spwd *S = getspnam("root");
  CHECK(!S || strcmp(S->sp_namp, "root") == 0);
  struct sgrp *SG = getsgnam("root");
  CHECK(!SG || strcmp(SG->sg_namp, "root") == 0);
  if (geteuid() == 0)
    CHECK(initgroups("root", 0) == 0);
  else
    CHECK_ERRNO(initgroups("root", 0), EPERM);
  // Without a terminal there may be no such name.
  char Login[64];
  int E = getlogin_r(Login, sizeof(Login));
  char *L = getlogin();
  CHECK(__getlogin_r_chk(Login, sizeof(Login), sizeof(Login)) == E);
  CHECK(E == 0 ? L && strcmp(L, Login) == 0 : !L);
}

// -- All entries ------------------------------------------------------------

#define COUNT_ALL(Entry, Get, GetR, Set, End)                                  \
  ({                                                                           \
    int N_ = 0;                                                                \
    Set;                                                                       \
    for (struct Entry * E_; (E_ = Get()) != NULL;)                             \
      ++N_;                                                                    \
    End();                                                                     \
    char B_[Room];                                                             \
    struct Entry S_, *R_;                                                      \
    int M_ = 0;                                                                \
    Set;                                                                       \
    while (GET_R(GetR) == 0 && R_)                                             \
      ++M_;                                                                    \
    End();                                                                     \
    CHECK(N_ == M_);                                                           \
    N_;                                                                        \
  })

enum { Databases = 10 };
static int Entries[Databases], Counted;

static void allEntries(void) {
  int N[Databases], Error;
  (void)Error;
#define GET_R(Fn) Fn(&S_, B_, Room, &R_)
  N[0] = COUNT_ALL(passwd, getpwent, getpwent_r, setpwent(), endpwent);
  N[1] = COUNT_ALL(group, getgrent, getgrent_r, setgrent(), endgrent);
  N[2] = COUNT_ALL(spwd, getspent, getspent_r, setspent(), endspent);
  N[3] = COUNT_ALL(sgrp, getsgent, getsgent_r, setsgent(), endsgent);
  N[4] =
      COUNT_ALL(servent, getservent, getservent_r, setservent(1), endservent);
  N[5] = COUNT_ALL(protoent, getprotoent, getprotoent_r, setprotoent(0),
                   endprotoent);
  N[6] = COUNT_ALL(rpcent, getrpcent, getrpcent_r, setrpcent(0), endrpcent);
  N[7] = COUNT_ALL(aliasent, getaliasent, getaliasent_r, setaliasent(),
                   endaliasent);
#undef GET_R
#define GET_R(Fn) Fn(&S_, B_, Room, &R_, &Error)
  N[8] =
      COUNT_ALL(hostent, gethostent, gethostent_r, sethostent(1), endhostent);
  N[9] = COUNT_ALL(netent, getnetent, getnetent_r, setnetent(1), endnetent);
#undef GET_R
  CHECK(N[0] > 0 && N[1] > 0 && N[8] > 0);
  if (Counted++)
    CHECK(memcmp(N, Entries, sizeof(N)) == 0);
  memcpy(Entries, N, sizeof(N));
}

// -- Hosts, networks, services ----------------------------------------------

static void hostsReentrant(void) {
  char Buf[Room];
  struct hostent H, *R = NULL;
  int Error = -1;
  in_addr_t Loopback = htonl(INADDR_LOOPBACK);
  CHECK(gethostbyname_r("localhost", &H, Buf, Room, &R, &Error) == 0 &&
        R == &H);
  CHECK(*(in_addr_t *)(void *)H.h_addr_list[0] == Loopback);
  CHECK(gethostbyname2_r("192.0.2.9", AF_INET, &H, Buf, Room, &R, &Error) == 0);
  CHECK(R && strcmp(H.h_name, "192.0.2.9") == 0);
  CHECK(gethostbyaddr_r(&Loopback, 4, AF_INET, &H, Buf, Room, &R, &Error) == 0);
  CHECK(R && strncmp(H.h_name, "localhost", 9) == 0);
  CHECK(gethostbyname_r("localhost", &H, Buf, 4, &R, &Error) == ERANGE);
  CHECK(R == NULL && Error == NETDB_INTERNAL);
}

/// h_errno is the thread's, and stays so while others fail otherwise.
static void hostErrors(void) {
  for (int I = 0; I < 20; ++I) {
    CHECK(gethostbyname2("localhost", 99) == NULL && errno == EAFNOSUPPORT);
    CHECK(h_errno == NO_DATA);
    sched_yield();
    CHECK(h_errno == NO_DATA);
    CHECK(gethostbyaddr("a", 1, AF_INET) == NULL);
    CHECK(h_errno == NETDB_INTERNAL);
    sched_yield();
    CHECK(h_errno == NETDB_INTERNAL);
  }
}

static void hostsStatic(void) {
  struct in_addr A;
  struct hostent *H = gethostbyname2("localhost", AF_INET);
  CHECK(H && *(in_addr_t *)(void *)H->h_addr_list[0] == htonl(INADDR_LOOPBACK));
  A.s_addr = htonl(INADDR_LOOPBACK);
  H = gethostbyaddr(&A, sizeof(A), AF_INET);
  CHECK(H && strncmp(H->h_name, "localhost", 9) == 0);
}

/// What these say depends on the files of the system: the first answer, which
/// is main's, is compared with the others.
typedef struct {
  int Http, HttpName, Tcp, TcpName, Six, Portmapper, Rpc, Alias, Net, NetAddr,
      Hosts, Host, In, GroupSet;
} Answers;
static Answers First;
static int Asked;

static void services(void) {
  char Buf[Room], *A = NULL, *B = NULL, *C = NULL;
  int HError;
  Answers N;
  memset(&N, 0, sizeof(N));
  struct servent *S = getservbyname("http", "tcp"), SE, *SR;
  N.Http = S ? ntohs((uint16_t)S->s_port) : -1;
  CHECK(getservbyname_r("http", "tcp", &SE, Buf, Room, &SR) == 0 || !SR);
  CHECK(!S == !SR && (!SR || ntohs((uint16_t)SE.s_port) == N.Http));
  S = getservbyport(htons(80), "tcp");
  N.HttpName = S ? S->s_name[0] : -1;
  CHECK(getservbyport_r(htons(80), "tcp", &SE, Buf, Room, &SR) == 0 || !SR);
  CHECK(!S == !SR);

  struct protoent *P = getprotobyname("tcp"), PE, *PR;
  N.Tcp = P ? P->p_proto : -1;
  CHECK(getprotobyname_r("tcp", &PE, Buf, Room, &PR) == 0 || !PR);
  CHECK(!P == !PR && (!PR || PE.p_proto == N.Tcp));
  P = getprotobynumber(6);
  N.TcpName = P ? P->p_name[0] : -1;
  CHECK(getprotobynumber_r(6, &PE, Buf, Room, &PR) == 0 || !PR);
  CHECK(!P == !PR);

  struct rpcent *Rpc = getrpcbyname("portmapper"), RE, *RR;
  N.Portmapper = Rpc ? Rpc->r_number : -1;
  CHECK(getrpcbyname_r("portmapper", &RE, Buf, Room, &RR) == 0 || !RR);
  CHECK(!Rpc == !RR);
  Rpc = getrpcbynumber(100000);
  N.Rpc = Rpc ? Rpc->r_name[0] : -1;
  CHECK(getrpcbynumber_r(100000, &RE, Buf, Room, &RR) == 0 || !RR);
  CHECK(!Rpc == !RR);

  struct aliasent *Alias = getaliasbyname("postmaster"), AE, *AR = NULL;
  N.Alias = Alias ? Alias->alias_name[0] : -1;
  getaliasbyname_r("postmaster", &AE, Buf, Room, &AR);
  CHECK(!Alias == !AR);

  struct netent *Net = getnetbyname("loopback"), NE, *NR = NULL;
  N.Net = Net ? (int)Net->n_net : -1;
  getnetbyname_r("loopback", &NE, Buf, Room, &NR, &HError);
  CHECK(!Net == !NR);
  Net = getnetbyaddr(0x7f000000, AF_INET);
  N.NetAddr = Net ? Net->n_name[0] : -1;
  getnetbyaddr_r(0x7f000000, AF_INET, &NE, Buf, Room, &NR, &HError);
  CHECK(!Net == !NR);

  struct ether_addr Ether;
  memset(&Ether, 0x42, sizeof(Ether));
  char Host[256];
  N.Hosts = ether_hostton("localhost", &Ether);
  N.Host = ether_ntohost(Host, &Ether);
  N.In = innetgr("nobody's", "host", "user", NULL);
  N.GroupSet = setnetgrent("nobody's");
  CHECK(getnetgrent(&A, &B, &C) == 0);
  CHECK(getnetgrent_r(&A, &B, &C, Buf, Room) == 0);
  endnetgrent();

  if (Asked++)
    CHECK(memcmp(&N, &First, sizeof(N)) == 0);
  First = N;
}

int main(void) {
  everywhere(usersReentrant);
  everywhere(hostsReentrant);
  everywhere(hostErrors);
  void (*OneAtATime[])(void) = {usersStatic, allEntries, hostsStatic, services};
  for (int I = 0; I < 4; ++I) {
    OneAtATime[I]();
    inThread(OneAtATime[I]);
    inThread(OneAtATime[I]);
    OneAtATime[I]();
  }
  return 0;
}
