// A plain thread-per-connection echo server: says "<port> <pid>" on stdout and
// ends when as many connections as it was told have been served.
#include "check.h"

static int Served, Wanted, Done[2];

static void *serve(void *Arg) {
  int Fd = (int)(long)Arg;
  char Buf[4096];
  ssize_t N;
  while ((N = recv(Fd, Buf, sizeof(Buf), 0)) > 0) {
    ssize_t Sent = 0;
    while (Sent < N) {
      ssize_t M = send(Fd, Buf + Sent, (size_t)(N - Sent), MSG_NOSIGNAL);
      CHECK(M > 0);
      Sent += M;
    }
  }
  CHECK(N == 0);
  CHECK(close(Fd) == 0);
  if (__atomic_add_fetch(&Served, 1, __ATOMIC_SEQ_CST) == Wanted)
    CHECK(write(Done[1], "d", 1) == 1);
  return NULL;
}

static void *acceptAll(void *Arg) {
  int Listener = *(int *)Arg;
  for (int I = 0; I < Wanted; ++I) {
    int Fd = accept(Listener, NULL, NULL);
    CHECK(Fd >= 0);
    pthread_t T = start(serve, (void *)(long)Fd);
    CHECK(pthread_detach(T) == 0);
  }
  return NULL;
}

int main(int Argc, char **Argv) {
  struct sockaddr_in Addr;
  char C;
  CHECK(Argc == 2 && pipe(Done) == 0);
  Wanted = atoi(Argv[1]);
  int Listener = listenTcp(&Addr);
  printf("%d %d\n", ntohs(Addr.sin_port), (int)getpid());
  fflush(stdout);
  pthread_t T = start(acceptAll, &Listener);
  CHECK(read(Done[0], &C, 1) == 1);
  join(T);
  return 0;
}
