"""redis: an event loop on main, threads for slow work, an allocator of its own
(jemalloc), and a benchmark with event loops in several threads."""

import csv
import re
import socket

from round import Load

SOURCE = "redis"
REQUESTS = 10000
THREADS = 4


def build(b):
    # Debian's patch calls jemalloc's functions without a prefix, so that of the
    # source, too, has to do without: it is then malloc for all code.
    b.make("-C", "src", f"CC={b.cc}", f"CXX={b.cxx}",
           f"OPTIMIZATION={b.flags}", "DEBUG=",
           "MALLOC=jemalloc", "JEMALLOC_CONFIGURE_OPTS=--with-jemalloc-prefix=",
           "redis-server", "redis-benchmark")
    b.install("src/redis-server")


def ask(port, *words):
    """Sends a command to a server. Returns the reply; "" if there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
            s.sendall("".join([f"*{len(words)}\r\n"] + [
                f"${len(w)}\r\n{w}\r\n" for w in words]).encode())
            s.shutdown(socket.SHUT_WR)
            return s.makefile("rb").read().decode()
    except OSError:
        return ""


def command(r, binary, *options):
    """Starts a server that saves each change, by a thread of its own."""
    return [binary, "--bind", "127.0.0.1", "--port", r.port, "--dir", r.scratch,
            "--save", "", "--appendonly", "yes", *options]


def benchmark(r):
    r.serve(command(r, r.binary), lambda: ask(r.port, "PING") == "+PONG\r\n")
    out, status = r.finish(
        [r.built / "src/redis-benchmark", "-p", r.port, "--threads", THREADS,
         "-n", REQUESTS, "-t", "set,get", "--csv"], 30,
        threads="client_threads", memory="client_memory")
    rates = {row["test"].lower(): row for row in csv.DictReader(
        out[out.find('"test"'):].splitlines())}
    done = 0
    for name in "set", "get":
        said = re.search(rf"cmdstat_{name}:calls=(\d+).*rejected_calls=0,"
                         "failed_calls=0", ask(r.port, "INFO", "commandstats"))
        done += min(REQUESTS, int(said[1])) if said else 0
    found = {"requests": 2 * REQUESTS,
             "failed": 2 * REQUESTS - done or int(status != 0)}
    if len(rates) == 2:
        found |= {name: float(row["rps"]) for name, row in rates.items()}
        found["p50"] = float(rates["get"]["p50_latency_ms"])
        found["p99"] = float(rates["get"]["p99_latency_ms"])
    return found


LOADS = [Load(f"redis-benchmark --threads {THREADS}", benchmark)]
