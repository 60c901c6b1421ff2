"""Scenes of calls that a signal interrupts, and of blocked signals."""

from .common import READABLE, REAL_TIME, SOCKETS, USR1, USR2, delay, pair, reading, roles, waiting_for, writing


def _blocking_call(lane):
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
    call, restarts = _blocking_call(lane)
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
