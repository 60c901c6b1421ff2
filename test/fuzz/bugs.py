"""Bugs to put into the runtime on purpose, to see that the tester finds them.

Each is an edit of one file. An edit whose text is not there exactly once does
not apply, and says so: it has to follow the code."""

import collections
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import compare
import generate

Bug = collections.namedtuple("Bug", "name file old new")

BUGS = [
    Bug("wrong errno after a socket's timeout", "libc/blocking.h",
        "        deliverSignals();\n      }\n      return Result;",
        "        deliverSignals();\n      }\n      return Result == -EAGAIN && HasTimeout ? -ETIMEDOUT : Result;"),
    Bug("errno is set on success", "sys/errno.cpp",
        "  if (Result >= 0 || Result < -4095)\n    return Result;",
        "  if (Result >= 0 || Result < -4095) {\n    errno = 0;\n    return Result;\n  }"),
    Bug("lost edge", "reactor/fd_table.cpp",
        "    if (sawEdge(E, W))\n      return 1L;\n", ""),
    Bug("end of file is no edge", "reactor/fd_table.cpp",
        "    EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;",
        "    EPOLLIN | EPOLLPRI;"),
    Bug("a writer is not told that nobody reads", "reactor/fd_table.cpp",
        "OutEvents = EPOLLOUT | EPOLLHUP | EPOLLERR;", "OutEvents = EPOLLOUT;"),
    Bug("short blocking write", "libc/write_all.h",
        "    if (Done >= N || R == 0 ||", "    if (Done >= N || R >= 0 ||"),
    Bug("a write goes on at the wrong byte", "libc/read_write.cpp",
        "return tryWrite(Now, Kind, P + Done, N - Done);",
        "return tryWrite(Now, Kind, P, N - Done);"),
    Bug("facts outlive the file", "reactor/fd_numbers.cpp",
        "  E->Facts = Facts;\n", "  if (!E->Facts.NonBlocking)\n    E->Facts = Facts;\n"),
    Bug("facts of a copied file are kept", "libc/descriptor.cpp",
        "    fds::shared(Old);\n", ""),
    Bug("facts outlive a fork", "reactor/fd_numbers.cpp",
        "void processForked() {\n  Forks.fetch_add(1, std::memory_order_relaxed);\n",
        "void processForked() {\n"),
    Bug("F_SETFL is not noticed", "libc/descriptor.cpp",
        "    fds::setNonBlocking(Fd, Arg & O_NONBLOCK);\n", "    ;\n"),
    Bug("FIONBIO is not noticed", "libc/descriptor.cpp",
        "    fds::setNonBlocking(Fd, *static_cast<int *>(Arg));\n", "    ;\n"),
    Bug("SO_RCVTIMEO is ignored", "libc/descriptor.cpp",
        "    fds::setReceiveTimeout(Fd, true);\n", "    ;\n"),
    Bug("accept4's flags are forgotten", "libc/connection.cpp",
        ".NonBlocking = (Flags & SOCK_NONBLOCK) != 0", ".NonBlocking = false"),
    Bug("EINTR is swallowed", "signal/deliver.cpp",
        "isCancelled() ? 0 : -EINTR;", "isCancelled() ? 0 : 0;"),
    Bug("SA_RESTART is ignored", "signal/deliver.cpp",
        "(D == Delivered::Restart && Restartable);", "(D == Delivered::Restart && false);"),
    Bug("a socket's timeout allows a restart", "libc/blocking.h",
        "interrupted(!HasTimeout && ", "interrupted("),
    Bug("SIGPIPE is lost", "signal/deliver.cpp",
        "  if (consumeSignal(SIGPIPE) && Deliver)\n",
        "  if (consumeSignal(SIGPIPE) && !Deliver)\n"),
    Bug("MSG_NOSIGNAL is ignored", "libc/socket.cpp",
        "  auto Send = [&](int Now, size_t Done, int ExtraFlags) {",
        "  Flags &= ~MSG_NOSIGNAL;\n  auto Send = [&](int Now, size_t Done, int ExtraFlags) {"),
    Bug("a handler's mask stays", "signal/by_kernel.cpp",
        "  T.SignalMask = Before;\n  T.HandlerMask &= Before;\n",
        "  T.HandlerMask &= Before;\n"),
    Bug("poll's time is too short", "libc/timeout.h",
        "Deadline::in(int64_t{TimeoutMs} * 1'000'000)", "Deadline::in(int64_t{TimeoutMs} * 1'000)"),
    Bug("poll's answers shift at a negative number", "libc/poll.cpp",
        "Fds[I].fd >= 0 ? Set.found(At++) : short{0});", "Set.found(At++));"),
    Bug("select takes a hang-up for room", "libc/select.cpp",
        "      POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR, POLLPRI};",
        "      POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR | POLLHUP, POLLPRI};"),
    Bug("epoll_wait forgets the time", "libc/epoll.cpp",
        "[&] { return Until.hasPassed() ? Deadline::at(0) : Until; }, Try,",
        "[&] { return Deadline::never(); }, Try,"),
    Bug("MSG_WAITALL does not wait for all", "libc/receive_all.cpp",
        "socketOption(Fd, SO_TYPE) != SOCK_STREAM ||",
        "socketOption(Fd, SO_TYPE) != SOCK_SEQPACKET ||"),
    Bug("closing a number drops who waits there", "reactor/fd_numbers.cpp",
        "  long Copy = duplicateHidden(Fd);", "  long Copy = -EBADF;"),
    Bug("what is left of a sleep is not told", "libc/time.cpp",
        "  if (Error == EINTR && Left &&", "  if (Error == 0 && Left &&"),
    Bug("a broadcast wakes one", "sync/cond.cpp",
        "  wakeWaiters(*C, Everyone, native::pthread_cond_broadcast);",
        "  wakeWaiters(*C, 1, native::pthread_cond_broadcast);"),
    Bug("a timed lock says EBUSY", "sync/mutex.cpp",
        "    if (!Woken && Until.hasPassed())\n      return ETIMEDOUT;",
        "    if (!Woken && Until.hasPassed())\n      return EBUSY;"),
    Bug("pipe2 by number forgets its flags", "libc/syscall.cpp",
        "    OC_SAME(pipe2)\n", "  case SYS_pipe2:\n    return __oc_pipe(fromWord<int *>(A[0]));\n"),
    Bug("a byte is lost at the end of a stream's buffer", "stdio/stream.cpp",
        "  size_t Part = std::min(available(F), N);\n  take(F, To, Part);\n  return Part;",
        "  size_t Part = std::min(available(F), N);\n  take(F, To, Part);\n"
        "  if (!available(F) && Part < N)\n    return Part - 1;\n  return Part;"),
    Bug("a stream swallows EINTR", "stdio/stream.cpp",
        "  if (R < 0) { // -EAGAIN: its timeout has passed.\n", "  if (R < 0 && R != -EINTR) {\n"),
    Bug("a stream's error flag is not set", "stdio/stream.cpp",
        "bool failed(FILE &F, long Error) {\n  F._flags |= _IO_ERR_SEEN;\n", "bool failed(FILE &, long Error) {\n"),
    Bug("a flush writes only a part", "stdio/stream.cpp",
        "  return writePast(F, F._IO_write_base, N) == N;",
        "  size_t Some = N > 64 ? N - 1 : N;\n  return writePast(F, F._IO_write_base, Some) == Some;"),
    Bug("a large fread goes through the buffer", "stdio/stream.cpp",
        "    if (N >= bufferSize(F))\n      return readPast(F, To, N);\n", ""),
    Bug("fgets forgets an earlier error", "stdio/input.cpp",
        "  F._flags |= EarlierError;\n", ""),
    Bug("values of keys are not destroyed", "thread/keys.cpp",
        "    if (auto *Destroy = Keys[K].Destroy) {", "    if (auto *Destroy = Keys[K].Destroy; Destroy && K > 500) {"),
    Bug("who waits is not told of its cancellation", "thread/cancel.cpp",
        "  unpark(T);\n  return 0;", "  return 0;"),
    Bug("cancellation does not ask whether it is disabled", "thread/cancel.cpp",
        "  return T.CancelState == PTHREAD_CANCEL_ENABLE && !T.Exits &&",
        "  return !T.Exits &&"),
    Bug("a cleanup handler runs before the objects in its scope", "thread/exit.cpp",
        "  if (Buffer && (End || _Unwind_GetCFA(Context) - Top >=\n                            savedStackPointer(*Buffer) - Top)) {\n",
        "  if (Buffer && (End || Top)) {\n"),
    Bug("siglongjmp leaves the mask", "signal/jump.cpp",
        "  __oc_pthread_sigmask(SIG_SETMASK, &Set, nullptr);\n", ""),
    Bug("a jump leaves its waiter in the queue", "signal/jump.cpp",
        "    abandon(*W);\n", "    C.InnermostWait = W->Outer;\n"),
]

