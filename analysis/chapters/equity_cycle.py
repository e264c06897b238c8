"""The cycle as a figure, every arrow drawn from the findings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from ...report_templates.exhibits import Figure
from ...report_templates.formats import format_unit
from ...report_templates.words import IDENTIFIED, found, interval_words
from ..findings import Finding

ARROWS: Final = (
    ("coproduction->outcomes", ("equity_model.outcomes",), "not estimable"),
    ("outcomes->social_capital", ("equity_model.social_capital",), "not estimable"),
    (
        "social_capital->asset_values",
        ("equity_loop.price", "equity_model.asset_values"),
        "not estimable",
    ),
    ("asset_values->equity", ("equity_model.equity",), "by definition"),
    ("equity->coproduction", ("equity_model.further_coproduction",), "not estimable"),
)
"""Each arrow with the findings that may stand on it, and its words where none has a value."""
COUNTS: Final = ("none", "one", "two", "three", "four", "five")
_SPREAD: Final = "equity_model.{}.spread"


def shown(findings: Mapping[str, Finding], names: Sequence[str]) -> Finding:
    """The first identified finding of those named, else the last."""
    known = [findings[name] for name in names if name in findings]
    identified = (one for one in known if one.estimable and one.label in IDENTIFIED)
    return next(identified, known[-1])


def cycle_figure(findings: Mapping[str, Finding]) -> Figure:
    """The figure of the model.

    Parameters
    ----------
    findings : those of `ARROWS`, and the spread of each estimated link's second station
    """
    links = {link: (shown(findings, names), words) for link, names, words in ARROWS}
    rows = [_row(link, finding, words, findings) for link, (finding, words) in links.items()]
    frame = pd.DataFrame(rows).astype(dict.fromkeys(["estimate", "low", "high", "size"], float))
    values = [finding for finding, _ in links.values() if finding.estimable]
    identified = [one for one in values if one.label in IDENTIFIED]
    told = [one for one in values if found(one)]
    counts = [COUNTS[len(some)] for some in (values, identified, told)]
    said = f"{counts[0]} of five arrows with an estimate, {counts[1]} identified, {counts[2]} told"
    said += " from zero"
    return Figure(
        "equity_model.cycle",
        f"The cycle: {said}",
        "cycle",
        frame,
        "Estimate with 95% interval; width: size in standard deviations of the second",
        "The numbers are those of the table of links, or of an instrument where one identifies",
        "The findings of this chapter; their data stand below the table of links",
        alt=f"A ring of five stations, coproduction to equity and back: {said}.",
    )


def _row(
    link: str, finding: Finding, words: str, findings: Mapping[str, Finding]
) -> dict[str, object]:
    if not isinstance(finding.value, (int, float)):
        return {
            "link": link, "estimate": None, "low": None, "high": None, "size": None, "label": "",
            "text": words,
        }  # fmt: skip
    spread = findings[_SPREAD.format(link.split("->")[1])].value
    assert isinstance(spread, float)
    in_percent = finding.unit == "percent"
    change = math.log1p(finding.value / 100) if in_percent else finding.value
    return {
        "link": link,
        "estimate": finding.value,
        "low": finding.ci_low,
        "high": finding.ci_high,
        "size": change / spread,
        "label": finding.label,
        "text": _text(finding),
    }


def _text(finding: Finding) -> str:
    value = format_unit(finding.value, finding.unit)
    unit = "" if finding.unit == "percent" else " sd"
    lines = [f"{value}{unit} [{interval_words(finding)}]"]
    if not found(finding):
        lines.append("not told from zero")
    return "\n".join(lines)
