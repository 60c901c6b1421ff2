"""Values for the kinds of arguments that operations name (OP in run.h)."""

import os
import socket

PAGE = 4096
SLOTS = 16  # That random walks use; scenes have the rest.

# MSG_WAITALL does not come with MSG_PEEK: that is a scene of its own.
RECEIVE = [
    0,
    0,
    0,
    socket.MSG_DONTWAIT,
    socket.MSG_PEEK,
    socket.MSG_PEEK | socket.MSG_DONTWAIT,
    socket.MSG_TRUNC,
    socket.MSG_WAITALL,
    socket.MSG_WAITALL | socket.MSG_DONTWAIT,
    0x2000,  # MSG_ERRQUEUE
    socket.MSG_OOB,
    0x40000000,  # MSG_CMSG_CLOEXEC
]
SEND = [0, 0, socket.MSG_DONTWAIT, socket.MSG_NOSIGNAL, socket.MSG_EOR]
SIZES = [0, 1, 2, 3, 7, 8, 8, 16, 100, 1000, PAGE - 1, PAGE, PAGE + 1, 8192, 65536]
NONBLOCK_CLOEXEC = [0, 0, os.O_NONBLOCK, os.O_CLOEXEC, os.O_NONBLOCK | os.O_CLOEXEC]

CHOICES = {
    "size": SIZES,
    "ptr": [0] * 12 + [1, 2, 3, 4],
    "parts": [1, 2, 3, 4, 0, -1, 2000],
    "offset": [-1, -1, -1, 0, 5, -2],
    "rwf": [0, 0, 0, 8, 16, 1, 1 << 20],  # RWF_NOWAIT, APPEND, HIPRI, unknown
    "count": [0, 1, 2, 3, 4],
    "recvflags": RECEIVE,
    "sendflags": SEND,
    "controlsize": [0, 24, 24, 64, 8],
    "addrlen": [0, 0, 1, 2, 3],
    "socktype": [0, 0, 1, 2],
    "sockmode": [0, 0, 0] + NONBLOCK_CLOEXEC,
    "pipemode": [0, 0, 0, 0x4000] + NONBLOCK_CLOEXEC,  # O_DIRECT
    "eventmode": [0, 1] + NONBLOCK_CLOEXEC,  # EFD_SEMAPHORE
    "openmode": [0, 1, 2, 2, 2 | os.O_APPEND, 2 | os.O_NONBLOCK, 2 | os.O_TRUNC, os.O_PATH],
    "file": [0, 1, 2, 3, 4, 5, 4, 5, 6],
    "family": [0, 0, 1, 2, 3],
    "how": [0, 1],
    "on": [0, 1],
    "direction": [0, 1],
    "sockoption": [0, 1, 2, 3],
    "events": [0, 1, 2, 3, 4, 5],
    "ms": [0, 0, 0, 0, 1, 2, -1],
    "shortms": [0, 1, 1, 2, 3],
    "us": [0, 0, 100, 500],
    "clock": [0, 1, 2, 3],
    "ctl": [0, 0, 0, 1, 2, 3],
    "epollevents": [0, 1, 2, 3, 4],
    "max": [1, 2, 8, 8, 0, -1],
    "spliceflags": [0, 2, 2],  # SPLICE_F_NONBLOCK
    "whence": [0, 1, 2, 9],
    "lockop": [0, 1, 2],
    "mutex": [0, 1, 2, 3],
    "semaphore": [0, 1],
    "signal": [0, 1, 2],
    "thread": [0, 1, 2],
    "entry": [0, 1, 2, 3],
    "room": [8192, 8192, 8192, 40, 2, 0],  # For an entry of a database.
    "backlog": [0, 1, 5],
    "name": [0, 1, 2],
    "to": [-1, -1, -2],
    "streammode": list(range(8)),
    "refile": [-1, 0, 3, 4, 5, 4, 5, 6],
    "buffering": [0, 1, 2],
    "buffersize": [16, 100, 128, 1000, 4096],
    "itemsize": [1, 1, 1, 2, 8, 100],
    "lines": [0, 1, 2],
    "format": list(range(5)),
}
# The last argument of most: which of several functions makes the call.
CHOICES.update({f"via{n}": list(range(n)) for n in range(1, 14)})


def value(rng, kind, slots, streams):
    """`slots` are those in use, `streams` those that have a stream."""
    if kind == "stream" and streams and rng.random() < 0.98:
        return rng.choice(sorted(streams))
    if kind in ("fd", "stream"):
        if rng.random() < 0.02:
            return -1
        if slots and rng.random() < 0.95:
            return rng.choice(sorted(slots))
        return rng.randrange(SLOTS)
    if kind == "new":
        free = [slot for slot in range(SLOTS) if slot not in slots]
        if free and rng.random() < 0.9:
            return free[0]
        return rng.randrange(SLOTS)
    return rng.choice(CHOICES[kind])
