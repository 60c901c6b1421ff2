"""Scenes: a few steps of several threads, of which one may wait until another
lets it go on. Each is built so that it does not matter whether it waited.

A function here is a scene. Slots: 0 is read from, 1 is written to."""

import os
import socket

USR1, USR2, REAL_TIME = 0, 1, 2  # The signals of ops/signals.c.
DELAYS = [0, 0, 0, 100, 500, 2000]  # Microseconds.


def roles(lane):
    """Two different threads: one that waits, one that provokes."""
    return lane.rng.sample(range(lane.threads), 2)


def delay(lane, thread):
    us = lane.rng.choice(DELAYS)
    if us:
        lane.step(thread, "pause_us", us)


def tcp_pair(lane, reader, writer):
    one, other = roles(lane)
    lane.step(one, "socket", 9, 1, 0, 0, 0)
    lane.step(one, "bind_inet", 9)
    lane.step(one, "listen", 9, 5)
    lane.step(one, "socket", writer, 1, 0, 0, 0)
    lane.step(other, "accept", 9, reader, 0, 0, lane.rng.randrange(3), asynchronous=True)
    delay(lane, one)
    lane.step(one, "connect_inet", writer, 9, lane.rng.randrange(2))
    lane.step(one, "wait", other)
    lane.step(one, "close", 9, 0)


def pair(lane, *names, reader=0, writer=1):
    """Makes the two ends of something; its name."""
    name = lane.rng.choice(names)
    maker = lane.rng.randrange(lane.threads)
    if name == "pipe":
        lane.step(maker, "pipe", reader, writer, 0, lane.rng.randrange(3))
    elif name == "fifo":
        lane.step(maker, "open", reader, 6, 0, 0)
        lane.step(maker, "dup", reader, writer, 0)
    elif name == "tcp":
        tcp_pair(lane, reader, writer)
    elif name == "event":
        lane.step(maker, "eventfd", reader, 0, 0, 0)
        lane.step(maker, "dup", reader, writer, 0)
    else:
        kind = ["stream", "dgram", "seqpacket"].index(name)
        lane.step(maker, "socketpair", reader, writer, kind, 0, 0)
    if lane.rng.random() < 0.2:
        lane.step(maker, "flags", reader, 0)
    return name


def arrived(lane, thread, slot=0):
    """What was sent by TCP takes a while."""
    lane.step(thread, "poll", slot, -1, -1, 0, -1, 0, waits=True)


SOCKETS = "stream dgram seqpacket tcp".split()
STREAMS = "pipe stream tcp fifo".split()
READABLE = "pipe pipe stream stream dgram seqpacket tcp event fifo".split()


def reading(lane, name, size, slot=0):
    """A random call that reads `size` bytes, as the words of a step."""
    ways = [
        ("read", slot, size, 0, lane.rng.randrange(3)),
        ("readv", slot, size, lane.rng.choice([1, 2, 3]), 0, lane.rng.randrange(2)),
        ("preadv2", slot, size, lane.rng.choice([1, 2]), -1, 0, lane.rng.randrange(2)),
    ]
    if name in SOCKETS:
        ways += [
            ("recv", slot, size, 0, 0, lane.rng.randrange(3)),
            ("recvfrom", slot, size, 0, lane.rng.randrange(4), lane.rng.randrange(2)),
            ("recvmsg", slot, size, 0, 64, 12, lane.rng.randrange(2)),
            ("recvmmsg", slot, size, 1, 0, -1, lane.rng.randrange(2)),
            ("recvmmsg", slot, size, 1, 0x10000, -1, 0),  # MSG_WAITFORONE
            ("recv", slot, size, socket.MSG_PEEK, 0, 0),
        ]
    return lane.rng.choice(ways)


def writing(lane, name, size, slot=1):
    ways = [
        ("write", slot, size, 0, lane.rng.randrange(2)),
        ("writev", slot, size, lane.rng.choice([1, 2, 3]), 0, lane.rng.randrange(2)),
        ("pwritev2", slot, size, lane.rng.choice([1, 2]), -1, 0, lane.rng.randrange(2)),
    ]
    if name in SOCKETS:
        ways += [
            ("send", slot, size, 0, lane.rng.randrange(2)),
            ("sendto", slot, size, 0, -1),
            ("sendmsg", slot, size, 0, -1, lane.rng.randrange(2)),
        ]
        if size <= 4096:
            ways.append(("sendmmsg", slot, size, 1, 0, lane.rng.randrange(2)))
    return lane.rng.choice(ways)


