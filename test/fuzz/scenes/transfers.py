"""Scenes in which one thread reads, and another writes."""

import socket

from .common import READABLE, STREAMS, arrived, delay, pair, reading, roles, writing


def read_waits(lane):
    reader, writer = roles(lane)
    name = pair(lane, *READABLE)
    for _ in range(lane.rng.randint(1, 6)):
        size = 8 if name == "event" else lane.rng.choice([1, 5, 100, 4096])
        room = lane.rng.choice([size, size, size + 10, max(8, size // 2)])
        if name == "tcp":  # What is left comes when it comes.
            room = max(size, room)
        lane.step(reader, *reading(lane, name, room), asynchronous=True)
        delay(lane, writer)
        lane.step(writer, *writing(lane, name, size))
        lane.step(writer, "wait", reader)
        if name == "tcp":
            lane.step(reader, "empty", 0)
        else:
            lane.step(reader, "read", 0, 8192, 0, 0)
    if lane.rng.random() < 0.3:
        reader, writer = writer, reader


def bounces(lane):
    one, other = roles(lane)
    pair(lane, *READABLE)
    pair(lane, "pipe", "stream", "dgram", "tcp", "event", reader=2, writer=3)
    times = lane.rng.choice([20, 200, 1000])
    lane.step(one, "bounce", 0, 3, times, 0, asynchronous=True)
    lane.step(other, "bounce", 2, 1, times, 1, asynchronous=True)
    lane.step(one, "wait", other)
    lane.step(other, "wait", one)


def end_of_file(lane):
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "seqpacket", "tcp")
    call = reading(lane, name, lane.rng.choice([1, 100]))
    lane.step(reader, *call, asynchronous=True)
    delay(lane, writer)
    if name != "pipe" and lane.rng.random() < 0.5:
        lane.step(writer, "shutdown", 1, 1, lane.rng.randrange(2))
    else:
        lane.step(writer, "close", 1, lane.rng.randrange(3))
    lane.step(writer, "wait", reader)
    lane.step(reader, "read", 0, 10, 0, 0)


def shutdown_wakes(lane):
    """The reading end itself is shut down while somebody reads there."""
    reader, other = roles(lane)
    name = pair(lane, "stream", "tcp", "dgram")
    lane.step(reader, *reading(lane, name, 100), asynchronous=True)
    delay(lane, other)
    lane.step(other, "shutdown", 0, 0, 0)
    lane.step(other, "wait", reader)


def several_readers(lane):
    """Each gets one message; they are equally long."""
    name = pair(lane, "dgram", "seqpacket", "pipe", "stream")
    one, other, writer = lane.rng.sample(range(3), 3)
    for thread in one, other:
        pattern = r"read=4 \[\w+\]"
        lane.step(thread, "read", 0, 4, 0, 0, asynchronous=True, pattern=pattern)
    delay(lane, writer)
    lane.step(writer, *writing(lane, name, 4))
    delay(lane, writer)
    lane.step(writer, *writing(lane, name, 4))
    for thread in one, other:
        lane.step(writer, "wait", thread)


def several_accept(lane):
    lane.step(0, "socket", 0, 0, 0, 0, 0)
    lane.step(0, "bind_unix", 0, 1)
    lane.step(0, "listen", 0, 5)
    lane.step(0, "socket", 1, 0, 0, 0, 0)
    lane.step(0, "socket", 2, 0, 0, 0, 0)
    pattern = r"accepted( len=2 unix)?( fd\d+)?"
    for thread in 1, 2:
        lane.step(thread, "accept", 0, 2 + thread, 0, 1, 0, asynchronous=True, pattern=pattern)
    delay(lane, 0)
    lane.step(0, "connect_unix", 1, 1)
    lane.step(0, "connect_unix", 2, 1)
    lane.step(0, "wait", 1)
    lane.step(0, "wait", 2)


def write_waits(lane):
    """More than there is room for: the write returns when all was taken."""
    reader, writer = roles(lane)
    name = pair(lane, *STREAMS)
    size = lane.rng.choice([70000, 200000, 500000, 300001])
    lane.step(writer, *writing(lane, name, size), asynchronous=True)
    delay(lane, reader)
    left = size
    while left:
        part = min(left, lane.rng.choice([1, 4096, 50000, left]))
        if name in ("tcp", "stream") and lane.rng.random() < 0.4:
            lane.step(reader, "recv", 0, part, socket.MSG_WAITALL, 0, 0, waits=True)
        else:
            lane.step(reader, "drain", 0, part)
        left -= part
    lane.step(reader, "wait", writer)


def full_then_write(lane):
    """The writer finds no room at all."""
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "fifo")
    size = lane.rng.choice([1, 4096, 20000])
    lane.step(writer, "stuff", 1)
    lane.step(writer, *writing(lane, name, size), asynchronous=True)
    delay(lane, reader)
    if name == "fifo":  # Has no end while it is open for both.
        lane.step(reader, "drain", 0, 65536 + size)
        lane.step(reader, "wait", writer)
        return
    lane.step(reader, "drain", 0, 1000000, asynchronous=True)
    lane.step(writer, "close", 1, 0)
    lane.step(writer, "wait", reader)


def full_queue(lane):
    """Datagrams to somebody whose queue is full."""
    reader, writer = roles(lane)
    name = pair(lane, "dgram", "seqpacket")
    lane.step(writer, "stuff", 1)
    lane.step(writer, *writing(lane, name, 100), asynchronous=True)
    delay(lane, reader)
    lane.step(reader, "empty", 0)  # One less would not do.
    lane.step(reader, "wait", writer)


def closed_while_writing(lane):
    """The reader goes away while somebody is inside a write."""
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream")
    lane.step(writer, "write_until_closed", 1, 500000, asynchronous=True)
    lane.step(reader, "drain", 0, lane.rng.choice([1, 100, 4096]))
    delay(lane, reader)
    lane.step(reader, "close", 0, 0)
    lane.step(reader, "wait", writer)
    # A socket's next call says that unread data was dropped.
    pattern = None if name == "pipe" else "write=-1 (EPIPE sigpipe|ECONNRESET)"
    lane.step(writer, "write", 1, 10, 0, 0, pattern=pattern)


def nobody_reads(lane):
    """EPIPE, with a signal or, if that is asked for, without."""
    thread, other = roles(lane)
    name = pair(lane, "stream", "seqpacket", "tcp")
    if name == "tcp":  # Where it takes a while until the other end knows.
        lane.step(other, "shutdown", 1, 1, 0)
    else:
        lane.step(other, "close", 0, 0)
    for _ in range(lane.rng.randint(2, 4)):
        flags = lane.rng.choice([0, socket.MSG_NOSIGNAL])
        ways = [
            ("send", 1, 10, flags, lane.rng.randrange(2)),
            ("sendto", 1, 10, flags, -1),
            ("sendmsg", 1, 10, flags, -1, lane.rng.randrange(2)),
            ("sendmmsg", 1, 10, 1, flags, lane.rng.randrange(2)),
        ]
        lane.step(thread, *lane.rng.choice(ways))


def number_closed_while_writing(lane):
    """A writer keeps its file when its number is closed or reused."""
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "tcp")
    size = lane.rng.choice([300000, 500000])
    lane.step(writer, *writing(lane, name, size), asynchronous=True)
    lane.step(reader, "drain", 0, 1000)  # So it is inside.
    if lane.rng.random() < 0.5:
        delay(lane, reader)
        lane.step(reader, "close", 1, 0)
        if lane.rng.random() < 0.5:
            lane.step(reader, "eventfd", 1, 0, 0, 0)
    else:
        lane.step(reader, "eventfd", 2, 0, 0, 0)
        delay(lane, reader)
        lane.step(reader, "dup2", 2, 1, lane.rng.randrange(4))
    lane.step(reader, "drain", 0, size - 1000)
    lane.step(reader, "wait", writer)
    lane.step(reader, "poll", 1, -1, -1, 0, 0, 0)


