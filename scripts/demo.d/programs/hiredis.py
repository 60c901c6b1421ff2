"""hiredis, a blocking client of redis: its own tests, in a thread."""

import re
import time

from round import Load

from programs import redis

SOURCE = "hiredis"
NEEDS = ["redis"]


def build(b):
    # Newer compilers than the source take some of its pointers for an error.
    b.make("static", "test.o", f"CC={b.cc}", f"OPTIMIZATION={b.flags}",
           "CFLAGS=-Dmain=program_main "
           "-Wno-error=incompatible-function-pointer-types")
    b.run(b.cc, b.flags, "-pthread", b.helpers / "hiredis-thread.c", "test.o",
          "libhiredis.a", "-o", b.binary)


def own_tests(r):
    socket = r.scratch / "socket"
    r.start(redis.command(r, r.folder / "native/redis", "--unixsocket", socket),
            "redis", lambda: redis.ask(r.port, "PING") == "+PONG\r\n")
    start = time.monotonic()
    out, _ = r.finish([r.binary, "-h", "127.0.0.1", "-p", r.port, "-s", socket],
                      60)
    seconds = time.monotonic() - start
    cases = re.findall(r"^#\d+ (.*: )\S*?(PASSED|FAILED)", out, re.M)
    passed = sum(how == "PASSED" for _, how in cases)
    return {"passed": passed, "failed_tests": len(cases) - passed,
            "outcome": cases, "seconds": seconds}


LOADS = [Load("its own tests", own_tests, rounds=1)]
