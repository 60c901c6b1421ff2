"""Scenes of streams that no thread waits for, and what all scenes of streams are
made of. Slot 0 is read from, slot 1 is written to."""

from .common import delay, pair

MODES = {"r": 0, "w": 1, "r+": 2, "a": 3, "w+": 4, "a+": 5, "re": 6, "r+e": 7}
FULL, LINES, NONE = 0, 1, 2  # How a stream is buffered.
BYTES = "pipe pipe stream stream tcp fifo".split()
# What random calls on streams are made by.
CALLS = (
    "clearerr dprintf fflush fgets fgetws fopen fprintf fputs fputws freopen fscanf fseek fread"
    " fwprintf fwrite fwscanf getc getline getwc nonblock putc putwc read recv setvbuf standard_in"
    " standard_out stream_state timeout ungetc write".split()
)


def open_stream(lane, thread, slot, mode, name=None, buffering=True):
    """Of a slot's descriptor. Sometimes with a buffer of another size."""
    if name in ("stream", "tcp", "fifo") and lane.rng.random() < 0.3:
        mode = "r+"
    lane.step(thread, "fdopen", slot, MODES[mode])
    if buffering and lane.rng.random() < 0.4:
        kind = lane.rng.choice([FULL, LINES, NONE])
        lane.step(thread, "setvbuf", slot, kind, lane.rng.choice([16, 100, 128, 1000]))


def write_parts(lane, thread, size, slot=1):
    """A line, in parts."""
    while size:
        part = lane.rng.choice([size, size, 1, max(1, size // 2)])
        size -= part
        delay(lane, thread)
        lane.step(thread, "write_text", slot, part, int(not size))


# -- One after the other ------------------------------------------------------


def stream_walk(lane):
    """Random calls on some streams."""
    rng = lane.rng
    kinds = "pipe stream dgram seqpacket tcp event fifo".split()
    for slot in 0, 2:
        name = pair(lane, rng.choice(kinds), reader=slot, writer=slot + 1)
        open_stream(lane, lane.thread(), slot, "r", name)
        open_stream(lane, lane.thread(), slot + 1, "w", name)
    for slot in 4, 5:
        lane.step(lane.thread(), "fopen", slot, rng.choice([4, 4, 5, 6, 1]), rng.choice([2, 4, 5]), 0)
    lane.slots.update(range(6))
    lane.streams.update(range(6))
    for op in rng.choices(CALLS, k=rng.randint(30, 120)):
        lane.random_step(op)


def stream_all_calls(lane):
    """Each of the functions, with what it needs: `generate.everything` asks for
    all ways."""
    rng = lane.rng
    thread = lane.thread()
    kind = rng.choice(["pipe", "stream", "fifo"])
    for slot in 0, 2:
        pair(lane, kind, reader=slot, writer=slot + 1)
        lane.step(thread, "fdopen", slot, 0)
        lane.step(thread, "fdopen", slot + 1, 1)
    for ops in (("putc", 6), ("fwrite", 2), ("fputs", 2), ("fprintf", 4), ("standard_out", 7)):
        op, ways = ops
        middle = {"putc": (), "fwrite": (60, 20, 1)}.get(op, (60, 1))
        lane.step(thread, op, 1, *middle, rng.randrange(ways), waits=True)
    lane.step(thread, "fflush", 1, rng.randrange(3))
    lane.step(thread, "dprintf", 1, 60, 1, rng.randrange(4))
    for ops in (("getc", 6), ("fread", 4), ("fgets", 4), ("fscanf", 4), ("getline", 3)):
        op, ways = ops
        middle = {"fread": (20, 5), "fgets": (20,), "fscanf": (0,)}.get(op, ())
        lane.step(thread, op, 0, *middle, rng.randrange(ways))
    lane.step(thread, "write_text", 1, 100, 2)
    lane.step(thread, "standard_in", 0, 1, rng.randrange(6))
    for ops in (("putwc", 4), ("fputws", 2), ("fwprintf", 4), ("standard_out", 6)):
        op, ways = ops
        middle = () if op == "putwc" else (60, 1)
        way = rng.randrange(ways) + (7 if op == "standard_out" else 0)
        lane.step(thread, op, 3, *middle, way, waits=True)
    lane.step(thread, "fflush", 3, 0, waits=True)
    lane.step(thread, "getwc", 2, rng.randrange(4), waits=True)
    lane.step(thread, "standard_in", 2, -1, 6 + rng.randrange(6), waits=True)
    lane.step(thread, "fgetws", 2, 20, rng.randrange(4), waits=True)
    lane.step(thread, "fwscanf", 2, rng.randrange(4), waits=True)


# -- Who reads waits ----------------------------------------------------------
