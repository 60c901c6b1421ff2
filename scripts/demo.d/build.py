"""Builds the demo's programs, natively and rewritten, each in a copy of its
source. One that was built from the same things before is kept."""

import hashlib
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
SIDES = ("native", "open-co")
# By PATH: make and configure take no compiler whose path has spaces.
NATIVE = "clang-19"
REWRITING = os.environ.get("DEMO_CC", "open-co-clang")


class Failed(Exception):
    """A program could not be built."""


class Build:
    """One program on one side. build() of its file runs commands in SOURCE, a
    copy that it may change, and ends with BINARY in place."""

    def __init__(self, folder, side, name):
        self.cc = NATIVE if side == "native" else REWRITING
        self.cxx = self.cc.replace("clang", "clang++")
        self.flags = "-O2"
        self.source = folder / side / f"{name}.build"
        self.helpers = HERE / "programs"
        self.binary = folder / side / name
        self.log = folder / "log" / f"build-{name}-{side}.log"

    def run(self, *command, cwd=""):
        with open(self.log, "a") as log:
            print("+", *command, file=log, flush=True)
            status = subprocess.run(
                [str(c) for c in command], cwd=self.source / cwd, stdout=log,
                stderr=log, stdin=subprocess.DEVNULL).returncode
        if status:
            raise Failed(f"cannot build {self.binary.name}, see {self.log}")

    def make(self, *arguments):
        self.run("make", "-j", os.cpu_count(), *arguments)

    def install(self, path):
        shutil.copy2(self.source / path, self.binary)


def ingredients(it, side, program, source):
    """A text that changes with what BINARY is made of."""
    files = [pathlib.Path(__file__), pathlib.Path(program.__file__),
             *sorted(it.helpers.glob(f"{it.binary.name}*.c*"))]
    if program.SOURCE:
        files.append(source / "debian/changelog")
    if side == "open-co":
        files += [ROOT / "build/lib/open-co/llvm-19/libOpenCoPass.so",
                  ROOT / "build/bin/open-co-clang"]
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()


def build(folder, side, name, program):
    """Makes FOLDER/SIDE/NAME, unless it is there."""
    it = Build(folder, side, name)
    stamp = it.source / "open-co-demo-stamp"
    source = folder / "sources" / program.SOURCE
    changeable = side == "open-co" and "DEMO_CC" in os.environ
    made_of = "" if changeable else ingredients(it, side, program, source)
    if made_of and stamp.exists() and stamp.read_text() == made_of:
        return
    print(f"building {name} with {it.cc}", flush=True)
    shutil.rmtree(it.source, ignore_errors=True)
    it.log.unlink(missing_ok=True)
    if program.SOURCE:
        # With its times: where they differ, make would run autoconf again.
        shutil.copytree(source, it.source, symlinks=True)
    else:
        it.source.mkdir()
    program.build(it)
    stamp.write_text(made_of)
