// The web server behind the proxies of scripts/demo: one thread, epoll, one
// fixed page for every request. Always built natively.
//
// backend PORT TEXT: listens on 127.0.0.1 and answers with TEXT.

#define _GNU_SOURCE // accept4

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MaxFds = 4096 };

// How much of the blank line that ends a request each connection has sent.
static unsigned char Seen[MaxFds];

/// \returns whether the bytes end the request's header.
static int endsHeader(int Fd, const char *Bytes, ssize_t Size) {
  for (ssize_t I = 0; I < Size; ++I) {
    if (Bytes[I] == "\r\n\r\n"[Seen[Fd]])
      ++Seen[Fd];
    else
      Seen[Fd] = Bytes[I] == '\r';
    if (Seen[Fd] == 4)
      return 1;
  }
  return 0;
}

static int listenOn(int Port) {
  struct sockaddr_in Addr = {.sin_family = AF_INET,
                             .sin_port = htons(Port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int Fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int On = 1;
  setsockopt(Fd, SOL_SOCKET, SO_REUSEADDR, &On, sizeof(On));
  if (bind(Fd, (struct sockaddr *)&Addr, sizeof(Addr)) ||
      listen(Fd, SOMAXCONN)) {
    perror("backend");
    exit(1);
  }
  return Fd;
}

int main(int Argc, char **Argv) {
  char Page[4096];
  if (Argc != 3 || strlen(Argv[2]) > sizeof(Page) / 2) {
    fprintf(stderr, "usage: backend PORT TEXT\n");
    return 2;
  }
  int PageSize = snprintf(Page, sizeof(Page),
                          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                          strlen(Argv[2]), Argv[2]);

  int Listener = listenOn(atoi(Argv[1]));
  int Poll = epoll_create1(0);
  struct epoll_event Event = {.events = EPOLLIN, .data.fd = Listener};
  epoll_ctl(Poll, EPOLL_CTL_ADD, Listener, &Event);
  for (;;) {
    struct epoll_event Ready[256];
    int Count = epoll_wait(Poll, Ready, 256, -1);
    for (int I = 0; I < Count; ++I) {
      int Fd = Ready[I].data.fd;
      if (Fd == Listener) {
        while ((Fd = accept4(Listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          if (Fd >= MaxFds) {
            close(Fd);
            continue;
          }
          Seen[Fd] = 0;
          Event.data.fd = Fd;
          epoll_ctl(Poll, EPOLL_CTL_ADD, Fd, &Event);
        }
        continue;
      }
      char Bytes[4096];
      ssize_t Size = read(Fd, Bytes, sizeof(Bytes));
      if (Size > 0 && !endsHeader(Fd, Bytes, Size))
        continue;
      // The page fits into an empty socket buffer: one send is all of it.
      if (Size > 0)
        send(Fd, Page, PageSize, MSG_NOSIGNAL);
      close(Fd);
    }
  }
}
