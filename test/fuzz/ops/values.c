// values.c - operations that ask libc for what it keeps by thread, and for
// names.
#include "../run.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <locale.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sched.h>

static void *overwrites(void *Arg) {
  struct in_addr Other = {htonl(0x01020304)};
  CALL(inet_ntoa, Other);
  CALL(strerror, 12345);
  CALL(strsignal, 60);
  errno = EDOM;
  return Arg;
}

/// What a thread got is its own, whatever others ask for meanwhile.
OP(texts, "size") {
  struct in_addr Address = {htonl(0x7f000001u + (unsigned)A[0] % 200)};
  char *Ntoa = CALL(inet_ntoa, Address);
  char *Error = CALL(strerror, 5000 + (int)A[0] % 100);
  char *Signal = CALL(strsignal, 64 + (int)A[0] % 100);
  COUNT("__errno_location");
  COUNT("__h_errno_location");
  h_errno = TRY_AGAIN;
  errno = ERANGE;
  pthread_t T;
  CALL(pthread_create, &T, NULL, overwrites, NULL);
  errno = ERANGE;
  CALL(pthread_join, T, NULL);
  int Errno = errno;
  sched_yield();
  say(R, " %s '%s' '%s' %s %d", Ntoa, Error, Signal, errorName(Errno), h_errno);
  say(R, " '%s'", CALL(strerror, EAGAIN));
}

OP(classes, "size") {
  COUNT("__ctype_b_loc");
  COUNT("__ctype_tolower_loc");
  COUNT("__ctype_toupper_loc");
  int C = 'A' + (int)(A[0] % 60);
  const int *Lower = *__ctype_tolower_loc(), *Upper = *__ctype_toupper_loc();
  say(R, " %d %c %c", (*__ctype_b_loc())[C] & 0xffff, Lower[C], Upper[C]);
}

OP(resolver, "") {
  COUNT("__res_state");
  say(R, " %d", __res_state() != NULL);
}

OP(names, "via3") {
  struct sockaddr_in I = {.sin_family = AF_INET, .sin_port = htons(80)};
  I.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char Host[100] = "", Port[20] = "";
  struct addrinfo Hints = {.ai_flags = AI_NUMERICHOST,
                           .ai_socktype = SOCK_STREAM},
                  *Found = NULL;
  switch (A[0]) {
  case 0:
    say(R, " %d", CALL(getaddrinfo, "127.0.0.1", "80", &Hints, &Found));
    if (Found) {
      say(R, " %d %u", Found->ai_family, Found->ai_addrlen);
      freeaddrinfo(Found);
    }
    say(R, " %d", CALL(getaddrinfo, "not a number", NULL, &Hints, &Found));
    break;
  case 1:
    say(R, " %d",
        CALL(getnameinfo, (struct sockaddr *)&I, sizeof I, Host, sizeof Host,
             Port, sizeof Port, NI_NUMERICHOST | NI_NUMERICSERV));
    say(R, " %s %s", Host, Port);
    break;
  case 2:
    // Its answer is the process's: one lane at a time.
    if (alone()) {
      struct hostent *H = CALL(gethostbyname, "127.0.0.1");
      say(R, " %d %d", H != NULL, H ? H->h_length : 0);
    }
    break;
  }
}
