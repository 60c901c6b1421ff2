"""Connections that are held open: each sends half of a request and then nothing,
until all are asked to finish."""

import contextlib
import resource
import socket


def need_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


class Held:
    """COUNT requests of URL, open at once, sent to a proxy at PORT."""

    def __init__(self, count, port, url):
        need_descriptors(count + 100)
        host = url.split("/")[2]
        self.first = f"GET {url} HTTP/1.0\r\nHost: {host}\r\n".encode()
        self.sockets = []
        self.count = count
        # One that cannot be opened is a request that fails.
        with contextlib.suppress(OSError):
            for _ in range(count):
                s = socket.create_connection(("127.0.0.1", port), timeout=10)
                self.sockets.append(s)
                s.sendall(self.first)

    def finish(self, page):
        """Sends the other halves. Returns how many got our page."""
        right = 0
        for s in self.sockets:
            with contextlib.suppress(OSError), s:
                s.sendall(b"\r\n")
                _, _, body = s.makefile("rb").read().partition(b"\r\n\r\n")
                right += body == page.encode()
        return right
