"""Values and what may be done with them: discounted, uprated, summed or refused."""

import numpy as np
import pytest

from neighbourhood_equity.data.reference_tables import valuation_parameters
from neighbourhood_equity.models.valuation.cost_avoidance import UnitCost, avoided_cost
from neighbourhood_equity.models.valuation.discounting import Schedule, uprate
from neighbourhood_equity.models.valuation.points import Scale, score
from neighbourhood_equity.models.valuation.social_return import (
    Outcome,
    Range,
    fixed,
    one_at_a_time,
    social_return,
)
from neighbourhood_equity.models.valuation.values import Valuation, total
from neighbourhood_equity.models.valuation.wellbeing_value import wellbeing_value

POUNDS = "pounds of 2024"
FLAT = Schedule((0,), (0.0,))
GREEN_BOOK = Schedule((0, 31, 76), (0.035, 0.03, 0.025))


def value(approach="wellbeing", gain_of="residents", **other):
    return Valuation(
        **{
            "approach": approach,
            "low": 1.0,
            "central": 2.0,
            "high": 4.0,
            "unit": POUNDS,
            "gain_of": gain_of,
            "basis": "scenario",
            **other,
        }
    )


class TestDiscounting:
    # 1.035^-30; that / 1.03; that of year 75 / 1.025, with 45 years at 3%.
    @pytest.mark.parametrize(
        ("year", "factor"),
        [
            (0, 1.0),
            (1, 1 / 1.035),
            (30, 1.035**-30),
            (31, 1.035**-30 / 1.03),
            (75, 1.035**-30 * 1.03**-45),
            (76, 1.035**-30 * 1.03**-45 / 1.025),
        ],
    )
    def test_far_years_are_discounted_by_the_early_rates_too(self, year, factor):
        assert GREEN_BOOK.factors(year + 1)[-1] == pytest.approx(factor)

    def test_shipped_schedule_is_the_green_book_s(self):
        table = valuation_parameters()
        rates = table[table["kind"] == "discount rate"]
        assert (rates["value"] / 100).tolist() == pytest.approx(GREEN_BOOK.rates)

    @pytest.mark.parametrize("steps", [(1, 31), (0, 31, 31), (31, 0)])
    def test_steps_that_do_not_rise_from_year_0_are_refused(self, steps):
        with pytest.raises(ValueError, match="steps must start at year 0"):
            Schedule(steps, (0.03,) * len(steps))

    def test_uprating(self):
        assert uprate(13_000, 100.0, 110.0) == pytest.approx(14_300)

    def test_an_index_that_is_missing_is_refused(self):
        with pytest.raises(ValueError, match="must be above zero"):
            uprate(13_000, float("nan"), 110.0)


class TestAdding:
    def test_gains_of_different_people_add_up(self):
        both = value(gain_of="Aston") + value(gain_of="Moseley")
        assert (both.low, both.central, both.high, both.gain_of) == (2, 4, 8, "Aston; Moseley")

    @pytest.mark.parametrize(
        "pair",
        [
            ("hedonic price", "wellbeing"),
            ("hedonic price", "economic avoided cost"),
            ("wellbeing", "fiscal avoided cost"),
            ("equity account", "hedonic price"),
            ("fiscal avoided cost", "economic avoided cost"),
            ("contingent valuation", "social return"),
        ],
    )
    def test_pictures_of_one_change_are_refused(self, pair):
        with pytest.raises(ValueError, match=f"{pair[0]} and {pair[1]} picture one change"):
            value(pair[0], "some") + value(pair[1], "others")

    def test_both_must_declare_that_they_may_be_added(self):
        one = value("wellbeing", adds_to=frozenset({"fiscal avoided cost"}))
        other = value("fiscal avoided cost", "police")
        with pytest.raises(ValueError, match="picture one change"):
            one + other
        declared = value("fiscal avoided cost", "police", adds_to=frozenset({"wellbeing"}))
        assert (one + declared).central == 4

    @pytest.mark.parametrize(
        ("other", "words"),
        [
            ({"gain_of": "residents"}, "both values are the wellbeing of residents"),
            ({"gain_of": "x", "unit": "pounds of 2019"}, "are in pounds of 2024 and in pounds of"),
            ({"gain_of": "x", "basis": "adjusted"}, "rest on different ground"),
            ({"approach": "points", "gain_of": "x"}, "points rank proposals and are no pounds"),
        ],
    )
    def test_others_are_refused_in_words(self, other, words):
        with pytest.raises(ValueError, match=words):
            value() + value(**other)

    def test_total_tells_all_faults_at_once(self):
        values = [value("hedonic price", "a"), value(gain_of="b"), value(gain_of="b")]
        words = (
            "hedonic price and wellbeing picture one change.*; both values are the wellbeing of b"
        )
        with pytest.raises(ValueError, match=words):
            total(values)

    def test_values_out_of_order_are_refused(self):
        with pytest.raises(ValueError, match="do not rise"):
            value(low=5.0)

    @pytest.mark.parametrize("seed", range(20))
    def test_total_does_not_hang_on_order_or_unit(self, seed):
        rng = np.random.default_rng(seed)
        ends = np.sort(rng.normal(size=(5, 3)) * 1e6)
        values = [
            value(gain_of=str(i), low=low, central=central, high=high)
            for i, (low, central, high) in enumerate(ends)
        ]
        found = total([values[i].times(1e-3) for i in rng.permutation(5)])
        assert (found.low, found.central, found.high) == pytest.approx(ends.sum(axis=0) / 1e3)


