"""Appendix 2: what each approach would say, side by side, and why no sum is printed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...data.reference_tables import valuation_approaches, valuation_parameters, words_of
from ...models.specification import Label
from ...models.worth.cost_avoidance import Kind, UnitCost, avoided_cost
from ...models.worth.discounting import Schedule, uprate
from ...models.worth.points import Scale, Score, score
from ...models.worth.valuation import Valuation, total
from ...models.worth.wellbeing_value import wellbeing_value
from ..book import Book, ChapterNotes
from ..findings import Finding
from ..inputs import Inputs
from . import alternative_exhibits, social_return_example
from .alternative_exhibits import SCENARIO, Line, amount

SOURCES = ("sector_prices", "cpi", "census_2021_tenure", "lsoa11_population", "lsoa11_lsoa21")
HEDONIC = "Hedonic pricing"
NO_SURVEY = "no survey of willingness to pay is in the data"
NO_CAUSE = "it says how prices moved, and not what moved them"


@dataclass(frozen=True, slots=True)
class Ground:
    """What all illustrations stand on: parameters, prices of one year, an average ward."""

    parameters: Mapping[Hashable, Mapping[Hashable, Any]]
    cpi: Mapping[Hashable, float]
    year: int
    home_price: float
    homes: float
    residents: float

    @property
    def money(self) -> str:
        return f"pounds of {self.year}"

    def number(self, name: str) -> float:
        return float(self.parameters[name]["value"])

    def pounds(self, name: str, part: str = "value") -> float:
        """A parameter in the money of the report's year; its value where it has no range."""
        row = self.parameters[name]
        given = row["value"] if pd.isna(row[part]) else row[part]
        then = self.cpi.get(int(row["price_year"]), float("nan"))
        return uprate(float(given), then, self.cpi.get(self.year, float("nan")))

    @property
    def schedule(self) -> Schedule:
        rates = {
            int(str(name).rsplit("_", 1)[1]): row["value"] / 100
            for name, row in self.parameters.items()
            if row["kind"] == "discount rate"
        }
        return Schedule(tuple(rates), tuple(rates.values()))


def compute(inputs: Inputs, book: Book) -> None:
    """Every approach on the same ground; the sum is asked for, and its refusal kept."""
    notes = book.chapter("alternative_valuation", SOURCES)
    table, ground = valuation_approaches(), _ground(inputs)
    notes.quote("approaches", len(table), "count")
    alternative_exhibits.show_comparison(table, notes)
    _quote_ground(ground, notes)
    values, lines = [], []
    for make in (_hedonic, _wellbeing, _avoided):
        own, said = make(ground, inputs, notes)
        values += own
        lines += said
    lines += [
        _refusal("Repeat sales and price index", "repeat_sales", NO_CAUSE, notes),
        _refusal("Contingent valuation", "contingent", NO_SURVEY, notes),
        social_return_example.compute(ground, inputs.study.seed, notes),
        *_points(ground, notes),
        Line(
            "Neighbourhood equity account",
            "All homes of a place, and who holds them",
            "see the Neighbourhood Equity Model",
            "the same prices as hedonic pricing",
        ),
    ]
    _refuse_sum(values, notes)
    alternative_exhibits.show_side_by_side(lines, ground.year, notes)
    alternative_exhibits.show_parameters(valuation_parameters(), notes)


def _ground(inputs: Inputs) -> Ground:
    year = inputs.study.period.last_year
    sold = inputs.sectors[inputs.sectors["year"] == year]
    cpi = inputs.folder.read("cpi")
    wards = inputs.areas["ward22"].nunique()
    people = inputs.folder.read("lsoa11_population")
    return Ground(
        valuation_parameters().set_index("name").to_dict("index"),
        cpi.groupby(cpi["month"].dt.year)["cpi"].mean().to_dict(),
        year,
        float((sold["mean_price"] * sold["sales"]).sum() / sold["sales"].sum()),
        float(inputs.areas["households"].sum() / wards),
        float(people["population"].sum() / wards),
    )


def _quote_ground(ground: Ground, notes: ChapterNotes) -> None:
    kinds = pd.DataFrame(list(ground.parameters.values()))
    own = kinds["kind"] == "scenario"
    notes.quote("price_year", ground.year, "year")
    notes.quote("home_price", ground.home_price, "pounds")
    notes.quote("ward_homes", round(ground.homes), "count")
    notes.quote("ward_residents", round(ground.residents), "count")
    notes.quote("satisfaction", ground.number("scenario_satisfaction"), "ratio")
    notes.quote("burglaries", ground.number("scenario_burglaries"), "count")
    notes.quote("parameters", len(kinds), "count")
    notes.quote("own_choices", int(own.sum()), "count")
    notes.quote("unverified", int((~kinds["verified"] & ~own).sum()), "count")


_Made = tuple[list[Valuation], list[Line]]


def _hedonic(ground: Ground, inputs: Inputs, notes: ChapterNotes) -> _Made:
    """What the study's own associations come to for one home; the first for a ward's homes too."""
    section = inputs.study.cross_section
    values, lines = [], []
    for place, term in enumerate((*section.coproduction, *section.social_capital)):
        held, name = notes.book.findings[f"valuing.{term}.held"], f"hedonic.{term}"
        asked = words_of(term)
        asked += ", some against none" if term in section.coproduction else ", one deviation more"
        if held.value is None:
            reason = held.reason or ""
            lines.append(_refusal(HEDONIC, name, reason, notes, f"{asked}; one home", "adjusted"))
            continue
        one = _in_pounds(held, ground, f"owners of homes, {term}")
        _quote(name, one, held.label, notes)
        lines.append(_line(HEDONIC, f"{asked}; one home", one))
        if place == 0:
            ward = one.times(ground.homes)
            lines.append(_line(HEDONIC, f"{asked}; homes of an average ward", ward))
            values.append(ward)
    first = (*section.coproduction, *section.social_capital)[0]
    notes.quote("hedonic.measure", words_of(first).lower(), "text")
    notes.again("hedonic", f"hedonic.{first}")
    return values, lines


