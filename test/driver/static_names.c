// RUN: %open_co_clang -static -Wl,--fatal-warnings %s -o %t && %t
// Intent: ld warns of static programs that use name service. Functions of which
// it does not warn bring in none of the others.
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <unistd.h>

static void *use(void *Arg) {
  char Text[64];
  unsigned char Query[512];
  struct sockaddr_in Addr = {.sin_family = AF_INET};
  getlogin_r(Text, sizeof(Text));
  if (res_init() != 0 ||
      res_mkquery(0, "a.test", 1, 1, 0, 0, 0, Query, sizeof(Query)) <= 0)
    return (void *)use;
  return getnameinfo((struct sockaddr *)&Addr, sizeof(Addr), Text, sizeof(Text),
                     0, 0, NI_NUMERICHOST)
             ? (void *)use
             : Arg;
}

int main(void) {
  pthread_t T;
  void *Failed;
  pthread_create(&T, 0, use, 0);
  pthread_join(T, &Failed);
  return Failed != 0;
}
