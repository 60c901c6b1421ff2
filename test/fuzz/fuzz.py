#!/usr/bin/env python3
"""The differential tester: runs random scripts of calls natively and rewritten
and compares every result. docs/testing.md tells more.

  scripts/fuzz [--seconds N] [--seed S]   new seeds, for so long (60 s)
  scripts/fuzz --count N [--seed S]       so many seeds, as scripts/test does
  scripts/fuzz --script FILE              one script
  scripts/fuzz --bugs [NAME...]           finds bugs put into the runtime

--scene NAME runs scripts of that scene only; --keep DIR is where failing
scripts are left (default: build/fuzz/failures). A difference is reported with a
small script that shows it, and makes the exit status 1.
"""

import argparse
import collections
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as tree
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase as fnmatch

import bugs
import compare
import generate
from shrink import shrink

NATIVE_TIMEOUT = 20  # Seconds; scripts take less than one.
TIMEOUT = 30
EXCEPTIONS = os.path.join(compare.HERE, "exceptions.txt")


class Fuzzer:
    def __init__(self, programs, configs, keep, library=None):
        self.programs, self.configs, self.keep = programs, configs, keep
        self.library = library
        self.ops = programs.ops()
        self.calls = collections.Counter()  # Made natively, and compared.
        self.compared = self.scripts = 0
        self.failures = []

    def native(self, script, timeout=NATIVE_TIMEOUT):
        env = compare.environment()
        return compare.run(self.programs.native, script, env, timeout)

    def rewritten(self, script, config, timeout=TIMEOUT):
        env = compare.environment(config, self.library)
        program = self.programs.rewritten(config.opt)
        return compare.run(program, script, env, timeout)

    def check(self, script, configs=None):
        """Runs a script everywhere. Returns the first configuration that
        differs, with the differences; or None."""
        native = self.native(script)
        if native.status != 0:
            return None, [
                f"natively: {native.status} {native.stderr.strip()}",
                *compare.unfinished(script, native),
            ]
        calls = sum(native.calls.values())
        if not configs:
            self.calls.update(native.calls)
            self.scripts += 1
        for config in configs or self.configs:
            other = self.rewritten(script, config)
            self.compared += 0 if configs else calls
            found = compare.differences(script, native, other)
            if found:
                again = self.native(script)
                unsure = compare.differences(script, native, again)
                if unsure:
                    return None, ["natively not determined", *unsure]
                return config, found
        return None, []

    def still_fails(self, script, config, hangs):
        """Whether a part of a failing script fails, too: natively it ends, and
        one of a few runs differs."""
        native = self.native(script, 3)
        if native.status != 0 or compare.differences(script, native, native):
            return False
        return any(
            compare.differences(
                script, native, self.rewritten(script, config, 3 if hangs else 10)
            )
            for _ in range(3)
        )

    def seed(self, seed, scene=None):
        script = generate.script(seed, self.ops, scene)
        config, found = self.check(script)
        if found:
            self.failures.append((seed, script, config, found))
        return not found

    def junit(self, path, seeds, missing):
        """A case for each seed, and one for what the tester itself lacks."""
        suite = tree.Element("testsuite", name="fuzz")
        bad = {seed: found for seed, _, _, found in self.failures}
        for seed in seeds:
            case = tree.SubElement(suite, "testcase", name=f"seed {seed}")
            if seed in bad:
                tree.SubElement(case, "failure").text = "\n".join(bad[seed])
        case = tree.SubElement(suite, "testcase", name="complete")
        if missing:
            tree.SubElement(case, "failure").text = "\n".join(missing)
        tree.ElementTree(suite).write(path)

    def report(self, seed, script, config, found):
        """One difference, with a small script that shows it."""
        os.makedirs(self.keep, exist_ok=True)
        path = os.path.join(self.keep, f"seed-{seed}.fuzz")
        if config is None:
            print(f"fuzz: seed {seed}: {found[0]}; the script is at fault: {path}")
        else:
            hangs = "hangs" in found[-1]
            small = shrink(script, lambda s: self.still_fails(s, config, hangs))
            _, fewer = self.check_one(small, config)
            if fewer:
                script, found = small, fewer
            print(f"fuzz: seed {seed}: rewritten differs ({compare.name_of(config)}): {path}")
        for line in found[:5]:
            print(f"  {line}")
        with open(path, "w") as file:
            file.write(script)
        if config is not None:
            print(f"  again: scripts/fuzz --script {os.path.relpath(path)}")
            steps = [line for line in script.splitlines() if line[:1].isdigit()]
            for line in steps[:30]:
                print(f"    {line}")
        sys.stdout.flush()

    def check_one(self, script, config):
        for _ in range(5):
            result = self.check(script, [config])
            if result[1]:
                return result
        return None, []


