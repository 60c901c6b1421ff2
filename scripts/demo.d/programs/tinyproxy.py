"""tinyproxy, an HTTP proxy: a thread for each connection."""

import hold
import load
from round import Load, answers

SOURCE = "tinyproxy"


def build(b):
    b.run("./configure", "--disable-manpage-support", f"CC={b.cc}",
          f"CFLAGS={b.flags}")
    b.make("-C", "src")
    b.install("src/tinyproxy")


def serve(r, clients, timeout):
    """Starts the proxy. Returns a URL behind it."""
    url = r.backend()
    config = r.scratch / "tinyproxy.conf"
    config.write_text(f"Port {r.port}\nListen 127.0.0.1\nAllow 127.0.0.1\n"
                      f"MaxClients {clients}\nTimeout {timeout}\n"
                      "LogLevel Error\n")
    r.serve([r.binary, "-d", "-c", config],
            lambda: answers(url, "--proxy", f"http://{r.at}"),
            descriptors=clients + 100)
    return url


def ab(r):
    url = serve(r, clients=100, timeout=10)
    return load.ab(r.log, r.page, url, 5000, "-X", r.at)


def held(count):
    """Connections that send half of a request and stay, new requests beside
    them, then the other halves."""

    def put(r):
        url = serve(r, clients=count + 100, timeout=600)
        waiting = hold.Held(count, r.port, url)
        found = load.ab(r.log, r.page, url, 1000, "-X", r.at)
        right = waiting.finish(r.page)
        found["held"] = right
        found["requests"] += count
        found["failed"] += count - right
        return found
    return put


LOADS = [
    Load("ab, 40 at a time", ab),
    Load("ab, beside 1,000 connections held open", held(1000), rounds=3),
    Load("ab, beside 10,000 connections held open", held(10000), rounds=1),
]
