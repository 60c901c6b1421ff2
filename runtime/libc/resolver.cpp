// resolver.cpp - questions to name servers. libc keeps the resolver's state
// (_res) by OS thread: a thread of the program that looks at it, or sets it up,
// has one to itself, which ends with it.
#include "libc/opaque_wrapper.h"

#include <resolv.h>

OC_OPAQUE_NOTHROW(int, res_query,
                  (const char *Name, int Class, int Type, unsigned char *Answer,
                   int Length),
                  (Name, Class, Type, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_search,
                  (const char *Name, int Class, int Type, unsigned char *Answer,
                   int Length),
                  (Name, Class, Type, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_querydomain,
                  (const char *Name, const char *Domain, int Class, int Type,
                   unsigned char *Answer, int Length),
                  (Name, Domain, Class, Type, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_send,
                  (const unsigned char *Query, int QueryLength,
                   unsigned char *Answer, int Length),
                  (Query, QueryLength, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_nquery,
                  (res_state State, const char *Name, int Class, int Type,
                   unsigned char *Answer, int Length),
                  (State, Name, Class, Type, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_nsearch,
                  (res_state State, const char *Name, int Class, int Type,
                   unsigned char *Answer, int Length),
                  (State, Name, Class, Type, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_nquerydomain,
                  (res_state State, const char *Name, const char *Domain,
                   int Class, int Type, unsigned char *Answer, int Length),
                  (State, Name, Domain, Class, Type, Answer, Length))
OC_OPAQUE_NOTHROW(int, res_nsend,
                  (res_state State, const unsigned char *Query, int QueryLength,
                   unsigned char *Answer, int Length),
                  (State, Query, QueryLength, Answer, Length))

// The same functions as headers before glibc 2.34 name them.
OC_WRAPPER int __oc___res_query(const char *Name, int Class, int Type,
                                unsigned char *Answer, int Length) noexcept {
  return __oc_res_query(Name, Class, Type, Answer, Length);
}
OC_WRAPPER int __oc___res_search(const char *Name, int Class, int Type,
                                 unsigned char *Answer, int Length) noexcept {
  return __oc_res_search(Name, Class, Type, Answer, Length);
}
OC_WRAPPER int __oc___res_querydomain(const char *Name, const char *Domain,
                                      int Class, int Type,
                                      unsigned char *Answer,
                                      int Length) noexcept {
  return __oc_res_querydomain(Name, Domain, Class, Type, Answer, Length);
}
OC_WRAPPER int __oc___res_send(const unsigned char *Query, int QueryLength,
                               unsigned char *Answer, int Length) noexcept {
  return __oc_res_send(Query, QueryLength, Answer, Length);
}
OC_WRAPPER int __oc___res_nquery(res_state State, const char *Name, int Class,
                                 int Type, unsigned char *Answer,
                                 int Length) noexcept {
  return __oc_res_nquery(State, Name, Class, Type, Answer, Length);
}
OC_WRAPPER int __oc___res_nsearch(res_state State, const char *Name, int Class,
                                  int Type, unsigned char *Answer,
                                  int Length) noexcept {
  return __oc_res_nsearch(State, Name, Class, Type, Answer, Length);
}
OC_WRAPPER int __oc___res_nquerydomain(res_state State, const char *Name,
                                       const char *Domain, int Class, int Type,
                                       unsigned char *Answer,
                                       int Length) noexcept {
  return __oc_res_nquerydomain(State, Name, Domain, Class, Type, Answer,
                               Length);
}
OC_WRAPPER int __oc___res_nsend(res_state State, const unsigned char *Query,
                                int QueryLength, unsigned char *Answer,
                                int Length) noexcept {
  return __oc_res_nsend(State, Query, QueryLength, Answer, Length);
}

OC_WRAPPER int __oc___res_init() noexcept {
  oc::becomeOsThread();
  return res_init();
}

OC_WRAPPER res_state __oc___res_state() noexcept {
  oc::becomeOsThread();
  return __res_state();
}
