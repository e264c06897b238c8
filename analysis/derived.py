"""Findings, estimates and their pedigree, derived from the results of a run: nothing is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..data.catalogue import catalogue
from ..data.measures import source_of
from ..models.estimate import Estimate
from ..models.specification import Specification
from .findings import Finding, Pedigree
from .graph import Made
from .quantities import NotEstimable, Quantity
from .reasons import Reason
from .record_tree import Leaf, leaves


@dataclass(frozen=True, slots=True)
class Derived:
    """What stands in the results of a run.

    Parameters
    ----------
    findings : every quantity and refusal, named by its path
    estimates : every estimate, each once
    """

    findings: tuple[Finding, ...]
    estimates: tuple[Estimate, ...]


def derived(
    made: Mapping[str, Made],
    record_sources: tuple[str, ...],
    worded: Callable[[Reason], str],
) -> Derived:
    """Walk the results.

    Parameters
    ----------
    made : the results of a run
    record_sources : ids of the sources that hold the record of coproduction in this run
    worded : a reason in words
    """
    found = [(leaf, one) for one in made.values() for leaf in leaves(one.record, one.node.prefix)]
    things = {id(leaf.thing): leaf.thing for leaf, _ in found}
    estimates = tuple(thing for thing in things.values() if isinstance(thing, Estimate))
    by_name = {one.specification.name: one.specification for one in estimates}
    rests_on = _rests_on(made, record_sources)
    findings = tuple(
        _finding(leaf, owner, by_name, rests_on[owner.node.name], record_sources, worded)
        for leaf, owner in found
        if not isinstance(leaf.thing, Estimate)
    )
    return Derived(findings, estimates)


def _finding(
    leaf: Leaf,
    made: Made,
    specifications: Mapping[str, Specification],
    rests_on: tuple[str, ...],
    record_sources: tuple[str, ...],
    worded: Callable[[Reason], str],
) -> Finding:
    thing = leaf.thing
    assert not isinstance(thing, Estimate)
    sources = in_catalogue_order(_sources(thing, rests_on, specifications, record_sources))
    if isinstance(thing, NotEstimable):
        pedigree = Pedigree(made.node.module, sources)
        return Finding(
            leaf.path, None, thing.unit, thing.label, pedigree, reason=worded(thing.reason)
        )
    pedigree = Pedigree(made.node.module, sources, thing.specification)
    return Finding(leaf.path, thing.value, thing.unit, thing.label, pedigree, thing.low, thing.high)


def _sources(
    thing: Quantity | NotEstimable,
    rests_on: tuple[str, ...],
    specifications: Mapping[str, Specification],
    record_sources: tuple[str, ...],
) -> Iterable[str]:
    """Of the columns of its equation and of those that it names, if any is declared; else all that
    its result rests on.
    """
    if isinstance(thing, Quantity):
        equation = specifications.get(thing.specification or "")
        columns = (*(equation.columns if equation else ()), *thing.columns)
        if declared := tuple(sources_of(columns, record_sources)):
            return declared
    return rests_on


def _rests_on(
    made: Mapping[str, Made], record_sources: tuple[str, ...]
) -> Mapping[str, tuple[str, ...]]:
    """By result all of its sources, with those of the results that it was made of."""
    every: dict[str, tuple[str, ...]] = {}
    for one in made.values():
        below = (key for need in one.node.needs for key in every.get(need, ()))
        own = sources_of_result(one, record_sources)
        every[one.node.name] = in_catalogue_order([*own, *below])
    return every


def sources_of_result(made: Made, record_sources: tuple[str, ...]) -> tuple[str, ...]:
    """The sources of all columns in a result's equations, and what its function read by itself."""
    columns: dict[str, None] = {}
    for leaf in leaves(made.record):
        if isinstance(leaf.thing, Estimate):
            columns |= dict.fromkeys(leaf.thing.specification.columns)
        elif isinstance(leaf.thing, Quantity):
            columns |= dict.fromkeys(leaf.thing.columns)
    return in_catalogue_order([*sources_of(columns, record_sources), *made.sources])


def sources_of(columns: Iterable[str], record_sources: tuple[str, ...]) -> Iterator[str]:
    """The sources of declared columns; those of the record of coproduction stand for its own."""
    for column in columns:
        source = source_of(column)
        if source == "coproduction_events":
            yield from record_sources
        elif source:
            yield source


def in_catalogue_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Each id once, in the catalogue's order."""
    asked = set(ids)
    return tuple(key for key in catalogue() if key in asked)
