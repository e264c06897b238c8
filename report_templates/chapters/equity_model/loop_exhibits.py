"""The tables of the loop: candidates for instruments, and what declared ones give."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.results.equity_loop import EquityLoop, LoopStep, told
from ....data.reference_tables import instrument_candidates
from ....models.estimate import Estimate
from ...exhibits import Body, Column, TableBody
from ...formats import format_unit

MOVES = {
    "price": "Would move prices, and so identify the step from price to social capital",
    "social capital": "Would move social capital, and so identify the step from it to price",
}
STEPS = {
    "price": ("Social capital to price", "per cent for one standard deviation more"),
    "social_capital": (
        "Price to social capital",
        "standard deviations for prices a tenth higher",
    ),
}
"""Each step's title and unit, by the left side of its equation."""
ESTIMATORS = {
    "least_squares": "Least squares, as if one way",
    "two_stage": "Two-stage least squares",
    "limited": "Limited information",
    "moments": "Two-step GMM",
}


def loop_tables(equity_loop: EquityLoop) -> Iterator[Body]:
    """What might serve as an instrument; and of declared ones, all that they give."""
    yield _candidates()
    if equity_loop.made:
        yield _estimates(equity_loop)
        yield _strengths(equity_loop)
        yield _declared(equity_loop)


def _candidates() -> Body:
    """What might serve as an instrument, why it might not, and what it would need."""
    table = instrument_candidates()
    return TableBody(
        "equity_loop.candidates",
        table.assign(group=table["moves"].map(MOVES)),
        (
            Column("candidate", "Candidate"),
            Column("works_through", "How it would work"),
            Column("weakness", "Weakness"),
        ),
        shows=(),
        group_by="group",
    )


def _estimates(loop: EquityLoop) -> Body:
    """Every estimator of every equation, in the equation's unit."""
    rows = []
    for place, (step, found) in enumerate(loop.made):
        fits = {ESTIMATORS[name]: fit for name, fit in found.by_estimator.items()}
        if loop.system:
            fits["Three-stage least squares"] = loop.system.equations[place]
        rows += [_estimate(step, name, fit) for name, fit in fits.items()]
    return TableBody(
        "equity_loop.estimates",
        pd.DataFrame(rows),
        (
            Column("estimator", "Estimator"),
            Column("estimate", "Estimate", "interval_number2"),
            Column("n", "Areas", "count"),
            Column("clusters", "Clusters", "count"),
        ),
        shows=(loop,),
        group_by="equation",
    )


def _estimate(step: LoopStep, name: str, fit: Estimate) -> dict[str, object]:
    row = fit[fit.terms[0]]
    ends = {
        "estimate": row.estimate,
        "estimate_low": row.ci_low,
        "estimate_high": row.ci_high,
    }
    return {
        "equation": ": ".join(STEPS[step.key]),
        "estimator": name,
        **{part: told(step.key, value) for part, value in ends.items()},
        "n": fit.n,
        "clusters": fit.clusters,
    }


def _strengths(loop: EquityLoop) -> Body:
    """First-stage statistics, the Anderson-Rubin set and the overidentification test."""
    rows = [
        {
            "equation": STEPS[step.key][0],
            "classical": found.strength.classical,
            "ruled": found.strength.ruled,
            "effective": found.strength.effective,
            "critical": found.strength.critical,
            "region": _in_words(step),
            "j_p": found.agree_p,
        }
        for step, found in loop.made
    ]
    return TableBody(
        "equity_loop.strengths",
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
        shows=(loop,),
    )


def _in_words(step: LoopStep) -> str:
    return step.region.in_words(lambda end: format_unit(end, step.unit)) if step.region else ""


def _declared(loop: EquityLoop) -> Body:
    """The declared instruments with their reasons, first stage and reduced form."""
    rows = [
        {
            "equation": STEPS[step.key][0],
            "instrument": one.measure.words,
            "reason": one.reason,
            "first": one.first,
            "reduced": one.reduced,
        }
        for step, found in loop.made
        for one in found.instruments
    ]
    return TableBody(
        "equity_loop.declared",
        pd.DataFrame(rows),
        (
            Column("instrument", "Instrument"),
            Column("reason", "Reason given"),
            Column("first", "First stage, t", "number2"),
            Column("reduced", "Outcome, t", "number2"),
        ),
        shows=(loop,),
        group_by="equation",
    )
