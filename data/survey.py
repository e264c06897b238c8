"""A researcher's own survey by area: the layout of its file, and its rows as indicators."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from .catalogue import DataFolder
from .errors import DataError, first_values
from .indicators import COLUMNS, DIRECTIONS
from .reading import pick, read_text_table

VINTAGES = {
    "lsoa11": "LSOA 2011",
    "lsoa21": "LSOA 2021",
    "msoa11": "MSOA 2011",
    "msoa21": "MSOA 2021",
    "ward17": "ward 2017",
    "ward22": "ward 2022",
    "lad": "local authority",
}
"""The geographies that a survey may use, in words."""
_PREFIX = {"lsoa": "E01", "msoa": "E02", "ward": "E05", "lad": "E0[6-9]"}
_KEY = ["area", "geography", "period", "indicator"]
_TEXTS = [*_KEY, "direction", "respondents"]
_EITHER = ["agreeing", "percent"]
_LAYOUT = [*_TEXTS, *_EITHER, "design_effect"]
_NUMBERS = ["direction", "respondents", *_EITHER, "design_effect"]
_EXAMPLE = "#"
_POINTS = 0.5
"""Percentage points by which a given percentage may differ from the counts beside it."""
_KNOWN_BY = {
    "lsoa11": ("lsoa11_lsoa21", "lsoa11"),
    "lsoa21": ("lsoa11_lsoa21", "lsoa21"),
    "ward17": ("lsoa11_ward17", "ward17"),
    "ward22": ("lsoa21_ward22", "ward22"),
}


def survey_template() -> str:
    """The text of an empty survey file: its header, and two made-up rows that are not read.

    One row an area, period and indicator. ``direction`` is 1 where more agreement is more social
    capital, -1 where it is less; give ``agreeing`` (of the ``respondents``) or ``percent``;
    ``design_effect`` is the variance over that of a simple random sample, blank for one.
    """
    return (
        ",".join(_LAYOUT)
        + f"\n{_EXAMPLE}E05999998,ward22,2024,NI 4,1,120,48,,1.3"
        + f"\n{_EXAMPLE}E05999999,ward22,2024,NI 17,-1,95,,21.5,\n"
    )


def known_codes(folder: DataFolder) -> dict[str, set[str]]:
    """The city's codes by geography, from the lookups that are in the folder."""
    known = {}
    for geography, (source_id, column) in _KNOWN_BY.items():
        try:
            known[geography] = set(folder.read(source_id)[column])
        except DataError:
            continue
    return known


def read_survey(path: Path, known: Mapping[str, Collection[str]] | None = None) -> pd.DataFrame:
    """A survey file of the layout that `survey_template` writes.

    Parameters
    ----------
    known : codes of each geography (`known_codes`), to tell vintages that look alike apart

    Returns
    -------
    frame ``area, geography, period, indicator, direction, respondents, agreeing, percent,
    design_effect``; percent is 0 to 100; the one of agreeing and percent that was not given is
    worked out from the other

    Raises
    ------
    DataError
        All faults of the file at once: a direction that is not 1 or -1 or is against that of a
        National Indicator, repeated areas, mixed vintages, a percentage above 100, a missing
        sample size, and others.
    """
    text = read_text_table(path)
    for column in set(_EITHER) - set(text.columns):
        text[column] = ""
    text = pick(text, path, {name: name for name in _LAYOUT}).map(str.strip)
    text = text[~text["area"].str.startswith(_EXAMPLE)].reset_index(drop=True)
    if text.empty:
        raise DataError(f"{path.name}: only example rows. Write a row for each area below them.")
    numbers = text[_NUMBERS].apply(pd.to_numeric, errors="coerce")
    numbers["design_effect"] = numbers["design_effect"].where(text["design_effect"] != "", 1.0)
    faults = [
        *_text_faults(text, numbers),
        *_direction_faults(text, numbers),
        *_count_faults(text, numbers),
        *_vintage_faults(text, known or {}),
    ]
    if faults:
        raise DataError([f"{path.name}: {fault}" for fault in faults])
    agreeing = numbers["agreeing"].fillna(numbers["percent"] / 100 * numbers["respondents"])
    numbers["percent"] = numbers["percent"].fillna(100 * agreeing / numbers["respondents"])
    numbers = numbers.assign(agreeing=agreeing).astype({"direction": int})
    frame: pd.DataFrame = pd.concat([text[_KEY], numbers], axis=1)
    return frame[_LAYOUT]


def survey_indicators(survey: pd.DataFrame, source: str = "survey") -> pd.DataFrame:
    """The rows of `read_survey` as rows of the indicator table, with their sampling variance.

    The variance is design effect times p(1-p)/n in squared percentage points, with p drawn two
    answers each way towards a half, so that no area has a variance of zero where all agree.

    References
    ----------
    Agresti and Coull (1998): the two answers each way.
    """
    n = survey["respondents"]
    p = (survey["percent"] / 100 * n + 2) / (n + 4)
    table = survey[_KEY].assign(
        vintage=survey["geography"].map(VINTAGES),
        value=survey["percent"],
        unit="percent",
        variance=1e4 * survey["design_effect"] * p * (1 - p) / n,
        n=n,
        source=source,
        direction=survey["direction"],
    )
    return table[list(COLUMNS)]


