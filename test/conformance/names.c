// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: getaddrinfo, getnameinfo and gethostbyname answer in every thread,
// also in several at once, with their own error numbers.
#include "check.h"
#include <arpa/inet.h>
#include <netdb.h>

static void lookups(void) {
  struct addrinfo Hints, *Res = NULL;
  memset(&Hints, 0, sizeof(Hints));
  Hints.ai_family = AF_INET;
  Hints.ai_socktype = SOCK_STREAM;
  Hints.ai_flags = AI_NUMERICHOST;
  CHECK(getaddrinfo("192.0.2.7", "80", &Hints, &Res) == 0);
  struct sockaddr_in *Addr = (struct sockaddr_in *)(void *)Res->ai_addr;
  CHECK(Addr->sin_addr.s_addr == inet_addr("192.0.2.7"));
  CHECK(ntohs(Addr->sin_port) == 80 && Res->ai_socktype == SOCK_STREAM);

  char Host[64], Serv[16];
  CHECK(getnameinfo(Res->ai_addr, Res->ai_addrlen, Host, sizeof(Host), Serv,
                    sizeof(Serv), NI_NUMERICHOST | NI_NUMERICSERV) == 0);
  CHECK(strcmp(Host, "192.0.2.7") == 0 && strcmp(Serv, "80") == 0);
  CHECK(getnameinfo(Res->ai_addr, Res->ai_addrlen, Host, 2, NULL, 0,
                    NI_NUMERICHOST) == EAI_OVERFLOW);
  freeaddrinfo(Res);
  CHECK(getaddrinfo("not a number", NULL, &Hints, &Res) == EAI_NONAME);

  Hints.ai_flags = 0;
  CHECK(getaddrinfo("localhost", NULL, &Hints, &Res) == 0);
  Addr = (struct sockaddr_in *)(void *)Res->ai_addr;
  CHECK(Addr->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
  CHECK(getnameinfo(Res->ai_addr, Res->ai_addrlen, Host, sizeof(Host), Serv,
                    sizeof(Serv), NI_NUMERICSERV) == 0);
  CHECK(Host[0] && strcmp(Serv, "0") == 0);
  freeaddrinfo(Res);
  Hints.ai_flags = 0x7fff0000;
  CHECK(getaddrinfo("localhost", NULL, &Hints, &Res) == EAI_BADFLAGS);
  CHECK(getaddrinfo(NULL, NULL, NULL, &Res) == EAI_NONAME);
}

/// gethostbyname has one buffer for the program, so one thread at a time.
static void byName(void) {
  struct hostent *H = gethostbyname("localhost");
  CHECK(H != NULL && H->h_addrtype == AF_INET && H->h_length == 4);
  CHECK(*(in_addr_t *)(void *)H->h_addr_list[0] == htonl(INADDR_LOOPBACK));
  H = gethostbyname("127.0.0.1");
  CHECK(H != NULL && strcmp(H->h_name, "127.0.0.1") == 0);
}

int main(void) {
  everywhere(lookups);
  inThreads(16, lookups);
  byName();
  inThread(byName);
  byName();
  return 0;
}