class TestAvoidedCost:
    police = UnitCost("burglary", "fiscal", 400, 500, 600, POUNDS)
    society = UnitCost("burglary", "economic", 2000, 2300, 2600, POUNDS)

    def test_events_times_cost(self):
        found = avoided_cost(10, self.police, "scenario")
        assert (found.low, found.central, found.high) == (4000, 5000, 6000)

    def test_another_kind_is_refused(self):
        with pytest.raises(
            ValueError,
            match="burglary: the bearer of the cost 'social' is not one of fiscal, economic",
        ):
            UnitCost("burglary", "social", 1, 2, 3, POUNDS)


class TestWellbeing:
    def worth(self, effect=(0.05, 0.1, 0.2), people=1000, years=1, schedule=FLAT):
        worth = (10_000, 13_000, 16_000)
        said = {"unit": POUNDS, "gain_of": "residents", "basis": "scenario"}
        return wellbeing_value(effect, people, years, worth, schedule=schedule, **said)

    def test_effect_times_people_times_worth(self):
        found = self.worth()
        assert (found.low, found.central, found.high) == pytest.approx((5e5, 1.3e6, 3.2e6))

    def test_a_loss_has_its_worst_end_first(self):
        found = self.worth(effect=(-0.2, -0.1, 0.1))
        assert (found.low, found.high) == pytest.approx((-3.2e6, 1.6e6))

    def test_later_years_are_discounted(self):
        found = self.worth(years=3, schedule=Schedule((0,), (0.25,)))
        assert found.central == pytest.approx(1.3e6 * (1 + 0.8 + 0.64))

    @pytest.mark.parametrize(
        ("given", "words"),
        [({"effect": (0, 0, 11)}, "beyond the 0 to 10 scale"), ({"people": 0}, "must be one or")],
    )
    def test_the_impossible_is_refused(self, given, words):
        with pytest.raises(ValueError, match=words):
            self.worth(**given)


def outcome(name="residents feel better", **other):
    return Outcome(
        **{
            "name": name,
            "quantity": fixed(100),
            "proxy": fixed(1000),
            "deadweight": Range(0, 0.25, 0.5),
            "attribution": fixed(0.2),
            "displacement": fixed(0.1),
            "drop_off": fixed(0.4),
            "years": 2,
            **other,
        }
    )


class TestSocialReturn:
    schedule = Schedule((0,), (0.25,))

    def found(self, *outcomes, cost=None, draws=20_000):
        rng = np.random.default_rng(5)
        cost = cost or fixed(50_000)
        return social_return(outcomes or (outcome(),), cost, self.schedule, rng, draws)

    # 100 x 1000 x 0.75 x 0.8 x 0.9 x (1 + 0.6 x 0.8) = 79,920
    def test_ratio_by_hand(self):
        assert self.found().ratio == pytest.approx(79_920 / 50_000)

    # Deadweight is triangular on 0 to 0.5 about 0.25: its 2.5% points are 0.5 sqrt(0.025 / 2) from
    # the ends; the error of such an end in 20,000 draws is about 0.005 of the ratio.
    def test_interval_is_that_of_the_triangle(self):
        reach = 0.5 * np.sqrt(0.025 / 2)
        ends = [(1 - dead) * 106_560 / 50_000 for dead in (0.5 - reach, reach)]
        assert (self.found().low, self.found().high) == pytest.approx(ends, abs=0.02)

    def test_uniform_range_is_wider_than_the_triangle(self):
        uniform = outcome(deadweight=Range(0, 0.25, 0.5, "uniform"))
        assert self.found(uniform).low < self.found().low

    def test_without_ranges_there_is_no_spread(self):
        found = self.found(outcome(deadweight=fixed(0.25)), draws=10)
        assert found.low == pytest.approx(found.ratio) == pytest.approx(found.high)

    def test_share_above_one(self):
        # Value exceeds cost if deadweight is below 1 - 50,000 / 106,560 = 0.531: always.
        assert self.found().above_one == 1

    def test_one_at_a_time_by_hand(self):
        cost = Range(40_000, 50_000, 60_000)
        table = one_at_a_time([outcome()], cost, self.schedule).set_index("input")
        assert table.loc["deadweight", ["at_low", "at_high"]].tolist() == pytest.approx(
            [106_560 / 50_000, 53_280 / 50_000]
        )
        assert table.loc["cost", ["at_low", "at_high"]].tolist() == pytest.approx(
            [79_920 / 40_000, 79_920 / 60_000]
        )

    def test_inputs_without_a_range_are_left_out(self):
        table = one_at_a_time([outcome()], fixed(50_000), self.schedule)
        assert table["input"].tolist() == ["deadweight"]

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: outcome(deadweight=fixed(1.5)), "deadweight must lie between 0 and 1"),
            (lambda: outcome(years=0), "it must last one or more"),
            (lambda: Range(2, 1, 3), "does not rise"),
            (lambda: Range(1, 1, 3, "fixed"), "a fixed input cannot run"),
        ],
    )
    def test_the_impossible_is_refused(self, make, words):
        with pytest.raises(ValueError, match=words):
            make()

    def test_an_outcome_given_twice_is_refused(self):
        with pytest.raises(ValueError, match="given twice: residents feel better"):
            self.found(outcome(), outcome())

    def test_a_cost_of_nothing_is_refused(self):
        with pytest.raises(ValueError, match="needs a cost above zero"):
            self.found(cost=Range(0, 1, 2))


class TestPoints:
    scales = (Scale("capital secured", 0, 20), Scale("revenue levered", 0, 25))

    def test_points_add_up_within_their_scales(self):
        found = score(self.scales, {"capital secured": 10, "revenue levered": 15})
        assert (found.points, found.lowest, found.highest) == (25, 0, 45)

    def test_all_faults_are_told(self):
        words = "no points for revenue levered; no scale for charm; 21 points for capital secured"
        with pytest.raises(ValueError, match=words):
            score(self.scales, {"capital secured": 21, "charm": 3})
