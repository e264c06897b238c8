"""Is the loop between price and social capital identified? Both of its equations, or why not.

Price equation: P = b S + X'g + z_P'p + u; social-capital equation: S = a P + X'd + z_S'q + v. The
instruments of one equation are held equal in the other: they are said to move its left side.

Findings for other chapters: `equity_loop.identified`, the number of equations identified;
`equity_loop.price`, b in per cent of price for one standard deviation of social capital;
`equity_loop.social_capital`, a in standard deviations for prices a tenth higher. Both carry the
Anderson-Rubin interval, or are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...data.circularity import inputs_of
from ...data.reference_tables import variables, words_of
from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.loop.anderson_rubin import ConfidenceSet, anderson_rubin
from ...models.loop.identification import (
    IdentificationError,
    Instruments,
    identification_faults,
)
from ...models.loop.instruments import limited_information, moments, reduced_forms, two_stage
from ...models.loop.simultaneous import StructuralEquation, SystemEstimate, three_stage
from ...models.loop.weak_instruments import Strength, instrument_strength
from ...models.specification import Specification, SpecificationError
from ...report_templates.formats import format_unit
from ...report_templates.messages import in_words
from ..book import Book, ChapterNotes
from ..findings import Unit
from ..inputs import Inputs
from ..quantities import percent_effect
from ..study import Instrument, Study
from . import loop_exhibits

SOURCES = (
    "lsoa_price_per_sqm",
    "cni_2023",
    "imd_2019_scores",
    "census_2021_tenure",
    "census_2021_accommodation",
)
CAPITAL = "social_capital"
A_TENTH = float(np.log(1.1))
"""Log points by which a price a tenth higher is higher."""


@dataclass(frozen=True, slots=True)
class Side:
    """One equation of the loop, and the unit in which its coefficient is told."""

    key: str
    title: str
    unit: Unit
    scale: Callable[[float], float]
    moved: str
    """What its instruments must move, in words."""
    reached: str
    """What they must not reach in any other way."""

    def written(self, coefficient: float) -> str:
        """A coefficient in the side's unit."""
        return format_unit(self.scale(coefficient), self.unit)


SIDES = (
    Side(
        "price",
        "Social capital to price: per cent for one standard deviation more",
        "percent",
        percent_effect,
        "social capital",
        "prices",
    ),
    Side(
        "social_capital",
        "Price to social capital: standard deviations for prices a tenth higher",
        "number",
        lambda slope: slope * A_TENTH,
        "prices",
        "social capital",
    ),
)


@dataclass(frozen=True, slots=True)
class Identified:
    """What was estimated of one equation that passed the order and rank conditions."""

    side: Side
    equation: StructuralEquation
    reasons: Mapping[str, str]
    estimates: Mapping[str, Estimate]
    """By the estimator's name in the table."""
    strength: Strength
    region: ConfidenceSet
    """The Anderson-Rubin set of the coefficient."""
    forms: Mapping[str, Estimate]
    """Reduced forms by their left side."""

    @property
    def test(self) -> Mapping[str, float]:
        """The test that the instruments agree, empty where none is to spare."""
        fit = self.estimates.get("Two-step GMM")
        return fit.diagnostics if fit else {}


def compute(inputs: Inputs, book: Book) -> None:
    """Estimate or refuse each equation, then both together; show the candidates in any case."""
    notes = book.chapter("equity_loop", inputs.cited(SOURCES))
    book.show(loop_exhibits.candidates())
    found = [one for side in SIDES if (one := _side(side, inputs, notes))]
    for one in found:
        _conclude(one, notes)
    quoted = (book.findings[f"equity_loop.{side.key}"] for side in SIDES)
    notes.quote("equations", len(SIDES), "count")
    notes.quote("estimated", len(found), "count")
    notes.quote("identified", sum(one.estimable for one in quoted), "count")
    system = _system(found, inputs, notes)
    if found:
        source = notes.source_line
        book.show(loop_exhibits.estimates(found, system, source))
        book.show(loop_exhibits.strengths(found, source))
        book.show(loop_exhibits.declared(found, source))


def _side(side: Side, inputs: Inputs, notes: ChapterNotes) -> Identified | None:
    """One equation's estimates; or None, and the reason among the findings."""
    declared = getattr(inputs.study.loop, side.key).instruments
    if not declared:
        reason = (
            "no instrument is declared for it: these data hold nothing known to move "
            f"{side.moved} and to reach {side.reached} in no other way"
        )
        notes.refuse(side.key, side.unit, reason, "iv")
        return None
    try:
        return _estimated(side, inputs, declared, notes)
    except SpecificationError as fault:
        notes.refuse(side.key, side.unit, in_words(str(fault)), "iv")
        return None


