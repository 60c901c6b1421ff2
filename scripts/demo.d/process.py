"""Processes of the demo: started, watched, and ended by their own ids."""

import contextlib
import os
import resource
import signal
import subprocess
import threading


@contextlib.contextmanager
def running(command, log, descriptors=0, cwd=None):
    """A process that is ended when the block is left, however it is left. It may
    open that many descriptors, if that is allowed at all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(max(soft, descriptors), hard)
    with open(log, "w") as out:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        process = subprocess.Popen([str(c) for c in command],
                                   stdout=out, stderr=out, cwd=cwd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ending(process, early):
    """What is odd about how a server ended; "" if it waited for SIGTERM. EARLY
    is what poll() said before that."""
    if early is None:
        killed = process.returncode == -signal.SIGKILL
        return "it did not end on SIGTERM" if killed else ""
    if early < 0:
        return f"it died of {signal.Signals(-early).name}"
    return f"it ended with status {early}"


class Peaks(threading.Thread):
    """The most OS threads and memory (MiB) of a process, looked at each 5 ms."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.status = f"/proc/{pid}/status"
        self.stat = f"/proc/{pid}/stat"
        self.done = threading.Event()
        self.threads = self.memory = 0
        self.start()

    def cpu(self):
        """Its CPU time so far, in seconds."""
        with open(self.stat) as stat:
            user, system = stat.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def run(self):
        while not self.done.wait(0.005):
            with contextlib.suppress(OSError), open(self.status) as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        self.memory = max(self.memory,
                                          int(line.split()[1]) / 1024)
                    elif line.startswith("Threads:"):
                        self.threads = max(self.threads, int(line.split()[1]))

    def stop(self):
        self.done.set()
        self.join()
