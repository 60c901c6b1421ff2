"""Scenes of locks of the process and of files."""

from .common import delay, pair, roles


def lock_waits(lane):
    waiter, other = roles(lane)
    mutex = lane.rng.randrange(4)
    lane.step(other, "mutex_lock", mutex, 0, 0)
    lane.step(waiter, "mutex_trylock", mutex)
    lane.step(waiter, "mutex_lock", mutex, 3, lane.rng.choice([2, 3]))
    lane.step(waiter, "mutex_lock", mutex, 100000, lane.rng.randrange(4), asynchronous=True)
    delay(lane, other)
    lane.step(other, "mutex_unlock", mutex)
    lane.step(other, "wait", waiter)
    lane.step(waiter, "mutex_unlock", mutex)


def semaphore_waits(lane):
    waiter, other = roles(lane)
    for _ in range(lane.rng.randint(1, 4)):
        lane.step(waiter, "sem_wait", 0, 100000, lane.rng.randrange(3), asynchronous=True)
        delay(lane, other)
        lane.step(other, "sem_post", 0)
        lane.step(other, "wait", waiter)
    lane.step(waiter, "sem_wait", 0, 3, lane.rng.choice([1, 2]))


def condition_waits(lane):
    one, other, third = lane.rng.sample(range(3), 3)
    lane.step(one, "cond_wait", 3, lane.rng.choice([1, 2]))
    lane.step(one, "cond_wait", 100000, lane.rng.randrange(3), asynchronous=True)
    both = lane.rng.random() < 0.5
    if both:
        lane.step(other, "cond_wait", 100000, lane.rng.randrange(3), asynchronous=True)
    delay(lane, third)
    lane.step(third, "cond_signal", 1 + both, lane.rng.randrange(2))
    lane.step(third, "wait", one)
    lane.step(third, "wait", other)


def barrier(lane):
    one, other = roles(lane)
    for _ in range(2):
        for thread in one, other:
            lane.step(thread, "barrier_wait", asynchronous=True, pattern="0|serial")
        lane.step(one, "wait", other)
        lane.step(other, "wait", one)


def file_lock_waits(lane):
    waiter, other = roles(lane)
    lock = lane.rng.choice(["flock", "lock_range"])
    for slot in 0, 1:
        lane.step(other, "open", slot, 5, 2, lane.rng.randrange(5))
    lane.step(other, lock, 0, 1, 0)
    lane.step(waiter, lock, 1, lane.rng.choice([0, 1]), 0)
    lane.step(waiter, lock, 1, lane.rng.choice([0, 1]), lane.rng.randrange(2), asynchronous=True)
    delay(lane, other)
    lane.step(other, lock, 0, 2, 0)
    lane.step(other, "wait", waiter)


def moved_without_copying(lane):
    """sendfile, splice, tee, vmsplice wait like reads and writes."""
    mover, other = roles(lane)
    pair(lane, "pipe")
    pair(lane, "pipe", reader=2, writer=3)
    call = lane.rng.choice([("splice", 0, 3, 100, 0, lane.rng.randrange(2))])
    lane.step(mover, *call, asynchronous=True)
    delay(lane, other)
    lane.step(other, "write", 1, 100, 0, 0)
    lane.step(other, "wait", mover)
    lane.step(other, "drain", 2, 100)
    lane.step(other, "vmsplice", 3, 50, 0)
    lane.step(mover, "read", 2, 100, 0, 0)
