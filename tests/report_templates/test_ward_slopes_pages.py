"""One slope for each ward as the annex prints it, from made records."""

from dataclasses import replace

from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import (
    Count,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
    Share,
)
from neighbourhood_equity.analysis.reasons import Refused
from neighbourhood_equity.analysis.results.ward_slopes import InWards, Slopes, Ward, WardSlopes
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.report_templates.chapters.tests_of_association.wards import exhibits


def slopes(**more):
    made = Slopes(
        within=PriceDifference(0.02, 0.01, 0.03),
        between=PriceDifference(0.05, -0.01, 0.11),
        equal_p=PValue(0.3),
        spread=PriceDifference(0.03, 0.01, 0.05),
        spread_most=PriceDifference(0.05),
        spread_p=PValue(0.01),
        lowest=PriceDifference(-0.04),
        highest=PriceDifference(0.08),
        share=Share(40.0),
        marginal_r2=Number(0.7),
        conditional_r2=Number(0.8),
    )
    return replace(made, **more)


def in_wards(**more):
    names = ("social_capital", "engagement")
    return WardSlopes(
        level="msoa21",
        held_equal=("tenure",),
        every=tuple(InWards(measure(name), slopes(**more)) for name in names),
        lowest_ward=Ward("Northend", PriceDifference(-0.05)),
        highest_ward=Ward("Southend", PriceDifference(0.09)),
        areas=Count(50),
        wards=Count(12),
        measures=Count(1),
        measures_varying=Count(1),
        estimate=None,
    )


def titled(record):
    captions = Printed({"ward_slopes": record}).captions(
        "tests_of_association/_wards_captions.md.j2"
    )
    return captions["within_between.wards"].title


def test_slopes_that_turn_are_counted_in_the_title_without_the_index():
    assert titled(in_wards()).startswith("For one measure the slope is up in some middle areas")


def test_slopes_that_chance_may_account_for_do_not_turn():
    assert titled(in_wards(spread_p=PValue(0.4))).startswith("No slope clearly turns")


def test_slopes_that_all_point_one_way_do_not_turn():
    assert titled(in_wards(lowest=PriceDifference(0.01))).startswith("No slope clearly turns")


def test_a_refused_index_leaves_no_table():
    why = NotEstimable(Refused("the wards do not differ"))
    (missing,) = exhibits(replace(in_wards(), areas=why))
    assert (missing.id, missing.because) == ("within_between.wards", why)


def test_a_table_of_one_domain_has_a_row_for_it_and_the_index():
    (table,) = exhibits(in_wards())
    assert list(table.frame["measure"]) == [
        measure("social_capital").words,
        "Charities, grants and voting (active community)",
    ]
