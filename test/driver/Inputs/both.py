"""both.py DIR CLANG WRAPPER SCRIPT: does SCRIPT with open-co-clang what it does
with clang?

Runs the shell script SCRIPT twice at once, in DIR/clang and in DIR/open-co, which
begin as copies of both/. $CC and $CXX are the compilers. Exit status, output and
the names of the files made have to be the same, no temporary file may be left,
and code that starts threads has to be rewritten. A script that is to
fail has a "!" in front.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

STARTS = (b"pthread_create", b"_ZNSt6thread15_M_start_thread")
ELF = b"\x7fELF"


def run(folder, compiler, script):
    """Returns what can be seen of the script: status, output, files."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(os.path.dirname(__file__), "both"), folder)
    env = dict(os.environ, CC=compiler, CXX=compiler + "++", TMPDIR=folder + ".tmp")
    shutil.rmtree(env["TMPDIR"], ignore_errors=True)
    os.mkdir(env["TMPDIR"])
    done = subprocess.run(
        ["bash", "-c", "set -o pipefail; " + script],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    # Temporary files have names of their own.
    output = re.sub(re.escape(folder) + r"\.tmp/(\S*?)-[0-9a-f]{6}\b", r"TMP/\1", done.stdout)
    files = sorted(
        os.path.relpath(os.path.join(where, name), folder)
        for where, _, names in os.walk(folder)
        for name in names
    )
    output = output.replace(folder, "DIR").replace(compiler, "CC")
    return done.returncode, output, files, os.listdir(env["TMPDIR"])


def unchanged(top, files):
    """Yields the files of code that the wrapper should have rewritten."""
    for name in files:
        with open(os.path.join(top, "clang", name), "rb") as file:
            native = file.read()
        with open(os.path.join(top, "open-co", name), "rb") as file:
            ours = file.read()
        if native.startswith(ELF) and any(start in native for start in STARTS):
            if not any(b"__oc_" + start in ours for start in STARTS):
                yield name


def main(top, clang, wrapper, script):
    fails = script.startswith("!")
    script = script.lstrip("! ")
    folders = [os.path.join(top, side) for side in ("clang", "open-co")]
    with ThreadPoolExecutor() as pool:
        native, ours = pool.map(run, folders, (clang, wrapper), (script, script))
    if native == ours and (native[0] != 0) == fails:
        plain = list(unchanged(top, ours[2]))
        sys.exit(f"not rewritten: {plain}" if plain else 0)
    if native == ours:
        print("expected it to", "fail" if fails else "succeed")
    for name, left, right in zip(("status", "output", "files", "left"), native, ours):
        if left != right or native == ours:
            print(f"{name}: clang\n{left}\n{name}: open-co-clang\n{right}")
    sys.exit(1)


main(*sys.argv[1:])