def number_closed_while_reading(lane):
    """The same for a reader that waits for all."""
    reader, writer = roles(lane)
    name = pair(lane, "stream", "tcp")
    lane.step(reader, "recv", 0, 2000, socket.MSG_WAITALL, 0, 0, asynchronous=True)
    lane.step(writer, *writing(lane, name, 1000))
    lane.step(writer, "await_read", 0, 1)
    delay(lane, writer)
    if lane.rng.random() < 0.5:
        lane.step(writer, "close", 0, 0)
        if lane.rng.random() < 0.5:
            lane.step(writer, "pipe", 0, 2, 0, 0)
    else:
        lane.step(writer, "pipe", 2, 3, 0, 0)
        lane.step(writer, "dup2", 2, 0, lane.rng.randrange(4))
    lane.step(writer, *writing(lane, name, 1000))
    lane.step(writer, "wait", reader)


def number_closed_before_or_while_reading(lane):
    """Which of the two it was cannot be told. Before the read has begun, another
    lane could take the number."""
    if not lane.alone:
        return
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream")
    lane.step(reader, "read", 0, 10, 0, 0, asynchronous=True,
              pattern=r"read=(5 \[\w+\]|-1 EBADF)")
    lane.step(writer, "pause_us", 2000)
    lane.step(writer, "close", 0, 0)
    lane.step(writer, "write", 1, 5, 0, 0, pattern="write=(5|-1 EPIPE sigpipe)")
    lane.step(writer, "wait", reader)


def wait_for_all(lane):
    """MSG_WAITALL, in pieces; also cut short by an end or a timeout."""
    reader, writer = roles(lane)
    name = pair(lane, "stream", "tcp")
    ending = lane.rng.choice(["all", "all", "end", "timeout"])
    flags = socket.MSG_WAITALL
    if ending == "all" and name == "tcp":  # Unix sockets peek at what there is.
        flags |= lane.rng.choice([0, 0, socket.MSG_PEEK])
    if lane.rng.random() < 0.5:
        call = ("recv", 0, 300, flags, 0, lane.rng.randrange(3))
    else:
        call = ("recvmsg", 0, 300, flags, 64, 12, 0)
    if ending == "timeout":  # Which must not pass before all parts are there.
        lane.step(writer, *writing(lane, name, 100))
        arrived(lane, writer)
        lane.step(reader, "timeout", 0, 0, lane.rng.choice([20, 30]), 0)
        lane.step(reader, *call, waits=True)
        return
    lane.step(reader, *call, asynchronous=True)
    for _ in range(2):
        delay(lane, writer)
        lane.step(writer, *writing(lane, name, 100))
    if ending == "all":
        lane.step(writer, *writing(lane, name, 100))
    elif ending == "end":
        lane.step(writer, "close", 1, 0)
    lane.step(writer, "wait", reader)
