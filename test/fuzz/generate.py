"""Makes a script from a seed: some lanes of scenes. The same seed gives the same
script for the same operations."""

import collections
import random
import sys

import kinds
from scenes import ALL, SCENES

# Operations that take long, or change the process for what follows: how often
# one is taken where others count 1.
RARE = {
    "affinity": 0.02,
    "aio_suspend": 0.02,
    "all_services": 0.02,
    "all_users": 0.02,
    "attributes": 0.05,
    "c11": 0.02,
    "clocks": 0.1,
    "close": 1.5,
    "close_many": 0.1,
    "cpu_clocks": 0.02,
    "exec": 0.01,
    "fdopen": 4,
    "flockfile": 0.02,
    "fopen": 2,
    "fork": 0.03,
    "fork_bare": 0.02,
    "fork_nonblock": 0.05,
    "fork_threads": 0.02,
    "futex": 0.02,
    "getaddrinfo_a": 0.02,
    "getpass": 0.01,
    "groups": 0.05,
    "hosts": 0.05,
    "jump": 0.1,
    "library": 0.02,
    "linker": 0.02,
    "lio_listio": 0.02,
    "locale": 0.02,
    "login": 0.02,
    "mqueue": 0.02,
    "msgqueue": 0.02,
    "names": 0.05,
    "namespace": 0.02,
    "netgroups": 0.05,
    "networks": 0.05,
    "policy": 0.02,
    "popen": 0.01,
    "prctl": 0.1,
    "priority": 0.02,
    "protocols": 0.05,
    "psignal": 0.02,
    "ptrace": 0.01,
    "resolver_asks": 0.02,
    "rights": 0.02,
    "robust": 0.02,
    "rwlock": 0.02,
    "semset": 0.02,
    "services": 0.05,
    "setlocale": 0.02,
    "shadows": 0.05,
    "sigaltstack": 0.02,
    "sigblock": 0.1,
    "siginterrupt": 0.1,
    "sigset": 0.1,
    "sigtimedwait": 0.05,
    "slack": 0.02,
    "sleep": 0.05,
    "spawn": 0.01,
    "std_at_exit": 0.02,
    "std_condition": 0.02,
    "std_future": 0.02,
    "std_locals": 0.02,
    "std_sleep": 0.02,
    "std_static": 0.02,
    "std_thread": 0.03,
    "sync": 0.1,
    "syncfs": 0.05,
    "syslog": 0.02,
    "system": 0.01,
    "tcdrain": 0.02,
    "texts": 0.05,
    "thrd": 0.03,
    "thread": 0.05,
    "thread_waits": 0.02,
    "timer_calls": 0.02,
    "timer_signals": 0.02,
    "timer_thread": 0.02,
    "timerfd": 0.1,
    "users": 0.05,
    "wordexp": 0.01,
}
# Children have copies of all lanes' descriptors: only where there is one lane.
PROCESSES = (
    "exec fork fork_bare fork_nonblock fork_threads getpass popen ptrace spawn system wordexp".split()
)
# What makes the descriptors that a walk begins with.
MAKERS = "pipe socketpair socketpair pipe eventfd open epoll_create pipe".split()


class Lane:
    """Collects the steps of one lane."""

    def __init__(self, rng, ops, index, threads, alone):
        self.rng, self.ops, self.index, self.threads = rng, ops, index, threads
        self.alone = alone
        self.lines = []
        self.slots = set()
        self.streams = set()  # Of the slots.
        self.last = 0

    def step(self, thread, op, *args, asynchronous=False, waits=False, ends="", pattern=None):
        """`ends`: how the call does not return, see readStep in script.c."""
        mark = ("&" if asynchronous else "!" if waits else "") + ends
        words = [f"{self.index} {thread}{mark}", op, *map(str, args)]
        self.lines.append(" ".join(words) + (f" ~ {pattern}" if pattern else ""))

    def begin(self, name):
        self.lines.append(f"# {name}")

    def thread(self):
        """Mostly the one that had the last turn."""
        if self.rng.random() < 0.3:
            self.last = self.rng.randrange(self.threads)
        return self.last

    def random_step(self, op, way=None):
        """`way`: which of the functions that can make the call."""
        args = []
        for kind in self.ops[op]:
            if way is not None and kind.startswith("via"):
                args.append(way % len(kinds.CHOICES[kind]))
                continue
            args.append(kinds.value(self.rng, kind, self.slots, self.streams))
            if kind == "new":
                self.slots.add(args[-1])
                self.streams.discard(args[-1])
        self.step(self.thread(), op, *args)
        if op == "close":
            self.slots.discard(args[0])
            self.streams.discard(args[0])
        elif op in ("fdopen", "fopen"):
            self.streams.add(args[0])

    def clean(self):
        for thread in range(self.threads):
            self.step(thread, "unlock_all")
            for signal in range(3):
                self.step(thread, "mask", 1, signal, 0)
        self.step(0, "clean")
        self.slots.clear()
        self.streams.clear()


def walk(lane):
    """Random calls one after the other, on whatever descriptors there are."""
    names = [op for op, kinds_ in lane.ops.items() if not kinds_ or kinds_[0][0] != "-"]
    if not lane.alone:
        names = [op for op in names if op not in PROCESSES]
    weights = [RARE.get(op, 1) for op in names]
    for _ in range(lane.rng.randint(2, 5)):
        lane.random_step(lane.rng.choice(MAKERS))
    for op in lane.rng.choices(names, weights, k=lane.rng.randint(50, 400)):
        lane.random_step(op)


def tour(lane):
    """Each operation, in each of its ways."""
    for op, names in sorted(lane.ops.items()):
        if names and names[0][0] == "-":
            continue
        ways = [kinds.CHOICES[name] for name in names if name.startswith("via")]
        for way in range(max([len(values) for values in ways] + [1])):
            lane.random_step(op, way=way)


def script(seed, ops, only=None):
    """`only`: the name of a scene, to have no others. Seed 0 is a tour of
    everything."""
    if seed == 0 and not only:
        return everything(ops)
    rng = random.Random(seed)
    if only:
        chosen = [s for s in ALL if s.__name__ == only][:1]
    else:
        chosen = SCENES
    lanes = rng.choice([1, 1, 1, 2, 4])
    threads = 3
    main = int(rng.random() < 0.2)
    lines = [f"# seed {seed}", f"lanes {lanes} threads {threads} main {main}"]
    for index in range(lanes):
        lane = Lane(rng, ops, index, threads, lanes == 1)
        for _ in range(rng.randint(6, 14)):
            scene = walk
            if only or rng.random() < 0.7:
                scene = rng.choice(chosen) if chosen else walk
            lane.begin(scene.__name__)
            scene(lane)
            lane.clean()
        lines += lane.lines
    return "\n".join(lines) + "\n"


class Turns(random.Random):
    """Gives each place that asks all numbers in turn: no way to make a call is
    left out."""

    def __init__(self, seed):
        super().__init__(seed)
        self.given = collections.Counter()

    def randrange(self, below, end=None):
        if end is not None:
            return super().randrange(below, end)
        caller = sys._getframe(1)
        place = caller.f_code, caller.f_lineno, below
        self.given[place] += 1
        return (self.given[place] - 1) % below


def everything(ops):
    rng = Turns(0)
    lane = Lane(rng, ops, 0, 3, True)
    for scene in [tour] * 4 + SCENES * 18:
        lane.begin(scene.__name__)
        scene(lane)
        lane.clean()
    return "\n".join(["# seed 0", "lanes 1 threads 3 main 0", *lane.lines]) + "\n"
