"""Minimum wage and teen employment: the published numbers of R's ``did`` on its data ``mpdta``.

Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), and the README of bcallaway11/did at
71ba8a5 (2026-07). Standard errors printed there are bootstrapped and move by some per cent from run
to run; the analytic ones are those of diff-diff 3.13.0, which has no small-sample factor. The
pre-test's p of 0.168 comes from the analytic covariance of the five group-time effects before the
start, without a factor, and chi-squared with five degrees of freedom: N/(N-1) would give 0.169,
Hotelling's test 0.174.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.programmes.aggregation import aggregate, by_start, event_study
from neighbourhood_equity.models.programmes.alternative_estimators import (
    bacon,
    imputation,
    sun_abraham,
    two_stage_did,
    two_way,
)
from neighbourhood_equity.models.programmes.honest_did import honest_bounds
from neighbourhood_equity.models.programmes.pre_trends import detectable_trend, pre_test
from neighbourhood_equity.models.programmes.staggered import (
    Adoption,
    GroupTime,
    group_time,
    staggered_panel,
)

PRINTED = 1e-4
"""The publication prints four decimals."""
EXACT = 1e-6
"""A peer's number with all its digits."""
BOOTSTRAP = 0.12
"""Share by which a bootstrapped standard error may differ from the analytic one."""
LAST_DIGIT = 5e-6
"""Analytic standard errors are given to five decimals."""
SAME = 1e-8
"""The same arithmetic in another order."""

GROUP_TIME = {
    (2004, 2004): -0.0105,
    (2004, 2005): -0.0704,
    (2004, 2006): -0.1373,
    (2004, 2007): -0.1008,
    (2006, 2004): 0.0065,
    (2006, 2005): -0.0028,
    (2006, 2006): -0.0046,
    (2006, 2007): -0.0412,
    (2007, 2004): 0.0305,
    (2007, 2005): -0.0027,
    (2007, 2006): -0.0311,
    (2007, 2007): -0.0261,
}
EVENTS = {-3: 0.0305, -2: -0.0006, -1: -0.0245, 0: -0.0199, 1: -0.051, 2: -0.1373, 3: -0.1008}
EVENT_ERRORS = {0: 0.01183, 1: 0.01689, 2: 0.03644, 3: 0.03436}


@pytest.fixture(scope="module")
def employment(reference_cases: Path) -> pd.DataFrame:
    file = reference_cases / "10_mpdta_staggered_did" / "mpdta.csv"
    return pd.read_csv(file).rename(columns={"first.treat": "first"})


def adoption(base: str) -> Adoption:
    return Adoption(
        name="mpdta",
        title="Minimum wage",
        unit="countyreal",
        time="year",
        first="first",
        outcome="lemp",
        base=base,  # type: ignore[arg-type]
        method="reg",
    )


@pytest.fixture(scope="module")
def found(employment: pd.DataFrame) -> GroupTime:
    return group_time(staggered_panel(employment, adoption("varying")))


@pytest.fixture(scope="module")
def means(found: GroupTime) -> Estimate:
    return aggregate(found)


@pytest.fixture(scope="module")
def events(found: GroupTime) -> Estimate:
    return event_study(found, -3, 3)


def row(estimate: Estimate, term: str) -> pd.Series:
    return estimate.tidy().set_index("term").loc[term]


@pytest.mark.parametrize("cell", GROUP_TIME)
def test_group_time_effect(found: GroupTime, cell: tuple[int, int]) -> None:
    place = (found.groups == cell[0]) & (found.times == cell[1])
    assert found.effects[place] == pytest.approx(GROUP_TIME[cell], abs=PRINTED)


@pytest.mark.parametrize("since", EVENTS)
def test_event_time(events: Estimate, since: int) -> None:
    assert row(events, str(since))["estimate"] == pytest.approx(EVENTS[since], abs=PRINTED)


@pytest.mark.parametrize("since", EVENT_ERRORS)
def test_event_time_analytic_error(events: Estimate, since: int) -> None:
    error = row(events, str(since))["std_error"]
    assert error == pytest.approx(EVENT_ERRORS[since], abs=LAST_DIGIT)


@pytest.mark.parametrize(
    ("mean", "effect", "tolerance"),
    [
        ("dynamic", -0.0772, PRINTED),
        ("group", -0.031, PRINTED),
        ("simple", -0.0399513, EXACT),
        ("calendar", -0.0417004, EXACT),
    ],
)
def test_mean(means: Estimate, mean: str, effect: float, tolerance: float) -> None:
    assert row(means, mean)["estimate"] == pytest.approx(effect, abs=tolerance)


