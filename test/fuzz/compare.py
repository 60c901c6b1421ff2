"""Builds the interpreter of scripts natively and rewritten, runs a script with
both, and tells where their results differ."""

import collections
import glob
import os
import re
import signal
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))

# One way of running the rewritten program.
Config = collections.namedtuple("Config", "opt workers migrate")
CONFIGS = [
    Config(opt, workers, migrate)
    for opt in ("-O0", "-O2")
    for workers, migrate in ((1, 0), (4, 0), (4, 1))
]

# What one run of a script did. `steps` has the text of each step that ended.
Outcome = collections.namedtuple("Outcome", "steps calls status stderr")


def name_of(config):
    return f"{config.opt} workers={config.workers} migrate={config.migrate}"


def environment(config=None, library=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("OPEN_CO_")}
    if config:
        env["OPEN_CO_WORKERS"] = str(config.workers)
        env["OPEN_CO_MIGRATE"] = str(config.migrate)
    if library:
        env["LD_LIBRARY_PATH"] = library
    return env


class Programs:
    """The interpreter: native, and rewritten for each level of optimisation."""

    def __init__(self, build, llvm):
        self.build = os.path.abspath(build)
        self.out = os.path.join(self.build, "fuzz", f"llvm-{llvm}")
        self.llvm = llvm
        self.native = os.path.join(self.out, "native", "run")
        self.sources = sorted(glob.glob(f"{HERE}/*.c") + glob.glob(f"{HERE}/ops/*.c*"))
        self.plugin_files = [
            f"{self.build}/bin/open-co-clang",
            *glob.glob(f"{self.build}/lib/open-co/llvm-{llvm}/*"),
        ]

    def rewritten(self, opt):
        return os.path.join(self.out, opt.lstrip("-"), "run")

    def _compiler(self, kind, cxx):
        suffix = "++" if cxx else ""
        if kind == "native":
            return [f"clang{suffix}-{self.llvm}", "-O2"]
        return [f"{self.build}/bin/open-co-clang{suffix}", f"-{kind}"]

    def make(self):
        """Compiles what is out of date."""
        env = environment()
        env["OPEN_CO_LLVM"] = str(self.llvm)
        jobs = []
        for kind in ("native", "O0", "O2"):
            folder = os.path.join(self.out, kind)
            os.makedirs(folder, exist_ok=True)
            used = glob.glob(f"{HERE}/*.h") + (self.plugin_files if kind != "native" else [])
            for source in self.sources:
                target = f"{folder}/{os.path.basename(source)}.o"
                if is_current(target, used + [source]):
                    continue
                cxx = source.endswith(".cpp")
                flags = ["-std=c++17"] if cxx else []
                flags += ["-g", "-Wall", "-Wextra", "-Werror", "-pthread"]
                jobs.append(
                    self._compiler(kind, cxx) + flags + ["-c", source, "-o", target]
                )
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda job: subprocess.run(job, env=env, check=True), jobs))
        for kind in ("native", "O0", "O2"):
            folder = os.path.join(self.out, kind)
            objects = [f"{folder}/{os.path.basename(s)}.o" for s in self.sources]
            program = f"{folder}/run"
            if not is_current(program, objects):
                link = self._compiler(kind, True) + ["-pthread", "-o", program]
                libraries = ["-ldl", "-lrt", "-lresolv"]
                subprocess.run(link + objects + libraries, env=env, check=True)

    def ops(self):
        """The operations: {name: [kind of argument, ...]}."""
        text = subprocess.run(
            [self.native, "--ops"], stdout=subprocess.PIPE, check=True, text=True
        ).stdout
        lines = [line.split(" ", 1) for line in text.splitlines()]
        return {name: kinds.split() for name, kinds in lines}


def is_current(target, sources):
    if not os.path.exists(target):
        return False
    made = os.stat(target).st_mtime_ns
    return all(os.stat(source).st_mtime_ns <= made for source in sources)


def run(program, script, env, timeout):
    """Runs a script, which is text. The results are in a file that steps write
    to at once, so that a hang leaves what was done until then."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, (
        tempfile.TemporaryDirectory()
    ) as folder:
        path = os.path.join(folder, "script")
        with open(path, "w") as file:
            file.write(script)
        flags = os.O_WRONLY | os.O_APPEND
        append = os.open(f"/proc/self/fd/{out.fileno()}", flags)
        process = subprocess.Popen(
            [program, path],
            stdin=subprocess.DEVNULL,
            stdout=append,
            stderr=err,
            env=dict(env, TMPDIR=folder),
            start_new_session=True,
        )
        os.close(append)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = "hangs"
        try:  # Also what it left behind.
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        out.seek(0)
        err.seek(0)
        return parse(out.read().decode(), status, err.read().decode(errors="replace"))


def parse(text, status, stderr):
    steps, calls = {}, collections.Counter()
    for line in text.splitlines():
        head, tab, rest = line.partition("\t")
        if tab:
            lane, step = head.split()
            steps[int(lane), int(step)] = rest
        elif line.startswith("calls "):
            _, name, count = line.split()
            # A thread that waits yields as often as it likes.
            calls[name] += 1 if name == "sched_yield" else int(count)
    return Outcome(steps, calls, status, stderr)


def patterns(script):
    """{(lane, step): what the results may look like}, and all steps."""
    found, counts = {}, collections.Counter()
    for line in script.splitlines():
        if re.match(r"\d+ \d+", line):
            lane = int(line.split()[0])
            step = lane, counts[lane]
            counts[lane] += 1
            _, tilde, pattern = line.partition(" ~ ")
            found[step] = pattern if tilde else None
    return found


def unfinished(script, outcome):
    """The first step of each lane that did not end."""
    lines = [line for line in script.splitlines() if re.match(r"\d+ \d+", line)]
    counts, seen = collections.Counter(), set()
    for line in lines:
        lane, thread = line.split()[:2]
        step = int(lane), counts[lane]
        counts[lane] += 1
        if step not in outcome.steps and (lane, thread[0]) not in seen:
            seen.add((lane, thread[0]))
            yield f"lane {lane} step {step[1]} never ended: {line}"


def differences(script, native, other):
    """A line for each step that the two runs do not agree on."""
    found = []
    for step, pattern in patterns(script).items():
        want, have = native.steps.get(step), other.steps.get(step)
        where = f"lane {step[0]} step {step[1]}"
        if want is None:
            continue
        if have is None:
            found.append(f"{where}: native: {want}\n    rewritten: never ended")
        elif pattern:
            for kind, line in (("native", want), ("rewritten", have)):
                text = line.partition(":")[2].strip()
                if not re.fullmatch(pattern, text):
                    found.append(f"{where}: {kind}: {line}\n    expected: {pattern}")
        elif want != have:
            found.append(f"{where}: native: {want}\n    rewritten: {have}")
    if other.status != 0:
        status = other.status
        how = status if status == "hangs" else f"ends with status {status}"
        found.append(f"rewritten {how}")
    elif other.stderr:
        found.append(f"rewritten says: {other.stderr.strip()}")
    return found
