"""Work on a second core where the system lends one; in turn elsewhere, with the same result."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


def lent() -> bool:
    """Whether a forked process finds a core of its own: it reads what we read without copying."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def alongside(work: Callable[[], T]) -> Callable[[], T]:
    """Start ``work`` in a forked process; the function returned waits for what it gives.

    What ``work`` changes in its arguments stays in the other process: only what it returns, or the
    exception it raises, comes back. Without a second core it is done when it is asked for. Call
    this while no other thread is at work: a forked process keeps their locks.
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
            raise RuntimeError(f"the second process ended with code {process.exitcode}") from None
        process.join()
        if done:
            value: T = result
            return value
        raise result

    return wait


def _send(work: Callable[[], object], pipe: Connection) -> None:
    try:
        pipe.send((True, work()))
    except Exception as fault:
        fault.add_note(traceback.format_exc())
        pipe.send((False, fault))


def halved(function: Callable[[A], T], items: Sequence[A]) -> Callable[[], list[T]]:
    """``function`` of each item, every other one in the second process, in the items' order."""
    second = alongside(lambda: [function(item) for item in items[1::2]])

    def both() -> list[T]:
        first = [function(item) for item in items[::2]]
        results = first + second()
        return [results[n // 2 if n % 2 == 0 else len(first) + n // 2] for n in range(len(items))]

    return both
