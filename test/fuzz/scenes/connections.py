"""Scenes of connections that are made, refused or full."""

import os
import socket

from .common import delay, pair, roles


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
