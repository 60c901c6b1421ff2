"""What scenes are made of. Slots: 0 is read from, 1 is written to."""

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
