"""Tables of how sure the controlled associations are, and of what would undo them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.reasons import Refused
from ....analysis.results.controlled_inference import ControlledInference, MeasureInference
from ....analysis.results.decomposition import MeasureSplit, Split
from ....analysis.results.undoing import Confounder, Confounders, Undoing
from ....data.levels import level
from ...exhibits import Body, Column, Missing, TableBody
from ...rules import KINDS
from .columns import in_percent, missing, number

OTHERS = "The other measures"


def exhibits(
    controlled_inference: ControlledInference,
    decomposition: Split,
    undoing: Undoing,
    confounders: Confounders,
) -> Iterator[Body | Missing]:
    """Each table, or why there is none."""
    yield from _inference(controlled_inference)
    yield from _decomposition(decomposition)
    yield from _undoing(undoing)
    yield from _confounders(confounders)


def _inference(found: ControlledInference) -> Iterator[Body | Missing]:
    """The associations under three rules, and the family of measures."""
    if not found.told:
        yield from missing(
            found.measures[0].controlled, "sensitivity.inference", "sensitivity.families"
        )
        return
    yield TableBody(
        "sensitivity.inference",
        pd.DataFrame(row for one in found.told for row in _rules(found, one)),
        (
            Column("rule", "Rule"),
            Column("percent", "Difference in price", "interval_percent1"),
            Column("df", "Degrees of freedom", "number1"),
            Column("p_value", "p", "number3"),
        ),
        shows=(found,),
        group_by="measure",
    )
    yield TableBody(
        "sensitivity.families",
        pd.DataFrame(
            {
                "measure": one.measure.words,
                "estimate": number(one.wild),
                "detectable": number(one.detectable),
                "varying": one.varying,
                "p_wild": number(one.p_wild),
                "p_holm": number(one.p_holm),
                "p_romano_wolf": number(one.p_romano_wolf),
            }
            for one in found.told
        ),
        (
            Column("measure", "Measure"),
            Column("detectable", "Detectable", "percent1"),
            Column("estimate", "Estimate", "percent1"),
            Column(
                "varying",
                f"{level(found.wards_level).plural.capitalize()} in which it varies",
                "count",
            ),
            Column("p_wild", "p, alone", "number3"),
            Column("p_holm", "p, Holm", "number3"),
            Column("p_romano_wolf", "p, Romano-Wolf", "number3"),
        ),
        shows=(found,),
    )


def _rules(found: ControlledInference, one: MeasureInference) -> Iterator[dict[str, Any]]:
    ward, cluster = level(found.wards_level).singular, level(found.clusters_level).singular
    rules = (
        ("cr1", f"By {ward}, {KINDS['clustered']}", one.cr1, one.p_cr1),
        ("cr2", f"By {cluster}, {KINDS['bias_reduced']}", one.cr2, one.p_cr2),
        ("wild", f"By {cluster}, wild bootstrap", one.wild, one.p_wild),
    )
    for key, rule, difference, p in rules:
        yield {
            "term": one.key,
            "key": key,
            "measure": one.measure.words,
            "rule": rule,
            **in_percent(difference, "percent"),
            "df": None if isinstance(difference, NotEstimable) else difference.df,
            "p_value": number(p),
        }


def _decomposition(found: Split) -> Iterator[Body | Missing]:
    """The raw association by what took it."""
    if not found.told:
        yield from missing(found.measures[0].raw, "sensitivity.decomposition")
        return
    yield TableBody(
        "sensitivity.decomposition",
        pd.DataFrame(row for one in found.told for row in _parts(one)),
        (
            Column("block", "Part"),
            Column("part", "Hundredths of a log point", "interval_number2"),
        ),
        shows=(found,),
        group_by="measure",
    )


def _parts(one: MeasureSplit) -> Iterator[dict[str, Any]]:
    ends = {"part_low": None, "part_high": None}
    yield {"measure": one.measure.words, "block": "Alone", "part": number(one.raw), **ends}
    for part in one.parts:
        title = part.block.title_or(OTHERS)
        yield {
            "measure": one.measure.words,
            "block": f"of which {title[:1].lower()}{title[1:]}",
            "part": part.taken,
            "part_low": part.low,
            "part_high": part.high,
        }
    left = "Left with all held equal"
    yield {"measure": one.measure.words, "block": left, "part": one.left, **ends}


def _undoing(found: Undoing) -> Iterator[Body | Missing]:
    """What would undo each association."""
    if not found.told:
        yield from missing(found.measures[0].value, "sensitivity.undoing")
        return
    ward = level(found.wards_level).singular
    yield TableBody(
        "sensitivity.undoing",
        pd.DataFrame(
            {
                "measure": one.measure.words,
                "partial_r2": number(one.partial_r2),
                "value": number(one.value),
                "value_alpha": number(one.value_alpha),
                "delta": number(one.delta),
                "adjusted": number(one.adjusted),
                "without_low": number(one.without_low),
                "without_high": number(one.without_high),
            }
            for one in found.told
        ),
        (
            Column("measure", "Measure"),
            Column("partial_r2", "Partial R²", "percent1"),
            Column("value", "Robustness value", "percent1"),
            Column("value_alpha", "the same, significance", "percent1"),
            Column("delta", "Oster's delta", "number2"),
            Column("adjusted", "Estimate at delta one", "percent1"),
            Column("without_low", f"Lowest without a {ward}", "percent1"),
            Column("without_high", f"Highest without a {ward}", "percent1"),
        ),
        shows=(found,),
    )


def _confounders(found: Confounders) -> Iterator[Body | Missing]:
    """The estimates under confounders as strong as what is measured."""
    if not found.told:
        yield from missing(found.measures[0].bound, "sensitivity.bounds")
        return
    yield TableBody(
        "sensitivity.bounds",
        pd.DataFrame(
            {"measure": one.measure.words, **_bound(confounder)}
            for one in found.told
            for confounder in one.confounders
        ),
        (
            Column("confounder", "As strong as"),
            Column("r2_term", "Of the measure", "percent1"),
            Column("r2_outcome", "Of the price", "percent1"),
            Column("percent", "Estimate then", "interval_percent1"),
        ),
        shows=(found,),
        group_by="measure",
    )


def _bound(one: Confounder) -> dict[str, Any]:
    named = {"confounder": f"{one.benchmark.words}, {'once' if one.times == 1 else 'twice'}"}
    if isinstance(one.bound, Refused):
        keys = ("r2_term", "r2_outcome", "percent", "percent_low", "percent_high")
        return named | dict.fromkeys(keys)
    return {
        **named,
        "r2_term": 100 * one.bound.r2_term,
        "r2_outcome": 100 * one.bound.r2_outcome,
        **in_percent(one.left, "percent"),
    }
