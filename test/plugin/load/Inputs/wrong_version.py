"""wrong_version.py PLUGINS MAJOR OTHER...: loads the plugins of the other LLVM
versions into clang and opt MAJOR, in every way that a user may."""

import os
import subprocess
import sys

plugins, major, others = sys.argv[1], sys.argv[2], sys.argv[3:]
failures = 0


def check(other, args, stdin):
    global failures
    plugin = os.path.join(plugins, f"llvm-{other}", "libOpenCoPass.so")
    args = [arg.replace("PLUGIN", plugin) for arg in args]
    run = subprocess.run(args, input=stdin, capture_output=True, text=True)
    line = (
        f"open-co: libOpenCoPass.so is built for LLVM {other} but was loaded by "
        f"LLVM {major}; use lib/open-co/llvm-{major}/libOpenCoPass.so\n"
    )
    crashed = run.returncode < 0 or run.returncode > 1 or "Stack dump" in run.stderr
    if run.returncode == 0 or crashed or run.stderr.count(line) != 1:
        failures += 1
        print(f"{' '.join(args)}\n-> {run.returncode}\n{run.stderr}")


for other in others:
    if other == major:
        continue
    clang = [f"/usr/lib/llvm-{major}/bin/clang", "-x", "c", "-", "-c", "-o", os.devnull]
    source = "int read(); int main() { return read(); }"
    for flags in (["-fpass-plugin=PLUGIN"], ["-fplugin=PLUGIN", "-fpass-plugin=PLUGIN"]):
        for level in ("-O0", "-O2", "-flto"):
            check(other, clang + flags + [level], source)
    # With -fplugin alone the constructor is all that runs.
    check(other, clang + ["-fplugin=PLUGIN", "-mllvm", "-open-co-redirects=x"], source)
    opt = [f"/usr/lib/llvm-{major}/bin/opt", "-load-pass-plugin=PLUGIN", "-passes=open-co"]
    check(other, opt + ["-S"], "declare i32 @read()")

sys.exit(failures != 0)