TIMEOUT = 10  # Seconds, of a script; natively they take less than one.
CONFIGS = [c for c in compare.CONFIGS if c.opt == "-O2"]


class Runtime:
    """A copy of the sources, to be edited and built."""

    def __init__(self, build):
        self.source = os.path.join(build, "fuzz", "bugs", "source")
        self.build = os.path.join(build, "fuzz", "bugs", "build")
        shutil.rmtree(self.source, ignore_errors=True)
        for part in "CMakeLists.txt", "plugin", "runtime":
            path = os.path.join(compare.REPO, part)
            target = os.path.join(self.source, part)
            os.makedirs(self.source, exist_ok=True)
            # Without their times: what was built last had another bug.
            if os.path.isdir(path):
                shutil.copytree(path, target, copy_function=shutil.copy)
            else:
                shutil.copy(path, target)
        self._run("cmake", "-S", self.source, "-B", self.build, "-G", "Ninja",
                  "-DOPEN_CO_TESTS=OFF", "-DOPEN_CO_LLVM_MAJORS=19",
                  "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")

    def _run(self, *command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}:\n{done.stdout[-2000:]}")

    def library(self):
        """Builds; the folder of libopen-co.so."""
        self._run("ninja", "-C", self.build, "open-co")
        return os.path.join(self.build, "lib")

    def edit(self, bug):
        """The text that was there; None if the edit does not apply."""
        path = os.path.join(self.source, "runtime", bug.file)
        with open(path) as file:
            text = file.read()
        if text.count(bug.old) != 1:
            return None
        self.write(bug, text.replace(bug.old, bug.new))
        return text

    def write(self, bug, text):
        with open(os.path.join(self.source, "runtime", bug.file), "w") as file:
            file.write(text)


