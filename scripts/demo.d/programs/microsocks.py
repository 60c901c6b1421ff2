"""microsocks, a SOCKS5 proxy: a thread for each connection."""

import load
from round import Load, answers

SOURCE = "microsocks"


def build(b):
    b.make(f"CC={b.cc}", f"CFLAGS={b.flags}")
    b.install("microsocks")


def curl(r):
    url = r.backend()
    r.serve([r.binary, "-i", "127.0.0.1", "-p", r.port],
            lambda: answers(url, "--socks5", r.at))
    return load.socks(r.log, r.page, url, 2500, r.at)


LOADS = [Load("curl --socks5, 20 at a time", curl)]
