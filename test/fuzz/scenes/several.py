"""Scenes of threads that wait for several descriptors."""

import socket

from .common import READABLE, SOCKETS, delay, pair, reading, roles, waiting_for, writing


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
