"""civetweb, a web server: a pool of threads with conditions, and poll."""

import load
from round import Load, answers

SOURCE = "civetweb"


def build(b):
    b.run("cmake", "-B", "out", "-G", "Ninja", f"-DCMAKE_C_COMPILER={b.cc}",
          f"-DCMAKE_C_FLAGS={b.flags}", "-DCMAKE_BUILD_TYPE=None",
          "-DCIVETWEB_BUILD_TESTING=OFF")
    b.run("cmake", "--build", "out", "--target", "civetweb-c-executable")
    b.install("out/src/civetweb")


def wrk(r):
    (r.scratch / "page").write_text(r.page)
    url = f"http://{r.at}/page"
    r.serve([r.binary, "-document_root", r.scratch, "-listening_ports", r.at],
            lambda: answers(url, "--proxy", ""))
    return load.wrk(r.log, r.page, url, connections=32)


LOADS = [Load("wrk, 32 connections", wrk)]