def waiting_for(lane, slot, events=0):
    """A random call that waits until a descriptor is ready."""
    ways = [("poll", slot, -1, -1, events, -1, lane.rng.randrange(6))]
    sets = [slot, -1] if events == 0 else [-1, slot]
    ways.append(("select", *sets, -1, -1, lane.rng.randrange(4)))
    return lane.rng.choice(ways)


# -- One reads, another writes ------------------------------------------------


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


# -- Waiting for several ------------------------------------------------------


def poll_waits(lane):
    waiter, other = roles(lane)
    name = pair(lane, *READABLE)
    for _ in range(lane.rng.randint(1, 3)):
        lane.step(waiter, *waiting_for(lane, 0), asynchronous=True)
        delay(lane, other)
        lane.step(other, *writing(lane, name, 8))
        lane.step(other, "wait", waiter)
        lane.step(waiter, *reading(lane, name, 8))
        if name in SOCKETS:
            lane.step(waiter, "recv", 0, 100, socket.MSG_DONTWAIT, 0, 0)


def poll_for_room(lane):
    waiter, other = roles(lane)
    pair(lane, "pipe", "stream", "fifo")
    lane.step(waiter, "stuff", 1)
    lane.step(waiter, *waiting_for(lane, 1, events=1), asynchronous=True)
    delay(lane, other)
    lane.step(other, "empty", 0)
    lane.step(other, "wait", waiter)


def poll_until_closed(lane):
    waiter, other = roles(lane)
    name = pair(lane, "pipe", "stream", "seqpacket", "tcp")
    events = lane.rng.choice([0, 5] if name == "tcp" else [0, 3, 5])
    call = "poll", 0, -1, -1, events, -1, lane.rng.randrange(6)
    # A connection ends in two steps; either may be seen first.
    lane.step(waiter, *call, asynchronous=True,
              pattern=r"\w+=1 \w+ 20 20|\w+=1 \w+ \w+ \w+" if name == "tcp" else None)
    delay(lane, other)
    lane.step(other, "close", 1, 0)
    lane.step(other, "wait", waiter)


def epoll_waits(lane):
    waiter, other = roles(lane)
    name = pair(lane, *READABLE)
    lane.step(other, "epoll_create", 5, 0)
    nested = lane.rng.random() < 0.3
    lane.step(other, "epoll_ctl", 5, 0, 0, lane.rng.choice([0, 0, 3, 4]))
    if nested:
        lane.step(other, "epoll_create", 6, 1)
        lane.step(other, "epoll_ctl", 6, 5, 0, 0)
    for _ in range(lane.rng.randint(1, 3)):
        call = "epoll_wait", 6 if nested else 5, lane.rng.choice([1, 8]), -1
        lane.step(waiter, *call, lane.rng.randrange(5), asynchronous=True)
        delay(lane, other)
        lane.step(other, *writing(lane, name, 8))
        lane.step(other, "wait", waiter)
        lane.step(waiter, *reading(lane, name, 8))
        lane.step(waiter, "epoll_ctl", 5, 0, 1, 0)
        if name in SOCKETS:
            lane.step(waiter, "recv", 0, 100, socket.MSG_DONTWAIT, 0, 0)


def epoll_changed_while_waiting(lane):
    waiter, other = roles(lane)
    name = pair(lane, "pipe", "stream", "dgram")
    lane.step(other, "epoll_create", 5, 0)
    lane.step(waiter, "epoll_wait", 5, 8, -1, lane.rng.randrange(5), asynchronous=True)
    delay(lane, other)
    if lane.rng.random() < 0.5:
        lane.step(other, *writing(lane, name, 8))
        lane.step(other, "epoll_ctl", 5, 0, 0, 0)
    else:
        lane.step(other, "epoll_ctl", 5, 0, 0, 0)
        lane.step(other, *writing(lane, name, 8))
    lane.step(other, "wait", waiter)


# -- Time ---------------------------------------------------------------------


