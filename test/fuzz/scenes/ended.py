"""Scenes of calls that do not return: their thread is cancelled meanwhile, or a
signal's handler leaves them by siglongjmp. What they waited for must serve the
next one. Thread marks (c, d, p, j): readStep in script.c."""

from .common import (
    READABLE,
    REAL_TIME,
    SOCKETS,
    USR1,
    USR2,
    delay,
    pair,
    roles,
    writing,
)


def by_name(lane, name, slot=0, size=8):
    """As `reading`, but only what POSIX has as cancellation points: not
    syscall()."""
    ways = [
        ("read", slot, size, 0, lane.rng.randrange(2)),
        ("readv", slot, size, lane.rng.choice([1, 2, 3]), 0, 0),
        ("preadv2", slot, size, 1, -1, 0, lane.rng.randrange(2)),
        ("poll", slot, -1, -1, 0, -1, lane.rng.randrange(4)),
        ("select", slot, -1, -1, -1, lane.rng.randrange(2)),
    ]
    if name in SOCKETS:
        ways += [
            ("recv", slot, size, 0, 0, lane.rng.randrange(2)),
            ("recvfrom", slot, size, 0, lane.rng.randrange(4), 0),
            ("recvmsg", slot, size, 0, 64, 12, 0),
            ("recvmmsg", slot, size, 1, 0, -1, 0),
        ]
    return lane.rng.choice(ways)


def waiting_call(lane, thread, conditions=True):
    """Makes something that a call waits for; the call, and steps that let it
    return."""
    rng = lane.rng
    which = rng.randrange(9 + conditions)
    if which == 9:
        return ("cond_wait", 100000, rng.randrange(3)), [("cond_signal", 1, rng.randrange(2))]
    if which < 3:
        name = pair(lane, *READABLE)
        return by_name(lane, name), [writing(lane, name, 8)]
    if which == 3:
        pair(lane, "pipe", "stream", "dgram")
        lane.step(thread, "stuff", 1)
        return ("write", 1, 100, 0, 0), [("empty", 0)]
    if which == 4:
        lane.step(thread, "socket", 0, 0, 0, 0, 0)
        lane.step(thread, "bind_unix", 0, 1)
        lane.step(thread, "listen", 0, 5)
        lane.step(thread, "socket", 1, 0, 0, 0, 0)
        return ("accept", 0, 3, 0, 1, rng.randrange(2)), [("connect_unix", 1, 1)]
    if which == 5:
        pair(lane, "pipe")
        lane.step(thread, "epoll_create", 5, 0)
        lane.step(thread, "epoll_ctl", 5, 0, 0, 0)
        return ("epoll_wait", 5, 8, -1, rng.randrange(3)), [("write", 1, 8, 0, 0)]
    if which == 6:
        lane.step(thread, "sem_empty", 0)
        return ("sem_wait", 0, 100000, rng.randrange(3)), [("sem_post", 0)]
    if which == 7:
        for slot in 0, 1:
            lane.step(thread, "open", slot, 5, 2, 0)
        lane.step(thread, "lock_range", 0, 1, 0)
        return ("lock_range", 1, 1, 0), [("lock_range", 0, 2, 0)]
    return rng.choice([("sleep_long", rng.randrange(5)), ("pause", 0)]), []


def cancelled(lane):
    """Cancelled in its wait, or as it comes there; the next one gets all."""
    waiter, other = roles(lane)
    call, ending = waiting_call(lane, other)
    for _ in range(lane.rng.randint(1, 3)):
        lane.step(waiter, *call, asynchronous=True, ends="c")
        delay(lane, other)
        lane.step(other, "cancel", waiter)
        lane.step(other, "wait", waiter)
    if ending:
        lane.step(waiter, *call, asynchronous=True)
        delay(lane, other)
        for step in ending:
            lane.step(other, *step)
        lane.step(other, "wait", waiter)