@pytest.mark.parametrize(("mean", "error"), [("dynamic", 0.0219), ("group", 0.0126)])
def test_mean_bootstrapped_error(means: Estimate, mean: str, error: float) -> None:
    assert row(means, mean)["std_error"] == pytest.approx(error, rel=BOOTSTRAP)


def test_simple_analytic_error(means: Estimate) -> None:
    assert row(means, "simple")["std_error"] == pytest.approx(0.012034, abs=EXACT)


def test_group_2004(found: GroupTime) -> None:
    assert row(by_start(found), "2004")["estimate"] == pytest.approx(-0.0797, abs=PRINTED)


def test_group_2004_analytic_error(found: GroupTime) -> None:
    assert row(by_start(found), "2004")["std_error"] == pytest.approx(0.0264, abs=PRINTED)


def test_pre_test(found: GroupTime) -> None:
    assert pre_test(found).p == pytest.approx(0.168, abs=0.005)


def test_pre_test_to_the_printed_digits(found: GroupTime) -> None:
    assert pre_test(found).p == pytest.approx(0.16812, abs=5e-6)


def test_the_rule_is_named(means: Estimate) -> None:
    assert "no small-sample factor; normal reference" in means.variance_rule


@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("control", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("covariates", [(), ("lpop",)])
def test_means_are_diff_diff_s(
    employment: pd.DataFrame, base: str, control: str, covariates: tuple[str, ...]
) -> None:
    """Our aggregation of its influence functions gives its own simple mean and error."""
    from dataclasses import replace

    from diff_diff import CallawaySantAnna

    ours = replace(
        adoption(base),
        control=control.removesuffix("_treated"),
        covariates=covariates,
        method="dr",
    )
    own = row(aggregate(group_time(staggered_panel(employment, ours))), "simple")
    peer = CallawaySantAnna(control_group=control, base_period=base).fit(
        employment,
        outcome="lemp",
        unit="countyreal",
        time="year",
        first_treat="first",
        covariates=list(covariates) or None,
    )
    theirs = [peer.overall_att, peer.overall_se]
    assert [own["estimate"], own["std_error"]] == pytest.approx(theirs, abs=SAME)


@pytest.fixture(scope="module")
def from_the_base(employment: pd.DataFrame) -> Estimate:
    """The event study against the last year before the start, by us."""
    return event_study(group_time(staggered_panel(employment, adoption("universal"))), -4, 3)


@pytest.fixture(scope="module")
def peer_events(employment: pd.DataFrame) -> object:
    from diff_diff import CallawaySantAnna

    fitted = CallawaySantAnna(base_period="universal", estimation_method="reg").fit(
        employment, outcome="lemp", unit="countyreal", time="year", first_treat="first"
    )
    return fitted.aggregate("event_study")


def test_covariance_is_diff_diff_s(from_the_base: Estimate, peer_events: object) -> None:
    assert from_the_base.covariance == pytest.approx(peer_events.vcov, abs=SAME)  # type: ignore[attr-defined]


@pytest.mark.parametrize("mbar", [0.5, 1.0, 2.0])
def test_honest_interval_is_diff_diff_s(
    from_the_base: Estimate, peer_events: object, mbar: float
) -> None:
    from diff_diff import HonestDiD

    peer = HonestDiD(method="relative_magnitude").fit(peer_events, M=mbar)
    ours = honest_bounds(from_the_base, 4, np.random.default_rng(1))
    assert ours.interval(mbar) == pytest.approx((peer.ci_lb, peer.ci_ub), abs=SAME)


def test_detectable_trend_is_diff_diff_s(from_the_base: Estimate, peer_events: object) -> None:
    from diff_diff import PreTrendsPower

    peer = PreTrendsPower(pretest_form="wald").fit(peer_events)
    assert detectable_trend(from_the_base) == pytest.approx(peer.mdv, rel=1e-5)


def test_sun_abraham_is_the_simple_mean(employment: pd.DataFrame, means: Estimate) -> None:
    """With never-treated controls and a whole panel the two are one estimate."""
    peer = sun_abraham(staggered_panel(employment, adoption("universal")))
    assert peer.coefficients[0] == pytest.approx(means.coefficients[0], abs=SAME)


def test_two_stage_point_is_that_of_imputation(employment: pd.DataFrame) -> None:
    panel = staggered_panel(employment, adoption("universal"))
    assert two_stage_did(panel).coefficients == pytest.approx(
        imputation(panel).coefficients, abs=SAME
    )


def test_decomposition_adds_up_to_the_two_way_estimate(employment: pd.DataFrame) -> None:
    panel = staggered_panel(employment, adoption("universal"))
    assert bacon(panel).coefficient == pytest.approx(two_way(panel).coefficients[0], abs=SAME)
