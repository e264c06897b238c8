"""Everything quotable of a run, by name, with its pedigree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ..models.specification import Label, NotEstimable

Unit = Literal["percent", "points", "pounds", "count", "year", "number", "ratio", "p", "text"]


@dataclass(frozen=True, slots=True)
class Pedigree:
    """Where a finding came from: specification (if estimated), sources, module."""

    module: str
    sources: tuple[str, ...]
    specification: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One quotable result. A value of None is a refusal, and ``reason`` says why."""

    name: str
    value: float | int | str | None
    unit: Unit
    label: Label
    pedigree: Pedigree
    ci_low: float | None = None
    ci_high: float | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError(f"finding {self.name} has no value and no reason")
        if isinstance(self.value, float) and not math.isfinite(self.value):
            raise NotEstimable(f"a number of it does not exist: {self.name} is {self.value}")

    @property
    def estimable(self) -> bool:
        return self.value is not None


class Findings(Mapping[str, Finding]):
    """The findings of a run; a name is given once.

    Where a result could not be made, every name below its prefix is found refused,
    with its reason: ``sensitivity.curve.p`` where ``sensitivity.curve`` is refused.
    """

    def __init__(self, every: Iterable[Finding] = ()) -> None:
        self._by_name: dict[str, Finding] = {}
        self._parts: set[str] = set()
        for finding in every:
            self.add(finding)

    def __getitem__(self, name: str) -> Finding:
        if name in self._by_name:
            return self._by_name[name]
        above = name
        while above := above.rpartition(".")[0]:
            if above in self._parts:
                return replace(self._by_name[above], name=name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def add(self, finding: Finding) -> None:
        if finding.name in self._by_name:
            raise ValueError(f"finding {finding.name} is given twice")
        self._by_name[finding.name] = finding

    def refuse_part(self, finding: Finding) -> None:
        """Add a refusal that stands for every name below its own as well."""
        self.add(finding)
        self._parts.add(finding.name)

    def as_records(self) -> list[dict[str, Any]]:
        """Plain records, sorted by name, for ``findings.json``."""
        return [asdict(self._by_name[name]) for name in sorted(self._by_name)]
