// names_quiet.cpp - name service: the functions of which ld does not warn. See
// names.cpp.
#include "libc/opaque_wrapper.h"

#include <netdb.h>
#include <netinet/ether.h>
#include <unistd.h>

// Declared for fortified code only.
extern "C" int __getlogin_r_chk(char *Name, size_t Size, size_t Room);

/// What the caller wants in numbers is not looked up, and so does not wait.
OC_WRAPPER int __oc_getnameinfo(const sockaddr *A, socklen_t Len, char *Host,
                                socklen_t HostLen, char *Service,
                                socklen_t ServiceLen, int Flags) {
  auto Call = [&] {
    return getnameinfo(A, Len, Host, HostLen, Service, ServiceLen, Flags);
  };
  bool LooksUp = (Host && HostLen && !(Flags & NI_NUMERICHOST)) ||
                 (Service && ServiceLen && !(Flags & NI_NUMERICSERV));
  return LooksUp ? oc::cancellationPoint([&] { return oc::opaque(Call); })
                 : Call();
}

OC_OPAQUE(int, setnetgrent, (const char *Group), (Group))
OC_OPAQUE(int, getnetgrent, (char **Host, char **User, char **Domain),
          (Host, User, Domain))
OC_OPAQUE(int, getnetgrent_r,
          (char **Host, char **User, char **Domain, char *Buffer, size_t Size),
          (Host, User, Domain, Buffer, Size))
OC_OPAQUE(int, innetgr,
          (const char *Group, const char *Host, const char *User,
           const char *Domain),
          (Group, Host, User, Domain))
OC_OPAQUE_VOID(endnetgrent, (), ())
OC_OPAQUE(char *, getlogin, (), ())
OC_OPAQUE(int, getlogin_r, (char *Name, size_t Size), (Name, Size))
OC_OPAQUE_NOTHROW(int, ether_hostton, (const char *Host, ether_addr *Address),
                  (Host, Address))
OC_OPAQUE_NOTHROW(int, ether_ntohost, (char *Host, const ether_addr *Address),
                  (Host, Address))

OC_WRAPPER int __oc___getlogin_r_chk(char *Name, size_t Size, size_t Room) {
  return oc::opaque([&] { return __getlogin_r_chk(Name, Size, Room); });
}
