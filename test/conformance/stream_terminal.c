// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: streams on a terminal: standard output is line buffered, and a prompt
// without an end of line is out before fgets or scanf waits for the answer.
#include "check.h"
#include <termios.h>

static int Master;

/// The user: waits for each prompt, then answers.
static void *user(void *Arg) {
  static const char *const Talk[][2] = {
      {"name? ", "Ada\n"}, {"age? ", "36\n"}, {"more? ", "n\n"}};
  (void)Arg;
  for (int I = 0; I < 3; ++I) {
    char Got[64];
    size_t N = strlen(Talk[I][0]);
    CHECK(readAll(Master, Got, N) == N && !memcmp(Got, Talk[I][0], N));
    N = strlen(Talk[I][1]);
    CHECK(write(Master, Talk[I][1], N) == (ssize_t)N);
  }
  return NULL;
}

static void talk(void) {
  char Name[32];
  int Age;
  CHECK(printf("name? ") == 6);
  CHECK(fgets(Name, sizeof(Name), stdin) && !strcmp(Name, "Ada\n"));
  CHECK(printf("age? ") == 5);
  CHECK(scanf("%d", &Age) == 1 && Age == 36);
  CHECK(getchar() == '\n');
  CHECK(printf("more? ") == 6);
  CHECK(getchar() == 'n' && getchar() == '\n');
}

static void session(void (*Where)(void (*)(void))) {
  Master = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK(Master >= 0 && grantpt(Master) == 0 && unlockpt(Master) == 0);
  int Slave = open(ptsname(Master), O_RDWR | O_NOCTTY);
  struct termios T;
  CHECK(Slave >= 0 && tcgetattr(Slave, &T) == 0);
  cfmakeraw(&T);
  T.c_lflag |= ICANON;
  CHECK(tcsetattr(Slave, TCSANOW, &T) == 0);
  CHECK(dup2(Slave, 0) == 0 && dup2(Slave, 1) == 1 && close(Slave) == 0);
  pthread_t User = start(user, NULL);
  Where(talk);
  join(User);
}

static void here(void (*Call)(void)) { Call(); }

static void inChildren(void) { session(inThread); }
static void onMain(void) { session(here); }

int main(void) {
  // stdin and stdout learn what they are at their first use.
  CHECK(inChild(onMain) == 0);
  CHECK(inChild(inChildren) == 0);
  return 0;
}
