"""The loads of the demo: ab and curl, and what they found, as a dictionary:
failed (requests), rate (a second), p50 and p99 (latency, ms)."""

import shutil
import statistics
import subprocess
import time

SECONDS = 9  # the most that one load may take
NOTHING = {"rate": 0.0, "p50": float("nan"), "p99": float("nan")}


def run(command, errors):
    """Returns what the command printed, or "" if it took too long."""
    with open(errors, "w") as log:
        try:
            return subprocess.run([str(c) for c in command], text=True,
                                  stdout=subprocess.PIPE, stderr=log,
                                  timeout=SECONDS).stdout
        except subprocess.TimeoutExpired:
            log.write(f"ended by the demo after {SECONDS} s\n")
            return ""


def curl(*arguments):
    """A curl that heeds no configuration and no proxy of the user's."""
    return ["curl", "-q", "-s", "--noproxy", "", *arguments]


def ab(log, page, requests, target, *options):
    """40 at a time. Pages are compared by length, which is what ab can do."""
    csv = f"{log}-ab.csv"
    out = run(["ab", "-q", "-r", "-s", 5, "-c", 40, "-n", requests, "-e", csv,
               *options, target], f"{log}-ab.log")
    said = {}
    for line in out.splitlines():
        key, _, value = line.partition(":")
        if value.strip():
            said[key] = value.split()[0]
    if int(said.get("Document Length", 0)) != len(page):
        return {"failed": requests, **NOTHING}

    with open(csv) as table:
        times = dict(line.strip().split(",") for line in table)
    failed = (requests - int(said["Complete requests"]) +
              int(said["Failed requests"]) +
              int(said.get("Non-2xx responses", 0)))
    return {"failed": min(failed, requests),
            "rate": float(said["Requests per second"]),
            "p50": float(times["50"]), "p99": float(times["99"])}


def socks(log, page, requests, target, proxy):
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
    if done < 2:
        return {"failed": requests - done, **NOTHING}
    cuts = statistics.quantiles(times, n=100)
    return {"failed": requests - done, "rate": done / seconds,
            "p50": cuts[49], "p99": cuts[98]}
