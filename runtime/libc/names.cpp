// names.cpp - name service. It waits inside libc, whose modules were not
// rebuilt. ld warns when a static link pulls such a function in, so each family
// has a file of its own; those of which it does not warn are in
// names_quiet.cpp.
#include "libc/opaque_wrapper.h"

OC_OPAQUE(int, getaddrinfo,
          (const char *Node, const char *Service, const addrinfo *Hints,
           addrinfo **Result),
          (Node, Service, Hints, Result))
OC_OPAQUE(int, getaddrinfo_a,
          (int Mode, gaicb *List[], int Count, sigevent *Notice),
          (Mode, List, Count, Notice))
OC_OPAQUE(int, gai_suspend,
          (const gaicb *const List[], int Count, const timespec *Timeout),
          (List, Count, Timeout))
