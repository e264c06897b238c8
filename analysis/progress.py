"""Says on standard error which step a run is in and how long each took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """Numbered steps with their times."""

    def __init__(self, steps: int, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        self._steps = steps
        self._done = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Run one step under its title; its time is printed when it ends well."""
        self._done += 1
        head = f"[{self._done}/{self._steps}]"
        began = time.perf_counter()
        with self._console.status(f"{head} {title}"):
            yield
        took = time.perf_counter() - began
        self._console.print(f"{head} {title:<46} {took:6.1f} s", markup=False)

    def say(self, line: str) -> None:
        """One line outside the steps."""
        self._console.print(line, markup=False, soft_wrap=True)
