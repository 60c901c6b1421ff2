// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: an fread of at least the buffer's size reads past the buffer: one
// number of an eventfd, one whole datagram, and no more than it asked for.
#include "check.h"
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

static int Fd;

static void *count(void *Arg) {
  (void)Arg;
  CHECK(eventfd_write(Fd, 7) == 0);
  return NULL;
}

static void events(void) {
  uint64_t Value = 0;
  Fd = eventfd(0, 0);
  FILE *In = fdopen(Fd, "r");
  CHECK(setvbuf(In, NULL, _IONBF, 0) == 0);
  pthread_t T = start(count, NULL);
  CHECK(KEEPS_ERRNO(fread(&Value, sizeof Value, 1, In)) == 1 && Value == 7);
  CHECK(!feof(In) && !ferror(In));
  join(T);
  CHECK(fclose(In) == 0);
}

enum { Large = 8192 };

static void *sendLarge(void *Arg) {
  static char Text[Large];
  memset(Text, 'x', Large);
  CHECK(write(*(int *)Arg, Text, Large) == Large);
  return NULL;
}

static void datagrams(void) {
  char Buf[Large] = "";
  int P[2];
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, P) == 0);
  FILE *In = fdopen(P[0], "r"); // Has 4096 bytes.
  for (int I = 0; I < 2; ++I) {
    pthread_t T = start(sendLarge, &P[1]);
    CHECK(KEEPS_ERRNO(fread(Buf, 1, Large, In)) == Large);
    CHECK(Buf[0] == 'x' && Buf[Large - 1] == 'x');
    join(T);
  }
  CHECK(fclose(In) == 0 && close(P[1]) == 0);
}

static void leavesTheRest(void) {
  char Small[16], Buf[100];
  int P[2], Left = 0;
  CHECK(pipe(P) == 0);
  FILE *In = fdopen(P[0], "r");
  CHECK(setvbuf(In, Small, _IOFBF, sizeof Small) == 0);
  CHECK(write(P[1], "0123456789abcdefghij", 20) == 20);
  CHECK(fread(Buf, 1, 17, In) == 17 && !memcmp(Buf, "0123456789abcdefg", 17));
  CHECK(ioctl(P[0], FIONREAD, &Left) == 0 && Left == 3);
  CHECK(fgetc(In) == 'h' && ungetc('H', In) == 'H');
  CHECK(close(P[1]) == 0);
  CHECK(fread(Buf, 1, 50, In) == 3 && !memcmp(Buf, "Hij", 3) && feof(In));
  CHECK(fclose(In) == 0);
}

static void all(void) {
  events();
  datagrams();
  leavesTheRest();
}

int main(void) {
  all();
  inThread(all);
  return 0;
}