def socket_timeouts(lane):
    thread, other = roles(lane)
    name = pair(lane, *SOCKETS)
    ms = lane.rng.choice([2, 5, 12])
    lane.step(thread, "timeout", 0, 0, ms, lane.rng.randrange(2))
    for _ in range(lane.rng.randint(1, 2)):
        lane.step(thread, "lap", 0)
        lane.step(thread, *reading(lane, name, 100), waits=True)
        lane.step(thread, "lap", ms)
    lane.step(other, *writing(lane, name, 10))
    arrived(lane, other)
    lane.step(thread, *reading(lane, name, 10), waits=True)
    if lane.rng.random() < 0.5:  # And off again.
        lane.step(thread, "timeout", 0, 0, 0, 0)
        lane.step(thread, *reading(lane, name, 10), asynchronous=True)
        delay(lane, other)
        lane.step(other, *writing(lane, name, 10))
        lane.step(other, "wait", thread)
    if name != "tcp":
        lane.step(other, "stuff", 1)
        lane.step(other, "timeout", 1, 1, ms, 0)
        lane.step(other, "lap", 0)
        lane.step(other, *writing(lane, name, 10), waits=True)
        lane.step(other, "lap", ms)


def timeout_through_a_copy(lane):
    """An option set through one number holds for the other."""
    thread, other = roles(lane)
    name = pair(lane, "stream", "dgram")
    lane.step(thread, "dup", 0, 2, lane.rng.randrange(4))
    lane.step(other, "timeout", 2, 0, 3, 0)
    lane.step(thread, "lap", 0)
    lane.step(thread, *reading(lane, name, 100), waits=True)
    lane.step(thread, "lap", 3)


def nonblock_through_a_copy(lane):
    thread, other = roles(lane)
    name = pair(lane, *READABLE)
    way = lane.rng.randrange(3)
    if way == 0:
        lane.step(other, "dup", 0, 2, lane.rng.randrange(4))
        lane.step(other, "nonblock", 2, 1, lane.rng.randrange(4))
    elif way == 1 and lane.alone:
        lane.step(other, "fork_nonblock", 0, 1)
    else:
        lane.step(other, "nonblock", 0, 1, lane.rng.randrange(4))
    lane.step(thread, *reading(lane, name, 8))
    lane.step(thread, "flags", 0, 0)
    lane.step(other, "nonblock", 2 if way == 0 else 0, 0, lane.rng.randrange(4))
    lane.step(thread, *reading(lane, name, 8), asynchronous=True)
    delay(lane, other)
    lane.step(other, "flags", 0, 1)
    lane.step(other, *writing(lane, name, 8))
    lane.step(other, "wait", thread)


def reused_number(lane):
    """What was known of a closed file says nothing of the next one there."""
    thread, other = roles(lane)
    for _ in range(lane.rng.randint(2, 4)):
        name = pair(lane, *READABLE)
        change = lane.rng.randrange(4)
        if change == 0:
            lane.step(other, "nonblock", 0, 1, lane.rng.randrange(4))
        elif change == 1 and name in SOCKETS:
            lane.step(other, "timeout", 0, 0, 2, 0)
        else:
            lane.step(thread, *reading(lane, name, 8), asynchronous=True)
            delay(lane, other)
            lane.step(other, *writing(lane, name, 8))
            lane.step(other, "wait", thread)
        if change in (0, 1):
            lane.step(thread, *reading(lane, name, 8), waits=change == 0)
        # Without a look at what the number was, as libc closes it.
        for slot in 0, 1:
            if lane.rng.random() < 0.7:
                lane.step(other, "close", slot, lane.rng.randrange(3))


# -- Connections --------------------------------------------------------------


def unix_connections(lane):
    server, client = roles(lane)
    name = lane.rng.randrange(3)
    kind = lane.rng.choice([0, 2])
    lane.step(server, "socket", 0, 0, kind, 0, 0)
    for slot in 1, 4:
        lane.step(client, "socket", slot, 0, kind, 0, 0)
    lane.step(client, "connect_unix", 1, name)  # Nobody listens.
    lane.step(server, "bind_unix", 0, name)
    lane.step(server, "accept", 0, 3, 0, 0, 0)
    lane.step(server, "listen", 0, lane.rng.choice([0, 1]))
    lane.step(server, "flags", 0, 0)
    for slot in 1, 4:
        lane.step(server, "accept", 0, slot + 2, lane.rng.choice([0, os.O_NONBLOCK]), 0, 1, asynchronous=True)
        delay(lane, client)
        lane.step(client, "connect_unix", slot, name)
        lane.step(client, "wait", server)
    lane.step(client, "connect_unix", 4, name)


