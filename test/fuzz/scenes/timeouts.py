"""Scenes of sockets' timeouts, and of what is set through copies of a number."""

from .common import READABLE, SOCKETS, arrived, delay, pair, reading, roles, writing


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
