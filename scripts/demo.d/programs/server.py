"""A small server of this repository, for where no source can be had."""

import load
from round import Load, answers

SOURCE = ""


def build(b):
    b.run(b.cc, b.flags, "-pthread", b.helpers / "server.c", "-o", b.binary)


def ab(r):
    url = f"http://{r.at}/"
    r.serve([r.binary, r.port, r.page], lambda: answers(url, "--proxy", ""))
    return load.ab(r.log, r.page, url, 8000)


LOADS = [Load("ab, 40 at a time", ab)]