def full_backlog(lane):
    server, client = roles(lane)
    lane.step(server, "socket", 0, 0, 0, 0, 0)
    lane.step(server, "bind_unix", 0, 1)
    lane.step(server, "listen", 0, 0)
    for slot in 1, 2:
        lane.step(client, "socket", slot, 0, 0, 0, 0)
    lane.step(client, "connect_unix", 1, 1)
    if lane.rng.random() < 0.5:
        lane.step(client, "connect_unix", 2, 1, asynchronous=True)
        delay(lane, server)
        lane.step(server, "accept", 0, 3, 0, 0, 0)
        lane.step(server, "wait", client)
    else:
        lane.step(client, "timeout", 2, 1, 4, 0)
        lane.step(client, "lap", 0)
        lane.step(client, "connect_unix", 2, 1)
        lane.step(client, "lap", 4)


def refused(lane):
    thread = lane.rng.randrange(3)
    lane.step(thread, "socket", 1, 1, lane.rng.choice([0, 1]), 0, 0)
    lane.step(thread, "connect_inet", 1, -1, 0)
    lane.step(thread, "send", 1, 5, 0x4000, 0)
    lane.step(thread, "recv", 1, 5, 0, 0, 0, waits=True)


def udp(lane):
    reader, writer = roles(lane)
    for slot in 0, 1:
        lane.step(reader, "socket", slot, 1, 1, 0, 0)
        lane.step(reader, "bind_inet", slot)
    for _ in range(lane.rng.randint(1, 4)):
        size = lane.rng.choice([0, 1, 100, 1400])
        room = lane.rng.choice([1, 100, 2000])
        ways = [
            ("recv", 0, room, lane.rng.choice([0, socket.MSG_TRUNC]), 0, 0),
            ("recvfrom", 0, room, 0, lane.rng.randrange(3), 0),
            ("recvmsg", 0, room, 0, 0, 12, 0),
        ]
        lane.step(reader, *lane.rng.choice(ways), asynchronous=True)
        delay(lane, writer)
        lane.step(writer, "sendto", 1, size, 0, 0)
        lane.step(writer, "wait", reader)
    lane.step(reader, "timeout", 0, 0, 3, 0)
    lane.step(reader, "recv", 0, 10, 0, 0, 0, waits=True)


def accept_times_out(lane):
    thread = lane.rng.randrange(3)
    family = lane.rng.choice([0, 1])
    lane.step(thread, "socket", 0, family, 0, 0, 0)
    lane.step(thread, *(("bind_unix", 0, 2) if family == 0 else ("bind_inet", 0)))
    lane.step(thread, "listen", 0, 5)
    if lane.rng.random() < 0.3:
        lane.step(thread, "nonblock", 0, 1, 0)
    else:
        lane.step(thread, "timeout", 0, 0, 4, 0)
    lane.step(thread, "lap", 0)
    lane.step(thread, "accept", 0, 3, 0, 0, lane.rng.randrange(3))


def descriptors_sent(lane):
    """A number that comes by SCM_RIGHTS shares its file with the sender's."""
    reader, writer = roles(lane)
    pair(lane, "stream", "dgram", "seqpacket")
    pair(lane, "pipe", "stream", reader=2, writer=3)
    lane.step(reader, "recvmsg", 0, 10, 0, 64, 4, 0, asynchronous=True)
    delay(lane, writer)
    lane.step(writer, "sendmsg", 1, 10, 0, 2, lane.rng.randrange(2), waits=True)
    lane.step(writer, "wait", reader)
    lane.step(writer, "nonblock", lane.rng.choice([2, 4]), 1, lane.rng.randrange(4))
    lane.step(reader, "read", 2, 5, 0, 0)
    lane.step(reader, "read", 4, 5, 0, 0)
    lane.step(writer, "write", 3, 5, 0, 0)
    lane.step(reader, "read", lane.rng.choice([2, 4]), 5, 0, 0)


# -- Signals ------------------------------------------------------------------


