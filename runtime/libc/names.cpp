// names.cpp - name service. It waits inside libc, whose modules were not
// rebuilt: another OS thread takes the worker's queue meanwhile. In a file of
// its own, since ld warns when a static link pulls getaddrinfo in.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "thread/cancel.h"

using namespace oc;

OC_WRAPPER int __oc_getaddrinfo(const char *Node, const char *Service,
                                const addrinfo *Hints, addrinfo **Result) {
  return cancellationPoint([&]() -> int {
    return opaque([&] { return getaddrinfo(Node, Service, Hints, Result); });
  });
}

OC_WRAPPER int __oc_getnameinfo(const sockaddr *A, socklen_t Len, char *Host,
                                socklen_t HostLen, char *Service,
                                socklen_t ServiceLen, int Flags) {
  return cancellationPoint([&]() -> int {
    return opaque([&] {
      return getnameinfo(A, Len, Host, HostLen, Service, ServiceLen, Flags);
    });
  });
}

OC_WRAPPER hostent *__oc_gethostbyname(const char *Name) {
  return cancellationPoint([&]() -> hostent * {
    return opaque([&] { return gethostbyname(Name); });
  });
}
