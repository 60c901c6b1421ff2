// names_services.cpp - name service: services, protocols, RPC programs, mail
// aliases. See names.cpp.
#include "libc/opaque_wrapper.h"

#include <aliases.h>
#include <netdb.h>

OC_OPAQUE(servent *, getservbyname, (const char *Name, const char *Protocol),
          (Name, Protocol))
OC_OPAQUE(int, getservbyname_r,
          (const char *Name, const char *Protocol, servent *Entry, char *Buffer,
           size_t Size, servent **Result),
          (Name, Protocol, Entry, Buffer, Size, Result))
OC_OPAQUE(servent *, getservbyport, (int Port, const char *Protocol),
          (Port, Protocol))
OC_OPAQUE(int, getservbyport_r,
          (int Port, const char *Protocol, servent *Entry, char *Buffer,
           size_t Size, servent **Result),
          (Port, Protocol, Entry, Buffer, Size, Result))
OC_OPAQUE(servent *, getservent, (), ())
OC_OPAQUE(int, getservent_r,
          (servent * Entry, char *Buffer, size_t Size, servent **Result),
          (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setservent, (int Stay), (Stay))
OC_OPAQUE_VOID(endservent, (), ())
OC_OPAQUE(protoent *, getprotobyname, (const char *Name), (Name))
OC_OPAQUE(int, getprotobyname_r,
          (const char *Name, protoent *Entry, char *Buffer, size_t Size,
           protoent **Result),
          (Name, Entry, Buffer, Size, Result))
OC_OPAQUE(protoent *, getprotobynumber, (int Number), (Number))
OC_OPAQUE(int, getprotobynumber_r,
          (int Number, protoent *Entry, char *Buffer, size_t Size,
           protoent **Result),
          (Number, Entry, Buffer, Size, Result))
OC_OPAQUE(protoent *, getprotoent, (), ())
OC_OPAQUE(int, getprotoent_r,
          (protoent * Entry, char *Buffer, size_t Size, protoent **Result),
          (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setprotoent, (int Stay), (Stay))
OC_OPAQUE_VOID(endprotoent, (), ())
OC_OPAQUE_NOTHROW(rpcent *, getrpcbyname, (const char *Name), (Name))
OC_OPAQUE_NOTHROW(int, getrpcbyname_r,
                  (const char *Name, rpcent *Entry, char *Buffer, size_t Size,
                   rpcent **Result),
                  (Name, Entry, Buffer, Size, Result))
OC_OPAQUE_NOTHROW(rpcent *, getrpcbynumber, (int Number), (Number))
OC_OPAQUE_NOTHROW(int, getrpcbynumber_r,
                  (int Number, rpcent *Entry, char *Buffer, size_t Size,
                   rpcent **Result),
                  (Number, Entry, Buffer, Size, Result))
OC_OPAQUE_NOTHROW(rpcent *, getrpcent, (), ())
OC_OPAQUE_NOTHROW(int, getrpcent_r,
                  (rpcent * Entry, char *Buffer, size_t Size, rpcent **Result),
                  (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setrpcent, (int Stay), (Stay), noexcept)
OC_OPAQUE_VOID(endrpcent, (), (), noexcept)
OC_OPAQUE_NOTHROW(aliasent *, getaliasbyname, (const char *Name), (Name))
OC_OPAQUE_NOTHROW(int, getaliasbyname_r,
                  (const char *Name, aliasent *Entry, char *Buffer, size_t Size,
                   aliasent **Result),
                  (Name, Entry, Buffer, Size, Result))
OC_OPAQUE_NOTHROW(aliasent *, getaliasent, (), ())
OC_OPAQUE_NOTHROW(int, getaliasent_r,
                  (aliasent * Entry, char *Buffer, size_t Size,
                   aliasent **Result),
                  (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setaliasent, (), (), noexcept)
OC_OPAQUE_VOID(endaliasent, (), (), noexcept)
