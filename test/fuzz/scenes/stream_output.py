"""Scenes of threads that wait for room for a stream's output, in slot 1."""

from .common import USR1, USR2, delay, pair, roles
from .streams import open_stream


def output_call(lane, size, slot=1):
    """A call that puts out so many bytes or more."""
    rng = lane.rng
    which = rng.randrange(4)
    if which == 0:
        via = rng.randrange(2)
        return "fwrite", slot, size, rng.choice([1, size]), rng.randrange(3), via
    if which == 1:
        return "fputs", slot, size, rng.choice([0, 2]), rng.randrange(2)
    if which == 2:
        return "fprintf", slot, size, rng.choice([0, 2]), rng.randrange(4)
    return "putc_times", slot, size, 0


def stream_write_waits(lane):
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "tcp")
    open_stream(lane, writer, 1, "w", name)
    for time in range(lane.rng.randint(1, 3)):
        size = lane.rng.choice([100, 5000, 70000, 200000, 300001])
        call = output_call(lane, size)
        if call[0] == "putc_times":
            call = call[0], 1, min(size, 70000), 0
        lane.step(writer, *call, asynchronous=not time, waits=True)
        if not time:
            delay(lane, reader)
            lane.step(reader, "drain", 0, 1000000, asynchronous=True)
        if lane.rng.random() < 0.3:
            lane.step(writer, "fflush", 1, lane.rng.randrange(2), waits=True)
    lane.step(writer, "close", 1, 0, waits=True)
    lane.step(writer, "wait", reader)


def stream_full(lane):
    """A flush finds no room; signals come meanwhile."""
    reader, writer = roles(lane)
    pair(lane, "pipe", "stream")
    open_stream(lane, writer, 1, "w", buffering=False)
    lane.step(writer, "fputs", 1, lane.rng.choice([1, 100, 3000]), 1, 0)
    lane.step(writer, "stuff", 1)
    lane.step(writer, "forget_caught", USR2)
    lane.step(writer, "fflush", 1, lane.rng.randrange(2), asynchronous=True)
    delay(lane, reader)
    restarts = lane.rng.random() < 0.5
    if restarts:
        lane.step(reader, "kill_times", writer, USR2, 2)
        lane.step(reader, "empty", 0)
    else:
        lane.step(reader, "kill_until_done", writer, USR1)
    lane.step(reader, "wait", writer)
    lane.step(writer, "forget_caught", USR1)
    lane.step(writer, "caught", USR2, 2 if restarts else 0)
    lane.step(writer, "stream_state", 1)
    lane.step(reader, "empty", 0)
    lane.step(writer, "fputs", 1, 100, 1, 0, waits=True)
    lane.step(writer, "fflush", 1, 0, waits=True)


def stream_reader_gone(lane):
    """EPIPE is an error of the stream, too. How much went is not determined."""
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream")
    open_stream(lane, writer, 1, "w", name)
    size = 500000
    pattern = r"fwrite=0 (EPIPE error sigpipe|ECONNRESET error)"
    lane.step(writer, "fwrite", 1, size, size, 0, lane.rng.randrange(2), asynchronous=True,
              pattern=None if name == "pipe" else pattern)
    lane.step(reader, "drain", 0, lane.rng.choice([1, 100, 4096]))
    delay(lane, reader)
    lane.step(reader, "close", 0, 0)
    lane.step(reader, "wait", writer)
    pattern = r"fputs=1 error|fputs=-1 (EPIPE error sigpipe|ECONNRESET error)"
    lane.step(writer, "fputs", 1, 100, 1, 0, waits=True, pattern=None if name == "pipe" else pattern)


# -- One stream, several threads ----------------------------------------------


def stream_lines_out(lane):
    """Two write lines to one stream: each is whole."""
    reader, one, other = lane.rng.sample(range(3), 3)
    name = pair(lane, "pipe", "stream", "tcp")
    open_stream(lane, one, 1, "w", name)
    size, count = lane.rng.choice([(10, 50), (80, 500), (500, 200), (5000, 20)])
    for thread in one, other:
        lane.step(thread, "lines_out", 1, size, count, lane.rng.randrange(3), asynchronous=True)
    lane.step(reader, "count_lines", 0, size, 2 * count)
    lane.step(reader, "wait", one)
    lane.step(reader, "wait", other)


def stream_wide_write_waits(lane):
    reader, writer = roles(lane)
    name = pair(lane, "pipe", "stream", "tcp")
    open_stream(lane, writer, 1, "w", name, buffering=False)
    for time in range(lane.rng.randint(1, 4)):
        way = lane.rng.randrange(3)
        call = ("putc_times", 1, 60000, 1) if way == 0 else ("fputws", 1, 8192, 2, 0)
        if way == 1:
            call = "fwprintf", 1, 8192, 2, 0
        lane.step(writer, *call, asynchronous=not time, waits=True)
        if not time:
            delay(lane, reader)
            lane.step(reader, "drain", 0, 1000000, asynchronous=True)
    lane.step(writer, "close", 1, 0, waits=True)
    lane.step(writer, "wait", reader)
