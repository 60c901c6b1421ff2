"""Shows coroutines to gdb, in a process and in a core.

  info coroutines               all threads of the program that are coroutines
  coroutine N                   makes N the one whose frames gdb shows
  coroutine                     and again those of the OS thread
  coroutine apply N...|all CMD  a command for each
  print VARIABLE                a thread_local's value in the thread shown
  $oc_local(EXPRESSION)         the same within an expression, as an lvalue

gdb loads this file with libopen-co.so where it trusts the directory
(add-auto-load-safe-path); else, and for static programs, `source` it.
"""
import itertools

import gdb
from gdb.unwinder import Unwinder, register_unwinder

# What jump_fcontext keeps at a suspended stack (Boost.Context, x86-64), and how
# far above it the caller's stack is.
SAVED = {"r12": 16, "r13": 24, "r14": 32, "r15": 40, "rbx": 48, "rbp": 56, "rip": 64}
ABOVE = 72
PARKED = (1, 3)  # ParkState in coro/coroutine.h: Parked, Blocked.

WORD = gdb.lookup_type("unsigned long")
TEXT = gdb.lookup_type("char").pointer()


def word(address):
    return int(gdb.Value(address).cast(WORD.pointer()).dereference())


def text(address):
    return gdb.Value(address).cast(TEXT).string()


class Facts(dict):
    """The table of thread/debugger.cpp."""

    def __init__(self):
        at = int(gdb.parse_and_eval("(unsigned long)&__oc_debugger"))
        while word(at):
            self[text(word(at))] = word(at + 8) + word(at + 16)
            at += 24

    @staticmethod
    def read():
        try:
            return Facts()
        except gdb.error:
            raise gdb.GdbError("The program has no open-co runtime.") from None


class Coroutine:
    def __init__(self, facts, block):
        self.facts, self.block = facts, block

    def __eq__(self, other):
        return other is not None and self.block == other.block

    def at(self, fact):
        return self.block + self.facts[fact]

    def get(self, fact):
        return word(self.at(fact))

    def number(self):
        return self.get("number") & 0xFFFFFFFF

    def is_parked(self):
        return self.get("state") & 0xFFFFFFFF in PARKED

    def has_on_stack(self, sp):
        low, top = self.get("low"), self.get("stack_top")
        return (
            low <= sp < low + self.get("size")
            or top - self.get("stack_size") <= sp <= top
        )

    def own(self, value):
        """What `value`, a thread_local or a part of it, is in this thread."""
        address = int(value.address)
        slot = image_of(self.facts, address)
        if not slot:
            return value
        origins = self.get("more_origins")
        origins = (
            origins + self.facts["in_more_origins"] if origins else self.at("origins")
        )
        origin = word(origins + slot) if slot < word(origins) else 0
        # Without a copy, it is what the variable begins with.
        moved = (address + origin) & (2**64 - 1)
        return gdb.Value(moved).cast(value.type.pointer()).dereference()


def image_of(facts, address):
    """The slot of the image in which a variable lies; None: in none."""
    for number in range(1, word(facts["images_end"])):
        image = facts["images"] + number * facts["image_size"]
        stop = word(image + facts["image_stop"])
        if word(image + facts["image_start"]) <= address < stop:
            return number * 8
    return None


def coroutines(facts):
    block = word(facts["threads"])
    found = []
    while block:
        found.append(Coroutine(facts, block))
        block = word(block + facts["next"])
    return sorted(found, key=Coroutine.number)


def frames_from(frame):
    while frame:
        yield frame
        try:
            frame = frame.older()
        except gdb.error:
            return


def on_this_thread(everyone):
    """The coroutine whose stack the selected OS thread has."""
    for frame in itertools.islice(frames_from(gdb.newest_frame()), 50):
        sp = int(frame.read_register("rsp"))
        for coroutine in everyone:
            if coroutine.has_on_stack(sp):
                return coroutine
    return None


class Place:
    """While it lives, gdb may look elsewhere."""

    def __enter__(self):
        self.thread, self.shown = gdb.selected_thread(), Suspended.shown
        self.frame = gdb.selected_frame()

    def __exit__(self, *_):
        Suspended.show(self.shown)
        self.thread.switch()
        if self.frame.is_valid():
            self.frame.select()


def os_threads(everyone):
    """The OS threads of the coroutines that have one, by block."""
    found = {}
    with Place():
        Suspended.show(None)
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            coroutine = on_this_thread(everyone)
            if coroutine:
                found[coroutine.block] = thread
    return found


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class Suspended(Unwinder):
    """Puts a suspended coroutine's frames above the newest of the OS thread."""

    shown = None  # A coroutine.

    def __init__(self):
        super().__init__("open-co")

    def __call__(self, frame):
        sp, pc = frame.read_register("rsp"), frame.read_register("rip")
        if not self.shown or (int(sp), int(pc)) != self.below:
            return None
        context = self.shown.get("context")
        # As if it were below: gdb wants stacks to grow down.
        info = frame.create_unwind_info(FrameId(gdb.Value(context), pc))
        for register, offset in SAVED.items():
            info.add_saved_register(register, gdb.Value(word(context + offset)))
        info.add_saved_register("rsp", gdb.Value(context + ABOVE))
        return info

    @classmethod
    def show(cls, coroutine):
        cls.shown = None
        gdb.invalidate_cached_frames()
        if coroutine:
            frame = gdb.newest_frame()
            cls.below = tuple(int(frame.read_register(r)) for r in ("rsp", "rip"))
            cls.shown = coroutine
            gdb.invalidate_cached_frames()


