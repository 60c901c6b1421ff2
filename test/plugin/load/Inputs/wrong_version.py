"""wrong_version.py PLUGINS MAJOR OTHER...: loads the plugins of the other LLVM
versions into clang, opt and lld MAJOR, in every way that a user may."""

import os
import subprocess
import sys
import tempfile

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
    # lld 16 says itself that it goes on without.
    refused = run.returncode == 1 or "Request ignored" in run.stderr
    if not refused or crashed or run.stderr.count(line) != 1:
        failures += 1
        print(f"{' '.join(args)}\n-> {run.returncode}\n{run.stderr}")


bin = f"/usr/lib/llvm-{major}/bin"
source = "int read(); int main() { return read(); }"
bitcode = tempfile.NamedTemporaryFile(suffix=".bc")
clang = [f"{bin}/clang", "-x", "c", "-", "-c", "-o"]
subprocess.run(clang + [bitcode.name, "-flto", "-O2"], input=source, check=True, text=True)

for other in others:
    if other == major:
        continue
    for flags in (["-fpass-plugin=PLUGIN"], ["-fplugin=PLUGIN", "-fpass-plugin=PLUGIN"]):
        for level in ("-O0", "-O2", "-flto", "-flto=thin"):
            check(other, clang + [os.devnull, level] + flags, source)
        ir = [f"{bin}/clang", "-x", "ir", bitcode.name, "-c", "-o", os.devnull]
        check(other, ir + flags, None)
    # With -fplugin alone the constructor is all that runs.
    check(other, clang + [os.devnull, "-fplugin=PLUGIN", "-mllvm", "-open-co-redirects=x"], source)
    opt = [f"{bin}/opt", "-passes=open-co", bitcode.name, "-o", os.devnull]
    check(other, opt + ["-load-pass-plugin=PLUGIN"], None)
    if major == "14":
        continue  # Its lld loads no plugins; its opt wants -load for options.
    check(other, opt + ["-load=PLUGIN", "-load-pass-plugin=PLUGIN"], None)
    lld = [f"{bin}/ld.lld", "-r", bitcode.name, "-o", os.devnull]
    check(other, lld + ["--load-pass-plugin=PLUGIN"], None)

sys.exit(failures != 0)