def _estimated(
    side: Side, inputs: Inputs, declared: list[Instrument], notes: ChapterNotes
) -> Identified:
    equation = structural_equation(inputs.study, side.key)
    spec, named = equation.specification, equation.instruments
    if faults := [*identification_faults(spec, named), *_circular(spec, named)]:
        raise IdentificationError(f"specification {spec.name}: {'; '.join(faults)}")
    areas = inputs.areas[inputs.areas["sales"] >= inputs.study.cross_section.minimum_sales]
    estimates = {
        "Least squares, as if one way": cross_section(areas, _renamed(spec, "least_squares")),
        "Two-stage least squares": two_stage(areas, _renamed(spec, "two_stage"), named),
        "Limited information": limited_information(areas, _renamed(spec, "limited"), named),
    }
    if len(named.excluded) > 1:
        estimates["Two-step GMM"] = moments(areas, _renamed(spec, "moments"), named)
    for estimate in estimates.values():
        notes.fitted(estimate)
    return Identified(
        side=side,
        equation=equation,
        reasons={one.column: one.reason for one in declared},
        estimates=estimates,
        strength=instrument_strength(areas, spec, named),
        region=anderson_rubin(areas, spec, named),
        forms=reduced_forms(areas, spec, named),
    )


def structural_equation(study: Study, key: str) -> StructuralEquation:
    """An equation of the loop as the study declares it.

    Raises
    ------
    SpecificationError
        A column that is outcome or regressor is also declared as a control.
    """
    section = study.cross_section
    own, other = study.loop.price, study.loop.social_capital
    outcome, moved = section.outcome, CAPITAL
    if key == "social_capital":
        own, other, outcome, moved = other, own, moved, outcome
    shifting = [one.column for one in other.instruments if one.column not in (outcome, moved)]
    spec = Specification(
        name=f"equity_loop.{key}",
        title=f"The loop: {words_of(moved).lower()} to {words_of(outcome).lower()}",
        outcome=outcome,
        regressors=(moved,),
        controls=tuple(dict.fromkeys([*own.controls, *shifting])),
        weights=section.weights,
        clusters=section.wards,
    )
    return StructuralEquation(
        spec, Instruments((moved,), tuple(one.column for one in own.instruments))
    )


def _renamed(spec: Specification, estimator: str) -> Specification:
    return replace(spec, name=f"{spec.name}.{estimator}")


def _circular(spec: Specification, named: Instruments) -> list[str]:
    """Instruments that are results of the model, or go with either side by construction."""
    declared = variables().set_index("column")["downstream_of"]
    faults = []
    for column in named.excluded:
        if cause := str(declared[column]):
            faults.append(f"{column} is a result of {cause} and so no cause from outside the model")
        for side in (spec.outcome, *named.endogenous):
            if column != side and inputs_of(column) & inputs_of(side):
                faults.append(
                    f"{column} and {side} are built from the same records, so they go together by "
                    "construction"
                )
    return faults


def _conclude(one: Identified, notes: ChapterNotes) -> None:
    """The finding of an equation: its estimate if the instruments bound it, else why not."""
    side, region = one.side, one.region
    words = region.in_words(side.written)
    notes.quote(f"{side.key}.region", words, "text", label="iv")
    notes.quote(f"{side.key}.effective_f", one.strength.effective, "number", label="iv")
    notes.quote(f"{side.key}.critical_f", one.strength.critical, "number", label="iv")
    if not region.bounded:
        reasons = {
            "empty": "no value fits all its instruments at once, so at least one of them is wrong",
            "line": "its instruments are too weak to rule out any value",
        }
        left = f"its instruments do not bound it: what they leave is {words}"
        notes.refuse(side.key, side.unit, reasons.get(region.kind, left), "iv")
        return
    estimate = one.estimates["Limited information"]
    low, high = region.pieces[0]
    notes.quote(
        side.key,
        side.scale(float(estimate.coefficients[0])),
        side.unit,
        label="iv",
        interval=(side.scale(low), side.scale(high)),
        specification=estimate.specification.name,
    )


def _system(found: list[Identified], inputs: Inputs, notes: ChapterNotes) -> SystemEstimate | None:
    """Both equations at once, where both can be estimated and hold the same things equal."""
    if len(found) < len(SIDES):
        notes.refuse("hausman_p", "p", "three stages need an estimate of both equations", "iv")
        return None
    areas = inputs.areas[inputs.areas["sales"] >= inputs.study.cross_section.minimum_sales]
    try:
        system = three_stage(areas, [one.equation for one in found], corrected=True)
    except SpecificationError as fault:
        notes.refuse("hausman_p", "p", in_words(str(fault)), "iv")
        return None
    if system.hausman is None:
        notes.refuse("hausman_p", "p", "no equation has an instrument to spare", "iv")
    else:
        notes.quote("hausman_p", system.hausman.p_value, "p", label="iv")
    return system
