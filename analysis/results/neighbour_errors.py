"""Are neighbours' errors alike, and how unsure does distance make each association?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.spatial.conley import ConleyRule, conley, conley_curve
from ...models.spatial.spatial_sample import spatial_sample
from ...models.spatial.spatial_tests import lagrange_tests, residual_moran
from ...models.specification import NotEstimable as Inestimable
from ..quantities import NotEstimable, Number, PriceDifference, PValue
from ..reasons import Reason, Refused
from ..spatial_views import AREA, VIEWS, Ground, View

CUT_OFFS = tuple(500.0 * step for step in range(11))
"""Metres, up to five kilometres: beyond, a city of this size has too few pairs left out."""
LIMIT = 0.05
"""A p from which on errors are said to be alike."""
Numbers = Mapping[str, Number | NotEstimable]
PValues = Mapping[str, PValue | NotEstimable]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the errors of neighbours are, by view.

    Parameters
    ----------
    moran, moran_expected, moran_p : of the residuals; of independent errors; p of no likeness
    robust_error, robust_lag : Lagrange multiplier statistics of errors alike and of prices alike,
        each allowing for the other
    tests : every test, one row a test: ``view, test, value, expected, p``
    """

    moran: Numbers
    moran_expected: Numbers
    moran_p: PValues
    robust_error: Numbers
    robust_error_p: PValues
    robust_lag: Numbers
    robust_lag_p: PValues
    tests: pd.DataFrame | NotEstimable

    def alike(self, view: str) -> bool:
        """Whether Moran's I tells the errors from independent ones."""
        return _rejects(self.moran_p[view])

    @property
    def by_errors(self) -> bool:
        """Whether shared errors are found once prices alike are allowed for."""
        return _rejects(self.robust_error_p["open"])

    @property
    def by_prices(self) -> bool:
        """Whether prices that go together are found once shared errors are allowed for."""
        return _rejects(self.robust_lag_p["open"])

    @property
    def errors_stronger(self) -> bool:
        """Whether the test for shared errors is the stronger."""
        error, lag = self.robust_error["open"], self.robust_lag["open"]
        return isinstance(error, Number) and isinstance(lag, Number) and error.number > lag.number


def _rejects(p: PValue | NotEstimable) -> bool:
    return isinstance(p, PValue) and p.p < LIMIT


def no_likeness(why: Reason) -> Likeness:
    """The same where nothing can be tested, and why."""
    number = dict.fromkeys(VIEWS, NotEstimable(why, unit="number", label="described"))
    p = dict.fromkeys(VIEWS, NotEstimable(why, unit="p", label="described"))
    tests = NotEstimable(why, label="described")
    return Likeness(number, number, p, number, p, number, p, tests)


def likeness(ground: Ground) -> Likeness:
    """Moran's I and the Lagrange multiplier tests of both views."""
    try:
        return _likeness(ground)
    except Inestimable as fault:
        return no_likeness(Refused(str(fault)))


def _likeness(ground: Ground) -> Likeness:
    rows: list[dict[str, object]] = []
    for view in ground.views:
        sample = spatial_sample(ground.rows, view.specification, ground.queen, AREA)
        alike = residual_moran(sample)
        rows.append(
            {
                "view": view.key,
                "test": "moran",
                "value": alike.statistic,
                "expected": alike.expected,
                "p": alike.p_value,
            }
        )
        rows += [
            {
                "view": view.key,
                "test": row["test"],
                "value": row["statistic"],
                "expected": row["df"],
                "p": row["p_value"],
            }
            for row in lagrange_tests(sample).to_dict("records")
        ]
    tests = pd.DataFrame(rows)

    def of(test: str, column: str) -> dict[str, float]:
        own = tests[tests["test"] == test].set_index("view")[column]
        return {view: float(own[view]) for view in VIEWS}

    def numbers(test: str, column: str = "value") -> Numbers:
        return {view: Number(one) for view, one in of(test, column).items()}

    def ps(test: str) -> PValues:
        return {view: PValue(one) for view, one in of(test, "p").items()}

    return Likeness(
        moran=numbers("moran"),
        moran_expected=numbers("moran", "expected"),
        moran_p=ps("moran"),
        robust_error=numbers("robust_error"),
        robust_error_p=ps("robust_error"),
        robust_lag=numbers("robust_lag"),
        robust_lag_p=ps("robust_lag"),
        tests=tests,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """The widest interval of each measure, by how far errors may reach.

    Parameters
    ----------
    conley, widest : by measure: the estimate with the least sure error, and its kilometres
    curves : standard errors of the last view: ``term, cut_off, std_error, series``
    intervals : per cent: ``term, view, clustered, conley, kilometres``, with ``_low, _high``
    """

    conley: Mapping[str, PriceDifference]
    widest: Mapping[str, Number]
    curves: pd.DataFrame
    intervals: pd.DataFrame


def reach(ground: Ground) -> Reach | Refused:
    """The curves of Conley's errors, and the widest interval of each measure."""
    try:
        return _reach(ground)
    except Inestimable as fault:
        return Refused(str(fault))


def _reach(ground: Ground) -> Reach:
    bartlett, found, widest, lines = ConleyRule(kernel="bartlett"), {}, {}, []
    for view in ground.views:
        spec = view.specification
        clustered = cross_section(ground.rows, spec)
        curve = conley_curve(ground.rows, spec, CUT_OFFS, bartlett)
        for term in spec.regressors:
            own = curve[curve["term"] == term]
            metres = float(own["cut_off"].iloc[int(own["std_error"].argmax())])
            named = replace(spec, name=f"spatial.conley.{view.key}.{term}")
            # A later view takes the place of one with less held equal.
            found[term] = PriceDifference.of(conley(ground.rows, named, metres, bartlett), term)
            widest[term] = Number(metres / 1000)
            lines.append(_line(view, clustered, term, found[term], metres))
    uniform = conley_curve(ground.rows, spec, CUT_OFFS, ConleyRule(kernel="uniform"))
    curves = [
        curve.assign(series="bartlett"),
        uniform.assign(series="uniform"),
        _clustered(clustered, spec.regressors),
    ]
    return Reach(found, widest, pd.concat(curves, ignore_index=True), pd.DataFrame(lines))


def _line(
    view: View, clustered: Estimate, term: str, conleys: PriceDifference, metres: float
) -> dict[str, object]:
    line: dict[str, object] = {"term": term, "view": view.key, "kilometres": metres / 1000}
    for name, one in (("clustered", PriceDifference.of(clustered, term)), ("conley", conleys)):
        line |= {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
    return line


def _clustered(estimate: Estimate, terms: Sequence[str]) -> pd.DataFrame:
    """The clustered error as a level line over all cut-offs."""
    errors = estimate.tidy().set_index("term")["std_error"]
    return pd.DataFrame(
        [
            {"term": term, "cut_off": cut_off, "std_error": errors[term], "series": "clustered"}
            for term in terms
            for cut_off in CUT_OFFS
        ]
    )
