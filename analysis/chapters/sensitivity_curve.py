"""Section 3: the specification curve of each measure over a declared universe, tested jointly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...models.robustness.specification_curve import JointTest, Universe, joint_test
from ...models.specification import Specification
from ...report_templates.exhibits import Column, Figure, Table
from ..book import ChapterNotes
from ..controlled import lower
from ..equations import hardly_varying
from ..inputs import Inputs
from ..quantities import percent_effect
from ..study import CrossSection

PERMUTATIONS, WITH_INTERVALS = 2999, 199
"""Of which so many have intervals: they take most of the time."""
OTHERS = "The other measures"
QUOTED = (
    *("curve_median", "curve_usual", "curve_estimated"),
    *("curve_sign", "curve_apart", "curve_p"),
)
"""What is quoted of each measure."""
MULTIPLES = (0.5, 1.0, 2.0)
"""Of the study's own minimum number of sales."""
STILL = 0.1
"""Of a measure's standard deviation: with less left inside areas, their effects are no choice."""
EFFECTS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "middle areas": ("msoa21",),
    "wards": ("ward22",),
}


def compute(
    inputs: Inputs,
    controlled: Specification,
    terms: Sequence[str],
    blocks: Mapping[str, tuple[str, ...]],
    notes: ChapterNotes,
) -> None:
    """Every declared specification of every measure, and the joint test of each curve.

    Parameters
    ----------
    controlled : the fully controlled equation; what it leaves of a measure is permuted inside wards
    blocks : what the steps hold equal, by title; the curve holds every subset of them equal
    """
    section = inputs.study.cross_section
    areas = inputs.areas
    curves, rows = [], []
    for term in terms:
        declared = universe(section, controlled, term, terms, blocks, areas)
        rng = np.random.default_rng(inputs.study.seed)
        within = replace(controlled, weights=None)
        test = joint_test(areas, declared, within, section.wards, rng, PERMUTATIONS, WITH_INTERVALS)
        curves.append(test.curve.assign(term=term))
        _quote(notes, term, test)
        rows.append(_row(term, test))
    notes.quote("permutations", PERMUTATIONS, "count")
    curve = pd.concat(curves, ignore_index=True)
    refused = _refused(areas, terms)
    notes.quote("curve_refused", refused or "none", "text")
    _figure(curve, rows, refused, notes)
    _tests(rows, notes)
    _choices(curve, blocks, notes)


def universe(
    section: CrossSection,
    controlled: Specification,
    term: str,
    terms: Sequence[str],
    blocks: Mapping[str, tuple[str, ...]],
    areas: pd.DataFrame,
) -> Universe:
    """What may be chosen for one measure, declared before anything is estimated.

    Effects inside which the measure hardly varies are no choice: a standard deviation more would
    be many times what any two areas compared differ by.
    """
    groups = {OTHERS: tuple(name for name in terms if name != term)}
    for title, columns in blocks.items():
        groups[title] = tuple(name for name in columns if name in controlled.controls)
    held = {title: columns for title, columns in groups.items() if columns}
    subsets = chain.from_iterable(combinations(held, size) for size in range(len(held) + 1))
    weights = {"each area the same": None}
    return Universe(
        term=term,
        outcome=section.outcome,
        clusters=section.wards,
        controls={
            "; ".join(chosen): tuple(chain.from_iterable(held[title] for title in chosen))
            for chosen in subsets
        },
        effects={
            words: effects for words, effects in EFFECTS.items() if words not in _still(areas, term)
        },
        weights={"sales": section.weights, **weights} if section.weights else weights,
        size="sales",
        minimums=tuple(multiple * section.minimum_sales for multiple in MULTIPLES),
    )


def _still(areas: pd.DataFrame, term: str) -> dict[str, float]:
    """The effects inside which a measure hardly varies, with the share of its deviation left."""
    shares = {}
    for words, effects in EFFECTS.items():
        for effect in effects:
            inside = areas[term] - areas.groupby(effect)[term].transform("mean")
            share = float(inside.std() / areas[term].std())
            if share < STILL or hardly_varying(areas, [term], effects):
                shares[words] = share
    return shares


def _quote(notes: ChapterNotes, term: str, test: JointTest) -> None:
    notes.quote(f"{term}.curve_median", percent_effect(test.median), "percent", label="adjusted")
    notes.quote(f"{term}.curve_usual", percent_effect(test.usual), "percent", label="adjusted")
    notes.quote(f"{term}.curve_estimated", test.estimated, "count")
    notes.quote(f"{term}.curve_sign", 100 * test.share_same_sign, "percent", label="adjusted")
    notes.quote(f"{term}.curve_apart", 100 * test.share_apart, "percent", label="adjusted")
    low, high = test.p_median_low, test.p_median_high
    notes.quote(f"{term}.curve_p", test.p_median, "p", label="adjusted", interval=(low, high))


def _row(term: str, test: JointTest) -> dict[str, object]:
    return {
        "measure": words_of(term),
        "estimated": test.estimated,
        "median": percent_effect(test.median),
        "usual": percent_effect(test.usual),
        "sign": 100 * test.share_same_sign,
        "apart": 100 * test.share_apart,
        "p_median": test.p_median,
        "p_apart": test.p_share_apart,
    }


