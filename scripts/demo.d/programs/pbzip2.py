"""pbzip2: threads that compress, between a reader and a writer, and two that
wait for signals."""

import hashlib
import subprocess
import time

from round import Failed, Load

SOURCE = "pbzip2"
THREADS = 4


def build(b):
    # The source is older than C++11's literals.
    b.make(f"CXX={b.cxx} {b.flags} -Wno-reserved-user-defined-literal",
           "pbzip2")
    b.install("pbzip2")


def there_and_back(r):
    text, packed = r.scratch / "text", r.scratch / "text.bz2"
    text.write_bytes((r.built / "pbzip2.cpp").read_bytes() * 150)
    want = hashlib.sha256(text.read_bytes()).digest()
    start = time.monotonic()
    for way in "-z", "-d":
        _, status = r.finish([r.binary, way, f"-p{THREADS}", "-f",
                              packed if way == "-d" else text], 60)
        if status:
            raise Failed(f"pbzip2 {way} ended with status {status}")
        if way == "-z":
            outcome = hashlib.sha256(packed.read_bytes()).hexdigest()
            subprocess.run(["bzip2", "-t", packed], check=True)
    seconds = time.monotonic() - start
    same = hashlib.sha256(text.read_bytes()).digest() == want
    return {"passed": int(same), "failed_tests": int(not same),
            "outcome": outcome, "seconds": seconds}


LOADS = [Load(f"a file there and back, {THREADS} threads", there_and_back,
              rounds=3, computes=True)]
