"""Scenes of threads that wait for input of a stream, in slot 0."""

from .common import USR1, USR2, delay, pair, roles
from .streams import BYTES, FULL, MODES, NONE, open_stream, write_parts


def input_call(lane, size, slot=0):
    """A call that takes a line of `size` bytes, or so many bytes, or fewer."""
    rng = lane.rng
    which = rng.randrange(6)
    if which == 0:
        return "fgets", slot, size + 1, rng.randrange(4)
    if which == 1:
        return "getline", slot, rng.choice([0, 2])
    if which == 2:
        via = rng.randrange(4)
        return "fread", slot, size, rng.choice([1, size]), via
    if which == 3:
        return "getc", slot, rng.randrange(6 if size >= 4 else 5)
    if which == 4 and size > 1:
        return "fscanf", slot, 0, rng.randrange(4)
    if which == 5 and size > 1:
        return "fscanf", slot, 2, rng.randrange(4)
    return "fgets", slot, 2, rng.randrange(2)


def stream_read_waits(lane):
    reader, writer = roles(lane)
    name = pair(lane, *BYTES)
    open_stream(lane, reader, 0, "r", name)
    for _ in range(lane.rng.randint(1, 6)):
        size = lane.rng.choice([1, 2, 6, 100, 4096, 5000])
        lane.step(reader, *input_call(lane, size), asynchronous=True)
        write_parts(lane, writer, size)
        lane.step(writer, "wait", reader)


def stream_messages(lane):
    """Of a datagram socket each read takes one."""
    reader, writer = roles(lane)
    name = pair(lane, "dgram", "seqpacket")
    open_stream(lane, reader, 0, "r", name, buffering=False)
    for _ in range(lane.rng.randint(1, 5)):
        size = lane.rng.choice([1, 6, 100, 1000])
        lane.step(reader, *input_call(lane, size), asynchronous=True)
        write_parts(lane, writer, size)
        lane.step(writer, "wait", reader)


def stream_large_messages(lane):
    """A large fread does not pass through the buffer, which would cut them."""
    reader, writer = roles(lane)
    pair(lane, "dgram", "seqpacket")
    lane.step(reader, "fdopen", 0, 0)
    if lane.rng.random() < 0.5:
        lane.step(reader, "setvbuf", 0, lane.rng.choice([FULL, NONE]), 16)
        size = lane.rng.choice([100, 1000])
    else:
        size = lane.rng.choice([4096, 8192])
    for _ in range(lane.rng.randint(1, 3)):
        lane.step(reader, "fread", 0, size, lane.rng.choice([1, size]), lane.rng.randrange(4), asynchronous=True)
        delay(lane, writer)
        lane.step(writer, "write_text", 1, size, 1)
        lane.step(writer, "wait", reader)


def stream_of_events(lane):
    """An eventfd gives its number at once or not at all."""
    reader, writer = roles(lane)
    pair(lane, "event")
    lane.step(reader, "fdopen", 0, 0)
    if lane.rng.random() < 0.5:
        lane.step(reader, "setvbuf", 0, lane.rng.choice([FULL, NONE]), 16)
    for _ in range(lane.rng.randint(1, 3)):
        lane.step(reader, "fread", 0, 8, 8, lane.rng.randrange(4), asynchronous=True)
        delay(lane, writer)
        lane.step(writer, "eventfd_write", 1, lane.rng.randrange(1, 5))
        lane.step(writer, "wait", reader)


def stream_end(lane):
    """The other end is closed, perhaps in the middle of a line."""
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "seqpacket", "tcp")
    open_stream(lane, reader, 0, "r", name, buffering=name != "seqpacket")
    lane.step(reader, *input_call(lane, 100), asynchronous=True)
    delay(lane, writer)
    if lane.rng.random() < 0.5:
        lane.step(writer, "write_text", 1, 40, 0)
    if name != "pipe" and lane.rng.random() < 0.5:
        lane.step(writer, "shutdown", 1, 1, 0)
    else:
        lane.step(writer, "close", 1, lane.rng.randrange(3))
    lane.step(writer, "wait", reader)
    for _ in range(2):
        lane.step(reader, *input_call(lane, 100), waits=True)
    lane.step(reader, "clearerr", 0)
    lane.step(reader, *input_call(lane, 100), waits=True)


def stream_timeouts(lane):
    """SO_RCVTIMEO: EAGAIN is an error of the stream."""
    reader, writer = roles(lane)
    name = pair(lane, "stream", "tcp", "dgram")
    ms = lane.rng.choice([2, 5, 12])
    open_stream(lane, reader, 0, "r", name, buffering=name != "dgram")
    lane.step(reader, "timeout", 0, 0, ms, 0)
    for _ in range(lane.rng.randint(1, 2)):
        if lane.rng.random() < 0.5 and name != "tcp":
            lane.step(writer, "write_text", 1, 3, 0)
        lane.step(reader, "lap", 0)
        call = lane.rng.choice([("fgets", 0, 50, 0), ("fread", 0, 50, 1, 0), ("getline", 0, 0)])
        lane.step(reader, *call, waits=True)
        lane.step(reader, "lap", ms)
        if lane.rng.random() < 0.8:
            lane.step(reader, "clearerr", 0)
    lane.step(reader, "clearerr", 0)
    lane.step(reader, "timeout", 0, 0, 0, 0)
    lane.step(reader, *input_call(lane, 100), asynchronous=True)
    delay(lane, writer)
    lane.step(writer, "write_text", 1, 100, 1)
    lane.step(writer, "wait", reader)


