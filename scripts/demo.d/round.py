"""One round of one load on one side: what a program file needs to start the
program and to put the load on it."""

import contextlib
import pathlib
import random
import secrets
import shutil
import socket
import subprocess
import time
from typing import Callable, NamedTuple

import load
import process

# Nobody else's server can answer with this.
PAGE = (f"open-co demo {secrets.token_hex(8)}\n" * 40)[:1024]


class Load(NamedTuple):
    title: str
    put: Callable  # given a Round, returns figures of table.py
    rounds: int = 5
    # A thread that computes keeps an OS thread once that has lost its worker.
    computes: bool = False


class Failed(Exception):
    """The round yields no further figures, for this reason."""


def free_port():
    """Below the ports that the kernel gives to connections."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            return port


def answers(url, *through):
    """Whether our page comes from there."""
    return subprocess.run(load.curl("--max-time", "2", *through, url),
                          stdout=subprocess.PIPE, text=True).stdout == PAGE


class Round:
    """A context: what it starts ends with it. Then RESULT is complete."""

    def __init__(self, folder, side, program, log):
        self.folder = folder
        self.log = folder / "log" / log
        self.binary = folder / side / program
        self.built = folder / side / f"{program}.build"
        self.scratch = folder / "scratch"  # empty
        self.port = free_port()
        self.at = f"127.0.0.1:{self.port}"
        self.page = PAGE
        self.result = {"odd": "", "log": f"{self.log}.log"}
        self.stack = contextlib.ExitStack()
        self.server = None

    def __enter__(self):
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        return self

    def __exit__(self, kind, failure, trace):
        early = self.server and self.server.poll()
        self.stack.close()
        if self.server:
            self.result["odd"] = process.ending(self.server, early)
        if isinstance(failure, Failed):
            self.result["odd"] = self.result["odd"] or str(failure)
            return True

    def start(self, command, name, ready, descriptors=0):
        """A process beside the program, when READY() says that it serves."""
        it = self.stack.enter_context(process.running(
            command, f"{self.log}-{name}.log" if name else f"{self.log}.log",
            descriptors))
        deadline = time.monotonic() + 5
        while it.poll() is None and time.monotonic() < deadline:
            if ready():
                if it.poll() is None:  # else somebody else's port.
                    return it
                break
            time.sleep(0.02)
        if not name:
            self.server = it
        raise Failed(f"{name or self.binary.name} does not serve")

    def backend(self):
        """The URL of a web server of ours with one page."""
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        self.start([self.folder / "backend", port, PAGE], "backend",
                   lambda: answers(url, "--proxy", ""))
        return url

    def watch(self, it, threads="threads", memory="memory"):
        """Notes the peaks of a process as figures when the round ends."""
        peaks = process.Peaks(it.pid)

        def stop():
            peaks.stop()
            self.result |= {threads: peaks.threads, memory: peaks.memory}
            if it.poll() is None and "requests" in self.result:
                self.result["cpu"] = \
                    peaks.cpu() * 1e6 / self.result["requests"]
        self.stack.callback(stop)

    def serve(self, command, ready, descriptors=0):
        """Starts the program itself: its peaks are the round's."""
        self.server = self.start(command, "", ready, descriptors)
        self.watch(self.server)

    def finish(self, command, seconds, cwd=None, threads="threads",
               memory="memory"):
        """Runs a program to its end, and notes its peaks. Returns what it
        printed, and its status."""
        name = pathlib.Path(command[0]).name
        out = self.log.with_name(f"{self.log.name}-{name}.log")
        with process.running(command, out, cwd=cwd) as it:
            peaks = process.Peaks(it.pid)
            try:
                status = it.wait(seconds)
            except subprocess.TimeoutExpired:
                raise Failed(f"{name} was not done after {seconds} s") from None
            finally:
                peaks.stop()
                self.result |= {threads: peaks.threads, memory: peaks.memory,
                                "log": out}
        if status < 0:
            raise Failed(process.ending(it, status))
        return out.read_text(errors="replace"), status