class HideNewest:
    """The OS thread's own frame is none of a suspended coroutine's."""

    name, enabled, priority = "open-co", True, 100

    def filter(self, frames):
        return itertools.islice(frames, 1, None) if Suspended.shown else frames


def select(coroutine, thread):
    """Makes gdb show `coroutine`, which `thread` runs if it is not None."""
    Suspended.show(None)
    if thread:
        thread.switch()
    else:
        Suspended.show(coroutine)
        gdb.newest_frame().older().select()


def shown(facts):
    """The coroutine whose frames gdb shows; a native thread's has no number."""
    if Suspended.shown:
        return Suspended.shown
    if not gdb.selected_thread():
        return None
    coroutine = on_this_thread(coroutines(facts))
    record = 0 if coroutine else word(facts["native_threads"])
    while record:
        if word(record + facts["native_id"]) & 0xFFFFFFFF == gdb.selected_thread().ptid[1]:
            return Coroutine(facts, word(record + facts["native_coroutine"]))
        record = word(record + facts["native_next"])
    return coroutine


def is_inside(frame):
    """Whether it is the runtime's, or libc's."""
    library = gdb.solib_name(frame.pc())
    if library:
        return any(part in library for part in ("/libopen-co.so", "/libc.so"))
    # In a static program: the function's, not that of what is inlined there.
    symbol = gdb.execute(f"info symbol {frame.pc()}", to_string=True)
    return any(part in symbol for part in ("oc::", "__oc_"))


def where():
    """The innermost frame that is the program's."""
    frames = list(itertools.islice(frames_from(gdb.newest_frame()), 50))
    frames = frames[1:] if Suspended.shown else frames
    frame = next((f for f in frames if not is_inside(f)), None)
    if not frame:
        return "not started"
    line = frame.find_sal()
    place = f" at {line.symtab.filename}:{line.line}" if line.symtab else ""
    return f"{frame.name() or hex(frame.pc())} (){place}"


class InfoCoroutines(gdb.Command):
    """All threads of the program that are coroutines, and where they are."""

    def __init__(self):
        super().__init__("info coroutines", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        facts = Facts.read()
        everyone, now = coroutines(facts), shown(facts)
        threads = os_threads(everyone)
        with Place():
            for coroutine in everyone:
                thread = threads.get(coroutine.block)
                select(coroutine, thread)
                state = "waits" if coroutine.is_parked() else "runs" if thread else "can run"
                on = f" on LWP {thread.ptid[1]}" if thread else ""
                name = text(coroutine.at("name"))
                print(
                    "*" if coroutine == now else " ",
                    f"{coroutine.number():<5}",
                    *([repr(name)] if name else []),
                    f"{state}{on} in {where()}",
                )


class CoroutineCommand(gdb.Command):
    """coroutine N: shows the frames of coroutine N; without N, the OS thread's.
    coroutine apply N...|all COMMAND: does so and executes COMMAND for each."""

    def __init__(self):
        super().__init__("coroutine", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        words = argument.split()
        if not words:
            Suspended.show(None)
            return
        facts = Facts.read()
        everyone = coroutines(facts)
        threads = os_threads(everyone)
        if words[0] == "apply":
            self.apply(everyone, threads, words[1:])
            return
        coroutine = self.find(everyone, words[0])
        select(coroutine, threads.get(coroutine.block))
        gdb.execute("frame", from_tty)

    @staticmethod
    def find(everyone, number):
        for coroutine in everyone:
            if str(coroutine.number()) == number:
                return coroutine
        raise gdb.GdbError(f"There is no coroutine {number}.")

    def apply(self, everyone, threads, words):
        numbers = list(itertools.takewhile(str.isdigit, words))
        command = " ".join(words[len(numbers) or 1 :])
        if not command or not (numbers or words[0] == "all"):
            raise gdb.GdbError("coroutine apply N...|all COMMAND")
        chosen = [self.find(everyone, n) for n in numbers] or everyone
        with Place():
            for coroutine in chosen:
                print(f"\nCoroutine {coroutine.number()}:")
                select(coroutine, threads.get(coroutine.block))
                gdb.execute(command)


class OwnValue(gdb.Function):
    """$oc_local(X): the thread_local X, or a part of one, of the thread shown."""

    def __init__(self):
        super().__init__("oc_local")

    def invoke(self, value):
        facts = Facts.read()
        coroutine = shown(facts)
        return coroutine.own(value) if coroutine else value


class LocalPrinter:
    """A thread_local as the thread shown has it: debug information says where
    its initial value is."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        return self.value

    @staticmethod
    def find(value):
        if not value.address or value.is_optimized_out:
            return None
        try:
            facts = Facts()
            if not image_of(facts, int(value.address)):
                return None
            coroutine = shown(facts)
            own = coroutine.own(value) if coroutine else value
            # What has no copy is printed as any other: it would come here again.
            return LocalPrinter(own) if own.address != value.address else None
        except gdb.error:
            return None


def goes_on(_):
    if Suspended.shown:
        Suspended.show(None)


InfoCoroutines()
CoroutineCommand()
OwnValue()
register_unwinder(None, Suspended(), replace=True)
gdb.frame_filters[HideNewest.name] = HideNewest()
gdb.events.cont.connect(goes_on)
# Before those of the C++ library.
gdb.objfiles()[0].pretty_printers.insert(0, LocalPrinter.find)
