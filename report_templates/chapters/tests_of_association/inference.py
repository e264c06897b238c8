"""Tables of how sure the controlled associations are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.controlled_inference import ControlledInference, MeasureInference
from ....data.levels import level
from ...exhibits import Body, Column, Missing, TableBody
from ...rules import KINDS
from ..valuing.columns import in_percent, missing, number


def exhibits(found: ControlledInference) -> Iterator[Body | Missing]:
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
