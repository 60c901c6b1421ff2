// RUN: %plain_clang %S/Inputs/kernel.c -o %t.kernel
// RUN: %clang %s -o %t && %t.kernel preadv2=ENOSYS epoll_wait=EPERM %native %t
// RUN: %open_co_clang %s -o %t.oc
// RUN: %run %t.oc %workers
// RUN: %run %t.kernel epoll_pwait2=ENOSYS preadv2=ENOSYS pwritev2=ENOSYS guard=EINVAL io_uring=ENOSYS pidfd_open=ENOSYS %t.oc %workers
// RUN: %run %t.kernel epoll_pwait2=EPERM preadv2=EPERM pwritev2=EPERM guard=EPERM io_uring=EPERM pidfd_open=EPERM %t.oc %workers
// RUN: %run %t.kernel preadv2=EINVAL pwritev2=EINVAL %t.oc %workers
// RUN: %run %t.kernel epoll_wait=EPERM %t.oc %workers
// Intent: an older kernel, or a sandbox, that lacks what the runtime prefers
// costs no function, and no OS thread for each thread that waits.
#include "check.h"
#include <sys/eventfd.h>

enum { Threads = 300, Rounds = 3 };
/// Thread I reads In[I] and writes Out[I + 1].
static int In[Threads], Out[Threads];

static void *passOn(void *Arg) {
  int I = (int)(long)Arg;
  for (int R = 0; R < Rounds; ++R) {
    uint64_t Token = 0;
    CHECK(KEEPS_ERRNO(read(In[I], &Token, sizeof Token)) == sizeof Token);
    CHECK(Token == 1);
    if (I % 64 == 0)
      CHECK(usleep(1000) == 0);
    CHECK(KEEPS_ERRNO(write(Out[(I + 1) % Threads], &Token, sizeof Token)) ==
          sizeof Token);
  }
  return NULL;
}

int main(int Argc, char **Argv) {
  pthread_t T[Threads];
  for (int I = 0; I < Threads; ++I) {
    int Ends[2];
    switch (I % 3) {
    case 0:
      CHECK(pipe(Ends) == 0);
      break;
    case 1:
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0);
      break;
    case 2:
      Ends[0] = Ends[1] = eventfd(0, 0);
      CHECK(Ends[0] >= 0);
      break;
    }
    In[I] = Ends[0];
    Out[I] = Ends[1];
  }
  for (int I = 0; I < Threads; ++I)
    T[I] = start(passOn, (void *)(long)I);
  CHECK(write(Out[0], &(uint64_t){1}, 8) == 8);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  if (Argc > 1)
    CHECK(osThreads() <= atoi(Argv[1]) + 8);
  return 0;
}
