"""mini_httpd, a web server: a process for each connection, no thread at all."""

import load
from round import Load, answers

SOURCE = "mini-httpd"


def build(b):
    b.make("mime_encodings.h", "mime_types.h")
    # Its Makefile wants OpenSSL, which is an option of the program.
    b.run(b.cc, b.flags, "mini_httpd.c", "match.c", "tdate_parse.c", "-lcrypt",
          "-o", b.binary)


def ab(r):
    (r.scratch / "page").write_text(r.page)
    url = f"http://{r.at}/page"
    r.serve([r.binary, "-D", "-h", "127.0.0.1", "-p", r.port, "-d", r.scratch],
            lambda: answers(url, "--proxy", ""))
    return load.ab(r.log, r.page, url, 300)


LOADS = [Load("ab, 40 at a time", ab, rounds=3)]
