#!/usr/bin/env python3
"""compare.py DIR [--offline | PROGRAM...]: builds programs natively and
rewritten, runs both in turn under the same loads, and prints what they did side
by side. Fails if a rewritten program failed a request, gave another result than
the native one, or used more OS threads than it may.

A program is a file of programs/ with
  SOURCE   Debian's source package; "": it is in this repository
  NEEDS    programs whose native binaries it uses, too (optional)
  build()  makes the binary, given a build.Build
  LOADS    a list of round.Load
"""

import importlib
import os
import pathlib
import signal
import subprocess
import sys
import time

import build
import table
from round import Round

LOAD_SECONDS = 25  # a load gets no further round after this time
SPARE_THREADS = 8  # OS threads that the runtime may have beside its workers

CPUS = len(os.sched_getaffinity(0))
WORKERS = int(os.environ.get("OPEN_CO_WORKERS") or CPUS)
HERE = pathlib.Path(__file__).parent


def program(name):
    return importlib.import_module(f"programs.{name}")


def fetch(folder, names):
    """Gets the sources that are not there. Returns whether all are."""
    missing = [name for name in names
               if name and not (folder / "sources" / name).exists()]
    if not missing:
        return True
    print(f"fetching the sources of {', '.join(missing)}", flush=True)
    with open(folder / "log/fetch.log", "w") as log:
        return subprocess.run([HERE / "fetch", folder / "sources", *missing],
                              stdin=subprocess.DEVNULL, stdout=log,
                              stderr=log).returncode == 0


def build_all(folder, names):
    """Returns the names of the programs that there are."""
    everything = sorted(file.stem for file in (HERE / "programs").glob("*.py"))
    chosen = names or [name for name in everything if program(name).SOURCE]
    if names == ["--offline"]:
        chosen = [name for name in everything if not program(name).SOURCE]
    parts = [(side, name) for name in chosen for side in build.SIDES]
    needed = [("native", other) for name in chosen
              for other in getattr(program(name), "NEEDS", ())]
    if not fetch(folder, {program(name).SOURCE for _, name in parts + needed}):
        why = f"no access to source packages, see {folder / 'log/fetch.log'}"
        if names:
            raise build.Failed(why)
        print(f"{why}: running a server of this repository instead")
        return build_all(folder, ["--offline"])
    for side, name in dict.fromkeys(parts + needed):
        build.build(folder, side, name, program(name))
    return chosen


def version(source):
    """Of a Debian source package, without Debian's part."""
    said = subprocess.run(
        ["dpkg-parsechangelog", "-l", source / "debian/changelog", "-S",
         "Version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return said.strip().rpartition("-")[0].partition("+")[0].split(":")[-1]


def measure(folder, side, name, load, log):
    with Round(folder, side, name, log) as this:
        this.result |= load.put(this)
    print(f"  {log}: {table.in_words(this.result)}", flush=True)
    return this.result


def complaints(load, results, native):
    """What is wrong with the results of a side."""
    expected = [r["outcome"] for r in native if "outcome" in r]
    limit = WORKERS + SPARE_THREADS
    for r in results:
        if r.get("failed"):
            yield f"{r['failed']} requests failed {r['odd']}", r
        elif r["odd"]:
            yield r["odd"], r
        elif r.get("outcome") not in [*expected, None]:
            yield "other results than natively", r
        elif r["threads"] > limit and results is not native \
                and not load.computes:
            yield f"{r['threads']} OS threads, more than {limit}", r


def compare(folder, name, title):
    """Runs the loads of a program. Returns lines of the table, and what was
    wrong on each side."""
    lines, wrong = [], {side: [] for side in build.SIDES}
    for index, load in enumerate(program(name).LOADS, 1):
        print(f"running {title}, {load.title}", flush=True)
        results = {side: [] for side in build.SIDES}
        start = time.monotonic()
        for number in range(1, load.rounds + 1):
            if time.monotonic() - start > LOAD_SECONDS:
                break
            for side in build.SIDES if number % 2 else reversed(build.SIDES):
                results[side].append(measure(folder, side, name, load,
                                             f"{name}-{index}-{side}-{number}"))
        lines += table.block(f"{title}, {load.title}", results.values())
        for side in build.SIDES:
            wrong[side] += [
                f"{name}, {load.title}: {what}, see {r['log']}" for what, r in
                complaints(load, results[side], results["native"])]
    return lines, wrong


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    folder = pathlib.Path(sys.argv[1]).resolve()
    for part in ("log", *build.SIDES):
        (folder / part).mkdir(parents=True, exist_ok=True)
    subprocess.run([build.NATIVE, "-O2", HERE / "backend.c", "-o",
                    folder / "backend"], check=True)
    names = build_all(folder, sys.argv[2:])
    lines, wrong = [], {side: [] for side in build.SIDES}
    for name in names:
        source = program(name).SOURCE
        title = f"{source} {version(folder / 'sources' / source)}" \
            if source else name
        more, bad = compare(folder, name, title)
        lines += more
        for side in build.SIDES:
            wrong[side] += bad[side]

    print()
    table.print_table([f"{CPUS} CPUs, {WORKERS} workers; medians of rounds",
                       *build.SIDES], lines)
    print(flush=True)
    for line in wrong["native"]:
        print(f"demo: the native program: {line}", file=sys.stderr)
    for line in wrong["open-co"]:
        print(f"demo: {line}", file=sys.stderr)
    if wrong["open-co"]:
        sys.exit(1)
    print(f"ok: no request failed, and no result differs (logs: "
          f"{folder / 'log'})")


if __name__ == "__main__":
    try:
        main()
    except build.Failed as failure:
        sys.exit(f"demo: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