def stream_interrupted(lane):
    """EINTR is an error of the stream; what fgets had is lost."""
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "tcp")
    open_stream(lane, reader, 0, "r", name)
    call = lane.rng.choice([("fgets", 0, 50, 0), ("fread", 0, 50, 1, 0), ("getline", 0, 0), ("getc", 0, 0)])
    lane.step(reader, *call, asynchronous=True)
    if call[0] != "getc" and lane.rng.random() < 0.5:
        lane.step(writer, "write_text", 1, 3, 0)
        lane.step(writer, "await_read", 0, 1)
    delay(lane, writer)
    lane.step(writer, "kill_until_done", reader, USR1)
    lane.step(writer, "wait", reader)
    lane.step(reader, "forget_caught", USR1)
    if lane.rng.random() < 0.7:
        lane.step(reader, "clearerr", 0)
    lane.step(writer, "write_text", 1, 60, 1)
    lane.step(reader, *input_call(lane, 50), waits=True)


def stream_restarted(lane):
    reader, writer = roles(lane)
    name = pair(lane, *BYTES)
    open_stream(lane, reader, 0, "r", name)
    lane.step(reader, "forget_caught", USR2)
    lane.step(reader, *input_call(lane, 100), asynchronous=True)
    delay(lane, writer)
    times = lane.rng.randint(1, 3)
    before = lane.rng.choice([0, 40])
    lane.step(writer, "write_text", 1, before, 0)
    lane.step(writer, "kill_times", reader, USR2, times)
    lane.step(writer, "write_text", 1, 100 - before, 1)
    lane.step(writer, "wait", reader)
    lane.step(reader, "caught", USR2, times)


def stream_number_reused(lane):
    """Who waits goes on with the old file; the next call has the new one."""
    reader, writer = roles(lane)
    pair(lane, "pipe", "stream", "tcp")
    pair(lane, "pipe", "stream", reader=2, writer=3)
    lane.step(reader, "fdopen", 0, 0)
    lane.step(reader, "fgets", 0, 50, lane.rng.randrange(4), asynchronous=True)
    lane.step(writer, "write_text", 1, 3, 0)
    lane.step(writer, "await_read", 0, 1)
    lane.step(writer, "dup2", 2, 0, lane.rng.randrange(4))
    lane.step(writer, "write_text", 1, 30, 1)
    lane.step(writer, "wait", reader)
    lane.step(writer, "write_text", 3, 30, 1)
    lane.step(reader, *input_call(lane, 30), waits=True)


def stream_fifo_opens(lane):
    """Each end waits for the other."""
    reader, writer = roles(lane)
    # Which of the two has its number first is not determined.
    opened = r"(fopen=1)? ?(fd\d+)?"
    lane.step(reader, "fopen", 0, 6, MODES["r"], lane.rng.randrange(2), asynchronous=True, pattern=opened)
    delay(lane, writer)
    if lane.rng.random() < 0.5:
        lane.step(writer, "fopen", 1, 6, MODES["w"], 0, asynchronous=True, pattern=opened)
    else:
        lane.step(writer, "open_checked", 1, 6, 1, lane.rng.randrange(4), waits=True, pattern=opened)
    lane.step(reader, "wait", writer)
    lane.step(writer, "wait", reader)
    lane.step(reader, *input_call(lane, 20), asynchronous=True)
    delay(lane, writer)
    lane.step(writer, "write_text", 1, 20, 1)
    lane.step(writer, "wait", reader)


# -- Who writes waits ---------------------------------------------------------


def stream_lines_in(lane):
    """Two read lines from one stream."""
    writer, one, other = lane.rng.sample(range(3), 3)
    name = pair(lane, "pipe", "stream", "tcp")
    open_stream(lane, one, 0, "r", name)
    open_stream(lane, writer, 1, "w", name)
    size, count = lane.rng.choice([(10, 50), (80, 500), (500, 200), (5000, 20)])
    for thread in one, other:
        lane.step(thread, "lines_in", 0, size, count, lane.rng.randrange(3), asynchronous=True)
    delay(lane, writer)
    lane.step(writer, "lines_out", 1, size, 2 * count, lane.rng.randrange(3), waits=True)
    lane.step(writer, "wait", one)
    lane.step(writer, "wait", other)


def stream_has_waiter(lane):
    """A second reader waits for the stream that the first waits in."""
    writer, one, other = lane.rng.sample(range(3), 3)
    name = pair(lane, "pipe", "stream")
    open_stream(lane, one, 0, "r", name)
    for thread in one, other:
        lane.step(thread, "fgets", 0, 5, lane.rng.choice([0, 2]), asynchronous=True,
                  pattern=r"fgets=1 \[\w+\]")
    for _ in range(2):
        delay(lane, writer)
        lane.step(writer, "write_text", 1, 4, 0)
    lane.step(writer, "wait", one)
    lane.step(writer, "wait", other)


# -- Wide characters ----------------------------------------------------------


def stream_wide_waits(lane):
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "tcp")
    open_stream(lane, reader, 0, "r", name, buffering=False)
    open_stream(lane, writer, 1, "w", name, buffering=False)
    lines = lane.rng.random() < 0.7
    for _ in range(lane.rng.randint(1, 4)):
        size = lane.rng.choice([1, 5, 100, 3000] if lines else [1, 5, 100])
        call = "getwc", 0, lane.rng.randrange(4)
        if lines:
            call = "fgetws", 0, size + 1, lane.rng.randrange(4)
        lane.step(reader, *call, asynchronous=True)
        delay(lane, writer)
        lane.step(writer, "fputws", 1, size, 1, lane.rng.randrange(2), waits=True)
        lane.step(writer, "fflush", 1, 0, waits=True)
        lane.step(writer, "wait", reader)


# A difference (docs/semantics.md): to be had with --scene only.
KNOWN = ["stream_number_reused"]
