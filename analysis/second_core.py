"""Work on a second core where the system lends one; in turn elsewhere, with the same result."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeVar

from ..data.errors import InputError

A = TypeVar("A")
T = TypeVar("T")


def lent() -> bool:
    """Whether a forked process finds a core of its own: it reads what we read without copying."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def alongside(work: Callable[[], T]) -> Callable[[], T]:
    """Start ``work`` in a forked process; the function returned waits for what it gives.

    What ``work`` changes in its arguments stays in the other process: only what it returns, or the
    exception it raises, comes back. It ends with this process, however that ends. Without a second
    core the work is done when it is asked for. Call this while no other thread is at work: a forked
    process keeps their locks.
    """
    if not lent():
        return work
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_send, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()

    def wait() -> T:
        try:
            done, result = ours.recv()
        except EOFError:
            process.join()
            raise InputError(
                f"The second process of this run was ended from outside (code {process.exitcode}), "
                "perhaps for want of memory. Nothing was written; make room and run it again."
            ) from None
        process.join()
        if done:
            value: T = result
            return value
        raise result

    return wait


@contextmanager
def turns_of_two(count: int) -> Iterator[Iterator[int]]:
    """Numbers below ``count`` (at most 256), of which this process and a forked one take in turn.

    They wait in a pipe that both hold: who is free reads the next, and no lock can be left behind.
    """
    take, put = os.pipe()
    try:
        os.write(put, bytes(range(count)))
        os.close(put)
        yield (number[0] for number in iter(lambda: os.read(take, 1), b""))
    finally:
        os.close(take)


def _send(work: Callable[[], object], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it, and ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        pipe.send((True, work()))
    except Exception as fault:
        fault.add_note(traceback.format_exc())
        pipe.send((False, fault))


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)


def halved(function: Callable[[A], T], items: Sequence[A]) -> Callable[[], list[T]]:
    """``function`` of each item, every other one in the second process, in the items' order."""
    second = alongside(lambda: [function(item) for item in items[1::2]])

    def both() -> list[T]:
        first = [function(item) for item in items[::2]]
        results = first + second()
        return [results[n // 2 if n % 2 == 0 else len(first) + n // 2] for n in range(len(items))]

    return both
