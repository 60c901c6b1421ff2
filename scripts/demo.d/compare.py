#!/usr/bin/env python3
"""compare.py DIR TITLE...: runs DIR/native/PROGRAM and DIR/open-co/PROGRAM in
turn under the same load, and prints what each did side by side. PROGRAM is the
first word of TITLE. Fails if the rewritten program failed a request or used more
OS threads than it may."""

import contextlib
import math
import os
import pathlib
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import time

import load
import process

ROUNDS = 5
PROGRAM_SECONDS = 25  # a program gets no further round after this time
SIDES = ("native", "open-co")
SPARE_THREADS = 8  # OS threads that the runtime may have beside its workers

CPUS = len(os.sched_getaffinity(0))
WORKERS = int(os.environ.get("OPEN_CO_WORKERS") or CPUS)
DIR = pathlib.Path(sys.argv[1]).resolve()
LOGS = DIR / "log"
# Nobody else's server can answer with this.
PAGE = (f"open-co demo {secrets.token_hex(8)}\n" * 40)[:1024]


def tinyproxy(binary, port):
    config = DIR / "tinyproxy.conf"
    config.write_text(f"Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\n"
                      "MaxClients 100\nTimeout 10\nLogLevel Error\n")
    return [binary, "-d", "-c", config]


# Of each program: the load in words, requests a round, its command line, curl's
# options to go through it, the load.
PROGRAMS = {
    "tinyproxy": ("ab, 40 at a time", 5000, tinyproxy,
                  lambda at: ["--proxy", f"http://{at}"],
                  lambda *load_of, at: load.ab(*load_of, "-X", at)),
    "microsocks": ("curl --socks5, 20 at a time", 2500,
                   lambda binary, port: [binary, "-i", "127.0.0.1", "-p", port],
                   lambda at: ["--socks5", at],
                   lambda *load_of, at: load.socks(*load_of, at)),
    "server": ("ab, 40 at a time", 8000,
               lambda binary, port: [binary, port, PAGE],
               lambda at: ["--proxy", ""],
               lambda *load_of, at: load.ab(*load_of)),
}


def free_port():
    """Below the ports that the kernel gives to connections."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            return port


def answers(target, *through):
    """Whether our page comes from there; waits up to 3 s for a new server."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        got = subprocess.run(load.curl("--max-time", "2", *through, target),
                             stdout=subprocess.PIPE, text=True)
        if got.stdout == PAGE:
            return True
        time.sleep(0.02)
    return False


def measure(program, side, number):
    """One run of one side: a fresh back end, a fresh server, the load."""
    _, requests, command, through, put_load = PROGRAMS[program]
    log = LOGS / f"{program}-{side}-{number}"
    port = free_port()
    at = f"127.0.0.1:{port}"
    target = f"http://{at}/"
    result = {"failed": requests, **load.NOTHING}
    with contextlib.ExitStack() as stack:
        if program != "server":
            back = free_port()
            target = f"http://127.0.0.1:{back}/"
            stack.enter_context(process.running(
                [DIR / "backend", back, PAGE], f"{log}-backend.log"))
            if not answers(target, "--proxy", ""):
                sys.exit("demo: the back end does not answer")
        server = stack.enter_context(process.running(
            command(DIR / side / program, port), f"{log}.log"))
        peaks = process.Peaks(server.pid)
        if answers(target, *through(at)) and server.poll() is None:
            result = put_load(log, PAGE, requests, target, at=at)
        peaks.stop()
        early = server.poll()
    odd = process.ending(server, early)
    print(f"  round {number}, {side}: {result['rate']:.0f} requests/s, "
          f"{result['failed']} failed{odd and ', ' + odd}", flush=True)
    return {**result, "requests": requests, "threads": peaks.threads,
            "memory": peaks.memory, "odd": odd, "log": f"{log}.log"}


def complaints(program, results):
    for r in results:
        where = f"{program}, see {r['log']}"
        if r["failed"]:
            odd = f" and {r['odd']}" if r["odd"] else ""
            yield f"{r['failed']} requests failed{odd}: {where}"
        elif r["odd"]:
            yield f"{r['odd']}: {where}"
        if r["threads"] > WORKERS + SPARE_THREADS:
            yield (f"{r['threads']} OS threads, more than {WORKERS} workers + "
                   f"{SPARE_THREADS}: {where}")


def rows(title, results):
    def row(label, show):
        return [label, *(show(results[side]) for side in SIDES)]

    def middle(key, form):
        def show(rs):
            good = [r[key] for r in rs if not math.isnan(r[key])]
            return form.format(statistics.median(good)) if good else "-"
        return show

    def total(rs, key):
        return sum(r[key] for r in rs)

    yield [f"**{title}**", "", ""]
    yield row("requests done", lambda rs:
              f"{total(rs, 'requests') - total(rs, 'failed'):,}")
    yield row("requests failed", lambda rs: f"{total(rs, 'failed'):,}")
    yield row("requests a second", middle("rate", "{:,.0f}"))
    yield row("latency p50, ms", middle("p50", "{:.1f}"))
    yield row("latency p99, ms", middle("p99", "{:.1f}"))
    yield row("OS threads, peak", lambda rs: str(max(r["threads"] for r in rs)))
    yield row("memory, peak, MiB", lambda rs:
              f"{max(r['memory'] for r in rs):.1f}")


def print_table(header, lines):
    first, *others = [max(map(len, column)) for column in zip(header, *lines)]
    for line in [header, *lines]:
        cells = [line[0].ljust(first), *map(str.rjust, line[1:], others)]
        print("| " + " | ".join(cells) + " |")
        if line is header:
            print("|".join(["", "-" * (first + 2),
                            *("-" * (width + 1) + ":" for width in others), ""]))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    LOGS.mkdir(exist_ok=True)
    table, wrong = [], {side: [] for side in SIDES}
    for title in sys.argv[2:]:
        program = title.split()[0]
        print(f"running {title}, {PROGRAMS[program][0]}", flush=True)
        results = {side: [] for side in SIDES}
        start = time.monotonic()
        for number in range(1, ROUNDS + 1):
            if time.monotonic() - start < PROGRAM_SECONDS:
                for side in SIDES if number % 2 else reversed(SIDES):
                    results[side].append(measure(program, side, number))
        table += rows(f"{title}, {PROGRAMS[program][0]}", results)
        for side in SIDES:
            wrong[side] += complaints(program, results[side])

    rounds = len(results["native"])
    print()
    print_table([f"{CPUS} CPUs, {WORKERS} workers; median of {rounds} rounds",
                 *SIDES], table)
    print(flush=True)
    for line in wrong["native"]:
        if "OS threads" not in line:
            print(f"demo: the native program: {line}", file=sys.stderr)
    if wrong["open-co"]:
        sys.exit(f"demo: {wrong['open-co'][0]}")
    print(f"ok: no request failed, at most {WORKERS} workers + {SPARE_THREADS} "
          f"OS threads (logs: {LOGS})")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
