// A web server with cpp-httplib: PORT TEXT answers every request with TEXT.

#include <httplib.h>

int main(int, char **Argv) {
  httplib::Server Server;
  Server.Get("/", [&](const httplib::Request &, httplib::Response &Answer) {
    Answer.set_content(Argv[2], "text/plain");
  });
  Server.set_tcp_nodelay(true);
  return Server.listen("127.0.0.1", std::atoi(Argv[1])) ? 0 : 1;
}