def blocking_call(lane):
    """Makes something that a call waits for ever for; the call, and whether
    SA_RESTART lets it go on."""
    rng = lane.rng
    which = rng.randrange(15)
    if which < 4:
        name = pair(lane, *READABLE)
        return reading(lane, name, 8), True
    if which == 4:
        name = pair(lane, "pipe", "stream", "fifo", "dgram")
        lane.step(0, "stuff", 1)
        return writing(lane, name, 100), True
    if which == 5:
        lane.step(0, "socket", 0, 0, 0, 0, 0)
        lane.step(0, "bind_unix", 0, 1)
        lane.step(0, "listen", 0, 5)
        return ("accept", 0, 3, 0, 0, rng.randrange(3)), True
    if which == 6:
        pair(lane, *READABLE)
        return waiting_for(lane, 0), False
    if which == 7:
        lane.step(0, "epoll_create", 5, 0)
        return ("epoll_wait", 5, 8, -1, rng.randrange(5)), False
    if which == 8:
        return ("sleep_long", rng.randrange(5)), False
    if which == 9:
        return ("pause", 0), False
    if which == 14:
        return ("pause", 1), False
    if which == 10:
        return ("sem_wait", 0, 100000, rng.randrange(3)), True
    if which == 11:
        name = pair(lane, *SOCKETS)
        lane.step(0, "timeout", 0, 0, 100000, 0)
        return reading(lane, name, 8), False
    lock = ("flock", "lock_range")[which - 12]
    for slot in 0, 1:
        lane.step(0, "open", slot, 5, 2, 0)
    lane.step(0, lock, 0, 1, 0)
    return (lock, 1, 1, 0), True


def interrupted(lane):
    """EINTR: by a handler without SA_RESTART, or where that does not help."""
    waiter, other = roles(lane)
    call, restarts = blocking_call(lane)
    signal = USR1 if restarts else lane.rng.choice([USR1, USR2, REAL_TIME])
    # recvmmsg and waits for several say the same as natively; how often the
    # handler ran is not determined.
    lane.step(waiter, *call, asynchronous=True)
    delay(lane, other)
    lane.step(other, "kill_until_done", waiter, signal)
    lane.step(other, "wait", waiter)
    lane.step(waiter, "forget_caught", signal)


def interrupted_despite_restart(lane):
    """A socket's timeout makes EINTR certain: signal(7)."""
    waiter, other = roles(lane)
    name = pair(lane, *SOCKETS)
    if name != "tcp" and lane.rng.random() < 0.4:
        lane.step(other, "stuff", 1)
        lane.step(other, "timeout", 1, 1, 100000, lane.rng.randrange(2))
        call = writing(lane, name, 100)
    else:
        lane.step(other, "timeout", 0, 0, 100000, lane.rng.randrange(2))
        call = reading(lane, name, 8)
    lane.step(waiter, *call, asynchronous=True)
    delay(lane, other)
    lane.step(other, "kill_until_done", waiter, USR2)
    lane.step(other, "wait", waiter)
    lane.step(waiter, "forget_caught", USR2)


def restarted(lane):
    """SA_RESTART: handlers run meanwhile, and the call goes on."""
    reader, writer = roles(lane)
    name = pair(lane, *READABLE)
    lane.step(reader, "forget_caught", USR2)
    lane.step(reader, *reading(lane, name, 8), asynchronous=True)
    delay(lane, writer)
    times = lane.rng.randint(1, 3)
    lane.step(writer, "kill_times", reader, USR2, times)
    lane.step(writer, *writing(lane, name, 8))
    lane.step(writer, "wait", reader)
    lane.step(reader, "caught", USR2, times)


def restarted_write(lane):
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "fifo", "stream")
    lane.step(writer, "forget_caught", USR2)
    lane.step(writer, "stuff", 1)
    lane.step(writer, *writing(lane, name, 100), asynchronous=True)
    delay(lane, reader)
    lane.step(reader, "kill_times", writer, USR2, 2)
    lane.step(reader, "empty", 0)
    lane.step(reader, "wait", writer)
    lane.step(writer, "caught", USR2, 2)


def partly_written(lane):
    """A signal cuts a large write short: how much went is not determined."""
    reader, writer = roles(lane)
    pair(lane, "pipe", "stream")
    lane.step(writer, "write_until_closed", 1, 700000, asynchronous=True)
    lane.step(reader, "drain", 0, 1)  # So it is inside.
    lane.step(reader, "kill_until_done", writer, USR1)
    lane.step(reader, "wait", writer)
    lane.step(writer, "forget_caught", USR1)


