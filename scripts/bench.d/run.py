"""Builds the programs of test/bench both ways, runs them in turn, and prints
what each operation costs. See scripts/bench."""

import argparse
import os
import pathlib
import shlex
import statistics
import subprocess
import sys

SOURCES = pathlib.Path("test/bench")
OUT = pathlib.Path("build/bench")
LLVM = os.environ.get("BENCH_LLVM", "19")
FLAGS = shlex.split(os.environ.get("BENCH_FLAGS", "-O2"))
WAYS = {
    "native": f"/usr/lib/llvm-{LLVM}/bin/clang",
    "rewritten": "build/bin/open-co-clang",
}


def compile_with(way, source, output, *options):
    plus = "++" if source.suffix == ".cpp" else ""
    command = [WAYS[way] + plus, *FLAGS, "-pthread", str(source), "-o", str(output)]
    environment = dict(os.environ, OPEN_CO_LLVM=LLVM)
    subprocess.run([*command, *map(str, options)], check=True, env=environment)


def build(source, way):
    """A program, and the library NAME_library of position-independent code that
    it may have."""
    place = OUT.resolve() / way
    place.mkdir(parents=True, exist_ok=True)
    libraries = []
    for library in SOURCES.glob(f"{source.stem}_library.*"):
        shared = place / f"lib{source.stem}.so"
        compile_with(way, library, shared, "-fPIC", "-shared")
        libraries = [shared, f"-Wl,-rpath,{place}"]
    program = place / source.stem
    compile_with(way, source, program, *libraries)
    return program


def run(program):
    """What the program says: an operation and its nanoseconds in each line."""
    output = subprocess.run([program], check=True, capture_output=True, text=True)
    lines = (line.rsplit(maxsplit=1) for line in output.stdout.splitlines())
    return {name: float(ns) for name, ns in lines}


def table(source, results):
    print(f"\n{source.stem}{'':38}native ns  rewritten ns  ratio"[: 76 + len(source.stem)])
    for name in results["native"][0]:
        middle = {
            way: statistics.median(round[name] for round in results[way]) for way in WAYS
        }
        ratio = middle["rewritten"] / middle["native"]
        print(f"  {name:<36}{middle['native']:>13,.1f}{middle['rewritten']:>14,.1f}{ratio:>7.2f}")


def main():
    everything = {
        path.stem: path
        for path in sorted(SOURCES.glob("*.c*"))
        if not path.stem.endswith("_library")
    }
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(everything))
    options = parser.parse_args()
    for name in options.names:
        if name not in everything:
            sys.exit(f"bench: there is no {name}, but {', '.join(everything)}")
    for name in options.names or everything:
        programs = {way: build(everything[name], way) for way in WAYS}
        results = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way, program in programs.items():
                results[way].append(run(program))
        table(everything[name], results)


main()
