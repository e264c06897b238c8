"""An option word that is not in the list never falls through to some default."""

import importlib
import inspect
import pkgutil
import types
from collections.abc import Callable, Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from unittest.mock import MagicMock

import pytest

import neighbourhood_equity.models as models
from neighbourhood_equity import NeighbourhoodEquityError
from neighbourhood_equity.models.specification import SpecificationError

# Records that an estimator returns and nobody fills in by hand.
RESULTS = {
    "BidCurve",
    "Distribution",
    "Equivalence",
    "FactorModel",
    "Index",
    "PriceIndex",
    "SmallAreaEstimates",
    "SpatialFit",
}


def _words(hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(word for part in get_args(hint) for word in _words(part))
    return ()


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except NameError:  # a type that is imported for the type checker alone
        return {}


def _doors(module: types.ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", "") != module.__name__ or name.startswith("_"):
            continue
        if inspect.isfunction(thing):
            yield name, thing
        elif inspect.isclass(thing):
            if name not in RESULTS and "__init__" in vars(thing):
                yield name, thing
            for method, function in inspect.getmembers(thing, inspect.isfunction):
                if not method.startswith("_"):
                    yield f"{name}.{method}", function


def _options() -> Iterator[Any]:
    for found in pkgutil.walk_packages(models.__path__, models.__name__ + "."):
        for name, door in _doors(importlib.import_module(found.name)):
            for parameter, hint in _hints(door).items():
                if parameter != "return" and (words := _words(hint)):
                    yield pytest.param(door, parameter, words, id=f"{name}-{parameter}")


OPTIONS = list(_options())


def test_options_are_found():
    assert {"ConleyRule-metric", "cluster_robust-kind", "FactorModel.scores-method"} <= {
        option.id for option in OPTIONS
    }


@pytest.mark.parametrize(("door", "parameter", "words"), OPTIONS)
def test_an_unknown_word_is_refused_with_the_words_that_are_known(door, parameter, words):
    known = inspect.signature(door).parameters
    needed = [name for name, of in known.items() if of.default is of.empty]
    given = {name: MagicMock() for name in needed}
    given.update({name: words_of[0] for name, words_of in _known_words(door, needed).items()})
    with pytest.raises(SpecificationError) as refused:
        door(**{**given, parameter: "haversine"})
    assert all(word in str(refused.value) for word in ("haversine", *words))


def _known_words(door: Callable[..., Any], names: list[str]) -> dict[str, tuple[str, ...]]:
    hints = _hints(door)
    return {name: words for name in names if (words := _words(hints.get(name)))}


def test_every_fault_has_one_root():
    faults = [
        thing
        for found in pkgutil.walk_packages(models.__path__, models.__name__ + ".")
        for thing in vars(importlib.import_module(found.name)).values()
        if inspect.isclass(thing)
        and issubclass(thing, Exception)
        and thing.__module__.startswith(models.__name__)
    ]
    assert len(set(faults)) >= 5
    assert all(issubclass(fault, NeighbourhoodEquityError) for fault in faults)
