// asynchronous.c - operations that wait for what libc's own threads do: I/O and
// name lookups.
#include "../run.h"

#include <aio.h>
#include <netdb.h>

enum { Bytes = 4 };

typedef struct {
  int Fd;
  long Us;
} Later;

static void *writesLater(void *Arg) {
  Later *L = Arg;
  if (L->Us)
    CALL(usleep, (useconds_t)L->Us);
  CALL(write, L->Fd, "abcd", Bytes);
  return NULL;
}

/// Waits until another thread has written what a read waits for.
OP(aio_suspend, "us via2") {
  int P[2];
  char Buf[Bytes] = "";
  pthread_t T;
  struct timespec Short = {0, 1000000}, Long = {100, 0};
  struct aiocb Read = {.aio_buf = Buf, .aio_nbytes = Bytes};
  const struct aiocb *List[] = {NULL, &Read};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, P) != 0)
    return;
  Read.aio_fildes = P[0];
  errno = Sentinel;
  result(R, "aio_read", aio_read(&Read));
  RESULT(aio_suspend, List, 2, &Short);
  Later L = {P[1], A[0]};
  CALL(pthread_create, &T, NULL, writesLater, &L);
  if (A[1])
    RESULT(aio_suspend64, (const struct aiocb64 *const *)List, 2, NULL);
  else
    RESULT(aio_suspend, List, 2, &Long);
  say(R, " error=%d return=%zd", aio_error(&Read), aio_return(&Read));
  sayBytes(R, Buf, Bytes);
  CALL(pthread_join, T, NULL);
  CALL(close, P[0]);
  CALL(close, P[1]);
}

OP(lio_listio, "via2") {
  char Buf[Bytes] = "";
  FILE *F = tmpfile();
  if (!F)
    return;
  struct aiocb Write = {.aio_fildes = fileno(F),
                        .aio_buf = "wxyz",
                        .aio_nbytes = Bytes,
                        .aio_lio_opcode = LIO_WRITE},
               Read = {.aio_fildes = fileno(F),
                       .aio_buf = Buf,
                       .aio_nbytes = Bytes,
                       .aio_lio_opcode = LIO_READ},
               Bad = {.aio_fildes = -1,
                      .aio_buf = Buf,
                      .aio_nbytes = Bytes,
                      .aio_lio_opcode = LIO_READ};
  struct aiocb *One[] = {&Write}, *Two[] = {&Read, NULL}, *Three[] = {&Bad};
#define LIST(Mode, List, N)                                                    \
  (A[0] ? RESULT(lio_listio64, Mode, (struct aiocb64 *const *)(List), N, NULL) \
        : RESULT(lio_listio, Mode, List, N, NULL))
  LIST(LIO_WAIT, One, 1);
  say(R, " return=%zd", aio_return(&Write));
  LIST(LIO_WAIT, Two, 2);
  say(R, " return=%zd", aio_return(&Read));
  sayBytes(R, Buf, Bytes);
  LIST(LIO_WAIT, Three, 1);
  say(R, " error=%s", errorName(aio_error(&Bad)));
  LIST(7, One, 1);
  errno = Sentinel;
  STATUS(fclose, F);
}

/// One request at a time: libc's gai_suspend may leave one that ends just then
/// with a pointer to its own stack.
OP(getaddrinfo_a, "shortms via2") {
  static const struct addrinfo Hints = {.ai_flags = AI_NUMERICHOST};
  struct gaicb Request = {.ar_name = "192.0.2.7", .ar_request = &Hints};
  struct gaicb *List[] = {&Request};
  struct timespec Long = {100, 0};
  if (A[1]) {
    say(R, " %d", CALL(getaddrinfo_a, GAI_WAIT, List, 1, NULL));
  } else {
    say(R, " %d", CALL(getaddrinfo_a, GAI_NOWAIT, List, 1, NULL));
    while (gai_error(&Request) == EAI_INPROGRESS) {
      int Error = CALL(gai_suspend, (const struct gaicb *const *)List, 1,
                       A[0] ? &Long : NULL);
      if (Error && Error != EAI_ALLDONE)
        say(R, " gai_suspend=%d", Error);
    }
  }
  say(R, " %d %d %d", gai_error(&Request), Request.ar_result != NULL,
      CALL(gai_suspend, (const struct gaicb *const *)List, 1, NULL));
  // Its thread may not have let go of it yet.
  while (gai_cancel(&Request) == EAI_NOTCANCELED)
    CALL(usleep, 100);
  if (Request.ar_result)
    freeaddrinfo(Request.ar_result);
  say(R, " %d", CALL(getaddrinfo_a, 99, List, 1, NULL));
}
