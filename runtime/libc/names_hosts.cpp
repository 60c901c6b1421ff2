// names_hosts.cpp - name service: hosts and networks. See names.cpp.
#include "libc/opaque_wrapper.h"

#include <netdb.h>

OC_OPAQUE(hostent *, gethostbyname, (const char *Name), (Name))
OC_OPAQUE(int, gethostbyname_r,
          (const char *Name, hostent *Entry, char *Buffer, size_t Size,
           hostent **Result, int *Error),
          (Name, Entry, Buffer, Size, Result, Error))
OC_OPAQUE(hostent *, gethostbyname2, (const char *Name, int Family),
          (Name, Family))
OC_OPAQUE(int, gethostbyname2_r,
          (const char *Name, int Family, hostent *Entry, char *Buffer,
           size_t Size, hostent **Result, int *Error),
          (Name, Family, Entry, Buffer, Size, Result, Error))
OC_OPAQUE(hostent *, gethostbyaddr,
          (const void *Address, socklen_t Length, int Family),
          (Address, Length, Family))
OC_OPAQUE(int, gethostbyaddr_r,
          (const void *Address, socklen_t Length, int Family, hostent *Entry,
           char *Buffer, size_t Size, hostent **Result, int *Error),
          (Address, Length, Family, Entry, Buffer, Size, Result, Error))
OC_OPAQUE(hostent *, gethostent, (), ())
OC_OPAQUE(int, gethostent_r,
          (hostent * Entry, char *Buffer, size_t Size, hostent **Result,
           int *Error),
          (Entry, Buffer, Size, Result, Error))
OC_OPAQUE_VOID(sethostent, (int Stay), (Stay))
OC_OPAQUE_VOID(endhostent, (), ())
OC_OPAQUE(netent *, getnetbyname, (const char *Name), (Name))
OC_OPAQUE(int, getnetbyname_r,
          (const char *Name, netent *Entry, char *Buffer, size_t Size,
           netent **Result, int *Error),
          (Name, Entry, Buffer, Size, Result, Error))
OC_OPAQUE(netent *, getnetbyaddr, (uint32_t Net, int Type), (Net, Type))
OC_OPAQUE(int, getnetbyaddr_r,
          (uint32_t Net, int Type, netent *Entry, char *Buffer, size_t Size,
           netent **Result, int *Error),
          (Net, Type, Entry, Buffer, Size, Result, Error))
OC_OPAQUE(netent *, getnetent, (), ())
OC_OPAQUE(int, getnetent_r,
          (netent * Entry, char *Buffer, size_t Size, netent **Result,
           int *Error),
          (Entry, Buffer, Size, Result, Error))
OC_OPAQUE_VOID(setnetent, (int Stay), (Stay))
OC_OPAQUE_VOID(endnetent, (), ())
