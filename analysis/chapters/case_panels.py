"""The price path of a case-study place: with comparator and placebo gaps, or with the city only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...data.record_checks import place_key
from ...models.programmes.placebos import LEVEL
from ...models.programmes.synthetic_control import Comparison
from ...report_templates.exhibits import Figure
from ..book import Book
from ..comparisons import CaseResult, later_events
from ..inputs import Inputs
from .case_exhibits import LABEL
from .case_later import key_of
from .case_studies import short_name

LINES = 40
"""Placebo places drawn: more would be one grey blot."""
PLACE, COMPARATOR, REST, PLACEBOS = "The place", "Comparator", "Rest of the city", "Placebo places"
STYLES = {PLACE: "place", COMPARATOR: "other", REST: "other", PLACEBOS: "many"}
INDEX_NOTE = (
    "Index: mean of all sales, not mix-adjusted, so demolition and new building move it. "
    "Label: described."
)
PATH_NOTE = (
    "Comparator: synthetic difference-in-differences, at the place's level in the years that weigh "
    "before the start. Not mix-adjusted."
)


@dataclass(frozen=True, slots=True)
class _Panel:
    """One chart: ``series, line, x, y``, and how it is drawn."""

    name: str
    frame: pd.DataFrame
    options: dict[str, Any]


def path(inputs: Inputs, place: str, own: Sequence[str], book: Book, source: str) -> Figure:
    """The place's prices against its comparator or, without one, against the rest of the city."""
    key, name = place_key(place), short_name(place)
    if key in book.cases:
        panels = _of_start(book.cases[key])
        p = float(book.findings[f"case_effects.{key}.running.p"].value or 1)
        how = "more than" if p <= 1 - LEVEL else "no more than"
        title = f"{name} parts from its comparator {how} placebo places do"
    else:
        panels = _without_start(inputs, place, own, book)
        title = f"{name} and the rest of the city: its start has no path of prices before it"
    frame = pd.concat([each.frame.assign(panel=each.name) for each in panels], ignore_index=True)
    return Figure(
        f"case_pages.{key}.path",
        title,
        "panels",
        frame,
        "Mean price of homes sold, logarithmic scale; gap in per cent; postcode sectors; yearly",
        _note(book, key, frame),
        source,
        alt=f"Charts side by side: the price path of {name} in colour with what it is set "
        "against, and the gap between them, where there is one, over pale placebo gaps.",
        options={
            "styles": {name: STYLES[name] for name in STYLES if name in set(frame["series"])},
            "panels": {each.name: each.options for each in panels},
            "height": 46.0 if len(panels) > 1 else 70.0,
        },
    )


def _of_start(case: CaseResult) -> list[_Panel]:
    design = case.design
    events = [(float(design.years[design.before - 1]), "start")]
    if "afterwards" in design.windows():
        events.append((float(design.ended or 0), "end"))
    logs = {PLACE: design.true.outcome, COMPARATOR: design.true.outcome - case.found.gap}
    lines = [_line(series, 0, design.years, np.exp(each)) for series, each in logs.items()]
    options = {"y_label": "Pounds", "y_format": "pounds", "log_y": True, "events": events}
    prices = _Panel("The place and its comparator", pd.concat(lines), options)
    return [prices, _gaps(case, "Gap between them, and of placebo places", events)]


def _without_start(inputs: Inputs, place: str, own: Sequence[str], book: Book) -> list[_Panel]:
    later = [event for event in later_events(inputs, place) if key_of(event) in book.cases]
    here = inputs.sectors["sector"].isin(own)
    first = int(inputs.sectors["year"].min())
    lines = [_index(PLACE, inputs.sectors[here])]
    if not here.all():
        lines.append(_index(REST, inputs.sectors[~here]))
    options = {
        "y_label": f"Index, {first} = 100",
        "y_format": "number0",
        "log_y": True,
        "events": [(float(event.year), str(event.year)) for event in later],
    }
    panels = [_Panel("Price path", pd.concat(lines), options)]
    for event in later:
        title = f"Gap to a comparator built on {first} to {event.year}"
        marks = [(float(event.year), str(event.year))]
        panels.append(_gaps(book.cases[key_of(event)], title, marks))
    return panels


def _gaps(case: CaseResult, name: str, events: Sequence[tuple[float, str]]) -> _Panel:
    """The place's gap over those of placebo places, spread evenly by the size of their effects."""
    placebos, years = case.placebos, case.design.years
    order = np.argsort([placebo.effect() for placebo in placebos])
    chosen = order[np.unique(np.linspace(0, len(order) - 1, LINES).round().astype(int))]
    lines = [_line(PLACEBOS, i, years, _percent(placebos[each])) for i, each in enumerate(chosen)]
    lines.append(_line(PLACE, 0, years, _percent(case.found)))
    options = {"y_label": "Per cent", "y_format": "number0", "events": list(events)}
    return _Panel(name, pd.concat(lines), options)


def _percent(comparison: Comparison) -> np.ndarray:
    return np.asarray(100 * np.expm1(comparison.gap))


def _line(series: str, line: int, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"series": series, "line": line, "x": x, "y": y})


def price_index(rows: pd.DataFrame) -> pd.Series:
    """The sales-weighted mean price of some sectors by year, first year = 100."""
    worth = (rows["mean_price"] * rows["sales"]).groupby(rows["year"]).sum()
    mean = worth / rows.groupby("year")["sales"].sum()
    index: pd.Series = 100 * mean / mean.iloc[0]
    return index


def _index(series: str, rows: pd.DataFrame) -> pd.DataFrame:
    index = price_index(rows)
    return _line(series, 0, index.index.to_numpy(), index.to_numpy())


def _note(book: Book, key: str, frame: pd.DataFrame) -> str:
    before = PATH_NOTE if key in book.cases else INDEX_NOTE
    if PLACEBOS not in set(frame["series"]):
        return before
    return (
        f"{before} Placebo places: {LINES} at most, evenly spaced from the lowest to the highest "
        f"effect, each of as many donors as the place has sectors. {LABEL}"
    )
