"""Places that start in different years as the annex prints them, from made records."""

from dataclasses import replace

import numpy as np
from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import (
    Count,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
    Share,
    Year,
)
from neighbourhood_equity.analysis.reasons import NoDoseCurve, Refused
from neighbourhood_equity.analysis.results.event_study import (
    EventStudy,
    Honest,
    PreTrends,
    no_events,
)
from neighbourhood_equity.analysis.results.staggered import (
    Comparison,
    Dose,
    Effect,
    Sample,
    Staggered,
)
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.report_templates.chapters.tests_of_association.starts import exhibits

WHY = Refused("only 2 of the 39 clusters by district or place are treated")
NONE = Effect(NotEstimable(WHY, label="did"))
KINDS = ("treated_vs_never", "earlier_vs_later", "later_vs_earlier")
FEW = Staggered(
    share=Share(50.0),
    brush=10.0,
    few=Count(10),
    seen=5,
    plausible=Share(10.0),
    ring_inner=Number(1.5),
    ring_outer=Number(2.5),
    sectors_treated=Count(3),
    places_treated=Count(2),
    sectors_partly=Count(4),
    sectors_near=Count(5),
    sectors_control=Count(80),
    sample=None,
    means=dict.fromkeys(("simple", "group", "dynamic", "calendar"), NONE),
    peers=dict.fromkeys(("sun_abraham", "imputation", "two_stage", "two_way"), NONE),
    bacon=dict.fromkeys(KINDS, Comparison(Share(33.0))),
    dose=Dose(NONE, NONE, NotEstimable(NoDoseCurve(), label="did")),
    ring={"near": NONE, "far": NONE},
    events=no_events(WHY),
)
TERMS = ("-3", "-2", "0", "1")
FITTED = Estimate(
    Specification("staggered.main.event_study", "", "log_price", TERMS, label="did"),
    TERMS,
    np.array([0.0, 0.0, 0.05, 0.01]),
    np.diag([1e-4] * 4),
    11.0,
    60,
    12,
    np.nan,
    "from influence functions",
)


def effect(size, **more):
    found = PriceDifference(size, size - 0.01, size + 0.01, label="did")
    return Effect(found, detectable=PriceDifference(0.03), places=12, estimate=FITTED, **more)


def many(size=0.04, p=0.4, breakdown=0.2):
    """A study of enough starts."""
    sample = Sample(Year(2000), Year(2011), Count(12), Count(0), Count(42), Count(0))
    weights = dict.fromkeys(KINDS, Comparison(Share(0.0)))
    pre = PreTrends(PValue(p, label="did"), PriceDifference(0.02), Count(2), PriceDifference(0.1))
    honest = Honest(
        Number(breakdown),
        Number(0.0),
        PriceDifference(size, size - 0.01, size + 0.01),
        Count(5),
        PriceDifference(0.03),
    )
    return replace(
        FEW,
        sample=sample,
        means=dict.fromkeys(FEW.means, effect(size)),
        peers=dict.fromkeys(FEW.peers, effect(size)),
        bacon=weights,
        events=EventStudy(pre, honest, FITTED, 2.5, (0.0, 0.0, 0.04, 0.04)),
    )


def said(record):
    made = Printed({"staggered": record}, list(exhibits(record)))
    return made.text("tests_of_association/_starts.md.j2", "tests_of_association")


def captions(record):
    return Printed({"staggered": record}).captions("tests_of_association/_starts_captions.md.j2")


def test_too_few_places_are_refused_with_the_reason_and_no_interval():
    assert "What the starts did is not estimable, because only 2 of the 39 clusters" in said(FEW)
    assert "no interval is printed" in said(FEW)


def test_too_few_places_make_no_exhibit_and_no_caption():
    assert [type(one).__name__ for one in exhibits(FEW)] == ["Missing", "Missing"]
    assert captions(FEW) == {}


def test_a_large_effect_is_printed_with_a_warning():
    assert "**Warning:**" in said(many(size=0.12))
    assert "**Warning:**" not in said(many(size=0.04))


def test_a_trend_that_the_test_may_miss_is_set_beside_the_effect():
    assert "comes to 10.5%, more than the effect" in said(many(size=0.04))


def test_paths_that_parted_before_are_told():
    assert "They had, so what follows" in said(many(p=0.01))


def test_a_breakdown_value_of_nothing_is_nil():
    assert "is nil." in said(many(breakdown=0.0))
    assert "first holds zero at an Mbar of 0.20" in said(many())


def test_an_effect_against_earlier_starters_that_is_not_there_is_nothing():
    assert "where it finds nothing" in said(many())


def test_the_title_of_the_event_study_counts_the_years_outside():
    title = captions(many())["staggered.event_study"].title
    assert title == (
        "No test finds prices parting before the start; "
        "in 1 of 2 years after it the band leaves out zero"
    )


def test_the_band_is_as_wide_as_its_reach():
    figure = list(exhibits(many()))[1]
    first = figure.frame.query("series == 'Found' and x == 0").iloc[0]
    assert np.log1p(first["high"] / 100) == np.float64(0.05 + 2.5 * 0.01)


def test_zero_stands_in_the_year_before_the_start():
    figure = list(exhibits(many()))[1]
    assert figure.frame.query("x == -1")["y"].tolist() == [0.0, 0.0]


def test_a_ring_that_cannot_be_had_stands_in_the_table_without_a_number():
    table = next(iter(exhibits(many())))
    near = table.frame.set_index("estimator").loc["0.0 to 1.5 km from a treated sector"]
    assert np.isnan(near["effect"])