def _tell(text: pd.DataFrame, bad: pd.Series, column: str, expected: str) -> Iterator[str]:
    if bad.any():
        first = int(bad.to_numpy().argmax())
        yield (
            f"column '{column}': {int(bad.sum())} of {len(text)} rows {expected}: "
            f"{first_values(text.loc[bad, column].tolist())} (area {text['area'][first]} first)."
        )


def _text_faults(text: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[str]:
    for column in ("area", "period", "indicator"):
        yield from _tell(text, text[column] == "", column, "are blank")
    strange = ~text["geography"].isin(VINTAGES)
    yield from _tell(text, strange, "geography", f"are not one of {', '.join(VINTAGES)}")
    pattern = text["geography"].str.rstrip("0123456789").map(_PREFIX)
    matched = [
        isinstance(prefix, str) and pd.Series([code]).str.fullmatch(f"{prefix}[0-9]+").item()
        for code, prefix in zip(text["area"], pattern, strict=True)
    ]
    wrong = ~strange & (text["area"] != "") & ~pd.Series(matched)
    yield from _tell(text, wrong, "area", "are not codes of the geography beside them")
    twice = text.duplicated(_KEY)
    yield from _tell(text, twice, "area", "repeat an area, period and indicator; keep one of each")
    for column in ("agreeing", "percent", "design_effect"):
        unread = (text[column] != "") & ~np.isfinite(numbers[column])
        yield from _tell(text, unread, column, "are not numbers")


def _direction_faults(text: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[str]:
    direction = numbers["direction"]
    signed = direction.isin([1, -1])
    yield from _tell(
        text, ~signed, "direction", "are not 1 (more is more social capital) or -1 (it is less)"
    )
    declared = text["indicator"].map(DIRECTIONS)
    against = signed & declared.notna() & (direction != declared)
    for indicator, rows in text[against].groupby("indicator"):
        yield (
            f"column 'direction': {len(rows)} rows of {indicator} have {rows['direction'].iloc[0]},"
            f" but its direction is {DIRECTIONS[str(indicator)]}. Correct the sign, or name the "
            "question otherwise if it asks the reverse."
        )
    both = direction[signed].groupby(text["indicator"]).nunique()
    mixed = both.index[both > 1].difference(list(DIRECTIONS)).tolist()
    if mixed:
        yield f"column 'direction': {first_values(mixed)} is given with 1 and with -1. Choose one."


def _count_faults(text: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[str]:
    n, agreeing, percent = (numbers[name] for name in ("respondents", *_EITHER))
    missing = text["respondents"] == ""
    yield from _tell(
        text, missing, "respondents", "have no sample size; give the number who answered"
    )
    odd = ~missing & ~(np.isfinite(n) & (n >= 1) & (n % 1 == 0))
    yield from _tell(text, odd, "respondents", "are not a whole number of one or more")
    yield from _tell(text, percent > 100, "percent", "are above 100")
    yield from _tell(text, percent < 0, "percent", "are below zero")
    most = percent.groupby(text["indicator"]).transform("max")
    fraction = percent.notna() & (most > 0) & (most <= 1)
    yield from _tell(
        text,
        fraction,
        "percent",
        "are at most 1, as if written as fractions; multiply by a hundred",
    )
    yield from _tell(text, agreeing < 0, "agreeing", "are below zero")
    yield from _tell(text, agreeing > n, "agreeing", "are more than the respondents")
    neither = (text["agreeing"] == "") & (text["percent"] == "")
    yield from _tell(text, neither, "percent", "give neither 'agreeing' nor 'percent'")
    apart = (percent - 100 * agreeing / n).abs() > _POINTS
    yield from _tell(text, apart, "percent", "do not fit 'agreeing' of 'respondents'; give one")
    effect = numbers["design_effect"]
    yield from _tell(text, effect <= 0, "design_effect", "are not above zero")


def _vintage_faults(text: pd.DataFrame, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    """One level in two vintages, by what the file says or by where its codes are found."""
    used = set(text["geography"]) & set(VINTAGES)
    for level in _PREFIX:
        vintages = [name for name in VINTAGES if name.startswith(level)]
        for one, other in combinations([name for name in vintages if name in used], 2):
            yield (
                f"column 'geography': {VINTAGES[one]} and {VINTAGES[other]} in one file. Convert "
                "one to the other, or give a file of each."
            )
        for name in (name for name in vintages if name in used and name in known):
            codes = set(text.loc[text["geography"] == name, "area"]) - set(known[name])
            others = {other: known[other] for other in vintages if other != name and other in known}
            yield from _strange_codes(name, codes, others)


def _strange_codes(
    name: str, codes: set[str], others: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Codes that are not of the vintage said: those of another one, and those of none."""
    for other, known in others.items():
        if alien := sorted(codes & set(known)):
            yield (
                f"column 'area': mixed vintages: {len(alien)} codes are of {VINTAGES[other]}, not "
                f"{VINTAGES[name]}: {first_values(alien)}. Convert them, or correct 'geography'."
            )
    if lost := sorted(codes.difference(*others.values())):
        yield (
            f"column 'area': {len(lost)} codes are not in the boundaries of {VINTAGES[name]}: "
            f"{first_values(lost)}. Correct or remove these rows."
        )
