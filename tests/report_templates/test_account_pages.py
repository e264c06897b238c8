"""The equity account as its pages show it, from made records of cities large and small."""

import pytest
from made_account import gain, gains, summed_account
from rendered import rendered

from neighbourhood_equity.analysis.quantities import Count, NotEstimable, Number, Ratio, Share
from neighbourhood_equity.analysis.reasons import (
    NoPlaceCompared,
    StartUnknown,
)
from neighbourhood_equity.analysis.results.base_map import BaseMap
from neighbourhood_equity.analysis.results.break_even import break_even
from neighbourhood_equity.analysis.results.case_effects import CaseEffects, NoEffect
from neighbourhood_equity.analysis.results.equity_account import RealGrowth
from neighbourhood_equity.report_templates.captions import read_captions
from neighbourhood_equity.report_templates.chapters.equity_model.account_exhibits import (
    account_exhibits,
    attribution_table,
)
from neighbourhood_equity.report_templates.chapters.equity_model.capture_exhibits import (
    break_even_table,
)

CHAPTER = "equity_model"
NORTH, SOUTH = gain("North", -1e6, 5e6), gain("South", 1e6, 3e6, cost=None)


def bodies(account, attribution):
    made = list(account_exhibits(account, BaseMap({"ward22": None}, ())))
    return [*made, attribution_table(attribution)] if attribution.places else made


def table(account, attribution, name):
    return next(one for one in bodies(account, attribution) if one.id == name)


def said(account=None, attribution=None):
    account, attribution = account or summed_account(), attribution or gains(NORTH)
    return rendered(
        f"{CHAPTER}/_account.md.j2",
        bodies(account, attribution),
        equity_account=account,
        real_growth=RealGrowth(Ratio(1.1)),
        attribution=attribution,
    )


def captions(account=None):
    text = rendered(
        f"{CHAPTER}/_account_captions.md.j2", equity_account=account or summed_account()
    )
    return read_captions(text, CHAPTER)


@pytest.mark.parametrize("column", ["worth", "by_price", "by_homes"])
def test_the_table_of_wards_sums_to_its_last_row(column):
    frame = table(summed_account(), gains(), "equity_account.wards").frame
    assert frame[column].iloc[:-1].sum() == frame[column].iloc[-1]


def test_wards_stand_in_the_order_of_their_names():
    wards = table(summed_account(), gains(), "equity_account.wards").frame["ward"].tolist()
    assert wards == [*sorted(wards[:-1]), "City"]


def test_a_ward_has_half_its_interval_as_a_share_of_its_worth():
    account = summed_account()
    frame = table(account, gains(), "equity_account.wards").frame
    last = account.by_ward.set_index("ward").loc["Ward 3"]
    half = 50 * (last["worth_high"] - last["worth_low"]) / last["worth"]
    assert frame.set_index("ward").loc["Ward 3", "reach"] == pytest.approx(half)


def test_bars_of_the_growth_sum_to_the_last():
    value = table(summed_account(), gains(), "equity_account.growth").frame["value"]
    assert value.iloc[:-1].sum() == pytest.approx(value.iloc[-1])


def test_homes_that_are_not_counted_stand_in_no_exhibit():
    account = summed_account(counted=False)
    parts = table(account, gains(), "equity_account.growth").frame["category"]
    assert "More homes" not in set(parts)
    assert "by_homes" not in table(account, gains(), "equity_account.wards").frame
    assert "priced twice" in captions(account)["equity_account.growth"].note
    assert "All of it is price" in said(account)


def test_a_city_of_few_wards_has_no_fifths_and_says_why():
    account = summed_account(wards=3)
    assert "equity_account.holders" not in captions(account)
    assert "because the city has 3 wards, and this takes 5" in said(account)


def test_a_city_of_one_ward_has_an_account():
    account = summed_account(wards=1)
    assert captions(account)["equity_account.map"].title.startswith("Homes are worth about £")
    assert "because the city has 1 ward, and this takes 2" in said(account)


def test_wards_priced_from_outside_are_counted():
    assert "Ward 1 takes its price from" in said()


def test_no_gain_is_clear_where_every_interval_holds_losses():
    assert "No gain is clear" in said(attribution=gains(NORTH))
    assert "A gain or loss is clear in 1 of the places" in said(attribution=gains(NORTH, SOUTH))


def test_without_a_place_compared_nothing_is_attributed_to_coproduction():
    assert "attributed to coproduction" not in said(attribution=gains())


def test_without_an_amount_the_table_has_no_column_of_it():
    labels = [column.name for column in attribution_table(gains(SOUTH)).columns]
    assert "cost" not in labels
    assert "planted" not in labels


EFFECTS = CaseEffects(
    recorded=(NoEffect(NORTH.of, NotEstimable(StartUnknown())),),
    places=Count(2),
    refused=Count(0),
    together=NotEstimable(NoPlaceCompared()),
    planted_inside=None,
    plausible=Share(10.0),
    neighbour=Number(1.0),
    donor_sales=Count(10),
    least_before=Count(5),
    earlier=Count(2),
    alike=Count(30),
    heaviest=Count(10),
    level=Share(90.0),
    power=Share(80.0),
)


def attribution_captions(attribution):
    needed = break_even(summed_account(), attribution)
    records = {"attribution": attribution, "case_effects": EFFECTS, "break_even": needed}
    text = rendered(f"{CHAPTER}/_attribution_captions.md.j2", **records)
    return read_captions(text, CHAPTER)


@pytest.mark.parametrize(
    ("places", "title"),
    [
        ((NORTH,), "No programme has a gain or loss in worth that is clear"),
        ((NORTH, SOUTH), "A gain or loss in worth is attributed to one of two programmes compared"),
        ((SOUTH,), "A gain or loss in worth is attributed to every programme compared"),
    ],
)
def test_the_title_of_the_gains_says_how_many_are_told(places, title):
    caption = attribution_captions(gains(*places))["equity_account.attribution"]
    assert caption.title == title
    assert "middle 90% of draws" in caption.measure


def test_a_record_without_a_place_compared_captions_break_even_alone():
    assert list(attribution_captions(gains())) == ["equity_model.break_even"]


def test_a_record_without_costs_shows_scenarios_alone():
    made = break_even_table(break_even(summed_account(), gains(SOUTH)), EFFECTS)
    assert made.frame["group"].str.startswith("Scenarios").all()
    assert "found" not in [column.name for column in made.columns]


def test_a_programme_with_a_cost_stands_first():
    made = break_even_table(break_even(summed_account(), gains(NORTH)), EFFECTS)
    assert made.frame["what"].iloc[0] == "North, 2002: £2 million"
