// Starts a server and checks it from outside; always a native program.
//   echo_client echo <connections> <rounds> <server command...>
//     all connections at once, every byte compared
//   echo_client idle <connections> <seconds> <limit> <server command...>
//     one exchange each, then silence: how often does the server wake up?
#include "check.h"
#include <dirent.h>
#include <sys/epoll.h>
#include <sys/resource.h>

typedef struct {
  int Fd;
  int Round;
  size_t Got, Len;
} Connection;

static int Server, ServerPid;
static struct sockaddr_in Addr;

static void startServer(char **Command) {
  int Out[2], Port;
  CHECK(pipe(Out) == 0);
  Server = fork();
  CHECK(Server >= 0);
  if (Server == 0) {
    dup2(Out[1], 1);
    close(Out[0]);
    close(Out[1]);
    execvp(Command[0], Command);
    _exit(127);
  }
  close(Out[1]);
  FILE *F = fdopen(Out[0], "r");
  CHECK(fscanf(F, "%d %d", &Port, &ServerPid) == 2);
  memset(&Addr, 0, sizeof(Addr));
  Addr.sin_family = AF_INET;
  Addr.sin_port = htons((unsigned short)Port);
  Addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static int finish(void) {
  int Status;
  CHECK(waitpid(Server, &Status, 0) == Server);
  if (Status != 0)
    fprintf(stderr, "the server ended with status 0x%x\n", Status);
  return Status != 0;
}

static unsigned char byteAt(const Connection *C, size_t I) {
  return patternAt((size_t)C->Fd * 77 + (size_t)C->Round * 13 + I);
}

static void sendRound(Connection *C) {
  unsigned char Buf[2048];
  C->Len = 1 + (size_t)(C->Fd * 37 + C->Round * 101) % sizeof(Buf);
  C->Got = 0;
  for (size_t I = 0; I < C->Len; ++I)
    Buf[I] = byteAt(C, I);
  CHECK(send(C->Fd, Buf, C->Len, 0) == (ssize_t)C->Len);
}

static int echo(int Count, int Rounds) {
  Connection *Cs = calloc((size_t)Count, sizeof(*Cs));
  int Epoll = epoll_create1(0), Open = Count;
  for (int I = 0; I < Count; ++I) {
    struct epoll_event E = {.events = EPOLLIN, .data.ptr = &Cs[I]};
    Cs[I].Fd = connectTcp(&Addr);
    CHECK(epoll_ctl(Epoll, EPOLL_CTL_ADD, Cs[I].Fd, &E) == 0);
  }
  for (int I = 0; I < Count; ++I)
    sendRound(&Cs[I]);
  while (Open > 0) {
    struct epoll_event Es[64];
    int N = epoll_wait(Epoll, Es, 64, 30000);
    CHECK(N > 0);
    for (int J = 0; J < N; ++J) {
      Connection *C = Es[J].data.ptr;
      unsigned char Buf[4096];
      ssize_t M = recv(C->Fd, Buf, sizeof(Buf), 0);
      CHECK(M > 0 && C->Got + (size_t)M <= C->Len);
      for (ssize_t I = 0; I < M; ++I)
        CHECK(Buf[I] == byteAt(C, C->Got + (size_t)I));
      C->Got += (size_t)M;
      if (C->Got < C->Len)
        continue;
      if (++C->Round < Rounds) {
        sendRound(C);
      } else {
        CHECK(close(C->Fd) == 0);
        --Open;
      }
    }
  }
  free(Cs);
  return finish();
}

/// Context switches, of both kinds, of all the server's OS threads so far.
static long switches(int *Tasks) {
  char Path[512], Line[256];
  long Sum = 0, N;
  snprintf(Path, sizeof(Path), "/proc/%d/task", ServerPid);
  DIR *D = opendir(Path);
  CHECK(D != NULL);
  *Tasks = 0;
  for (struct dirent *E; (E = readdir(D)) != NULL;) {
    if (E->d_name[0] == '.')
      continue;
    snprintf(Path, sizeof(Path), "/proc/%d/task/%s/status", ServerPid,
             E->d_name);
    FILE *F = fopen(Path, "r");
    if (!F)
      continue;
    ++*Tasks;
    while (fgets(Line, sizeof(Line), F))
      if (sscanf(Line, "voluntary_ctxt_switches: %ld", &N) == 1 ||
          sscanf(Line, "nonvoluntary_ctxt_switches: %ld", &N) == 1)
        Sum += N;
    fclose(F);
  }
  closedir(D);
  return Sum;
}

static int idle(int Count, int Seconds, int Limit) {
  int *Fds = malloc(sizeof(int) * (size_t)Count), Tasks;
  for (int I = 0; I < Count; ++I) {
    char C = (char)I, Back;
    Fds[I] = connectTcp(&Addr);
    CHECK(send(Fds[I], &C, 1, 0) == 1);
    CHECK(recv(Fds[I], &Back, 1, 0) == 1 && Back == C);
  }
  sleep(2); // Whatever follows the last exchange.
  long Before = switches(&Tasks);
  sleep((unsigned)Seconds);
  long Woken = switches(&Tasks) - Before;
  printf("%d idle connections, %d OS threads: %ld context switches in %d s\n",
         Count, Tasks, Woken, Seconds);
  fflush(stdout);
  CHECK(Woken < Limit);
  for (int I = 0; I < Count; ++I) { // All still there.
    char C = (char)(I * 3), Back;
    CHECK(send(Fds[I], &C, 1, 0) == 1);
    CHECK(recv(Fds[I], &Back, 1, 0) == 1 && Back == C);
    CHECK(close(Fds[I]) == 0);
  }
  free(Fds);
  return finish();
}

int main(int Argc, char **Argv) {
  struct rlimit Files;
  CHECK(Argc > 5);
  CHECK(getrlimit(RLIMIT_NOFILE, &Files) == 0);
  Files.rlim_cur = Files.rlim_max; // The server inherits it.
  CHECK(setrlimit(RLIMIT_NOFILE, &Files) == 0);
  if (strcmp(Argv[1], "echo") == 0) {
    startServer(Argv + 4);
    return echo(atoi(Argv[2]), atoi(Argv[3]));
  }
  startServer(Argv + 5);
  return idle(atoi(Argv[2]), atoi(Argv[3]), atoi(Argv[4]));
}