def _refused(areas: pd.DataFrame, terms: Sequence[str]) -> str:
    """In words: which measures hardly differ inside which areas."""
    return "; ".join(
        f"{lower(words_of(term))} inside {effect} ({100 * share:.0f}% of its standard deviation)"
        for term in terms
        for effect, share in _still(areas, term).items()
    )


def _figure(
    curve: pd.DataFrame,
    rows: Sequence[Mapping[str, object]],
    refused: str,
    notes: ChapterNotes,
) -> None:
    kept = curve.dropna(subset=["estimate"])
    frame = pd.DataFrame(
        {
            "x": kept.groupby("term", sort=False).cumcount() + 1,
            "y": [percent_effect(value) for value in kept["estimate"]],
            "low": [percent_effect(value) for value in kept["ci_low"]],
            "high": [percent_effect(value) for value in kept["ci_high"]],
            "series": "Estimate",
            "panel": kept["term"].map(words_of),
            **{name: kept[name] for name in ("controls", "effects", "weights", "minimum")},
        }
    )
    apart = ", ".join(f"{row['measure']} {row['apart']:.0f}%" for row in rows)
    notes.book.show(
        Figure(
            "sensitivity.curve",
            f"The specification curve: intervals that leave out zero on the side of the median: "
            f"{apart}",
            "lines",
            frame,
            "Difference in price per square metre, per cent, with 95% interval; every declared "
            "specification of a measure, from the smallest estimate to the largest",
            "Every subset of the blocks of "
            "controls; no effects, middle areas or wards; weighted by sales or not; "
            f"{len(MULTIPLES)} minimum numbers of sales. "
            + (f"Left out, because it hardly differs there: {refused}. " if refused else "")
            + "Clustered by ward, CR1. Label: adjusted.",
            notes.source_line,
            alt="Small charts, one a measure: a rising line of all estimates with a band of their "
            "intervals around it, and the line of zero.",
            options={
                "x_label": "Specification, by size of estimate",
                "y_label": "Per cent",
                "y_format": "number0",
                "emphasis": ["Estimate"],
            },
        )
    )


def _tests(rows: Sequence[Mapping[str, object]], notes: ChapterNotes) -> None:
    notes.book.show(
        Table(
            "sensitivity.joint",
            "Each curve as a whole, beside curves of measures that mean nothing",
            pd.DataFrame(rows),
            (
                Column("measure", "Measure"),
                Column("estimated", "Specifications", "count"),
                Column("median", "Median estimate", "percent1"),
                Column("usual", "Usual median", "percent1"),
                Column("sign", "Of that sign", "percent0"),
                Column("apart", "Interval without zero", "percent0"),
                Column("p_median", "p, median", "number3"),
                Column("p_apart", "p, intervals", "number2"),
            ),
            "Median in per cent of the price per square metre; shares of specifications; p values "
            "by permutation",
            f"{PERMUTATIONS:,} permutations ({WITH_INTERVALS} for the intervals): what the fully "
            "controlled equation leaves of a measure "
            "changes places between areas of the same ward, and the whole curve is estimated "
            "again. Areas of one ward are taken as exchangeable. Usual: the mean of the permuted "
            "curves' medians, which what is not held equal pulls too; p of the median: as far from "
            "it, two-sided; chance in the permutations moves one of 0.05 by up to 0.01, and that "
            "of the intervals by up to 0.03. Label: adjusted.",
            notes.source_line,
        )
    )


def _in_order(choices: pd.Series, column: str) -> list[Any]:
    values = list(choices.unique())
    return sorted(values, key=list(EFFECTS).index if column == "effects" else None)


def _choices(
    curve: pd.DataFrame, blocks: Mapping[str, tuple[str, ...]], notes: ChapterNotes
) -> None:
    """The median estimate with each choice made one way, over all the others."""
    sets = [name for name in (OTHERS, *blocks) if curve["controls"].str.contains(name).any()]
    masks = {}
    for name in sets:
        held = curve["controls"].str.split("; ").map(lambda chosen, name=name: name in chosen)
        masks[f"{name}: held equal", "Controls"] = held
        masks[f"{name}: not", "Controls"] = ~held
    for column, heading in (("effects", "Effects"), ("weights", "Weights"), ("minimum", "Sales")):
        for value in _in_order(curve[column], column):
            words = f"at least {value:.0f}" if column == "minimum" else str(value)
            masks[words, heading] = curve[column] == value
    rows = []
    for (choice, heading), mask in masks.items():
        medians = curve[mask].groupby("term", sort=False)["estimate"].median()
        values = {str(term): percent_effect(float(value)) for term, value in medians.items()}
        rows.append({"heading": heading, "choice": choice, **values})
    terms = curve["term"].drop_duplicates()
    notes.book.show(
        Table(
            "sensitivity.choices",
            "Which choice moves the estimate",
            pd.DataFrame(rows),
            (
                Column("choice", "Choice"),
                *(Column(term, words_of(term), "percent1") for term in terms),
            ),
            "Median difference in price per square metre, per cent, over all specifications with "
            "the choice; a dash: not estimable",
            "The medians of the curves by choice. Label: adjusted.",
            notes.source_line,
            group_by="heading",
        )
    )
