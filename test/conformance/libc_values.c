// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what libc keeps for each thread is each thread's: the buffers of
// strerror, strsignal and inet_ntoa, h_errno (__h_errno_location), the resolver
// state (__res_state); the character tables (__ctype_b_loc,
// __ctype_tolower_loc, __ctype_toupper_loc) stay right while threads block.
#include "check.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <resolv.h>

const unsigned short **__ctype_b_loc(void);
const int **__ctype_tolower_loc(void);
const int **__ctype_toupper_loc(void);

enum { Threads = 20, Rounds = 50 };

static void *own(void *Arg) {
  int Id = (int)(long)Arg;
  char Error[64], Signal[64], Dotted[32];
  struct in_addr Addr = {htonl(0x0a000000u + (unsigned)Id)};
  snprintf(Error, sizeof(Error), "Unknown error %d", 5000 + Id);
  snprintf(Signal, sizeof(Signal), "Unknown signal %d", 500 + Id);
  snprintf(Dotted, sizeof(Dotted), "10.0.0.%d", Id);
  for (int I = 0; I < Rounds; ++I) {
    h_errno = Id;
    // Unknown numbers are written into the thread's buffer.
    char *E = strerror(5000 + Id), *S = strsignal(500 + Id);
    char *N = inet_ntoa(Addr);
    if (I % 10)
      sched_yield();
    else
      usleep(200);
    CHECK(strcmp(E, Error) == 0);
    CHECK(strcmp(S, Signal) == 0);
    CHECK(strcmp(N, Dotted) == 0);
    CHECK(h_errno == Id);
    CHECK(strcmp(strerror(EINTR), "Interrupted system call") == 0);
    CHECK(strcmp(strsignal(SIGTERM), "Terminated") == 0);

    volatile int Upper = 'A' + I % 26;
    CHECK(isalpha(Upper) && !isdigit(Upper));
    sched_yield();
    CHECK(tolower(Upper) == Upper + 32 && toupper(Upper + 32) == Upper);
    CHECK((*__ctype_b_loc())[Upper] & (unsigned short)_ISupper);
    CHECK((*__ctype_tolower_loc())[Upper] == Upper + 32);
    CHECK((*__ctype_toupper_loc())[Upper + 32] == Upper);
  }
  return NULL;
}

static void many(void) {
  pthread_t T[Threads];
  for (long I = 0; I < Threads; ++I)
    T[I] = start(own, (void *)(I + 1));
  own((void *)100);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
}

static void resolver(void) {
  CHECK(res_init() == 0 && (_res.options & RES_INIT));
  errno = ErrnoSentinel;
  CHECK(strerror(5) != NULL && errno == ErrnoSentinel);
}

int main(void) {
  many();
  inThread(many);
  everywhere(resolver);
  return 0;
}
