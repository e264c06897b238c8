"""Sectors over time and areas in wards as Section 3 prints them, from made records."""

from dataclasses import replace

import pytest
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
from neighbourhood_equity.analysis.reasons import NoSector, Refused, TooFewDatedPlaces
from neighbourhood_equity.analysis.results.sector_changes import Growth, SectorChanges
from neighbourhood_equity.analysis.results.ward_slopes import InWards, Slopes, Ward, WardSlopes
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.report_templates.chapters.valuing.within_between import exhibits

FEW = NotEstimable(TooFewDatedPlaces(2, 10))
CHANGES = SectorChanges(
    places=Count(2),
    sectors=Count(90),
    sectors_inside=Count(4),
    window=Count(3),
    growth_inside=Growth(PriceDifference(1.4), Count(4)),
    growth_outside=Growth(PriceDifference(1.2), Count(86)),
    first_until=Year(1997),
    last_from=Year(2022),
    within={"weighted": FEW, "unweighted": FEW},
    between={"weighted": FEW, "unweighted": FEW},
    hausman_p={"weighted": FEW, "unweighted": FEW},
    long=FEW,
    long_from_start=FEW,
    planted=None,
    weights="sales",
    estimates=(),
)


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


def printed(changes=CHANGES, wards=None):
    results = {"sector_changes": changes, "ward_slopes": wards or in_wards()}
    return Printed(results, list(exhibits(*results.values())))


def said(*made):
    return printed(*made).text("valuing/_within_between.md.j2")


def test_one_domain_over_middle_areas_gets_its_own_words():
    text = said()
    assert "Is the association the same in every middle area?" in text
    assert "There are 50 areas in 12 middle areas" in text
    assert " ward" not in text


def test_slopes_that_turn_are_told_with_their_ends():
    assert "between −3.9% and 8.3%. So in some middle areas" in said()
    assert "lowest in Northend (−4.9%) and highest in Southend (9.4%)" in said()


def test_slopes_that_do_not_turn_point_one_way():
    text = said(CHANGES, in_wards(lowest=PriceDifference(0.01)))
    assert "the same way nearly everywhere" in text


def test_slopes_that_chance_may_account_for_have_no_ends():
    text = said(CHANGES, in_wards(spread_p=PValue(0.4)))
    assert "cannot be ruled out (p 0.400)" in text
    assert "Northend" not in text


def test_each_answer_is_given_once():
    assert said().count("Inside a middle area") == 1


def test_few_places_leave_a_description():
    assert "2 places with a dated start cannot show" in said()
    assert "306% in the 4 sectors" in said()


def test_growth_without_a_sector_inside_says_so():
    none = Growth(NotEstimable(NoSector(), label="described"), Count(0))
    text = said(replace(CHANGES, growth_inside=none))
    assert "Growth inside them is not estimable, because no postcode sector lies there" in text


def test_a_refused_index_refuses_the_part():
    why = NotEstimable(Refused("the wards do not differ"))
    wards = in_wards()
    refused = replace(
        wards,
        every=tuple(replace(one, found=why) for one in wards.every),
        areas=why,
        wards=why,
    )
    assert "not estimable, because the wards do not differ" in said(CHANGES, refused)
    assert [one.id for one in exhibits(CHANGES, refused)] == [
        "within_between.sectors",
        "within_between.wards",
    ]


def test_a_table_of_one_domain_and_its_caption():
    (_, table) = exhibits(CHANGES, in_wards())
    assert list(table.frame["measure"]) == [
        measure("social_capital").words,
        "Charities, grants and voting (active community)",
    ]
    captions = printed().captions("valuing/_within_between_captions.md.j2")
    assert captions["within_between.wards"].title.startswith("Inside a middle area")


@pytest.mark.parametrize(("p", "placed"), [((0.01, 0.4), True), ((0.3, 0.4), False)])
def test_places_of_another_kind_are_told_by_either_test(p, placed):
    both = dict(zip(("weighted", "unweighted"), map(PValue, p), strict=True))
    assert replace(CHANGES, hausman_p=both).placed == placed
