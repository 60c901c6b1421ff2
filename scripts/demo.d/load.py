"""The loads of the demo: ab, curl and wrk, and what they found, as figures of
table.py: failed (requests), rate (a second), p50 and p99 (latency, ms)."""

import pathlib
import re
import shutil
import statistics
import subprocess
import time

SECONDS = 9  # the most that one load may take
HERE = pathlib.Path(__file__).parent


def run(command, errors, seconds=SECONDS):
    """Returns what the command printed, or "" if it took too long."""
    with open(errors, "w") as log:
        try:
            return subprocess.run([str(c) for c in command], text=True,
                                  stdout=subprocess.PIPE, stderr=log,
                                  timeout=seconds).stdout
        except subprocess.TimeoutExpired:
            log.write(f"ended by the demo after {seconds} s\n")
            return ""


def curl(*arguments):
    """A curl that heeds no configuration and no proxy of the user's."""
    return ["curl", "-q", "-s", "--noproxy", "", *arguments]


def ab(log, page, target, requests, *options, at_once=40):
    """Pages are compared by length, which is what ab can do."""
    csv = f"{log}-ab.csv"
    out = run(["ab", "-q", "-r", "-s", 5, "-c", at_once, "-n", requests, "-e",
               csv, *options, target], f"{log}-ab.log")
    said = {}
    for line in out.splitlines():
        key, _, value = line.partition(":")
        if value.strip():
            said[key] = value.split()[0]
    if int(said.get("Document Length", 0)) != len(page):
        return {"requests": requests, "failed": requests}

    with open(csv) as table:
        times = dict(line.strip().split(",") for line in table)
    failed = (requests - int(said["Complete requests"]) +
              int(said["Failed requests"]) +
              int(said.get("Non-2xx responses", 0)))
    return {"requests": requests, "failed": min(failed, requests),
            "rate": float(said["Requests per second"]),
            "p50": float(times["50"]), "p99": float(times["99"])}


def socks(log, page, target, requests, proxy):
    """20 at a time, each a connection of its own. Every page is compared."""
    pages = log.with_name(f"{log.name}-pages")
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir()
    start = time.monotonic()
    out = run(curl("--parallel", "--parallel-immediate", "--parallel-max", 20,
                   "--max-time", 5, "--socks5", proxy, "-o", pages / "#1",
                   "-w", "%{http_code} %{time_total}\\n",
                   f"{target}[1-{requests}]"), f"{log}-curl.log")
    seconds = time.monotonic() - start
    times = [float(line.split()[1]) * 1000 for line in out.splitlines()
             if line.startswith("200 ")]
    right = sum(file.read_text() == page for file in pages.iterdir())
    shutil.rmtree(pages)
    done = min(right, len(times))
    found = {"requests": requests, "failed": requests - done}
    if done >= 2:
        cuts = statistics.quantiles(times, n=100)
        found |= {"rate": done / seconds, "p50": cuts[49], "p99": cuts[98]}
    return found


def wrk(log, page, target, connections, seconds=2):
    """As many requests as there is time for. Every page is compared."""
    expected = log.with_name(f"{log.name}-page")
    expected.write_text(page)
    out = run(["wrk", "-t", 1, "-c", connections, "-d", seconds, "--timeout", 5,
               "--latency", "-s", HERE / "wrk.lua", target, "--", expected],
              f"{log}-wrk.log")
    (log.with_name(f"{log.name}-wrk.out")).write_text(out)
    done = re.search(r"(\d+) requests in", out)
    if not done:
        return {"failed": 1}

    def milliseconds(percent):
        value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)\b",
                                out).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    failed = sum(map(int, re.findall(r"(?:connect|read|write|timeout|responses:"
                                     r"|wrong pages:) (\d+)", out)))
    requests = int(done[1])
    return {"requests": requests, "failed": failed,
            "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
            "p50": milliseconds(50), "p99": milliseconds(99)}
