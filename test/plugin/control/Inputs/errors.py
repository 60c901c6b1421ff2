"""errors.py CLANG PLUGIN OPTION: compiles with files that -open-co-OPTION cannot
take, and checks the one line that says why."""

import os
import subprocess
import sys
import tempfile

clang, plugin, option = sys.argv[1:]
source = """
#include <time.h>
static int hidden(void) { return 1; }
int variable;
int main(void) { return nanosleep(0, 0) + hidden(); }
"""

FILES = {
    "redirects": [
        ("a", "1: expected 'function -> replacement', got 'a'"),
        ("a ->", "1: expected 'function -> replacement', got 'a ->'"),
        ("-> b", "1: expected 'function -> replacement', got '-> b'"),
        ("a->b", "1: expected 'function -> replacement', got 'a->b'"),
        ("a -> b -> c", "1: expected 'function -> replacement', got 'a -> b -> c'"),
        ("# one\n\na b -> c", "3: 'a b' is not the name of a function"),
        ("a -> a", "1: 'a' is redirected to itself"),
        ("f(int) -> f( int )", "1: 'f(int)' is redirected to itself"),
        ("a -> b\na -> b\na -> c", "3: 'a' is already redirected to 'b' by FILE:1"),
        (
            "ns::f -> g",
            "1: 'ns::f' needs its parameter types, as in 'ns::f(int)', or its "
            "mangled name",
        ),
        ("llvm.memcpy -> g", "1: 'llvm.memcpy' is no function but a part of LLVM"),
        (
            "nanosleep -> hidden",
            "1: 'hidden' is not a function that other files can call",
        ),
        (
            "nanosleep -> variable",
            "1: 'variable' is not a function that other files can call",
        ),
        ("nanosleep -> f(int)", "1: 'f(int)' is unknown in -; give its mangled name"),
    ],
    "ignorelist": [
        ("fun", "1: 'fun' names nothing"),
        ("# one\n\nsrc:", "3: 'src:' names nothing"),
        ("fnu:x", "1: expected 'fun:', 'src:', 'var:' or '[section]', got 'fnu:x'"),
        ("x", "1: expected 'fun:', 'src:', 'var:' or '[section]', got 'x'"),
        ("[redirect", "1: expected '[section]', got '[redirect'"),
        (
            "fun:x\n[address]\nfun:x",
            "2: unknown section [address]; known: [open-co], [redirect], "
            "[user-redirect], [locals]",
        ),
        (
            "[locals]\nfun:x",
            "2: section [locals] has variables and source files, no functions",
        ),
        (
            "#!special-case-list-v1\nfun:x.*",
            "1: regular expressions are not supported; use globs, and remove this line",
        ),
        ("fun:x=native", "1: 'fun:x=native': there are no categories (=)"),
    ],
}

directory = tempfile.mkdtemp()
failures = 0


def check(path, message):
    global failures
    args = [clang, "-x", "c", "-", "-c", "-o", os.devnull]
    args += [f"-fplugin={plugin}", f"-fpass-plugin={plugin}"]
    args += ["-mllvm", f"-open-co-{option}={path}"]
    run = subprocess.run(args, input=source, capture_output=True, text=True)
    wanted = f"error: open-co: {message}\n1 error generated.\n"
    if run.returncode != 1 or run.stderr != wanted:
        failures += 1
        print(f"{path}: wanted\n{wanted}got {run.returncode}\n{run.stderr}")


for number, (text, message) in enumerate(FILES[option]):
    path = os.path.join(directory, str(number))
    with open(path, "w") as file:
        file.write(text)
    check(path, f"{path}:" + message.replace("FILE", path))

absent = os.path.join(directory, "absent")
check(absent, f"cannot read '{absent}': No such file or directory")
check(directory, f"cannot read '{directory}': Is a directory")
sys.exit(failures != 0)
