"""Exhibits of the loop: candidates for instruments, and what declared ones give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...data.reference_tables import instrument_candidates, words_of
from ...models.estimate import Estimate
from ...models.loop.simultaneous import SystemEstimate
from ...models.loop.weak_instruments import BIAS, T_HOLDS_FROM
from ...report_templates.exhibits import Column, Table
from ..equations import rule_in_short

if TYPE_CHECKING:
    from .equity_loop import Identified, Side

MOVES = {
    "price": "Would move prices, and so identify the step from price to social capital",
    "social capital": "Would move social capital, and so identify the step from it to price",
}
LABEL = "Label: instrument"


def candidates() -> Table:
    """What might serve as an instrument, why it might not, and what it would need."""
    table = instrument_candidates()
    return Table(
        "equity_loop.candidates",
        "Candidates for instruments, with what speaks against each",
        table.assign(
            group=table["moves"].map(MOVES), seen=table["verified"].map({True: "yes", False: "no"})
        ),
        (
            Column("candidate", "Candidate"),
            Column("works_through", "How it would work"),
            Column("weakness", "Weakness"),
            Column("needs", "What it needs"),
            Column("seen", "Read"),
        ),
        "In words; none is used here unless the study declares it",
        "An instrument must move one side of the loop and touch the other through nothing else. "
        "The second half cannot be tested; it must be argued. Read: whether a work that "
        "proposes it was opened for this table.",
        "The authors' judgement; works named in the table's file",
        group_by="group",
    )


def estimates(found: Sequence[Identified], system: SystemEstimate | None, source: str) -> Table:
    """Every estimator of every equation, in the equation's unit."""
    rows = []
    for place, one in enumerate(found):
        fits = dict(one.estimates)
        if system:
            fits["Three-stage least squares"] = system.equations[place]
        rows += [_estimate(one.side, name, fit) for name, fit in fits.items()]
    return Table(
        "equity_loop.estimates",
        "Both ways of the loop, by estimator",
        pd.DataFrame(rows),
        (
            Column("estimator", "Estimator"),
            Column("estimate", "Estimate", "interval_number2"),
            Column("n", "Areas", "count"),
            Column("clusters", "Wards", "count"),
        ),
        "Unit as in each heading, with 95% interval",
        f"{rule_in_short(found[0].estimates['Two-stage least squares'])}. These intervals hold "
        f"their level only if the first stage is strong (an F from {T_HOLDS_FROM:g} on with one "
        "instrument); the Anderson-Rubin set below holds it always. "
        f"{_spread(system)}{LABEL}; least squares: adjusted",
        source,
        group_by="equation",
    )


def _estimate(side: Side, name: str, fit: Estimate) -> dict[str, object]:
    row = fit.tidy().iloc[0]
    ends = {"estimate": "estimate", "estimate_low": "ci_low", "estimate_high": "ci_high"}
    return {
        "equation": side.title,
        "estimator": name,
        **{name: side.scale(float(row[column])) for name, column in ends.items()},
        "n": fit.n,
        "clusters": fit.clusters,
    }


def _spread(system: SystemEstimate | None) -> str:
    if system is None or system.hausman is None:
        return ""
    test = system.hausman
    return (
        f"Three stages against two (Hausman, errors taken to be alike): chi-squared "
        f"{test.statistic:.2f}, degrees of freedom {test.df}, p = {test.p_value:.3f}. "
    )


def strengths(found: Sequence[Identified], source: str) -> Table:
    """First-stage statistics, the Anderson-Rubin set and the overidentification test."""
    rows = [
        {
            "equation": one.side.title.split(":")[0],
            "classical": one.strength.classical,
            "ruled": one.strength.ruled,
            "effective": one.strength.effective,
            "critical": one.strength.critical,
            "region": one.region.in_words(one.side.written),
            "j_p": one.test.get("j_p", np.nan),
        }
        for one in found
    ]
    return Table(
        "equity_loop.strengths",
        "How much the instruments say",
        pd.DataFrame(rows),
        (
            Column("equation", "Equation"),
            Column("classical", "F", "number1"),
            Column("ruled", "F, clustered", "number1"),
            Column("effective", "Effective F", "number1"),
            Column("critical", "Least wanted", "number1"),
            Column("region", "Values not ruled out"),
            Column("j_p", "J, p", "number3"),
        ),
        "First-stage F three ways; 95% Anderson-Rubin set; test that the instruments agree",
        f"Least wanted: effective F above which the bias stays below {100 * BIAS:.0f}% of the "
        "worst case (simplified, and so cautious). Anderson-Rubin: sums of scores by ward, "
        "Hotelling's reference. A dash where no instrument is to spare. "
        f"{LABEL}",
        source,
    )


def declared(found: Sequence[Identified], source: str) -> Table:
    """The declared instruments with their reasons, first stage and reduced form."""
    rows = []
    for one in found:
        spec, named = one.equation.specification, one.equation.instruments
        for column in named.excluded:
            first, reduced = (one.forms[left] for left in (*named.endogenous, spec.outcome))
            rows.append(
                {
                    "equation": one.side.title.split(":")[0],
                    "instrument": words_of(column),
                    "reason": one.reasons[column],
                    "first": _t(first, column),
                    "reduced": _t(reduced, column),
                }
            )
    return Table(
        "equity_loop.declared",
        "The declared instruments, and what goes with them",
        pd.DataFrame(rows),
        (
            Column("instrument", "Instrument"),
            Column("reason", "Reason given"),
            Column("first", "First stage, t", "number2"),
            Column("reduced", "Outcome, t", "number2"),
        ),
        "t statistics of the instrument, all exogenous columns held equal, of what it must move "
        "(first stage) and of the outcome (reduced form)",
        f"{rule_in_short(found[0].forms[found[0].equation.specification.outcome])}. Where an "
        "instrument does not move the outcome, no estimator can make an effect of it. "
        "Label: adjusted",
        source,
        group_by="equation",
    )


def _t(form: Estimate, column: str) -> float:
    return float(form.tidy().set_index("term").to_dict("index")[column]["statistic"])