def _in_pounds(held: Finding, ground: Ground, gain_of: str) -> Valuation:
    """A difference in per cent on the price of an average home."""
    low, central, high = (
        float(end if end is not None else held.value or 0) / 100 * ground.home_price
        for end in (held.ci_low, held.value, held.ci_high)
    )
    return Valuation(
        "hedonic price", low, central, high, f"{ground.money}, once", gain_of, held.label
    )


def _wellbeing(ground: Ground, inputs: Inputs, notes: ChapterNotes) -> _Made:
    """The worth of the scenario's rise in life satisfaction for one year."""
    rise = ground.number("scenario_satisfaction")

    def worth(people: float) -> Valuation:
        points = tuple(ground.pounds("wellby", part) for part in ("low", "value", "high"))
        return wellbeing_value(
            (rise, rise, rise),
            people,
            1,
            (points[0], points[1], points[2]),
            schedule=ground.schedule,
            unit=f"{ground.money} a year",
            gain_of="residents of an average ward",
            basis="scenario",
        )

    said = f"A rise of {rise:g} points for one year"
    approach = "Wellbeing valuation (WELLBY)"
    values, lines = _scenarios(
        {
            "wellbeing.resident": (approach, f"{said}; one resident", lambda: worth(1)),
            "wellbeing.ward": (
                approach,
                f"{said}; residents of an average ward",
                lambda: worth(ground.residents),
            ),
        },
        notes,
    )
    return values[1:], lines


def _avoided(ground: Ground, inputs: Inputs, notes: ChapterNotes) -> _Made:
    """The cost of the scenario's burglaries, to public bodies and to society, apart."""
    events = ground.number("scenario_burglaries")

    def avoided(kind: Kind) -> Valuation:
        one = ground.pounds(f"burglary_{kind}")
        unit = f"{ground.money} a year"
        return avoided_cost(
            events, UnitCost("burglary in a dwelling", kind, one, one, one, unit), "scenario"
        )

    said = f"{events:g} burglaries fewer in an average ward in a year"
    return _scenarios(
        {
            "avoided.fiscal": ("Cost avoidance: fiscal", said, lambda: avoided("fiscal")),
            "avoided.economic": ("Cost avoidance: economic", said, lambda: avoided("economic")),
        },
        notes,
    )


_Scenario = tuple[str, str, Callable[[], Valuation]]


def _scenarios(scenarios: Mapping[str, _Scenario], notes: ChapterNotes) -> _Made:
    """The scenarios as values; each one quoted in words, or refused with its reason."""
    values, lines = [], []
    for name, (approach, asked, make) in scenarios.items():
        try:
            value = make()
        except ValueError as impossible:
            lines.append(_refusal(approach, name, str(impossible), notes, asked))
            continue
        notes.quote(name, f"{amount(value)} ({SCENARIO})", "text")
        lines.append(_line(approach, asked, value))
        values.append(value)
    return values, lines


def _points(ground: Ground, notes: ChapterNotes) -> list[Line]:
    """An example bid on the council's two scales, and what becomes of asking for pounds."""
    names = ("points_capital", "points_revenue")
    rows = {name: ground.parameters[name] for name in names}
    found = score(
        [Scale(row["words"], row["low"], row["high"]) for row in rows.values()],
        {row["words"]: ground.number(f"scenario_{name}") for name, row in rows.items()},
    )
    notes.quote("points", found.points, "number")
    notes.quote("points_most", found.highest, "count")
    notes.refuse("points_in_pounds", "pounds", _refused_pounds(found), "described")
    return [
        Line(
            "Valuing Worth (Birmingham City Council, 2009)",
            "A bid in the middle of both scales",
            f"{found.points:g} of {found.highest:g} points; no pounds",
            SCENARIO,
            found.points,
            found.lowest,
            found.highest,
        )
    ]


def _refused_pounds(found: Score) -> str:
    try:
        return f"{found.pounds:g}"
    except ValueError as refused:
        return str(refused)


def _refuse_sum(values: list[Valuation], notes: ChapterNotes) -> None:
    """Ask for the sum of all values, and keep the words in which the model refuses it."""
    reason = "there are not two values to add"
    try:
        total(values)
    except ValueError as refused:
        reason = str(refused)
    notes.refuse("sum", "pounds", reason, "described")


def _quote(name: str, value: Valuation, label: Label, notes: ChapterNotes) -> None:
    notes.quote(name, value.central, "pounds", interval=(value.low, value.high), label=label)


def _line(approach: str, asked: str, value: Valuation) -> Line:
    basis = SCENARIO if value.basis == "scenario" else str(value.basis)
    return Line(approach, asked, amount(value), basis, value.central, value.low, value.high)


def _refusal(
    approach: str,
    name: str,
    reason: str,
    notes: ChapterNotes,
    asked: str = "Coproduction",
    label: Label = "described",
) -> Line:
    notes.refuse(name, "pounds", reason, label)
    return Line(approach, asked, f"not estimable, because {reason}", "none")
