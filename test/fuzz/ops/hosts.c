// hosts.c - operations that ask the databases of hosts, networks, services,
// protocols, RPC programs, Ethernet addresses and netgroups. Only names that
// files have: no server is asked.
#include "../run.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/ether.h>

#include "../entries.h"

static const char *const Hosts[] = {"localhost", "192.0.2.9", "127.0.0.1",
                                    "::1"};

OP(hosts, "entry room") {
  in_addr_t Address = htonl(INADDR_LOOPBACK);
  if (alone()) {
    FOUND(h_name, gethostbyname, Hosts[A[0]]);
    FOUND(h_name, gethostbyname2, Hosts[A[0]], AF_INET);
    FOUND(h_name, gethostbyaddr, &Address, 4, AF_INET);
    FOUND(h_name, gethostbyname2, "localhost", 99);
    say(R, " h_errno=%d", h_errno);
    FOUND(h_name, gethostbyaddr, &Address, 1, AF_INET);
    say(R, " h_errno=%d", h_errno);
  }
  FOUND_H(hostent, h_name, gethostbyname_r, A[1], Hosts[A[0]]);
  FOUND_H(hostent, h_name, gethostbyname2_r, A[1], Hosts[A[0]], AF_INET);
  FOUND_H(hostent, h_name, gethostbyaddr_r, A[1], &Address, 4, AF_INET);
}

OP(networks, "entry room") {
  static const char *const Names[] = {"loopback", "link-local", "none such",
                                      ""};
  static const uint32_t Addresses[] = {0x7f000000, 127, 0xa9fe0000, 5};
  if (alone()) {
    FOUND(n_name, getnetbyname, Names[A[0]]);
    FOUND(n_name, getnetbyaddr, Addresses[A[0]], AF_INET);
  }
  FOUND_H(netent, n_name, getnetbyname_r, A[1], Names[A[0]]);
  FOUND_H(netent, n_name, getnetbyaddr_r, A[1], Addresses[A[0]], AF_INET);
}

OP(services, "entry room") {
  static const char *const Names[] = {"http", "domain", "none such", "ssh"};
  static const char *const Protocols[] = {"tcp", "udp", NULL, "tcp"};
  static const int Ports[] = {80, 53, 1, 22};
  const char *Name = Names[A[0]], *Protocol = Protocols[A[0]];
  int Port = htons((uint16_t)Ports[A[0]]);
  if (alone()) {
    FOUND(s_name, getservbyname, Name, Protocol);
    FOUND(s_name, getservbyport, Port, Protocol);
  }
  FOUND_R(servent, s_name, getservbyname_r, A[1], Name, Protocol);
  FOUND_R(servent, s_name, getservbyport_r, A[1], Port, Protocol);
}

OP(protocols, "entry room") {
  static const char *const Names[] = {"tcp", "UDP", "none such", ""};
  static const int Numbers[] = {6, 17, 254, -1};
  static const char *const Programs[] = {"portmapper", "nfs", "none such", ""};
  static const int ProgramNumbers[] = {100000, 100003, 1, -1};
  if (alone()) {
    FOUND(p_name, getprotobyname, Names[A[0]]);
    FOUND(p_name, getprotobynumber, Numbers[A[0]]);
    FOUND(r_name, getrpcbyname, (char *)Programs[A[0]]);
    FOUND(r_name, getrpcbynumber, ProgramNumbers[A[0]]);
  }
  FOUND_R(protoent, p_name, getprotobyname_r, A[1], Names[A[0]]);
  FOUND_R(protoent, p_name, getprotobynumber_r, A[1], Numbers[A[0]]);
  FOUND_R(rpcent, r_name, getrpcbyname_r, A[1], Programs[A[0]]);
  FOUND_R(rpcent, r_name, getrpcbynumber_r, A[1], ProgramNumbers[A[0]]);
}

OP(all_services, "") {
  if (!alone())
    return;
  int Host;
  ALL_ENTRIES(servent, s_name, servent, 1);
  ALL_ENTRIES(protoent, p_name, protoent, 0);
  ALL_ENTRIES(rpcent, r_name, rpcent, 0);
  ALL_ENTRIES(hostent, h_name, hostent, 1, &Host);
  ALL_ENTRIES(netent, n_name, netent, 0, &Host);
}

OP(netgroups, "") {
  struct ether_addr Ether;
  memset(&Ether, 0x42, sizeof Ether);
  char Host[256], Buffer[1024], *Of[3] = {NULL, NULL, NULL};
  RESULT(ether_hostton, "localhost", &Ether);
  RESULT(ether_ntohost, Host, &Ether);
  RESULT(innetgr, "nobody's", "host", "user", NULL);
  if (!alone())
    return;
  RESULT(setnetgrent, "nobody's");
  RESULT(getnetgrent, &Of[0], &Of[1], &Of[2]);
  RESULT(getnetgrent_r, &Of[0], &Of[1], &Of[2], Buffer, sizeof Buffer);
  WITH_COUNT(endnetgrent);
}