def uncovered(calls):
    """Rows of the table that no script called, and exceptions that are none."""
    rows = subprocess.run(
        [f"{compare.REPO}/scripts/docs", "--names"],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.split()
    with open(EXCEPTIONS) as file:
        lines = [line.partition(":")[2] for line in file if line[0] != "#"]
    exceptions = " ".join(lines).split()
    for name in rows:
        if not calls[name] and not any(fnmatch(name, e) for e in exceptions):
            yield f"no script calls {name}; add an operation to test/fuzz/ops, or a reason to {os.path.relpath(EXCEPTIONS)}"
    for name in exceptions:
        if not any(fnmatch(row, name) for row in rows):
            yield f"{os.path.relpath(EXCEPTIONS)} names {name}, which is no row"
        elif calls[name]:
            yield f"{os.path.relpath(EXCEPTIONS)} names {name}, which scripts call"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--llvm", type=int, default=19)
    parser.add_argument("--build", default=f"{compare.REPO}/build")
    parser.add_argument("--script")
    parser.add_argument("--scene")
    parser.add_argument("--keep")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--junit")
    parser.add_argument("--bugs", nargs="*")
    args = parser.parse_args()
    programs = compare.Programs(args.build, args.llvm)
    try:
        programs.make()
    except subprocess.CalledProcessError as error:
        sys.exit(f"fuzz: {error.cmd[0]} failed")
    keep = args.keep or os.path.join(args.build, "fuzz", "failures")
    if args.bugs is not None:
        sys.exit(bugs.hunt(args, programs, keep))
    fuzzer = Fuzzer(programs, compare.CONFIGS, keep)
    if args.script:
        with open(args.script) as file:
            script = file.read()
        bad = 0
        for config in compare.CONFIGS:
            _, found = fuzzer.check_one(script, config)
            print(f"{compare.name_of(config)}: {'differs' if found else 'same'}")
            for line in found:
                print(f"  {line}")
            bad += bool(found)
        sys.exit(bad != 0)

    start = time.monotonic()
    first = args.seed if args.seed is not None else int(time.time())
    last = first + args.count if args.count else None
    seeds = iter(range(first, last if last else sys.maxsize))

    def work(_):
        while last or time.monotonic() - start < args.seconds:
            seed = next(seeds, None)
            if seed is None or len(fuzzer.failures) > 20:
                return
            fuzzer.seed(seed, args.scene)

    with ThreadPoolExecutor(args.jobs) as pool:
        list(pool.map(work, range(args.jobs)))
    for failure in sorted(fuzzer.failures):
        fuzzer.report(*failure)
    missing = []
    if args.count and first == 0:
        missing = [*uncovered(fuzzer.calls), *bugs.stale()]
    for line in missing:
        print(f"fuzz: {line}")
    if args.junit:
        fuzzer.junit(args.junit, range(first, last), missing)
    # Once more, where a log that was cut to its end has it, too.
    for seed, _, config, found in sorted(fuzzer.failures, key=lambda f: f[0]):
        where = compare.name_of(config) if config else "native"
        print(f"fuzz: seed {seed}, {where}: {'; '.join(found[:3])}")
    names = len(fuzzer.calls)
    print(
        f"fuzz: {fuzzer.scripts} scripts from seed {first} on, {sum(fuzzer.calls.values())} calls of {names}"
        f" functions, {fuzzer.compared} compared,"
        f" {len(fuzzer.failures)} with a difference,"
        f" {time.monotonic() - start:.0f} s"
    )
    sys.exit(bool(fuzzer.failures or missing))


main()
