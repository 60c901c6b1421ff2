// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: functions of the table reached through pointers, tables of operations
// and mismatched prototypes are the same functions.
#include "check.h"

typedef struct {
  ssize_t (*Read)(int, void *, size_t);
  ssize_t (*Write)(int, const void *, size_t);
  int (*Close)(int);
} Operations;
static const Operations Posix = {read, write, close};
static ssize_t (*volatile Reader)(int, void *, size_t) = read;

static void *writeLater(void *Arg) {
  int *P = Arg;
  sleepMs(10);
  CHECK(Posix.Write(P[1], "late", 4) == 4);
  return NULL;
}

static void pointers(void) {
  int P[2];
  char Buf[8];
  CHECK(Posix.Read == read && Reader == read && Posix.Close == &close);
  CHECK((void *)Posix.Read != (void *)Posix.Write);
  CHECK(pipe(P) == 0);
  pthread_t T = start(writeLater, P);
  CHECK(KEEPS_ERRNO(Posix.Read(P[0], Buf, sizeof(Buf))) == 4);
  join(T);
  T = start(writeLater, P);
  CHECK(KEEPS_ERRNO(Reader(P[0], Buf, sizeof(Buf))) == 4);
  join(T);
  CHECK(Posix.Close(P[0]) == 0 && Posix.Close(P[1]) == 0);
  CHECK_ERRNO(Posix.Read(-1, Buf, 1), EBADF);
}

int main(void) {
  everywhere(pointers);
  return 0;
}
