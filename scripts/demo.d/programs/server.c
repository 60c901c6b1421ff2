// A thread-per-connection HTTP server in plain POSIX, for scripts/demo where no
// source packages can be had. Nothing in it knows of open-co.
//
// server PORT TEXT: listens on 127.0.0.1 and answers every request with TEXT,
// after a wait of 5 ms that stands for a query to a database.

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *Text;

static void *serve(void *Argument) {
  int Fd = (int)(intptr_t)Argument;
  char Request[4096];
  size_t Used = 0;
  do {
    ssize_t Size = read(Fd, Request + Used, sizeof(Request) - 1 - Used);
    if (Size <= 0) {
      close(Fd);
      return NULL;
    }
    Used += Size;
    Request[Used] = '\0';
  } while (!strstr(Request, "\r\n\r\n"));

  usleep(5000);

  char Header[128];
  int Size = snprintf(Header, sizeof(Header),
                      "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n"
                      "Connection: close\r\n\r\n",
                      strlen(Text));
  if (write(Fd, Header, Size) != Size ||
      write(Fd, Text, strlen(Text)) != (ssize_t)strlen(Text))
    perror("write");
  close(Fd);
  return NULL;
}

int main(int Argc, char **Argv) {
  if (Argc != 3) {
    fprintf(stderr, "usage: server PORT TEXT\n");
    return 2;
  }
  Text = Argv[2];
  signal(SIGPIPE, SIG_IGN);

  struct sockaddr_in Addr = {.sin_family = AF_INET,
                             .sin_port = htons(atoi(Argv[1])),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int Listener = socket(AF_INET, SOCK_STREAM, 0);
  int On = 1;
  setsockopt(Listener, SOL_SOCKET, SO_REUSEADDR, &On, sizeof(On));
  if (bind(Listener, (struct sockaddr *)&Addr, sizeof(Addr)) ||
      listen(Listener, SOMAXCONN)) {
    perror("server");
    return 1;
  }

  for (;;) {
    int Fd = accept(Listener, NULL, NULL);
    if (Fd < 0) {
      perror("accept");
      continue;
    }
    pthread_t Thread;
    int Error = pthread_create(&Thread, NULL, serve, (void *)(intptr_t)Fd);
    if (Error) {
      fprintf(stderr, "pthread_create: %s\n", strerror(Error));
      close(Fd);
      continue;
    }
    pthread_detach(Thread);
  }
}
