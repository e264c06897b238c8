"""What the chapters of one run put together: findings, exhibits, estimates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..data.catalogue import DataFolder, catalogue
from ..models.estimate import Estimate
from ..models.specification import Label, NotEstimable
from ..report_templates.exhibits import Exhibit
from ..report_templates.messages import first_reason
from .findings import Finding, Findings, Pedigree, Unit
from .quantities import percent_effect


@dataclass(slots=True)
class Book:
    """Collects what a run found, chapter by chapter."""

    findings: Findings = field(default_factory=Findings)
    exhibits: dict[str, Exhibit] = field(default_factory=dict)
    estimates: list[Estimate] = field(default_factory=list)
    results: Mapping[str, Any] = field(default_factory=dict)
    """Results by name, see `analysis.graph`."""

    @contextmanager
    def part(self, *names: str) -> Iterator[None]:
        """A part of a chapter, kept whole or, where the data do not bear it, refused whole.

        Parameters
        ----------
        names : what the part's findings and exhibits are called, or begin with
        """
        before = replace(
            self,
            findings=self.findings.copy(),
            exhibits=dict(self.exhibits),
            estimates=list(self.estimates),
        )
        try:
            yield
        except NotEstimable as fault:
            for field_ in fields(self):
                setattr(self, field_.name, getattr(before, field_.name))
            for name in names:
                self.refuse_part(name, _reason(fault))

    def refuse_part(self, name: str, reason: str) -> None:
        """Refuse all that is called ``name`` or begins with it."""
        chapter = Pedigree(f"analysis.chapters.{name.split('.')[0]}", ())
        self.findings.refuse_part(Finding(name, None, "text", "described", chapter, reason=reason))

    def value(self, name: str) -> float | int | str:
        """The value of a finding on which something else rests.

        Raises
        ------
        NotEstimable
            The finding is a refusal; the reason is its own.
        """
        finding = self.findings[name]
        if finding.value is None:
            raise _RestsOnRefusal(finding.reason)
        return finding.value

    def show(self, exhibit: Exhibit) -> None:
        """Add a table or figure; its id is given once."""
        if exhibit.id in self.exhibits:
            raise ValueError(f"exhibit {exhibit.id} is given twice")
        self.exhibits[exhibit.id] = exhibit

    def chapter(self, name: str, sources: Sequence[str]) -> ChapterNotes:
        """A notebook that puts the chapter's name before each finding's."""
        return ChapterNotes(self, name, tuple(sources))


class _RestsOnRefusal(NotEstimable):
    """A finding that something else needs is refused; the reason is in words already."""


def _reason(fault: NotEstimable) -> str:
    return str(fault) if isinstance(fault, _RestsOnRefusal) else first_reason(fault)


@dataclass(frozen=True, slots=True)
class ChapterNotes:
    """One chapter's way of adding to the book."""

    book: Book
    name: str
    sources: tuple[str, ...]

    def _pedigree(self, specification: str | None = None) -> Pedigree:
        return Pedigree(f"analysis.chapters.{self.name}", self.sources, specification)

    def quote(
        self,
        name: str,
        value: float | int | str,
        unit: Unit,
        *,
        label: Label = "described",
        interval: tuple[float, float] | None = None,
        specification: str | None = None,
    ) -> None:
        """Add a finding that is not a coefficient."""
        low, high = interval if interval else (None, None)
        self.book.findings.add(
            Finding(
                f"{self.name}.{name}", value, unit, label, self._pedigree(specification), low, high
            )
        )

    def effect(self, name: str, estimate: Estimate, term: str) -> None:
        """Add a coefficient of a log outcome, in per cent with its interval."""
        row = estimate.tidy().set_index("term").to_dict("index")[term]
        low, high = percent_effect(row["ci_low"]), percent_effect(row["ci_high"])
        self.quote(
            name,
            percent_effect(row["estimate"]),
            "percent",
            interval=(low, high),
            label=estimate.specification.label,
            specification=estimate.specification.name,
        )

    def coefficient(self, name: str, estimate: Estimate, term: str) -> None:
        """Add a coefficient in the outcome's own unit, with its interval."""
        row = estimate.tidy().set_index("term").to_dict("index")[term]
        self.quote(
            name,
            float(row["estimate"]),
            "number",
            interval=(float(row["ci_low"]), float(row["ci_high"])),
            label=estimate.specification.label,
            specification=estimate.specification.name,
        )

    def value(self, name: str) -> float | int | str:
        """The value of one of this chapter's findings, as `Book.value`."""
        return self.book.value(f"{self.name}.{name}")

    def part(self, *names: str) -> AbstractContextManager[None]:
        """A part of this chapter, as `Book.part`; the names without the chapter's."""
        return self.book.part(*(f"{self.name}.{name}" for name in names))

    def again(self, name: str, of: str) -> None:
        """Give a finding of this chapter a second name."""
        finding = self.book.findings[f"{self.name}.{of}"]
        self.book.findings.add(replace(finding, name=f"{self.name}.{name}"))

    def refuse(self, name: str, unit: Unit, reason: str, label: Label = "adjusted") -> None:
        """Add a result that cannot be had, and why."""
        self.book.findings.add(
            Finding(f"{self.name}.{name}", None, unit, label, self._pedigree(), reason=reason)
        )

    def refuse_part(self, name: str, reason: str) -> None:
        """As `Book.refuse_part`, the name without the chapter's."""
        self.book.refuse_part(f"{self.name}.{name}", reason)

    def fitted(self, estimate: Estimate) -> Estimate:
        """Keep an estimate for the annex."""
        self.book.estimates.append(estimate)
        return estimate

    @property
    def source_line(self) -> str:
        """The publishers and titles of the chapter's sources, for an exhibit."""
        return source_line(self.sources)


def source_line(ids: Sequence[str]) -> str:
    """Publisher and title of each source, each once, as printed below an exhibit."""
    return "; ".join(dict.fromkeys(catalogue()[key].short for key in ids))


def attributions(folder: DataFolder) -> tuple[str, ...]:
    """The attribution lines that the licences of the sources read ask for, each once."""
    return tuple(dict.fromkeys(item.source.attribution for item in folder.provenance))
