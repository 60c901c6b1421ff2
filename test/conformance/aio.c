// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: asynchronous I/O of libc, which has threads of its own: waiting for
// it lets other threads go on, and ends as natively. Rows: aio_suspend
// aio_suspend64 lio_listio lio_listio64
#include "check.h"
#include <aio.h>

enum { Bytes = 4 };

/// A read that waits until somebody writes.
static void startRead(struct aiocb *Read, int Fd, char *Buf) {
  memset(Read, 0, sizeof(*Read));
  Read->aio_fildes = Fd;
  Read->aio_buf = Buf;
  Read->aio_nbytes = Bytes;
  CHECK(KEEPS_ERRNO(aio_read(Read)) == 0);
}

static Gate Reading = GATE_INIT;
static void *writesLater(void *Fd) {
  await(&Reading, 1);
  sched_yield();
  CHECK(write(*(int *)Fd, "abcd", Bytes) == Bytes);
  return NULL;
}

static void suspends(void) {
  int S[2];
  char Buf[Bytes];
  struct aiocb Read;
  const struct aiocb *List[] = {NULL, &Read};
  struct timespec Short = {0, 1000000};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  for (int Way = 0; Way < 2; ++Way) {
    startRead(&Read, S[0], Buf);
    CHECK(aio_error(&Read) == EINPROGRESS);
    CHECK_ERRNO(aio_suspend(List, 2, &Short), EAGAIN);
    Reading.Count = 0;
    pthread_t T = start(writesLater, &S[1]);
    post(&Reading);
    if (Way == 0)
      CHECK(aio_suspend(List, 2, NULL) == 0);
    else
      CHECK(aio_suspend64((const struct aiocb64 *const *)List, 2, NULL) == 0);
    CHECK(aio_error(&Read) == 0 && aio_return(&Read) == Bytes);
    CHECK(memcmp(Buf, "abcd", Bytes) == 0);
    join(T);
  }
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static void lists(void) {
  char Name[] = "/tmp/open-co-test-XXXXXX", Buf[Bytes];
  int Fd = mkstemp(Name);
  CHECK(Fd >= 0 && unlink(Name) == 0);
  struct aiocb Write = {.aio_fildes = Fd,
                        .aio_buf = "wxyz",
                        .aio_nbytes = Bytes,
                        .aio_lio_opcode = LIO_WRITE},
               Read = {.aio_fildes = Fd,
                       .aio_buf = Buf,
                       .aio_nbytes = Bytes,
                       .aio_lio_opcode = LIO_READ};
  struct aiocb *One[] = {&Write}, *Two[] = {&Read, NULL};
  CHECK(lio_listio(LIO_WAIT, One, 1, NULL) == 0);
  CHECK(aio_return(&Write) == Bytes);
  CHECK(lio_listio64(LIO_WAIT, (struct aiocb64 *const *)Two, 2, NULL) == 0);
  CHECK(aio_return(&Read) == Bytes && memcmp(Buf, "wxyz", Bytes) == 0);
  CHECK_ERRNO(lio_listio(7, One, 1, NULL), EINVAL);
  CHECK(close(Fd) == 0);
}

int main(void) {
  suspends();
  inThread(suspends);
  everywhere(lists);
  return 0;
}
