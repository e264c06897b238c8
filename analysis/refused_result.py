"""What stands in the place of a result that the data do not bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from ..models.specification import NotEstimable


@dataclass(frozen=True)
class RefusedResult:
    """Whatever is asked of it is refused with its reason, and so is what rests on it."""

    message: str
    """The estimator's own."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotEstimable(self.message)


def kept(record: Any) -> bool:
    """Whether a result was made, and not refused whole."""
    return not isinstance(record, RefusedResult)
