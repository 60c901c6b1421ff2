"""mimalloc, an allocator, as the malloc of a program with threads: its own
tests."""

import re

from round import Failed, Load

SOURCE = "mimalloc"


def build(b):
    for test, defines in (("stress", ["-DUSE_STD_MALLOC"]), ("api", [])):
        b.run(b.cc, b.flags, "-pthread", "-Iinclude", "-DMI_MALLOC_OVERRIDE",
              *defines, "src/static.c", f"test/test-{test}.c", "-o", test)


def own_tests(r):
    out, _ = r.finish([r.built / "api"], 60)
    passed, failed = map(int, re.findall(r"^(?:succeeded|failed *): (\d+)", out,
                                         re.M))
    return {"passed": passed, "failed_tests": failed}


def stress(r):
    _, status = r.finish([r.built / "stress", 32, 25, 5], 60)
    if status:
        raise Failed(f"it ended with status {status}")
    return {"passed": 1}


LOADS = [Load("its own tests", own_tests, rounds=1),
         Load("its own stress test, 32 threads", stress, rounds=3,
              computes=True)]