class Hunt:
    """Runs seeds against one library until one differs."""

    natives = {}  # By seed: the same for all bugs.

    def __init__(self, programs, library, seconds, first, clean=None):
        self.programs, self.library, self.clean = programs, library, clean
        self.ops = programs.ops()
        self.start = time.monotonic()
        self.end = self.start + seconds
        self.next = first
        self.calls = 0
        self.found = None

    def work(self, _):
        while not self.found and time.monotonic() < self.end:
            seed, self.next = self.next, self.next + 1
            script = generate.script(seed, self.ops)
            if seed not in self.natives:
                self.natives[seed] = compare.run(
                    self.programs.native, script, compare.environment(), 20)
            native = self.natives[seed]
            for config in CONFIGS:
                if native.status != 0 or self.found:
                    break
                self.calls += sum(native.calls.values())
                found = self.differs(script, native, config, self.library)
                if found and self.clean and any(
                    self.differs(script, native, config, self.clean) for _ in range(3)
                ):
                    continue  # Not for the bug.
                if found and not self.found:
                    self.found = (time.monotonic() - self.start, seed, config, found[0])

    def differs(self, script, native, config, library):
        program = self.programs.rewritten(config.opt)
        env = compare.environment(config, library)
        other = compare.run(program, script, env, TIMEOUT)
        return compare.differences(script, native, other)

    def run(self, jobs):
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self.work, range(jobs)))
        return self.found


def stale():
    """The bugs that no longer apply."""
    for bug in BUGS:
        with open(os.path.join(compare.REPO, "runtime", bug.file)) as file:
            if file.read().count(bug.old) != 1:
                yield f"the bug '{bug.name}' does not apply to {bug.file}"


def hunt(args, programs, _keep):
    """Looks for each bug for args.seconds at most; prints a table."""
    runtime = Runtime(args.build)
    first = args.seed or 1
    chosen = [b for b in BUGS if not args.bugs or any(n in b.name for n in args.bugs)]
    missed = 0
    clean = os.path.join(args.build, "fuzz", "bugs", "clean")
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(runtime.library(), clean, symlinks=True)
    without = Hunt(programs, clean, min(args.seconds, 30), first)
    if without.run(args.jobs):
        print(f"fuzz: differs without a bug, too: {without.found}")
        return 1
    print("| Bug | Found | Seconds | Calls |\n|---|---|---|---|", flush=True)
    for bug in chosen:
        text = runtime.edit(bug)
        if text is None:
            print(f"| {bug.name} | does not apply to {bug.file} | | |", flush=True)
            missed += 1
            continue
        try:
            library = runtime.library()
        finally:
            runtime.write(bug, text)
        search = Hunt(programs, library, args.seconds, first, clean)
        if search.run(args.jobs):
            seconds, seed, _, line = search.found
            print(f"| {bug.name} | yes | {seconds:.1f} | {search.calls} |", flush=True)
            with open(os.path.join(args.build, "fuzz", "bugs", "found.log"), "a") as log:
                log.write(f"{bug.name}: seed {seed}: {line}\n")
        else:
            print(f"| {bug.name} | no | {args.seconds:.0f} | {search.calls} |", flush=True)
            missed += 1
    print(f"{len(chosen) - missed} of {len(chosen)} found")
    return int(missed != 0)
