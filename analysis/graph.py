"""Which function makes which result: a parameter's name says what it needs.

A result is made by one pure function that carries the result's name. Its parameters name other
results, or what a run is given (`GIVEN`). `graphlib` finds an order, nobody keeps a list of
chapters, and a page that shows three results computes these and what they need.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from typing import Any, TypeVar

from ..data.catalogue import DataFolder
from ..models.specification import NotEstimable
from .kin import Kin
from .record_tree import leaves
from .refused_result import RefusedResult
from .second_core import alongside, turns_of_two

GIVEN = ("study", "folder", "rules", "areas", "sectors", "places", "shapes", "inputs")
"""What a run is given: see `analysis.inputs.Inputs`, each of its fields and the whole."""

BOUNDARIES = ("boundaries_lsoa21", "boundaries_ward22")
"""What ``shapes`` is made from."""

MANY = 3
"""A result that needs so many others gathers them."""

F = TypeVar("F", bound=Callable[..., Any])
_Found = tuple[Any, tuple[str, ...]]
"""A record, and the sources that were read for it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A result's function, and what it needs."""

    name: str
    function: Callable[..., Any]
    prefix: str
    """What stands before its findings' names."""

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.function).parameters)

    @property
    def module(self) -> str:
        """The function with its module, below the package: the pedigree of its findings."""
        package = __package__.split(".")[0]
        path = self.function.__module__.removeprefix(f"{package}.")
        return f"{path}.{self.name}"


_NODES: dict[str, Node] = {}


def result(prefix: str | None = None) -> Callable[[F], F]:
    """Make a function of `analysis.results` the one that makes the result of its name."""

    def register(function: F) -> F:
        name = function.__name__
        _NODES[name] = Node(name, function, name if prefix is None else prefix)
        return function

    return register


@cache
def nodes() -> Mapping[str, Node]:
    """All results that can be made, by name."""
    from . import results

    for module in pkgutil.iter_modules(results.__path__):
        import_module(f"{results.__name__}.{module.name}")
    return dict(sorted(_NODES.items()))


def names_of(results: Mapping[str, Any]) -> dict[int, str]:
    """The finding's name of each quantity and refusal, by its identity: the first path to it."""
    every = [leaf for name, one in results.items() for leaf in leaves(one, nodes()[name].prefix)]
    return {id(leaf.thing): leaf.path for leaf in reversed(every)}


def order(wanted: Collection[str]) -> tuple[str, ...]:
    """These results and all that they need, each after what it needs.

    Raises
    ------
    LookupError
        A name that is neither a result nor given, with who asks for it.
    """
    known, edges = nodes(), dict[str, set[str]]()
    open_, asked_by = list(wanted), dict.fromkeys(wanted, "the report")
    while open_:
        name = open_.pop()
        if name in edges or name in GIVEN:
            continue
        if name not in known:
            raise LookupError(f"{asked_by[name]} asks for '{name}', which no function makes")
        needs = known[name].needs
        edges[name] = {need for need in needs if need not in GIVEN}
        open_ += needs
        asked_by |= dict.fromkeys(needs, name)
    sorter = TopologicalSorter({name: sorted(edges[name]) for name in sorted(edges)})
    return tuple(sorter.static_order())


@dataclass(frozen=True, slots=True)
class Made:
    """A result with what its function read."""

    node: Node
    record: Any
    sources: tuple[str, ...]
    """Ids of the catalogued sources that the function read from the folder by itself."""


def families(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The results in groups that ask nothing of one another, the largest first.

    A record may hold a quantity of one that it rests on, and findings are named by identity: so
    what belongs together is made in one process.
    """
    group = {name: {name} for name in names}
    for name in names:
        for need in nodes()[name].needs:
            if need in group and group[need] is not group[name]:
                group[name] |= group[need]
                group.update(dict.fromkeys(group[name], group[name]))
    sets = {id(one): one for one in group.values()}.values()
    grouped = [tuple(name for name in names if name in one) for one in sets]
    return sorted(grouped, key=len, reverse=True)


def make(wanted: Collection[str], given: Mapping[str, Any]) -> dict[str, Made]:
    """The results wanted and all that they need, by name in the order of what they need.

    Two processes share the work where there is a second core; the results are the same. Those that
    gather many others come after them, or all would be of one family.
    """
    names = order(wanted)
    late = gathering(names)
    made: dict[str, _Found] = {}
    for some in ([name for name in names if name not in late], late):
        made |= _shared(families(some), given, made)
    return {name: Made(nodes()[name], *made[name]) for name in names}


def gathering(names: Sequence[str]) -> list[str]:
    """The results that need many others, and those that need them, in order."""
    late: list[str] = []
    for name in names:
        needs = [need for need in nodes()[name].needs if need not in GIVEN]
        if len(needs) >= MANY or any(need in late for need in needs):
            late.append(name)
    return late


def _shared(
    groups: Sequence[tuple[str, ...]], given: Mapping[str, Any], before: Mapping[str, _Found]
) -> dict[str, _Found]:
    """The results of these families, made by two processes from those made before."""
    folder: DataFolder = given["folder"]
    kin = Kin(record for record, _ in before.values())

    def share(turns: Iterator[int]) -> dict[str, _Found]:
        made: dict[str, _Found] = {}
        for turn in turns:
            for name in groups[turn]:
                made[name] = _one(nodes()[name], given, ChainMap(made, dict(before)))
        return made

    with turns_of_two(len(groups)) as turns:
        second = alongside(lambda: (kin.packed(share(turns)), folder.provenance))
        made = share(turns)
        others, read = second()
    folder.remember(read)
    elsewhere: dict[str, _Found] = kin.unpacked(others)
    return made | elsewhere


def _one(node: Node, given: Mapping[str, Any], made: Mapping[str, _Found]) -> _Found:
    """A node's record, or the refusal of the whole, and the sources that were read for it."""
    folder: DataFolder = given["folder"]
    needs = {need: given[need] if need in GIVEN else made[need][0] for need in node.needs}
    with folder.watched() as read:
        try:
            record = node.function(**needs)
        except NotEstimable as fault:
            record = RefusedResult(str(fault))
    return record, (*read, *(BOUNDARIES if "shapes" in node.needs else ()))