def blocked_signal(lane):
    """Sent while blocked: pending, then taken by a call or a handler."""
    thread, other = roles(lane)
    signal = lane.rng.choice([USR1, USR2, REAL_TIME])
    lane.step(thread, "mask", 0, signal, lane.rng.randrange(3))
    lane.step(thread, "forget_caught", signal)
    way = lane.rng.randrange(3)
    if way == 0:
        lane.step(thread, "sigwait", signal, lane.rng.randrange(4), asynchronous=True)
    elif way == 1:
        lane.step(thread, "wait_with_mask", signal, lane.rng.randrange(7), asynchronous=True)
    delay(lane, other)
    lane.step(other, "kill", thread, signal, lane.rng.randrange(2))
    lane.step(other, "wait", thread)
    lane.step(thread, "pending", signal)
    lane.step(thread, "mask", 1, signal, lane.rng.randrange(3))
    if way == 2:
        lane.step(thread, "caught", signal, 1)


def sent_to_another(lane):
    thread, other = roles(lane)
    signal = lane.rng.choice([USR1, USR2, REAL_TIME])
    lane.step(thread, "forget_caught", signal)
    lane.step(other, "kill", thread, signal, lane.rng.randrange(2))
    lane.step(thread, "caught", signal, 1)


# -- Locks --------------------------------------------------------------------


def lock_waits(lane):
    waiter, other = roles(lane)
    mutex = lane.rng.randrange(4)
    lane.step(other, "mutex_lock", mutex, 0, 0)
    lane.step(waiter, "mutex_trylock", mutex)
    lane.step(waiter, "mutex_lock", mutex, 3, lane.rng.choice([2, 3]))
    lane.step(waiter, "mutex_lock", mutex, 100000, lane.rng.randrange(4), asynchronous=True)
    delay(lane, other)
    lane.step(other, "mutex_unlock", mutex)
    lane.step(other, "wait", waiter)
    lane.step(waiter, "mutex_unlock", mutex)


def semaphore_waits(lane):
    waiter, other = roles(lane)
    for _ in range(lane.rng.randint(1, 4)):
        lane.step(waiter, "sem_wait", 0, 100000, lane.rng.randrange(3), asynchronous=True)
        delay(lane, other)
        lane.step(other, "sem_post", 0)
        lane.step(other, "wait", waiter)
    lane.step(waiter, "sem_wait", 0, 3, lane.rng.choice([1, 2]))


def condition_waits(lane):
    one, other, third = lane.rng.sample(range(3), 3)
    lane.step(one, "cond_wait", 3, lane.rng.choice([1, 2]))
    lane.step(one, "cond_wait", 100000, lane.rng.randrange(3), asynchronous=True)
    both = lane.rng.random() < 0.5
    if both:
        lane.step(other, "cond_wait", 100000, lane.rng.randrange(3), asynchronous=True)
    delay(lane, third)
    lane.step(third, "cond_signal", 1 + both, lane.rng.randrange(2))
    lane.step(third, "wait", one)
    lane.step(third, "wait", other)


def barrier(lane):
    one, other = roles(lane)
    for _ in range(2):
        for thread in one, other:
            lane.step(thread, "barrier_wait", asynchronous=True, pattern="0|serial")
        lane.step(one, "wait", other)
        lane.step(other, "wait", one)


def file_lock_waits(lane):
    waiter, other = roles(lane)
    lock = lane.rng.choice(["flock", "lock_range"])
    for slot in 0, 1:
        lane.step(other, "open", slot, 5, 2, lane.rng.randrange(5))
    lane.step(other, lock, 0, 1, 0)
    lane.step(waiter, lock, 1, lane.rng.choice([0, 1]), 0)
    lane.step(waiter, lock, 1, lane.rng.choice([0, 1]), lane.rng.randrange(2), asynchronous=True)
    delay(lane, other)
    lane.step(other, lock, 0, 2, 0)
    lane.step(other, "wait", waiter)


def moved_without_copying(lane):
    """sendfile, splice, tee, vmsplice wait like reads and writes."""
    mover, other = roles(lane)
    pair(lane, "pipe")
    pair(lane, "pipe", reader=2, writer=3)
    call = lane.rng.choice([("splice", 0, 3, 100, 0, lane.rng.randrange(2))])
    lane.step(mover, *call, asynchronous=True)
    delay(lane, other)
    lane.step(other, "write", 1, 100, 0, 0)
    lane.step(other, "wait", mover)
    lane.step(other, "drain", 2, 100)
    lane.step(other, "vmsplice", 3, 50, 0)
    lane.step(mover, "read", 2, 100, 0, 0)


HELPERS = "arrived blocking_call delay pair reading roles tcp_pair waiting_for writing".split()
ALL = [
    value
    for name, value in sorted(globals().items())
    if getattr(value, "__module__", None) == __name__ and name not in HELPERS
]
