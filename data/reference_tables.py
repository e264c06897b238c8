"""The small tables that ship with the package: our own judgements, each row with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import pandas as pd

from .errors import DataError, first_values
from .reading import pick, read_text_table, require_unique, to_numbers

_SOURCED = ("source", "verified")
_ROLES = ("outcome", "social_capital", "coproduction", "control", "other")
_FORMS = ("bonding", "bridging", "linking", "neighbour of social capital")
_PARAMETERS = ("discount rate", "wellbeing", "fiscal", "economic", "points", "scenario")
_DOMAINS = (
    "personal relationships",
    "social network support",
    "civic engagement",
    "trust and cooperative norms",
    "none",
)


def published_benchmarks() -> pd.DataFrame:
    """Effects of other studies to compare with, one row an effect.

    Returns columns ``link, effect, unit, low, high, se, citation_key, url, source, verified``;
    low and high are the ends of the published range in ``unit`` (equal where one number is
    published), missing where none was seen; verified is true where the source itself was read.
    """
    columns = ("link", "effect", "unit", "low", "high", "se", "citation_key", "url")
    frame, path = _read("published_benchmarks.csv", columns, ["link", "effect"])
    frame = to_numbers(frame, path, ["low", "high", "se"], blank=[""])
    backwards = frame["high"] < frame["low"]
    if backwards.any():
        raise DataError(
            f"{path.name}: 'high' lies below 'low' for "
            f"{first_values(frame.loc[backwards, 'effect'].tolist())}. Exchange the two."
        )
    return frame


def national_indicator_definitions() -> pd.DataFrame:
    """The National Indicators of 2008 that measure social capital or its neighbours.

    Returns columns ``indicator, statement, social_capital_form, ons_domain, measures,
    does_not_measure, source, verified``; the domain is "none" for a neighbour of social capital.
    """
    columns = (
        "indicator",
        "statement",
        "social_capital_form",
        "ons_domain",
        "measures",
        "does_not_measure",
    )
    frame, path = _read("national_indicator_definitions.csv", columns, ["indicator"])
    _require_allowed(frame, path, {"social_capital_form": _FORMS, "ons_domain": _DOMAINS})
    return frame


def valuation_approaches() -> pd.DataFrame:
    """Ways to value coproduction, in words, one row an approach.

    Returns columns ``name, approach, question_it_answers, unit_of_value, needs, strengths, limits,
    may_be_added_to, citation_key, source, verified``; the name is the code's.
    """
    columns = (
        "name",
        "approach",
        "question_it_answers",
        "unit_of_value",
        "needs",
        "strengths",
        "limits",
        "may_be_added_to",
        "citation_key",
    )
    return _read("valuation_approaches.csv", columns, ["name"])[0]


def valuation_parameters() -> pd.DataFrame:
    """The numbers that a valuation takes from elsewhere or chooses, one row a parameter.

    Returns columns ``name, words, value, low, high, unit, price_year, kind, source, citation_key,
    url, checked, verified``. The value is missing for a scale of points, low and high where no
    range is known, the price year where the value is not in the money of a year or, for a scenario,
    in that of the report. A scenario is our choice and has no source to be verified at; ``checked``
    is the date on which the row was last looked at.
    """
    columns = (
        "name",
        "words",
        "value",
        "low",
        "high",
        "unit",
        "price_year",
        "kind",
        "citation_key",
        "url",
        "checked",
    )
    frame, path = _read("valuation_parameters.csv", columns, ["name"])
    _require_allowed(frame, path, {"kind": _PARAMETERS})
    numbers = ["value", "low", "high", "price_year"]
    frame = to_numbers(frame, path, numbers, blank=[""])
    frame["checked"] = pd.to_datetime(frame["checked"], format="%Y-%m-%d")
    unsorted = (frame["low"] > frame["value"]) | (frame["value"] > frame["high"])
    if unsorted.any():
        raise DataError(
            f"{path.name}: the value lies outside low and high for "
            f"{first_values(frame.loc[unsorted, 'name'].tolist())}. Correct one of the three."
        )
    return frame


def instrument_candidates() -> pd.DataFrame:
    """What might move price or social capital and touch the other through nothing else.

    Returns columns ``candidate, moves, works_through, weakness, needs, source, verified``; moves is
    "price" or "social capital".
    """
    columns = ("candidate", "moves", "works_through", "weakness", "needs")
    frame, path = _read("instrument_candidates.csv", columns, ["candidate"])
    _require_allowed(frame, path, {"moves": ("price", "social capital")})
    return frame


def variables() -> pd.DataFrame:
    """The columns that a regression may use, and what they stand for, one row a column.

    Returns columns ``column, words, in_sentence, made_of, unit, source_id, role, downstream_of,
    higher_means, note, source, verified``; in_sentence is blank where the words need but a small
    letter in the middle of a sentence; role is outcome, social_capital, coproduction, control, or
    other (of what the report itself adds, which no study may name); downstream_of names what the
    column is a result of, "" for nothing in the model.
    """
    columns = (
        "column",
        "words",
        "in_sentence",
        "made_of",
        "unit",
        "source_id",
        "role",
        "downstream_of",
        "higher_means",
        "note",
    )
    frame, path = _read("variables.csv", columns, ["column"])
    causes = ("", "coproduction", "social_capital", "price")
    _require_allowed(frame, path, {"role": _ROLES, "downstream_of": causes})
    return frame


def capture_routes() -> pd.DataFrame:
    """Ways in which a rise in the worth of homes may be captured as the law stands, one a row.

    Returns columns ``route, levied_by, base, share_low, share_high, reaches_existing_homes,
    legal_basis, limit, source, verified``; the shares are those of the rise that the neighbourhood
    can have by this route, missing where nobody has published one.
    """
    columns = (
        "route",
        "levied_by",
        "base",
        "share_low",
        "share_high",
        "reaches_existing_homes",
        "legal_basis",
        "limit",
    )
    frame, path = _read("capture_routes.csv", columns, ["route"])
    frame = to_numbers(frame, path, ["share_low", "share_high"], blank=[""])
    _require_allowed(frame, path, {"reaches_existing_homes": ("yes", "no")})
    return frame


def _read(name: str, columns: Sequence[str], key: Sequence[str]) -> tuple[pd.DataFrame, Path]:
    """A shipped table as text, with ``source`` filled and ``verified`` as true or false."""
    path = Path(str(resources.files(__package__).joinpath("reference", name)))
    every = {column: column for column in (*columns, *_SOURCED)}
    frame = pick(read_text_table(path), path, every)
    require_unique(frame, path, key)
    _require_allowed(frame, path, {"verified": ("yes", "no")})
    if (frame["source"] == "").any():
        raise DataError(f"{path.name}: a row has no source. Name where each row comes from.")
    return frame.assign(verified=frame["verified"] == "yes"), path


def _require_allowed(frame: pd.DataFrame, path: Path, allowed: Mapping[str, Sequence[str]]) -> None:
    faults = [
        f"{path.name}, column '{column}': {first_values(bad)} not allowed. "
        f"Expected one of {first_values(list(values), len(values))}."
        for column, values in allowed.items()
        if (bad := sorted(set(frame[column]) - set(values)))
    ]
    if faults:
        raise DataError(faults)