def cancelled_beside_another(lane):
    """Two wait; the one that stays gets what comes."""
    one, waiter, other = lane.rng.sample(range(3), 3)
    name = pair(lane, "pipe", "dgram", "seqpacket", "stream", "event")
    lane.step(waiter, "read", 0, 8, 0, 0, asynchronous=True, ends="c")
    lane.step(one, "read", 0, 8, 0, 0, asynchronous=True)
    delay(lane, other)
    lane.step(other, "cancel", waiter)
    lane.step(other, "wait", waiter)
    lane.step(other, *writing(lane, name, 8))
    lane.step(other, "wait", one)


def cancelled_later(lane):
    """While that is disabled the call goes on, and has its result."""
    waiter, other = roles(lane)
    call, ending = waiting_call(lane, other)
    if not ending:
        return
    lane.step(waiter, *call, asynchronous=True, ends="d")
    delay(lane, other)
    lane.step(other, "cancel", waiter)
    delay(lane, other)
    for step in ending:
        lane.step(other, *step)
    lane.step(other, "wait", waiter)


def cancelled_before(lane):
    """A request that is there ends the call even if it need not wait."""
    waiter, other = roles(lane)
    call, ending = waiting_call(lane, other)
    if ending and lane.rng.random() < 0.5:
        for step in ending[:1]:
            lane.step(other, *step, asynchronous=True)
        lane.step(waiter, "wait", other)
    lane.step(waiter, *call, waits=True, ends="p")
    if ending and lane.rng.random() < 0.5:
        lane.step(waiter, "flags", 0, 0, waits=True, ends="p")


def left(lane):
    """A handler leaves the wait: the mask is what it was, and the thread can
    wait, be signalled and be left again."""
    waiter, other = roles(lane)
    call, ending = waiting_call(lane, other, conditions=False)
    for _ in range(lane.rng.randint(1, 2)):
        signal = lane.rng.choice([USR1, USR2, REAL_TIME])
        lane.step(waiter, *call, asynchronous=True, ends="j")
        delay(lane, other)
        lane.step(other, "kill_until_done", waiter, signal)
        lane.step(other, "wait", waiter)
        lane.step(waiter, "forget_caught", signal)
    if ending:
        lane.step(waiter, *call, asynchronous=True)
        delay(lane, other)
        for step in ending:
            lane.step(other, *step)
        lane.step(other, "wait", waiter)


def left_lock(lane):
    """A handler leaves the wait for a mutex, which goes to who waits then."""
    waiter, other = roles(lane)
    mutex = lane.rng.randrange(4)
    call = "mutex_lock", mutex, 100000, lane.rng.randrange(4)
    lane.step(other, "mutex_lock", mutex, 0, 0)
    for _ in range(lane.rng.randint(1, 2)):
        signal = lane.rng.choice([USR1, USR2, REAL_TIME])
        lane.step(waiter, *call, asynchronous=True, ends="j")
        delay(lane, other)
        lane.step(other, "kill_until_done", waiter, signal)
        lane.step(other, "wait", waiter)
        lane.step(waiter, "forget_caught", signal)
    lane.step(waiter, *call, asynchronous=True)
    delay(lane, other)
    lane.step(other, "mutex_unlock", mutex)
    lane.step(other, "wait", waiter)
    lane.step(waiter, "mutex_unlock", mutex)


def left_with_mask(lane):
    """The handler leaves a call that has changed the mask for its time."""
    waiter, other = roles(lane)
    signal = lane.rng.choice([USR1, USR2, REAL_TIME])
    lane.step(waiter, "mask", 0, signal, lane.rng.randrange(3))
    lane.step(waiter, "forget_caught", signal)
    for _ in range(lane.rng.randint(1, 2)):
        way = lane.rng.choice([0, 1, 2, 5, 6])
        lane.step(waiter, "wait_with_mask", signal, way, asynchronous=True, ends="j")
        delay(lane, other)
        lane.step(other, "kill", waiter, signal, lane.rng.randrange(2))
        lane.step(other, "wait", waiter)
        lane.step(waiter, "pending", signal)
        lane.step(waiter, "caught", signal, 1)
    lane.step(waiter, "mask", 1, signal, 0)
    lane.step(waiter, "forget_caught", signal)
