"""The chain of both studies; the multiplier is refused, or given for a loop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.chapters import equity_capture
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.results.equity_loop import equity_loop
from neighbourhood_equity.analysis.study import Instrument, Loop, LoopEquation
from neighbourhood_equity.models.loop.break_even import value_captured

GAIN = 0.1
"""Planted: 0.05 log points of price for one deviation of capital, and 2 of it back for one."""


def test_the_planted_total_is_inside(book: Book) -> None:
    total = book.findings["equity_model.chain.total"]
    planted = book.exhibits["planted_truth.effects"].frame.set_index("measure")["planted"]
    assert total.ci_low is not None
    assert total.ci_high is not None
    assert total.ci_low < planted["Start of coproduction, in all (panel)"] < total.ci_high


def test_few_wards_of_birmingham_have_coproduction(real: Book) -> None:
    assert real.findings["equity_model.chain.treated_wards"].value == 8


class TestMultiplier:
    @pytest.mark.parametrize("which", ["book", "real"])
    def test_it_is_refused_with_both_reasons(
        self, which: str, request: pytest.FixtureRequest
    ) -> None:
        refused = request.getfixturevalue(which).findings["equity_model.multiplier"]
        assert not refused.estimable
        assert refused.reason is not None
        assert "not identified" in refused.reason
        assert "captured and spent" in refused.reason

    def test_scenarios_are_marked_as_such(self, book: Book) -> None:
        table = book.exhibits["equity_model.scenarios"].frame
        assert set(table["label"]) == {"scenario, not an estimate"}

    def test_a_scenario_without_end_has_no_multiplier(self, book: Book) -> None:
        table = book.exhibits["equity_model.scenarios"].frame
        endless = table["gain"] >= 1
        assert endless.any()
        assert table.loc[endless, "multiplier"].isna().all()
        inside = table[~endless]
        assert (inside["multiplier"] * (1 - inside["gain"])).to_numpy() == pytest.approx(1.0)


class TestInnerLoop:
    @pytest.mark.parametrize("gain", [GAIN, 0.98])
    def test_its_gain_is_given_where_both_steps_are_identified(
        self, inputs: Inputs, gain: float
    ) -> None:
        found = looped(inputs, gain).findings
        inner = found["equity_model.inner_gain"]
        assert inner.label == "iv"
        assert inner.ci_low is not None
        assert inner.ci_high is not None
        assert inner.ci_low < gain < inner.ci_high

    def test_its_multiplier_has_the_mapped_interval(self, inputs: Inputs) -> None:
        found = looped(inputs, GAIN).findings
        gain, inner = found["equity_model.inner_gain"], found["equity_model.inner_multiplier"]
        assert gain.ci_low is not None
        assert inner.ci_low == pytest.approx(1 / (1 - gain.ci_low))
        assert not found["equity_model.multiplier"].estimable

    def test_an_endless_one_is_refused(self, inputs: Inputs) -> None:
        refused = looped(inputs, 1.02).findings["equity_model.inner_multiplier"]
        assert refused.reason is not None
        assert "do not exclude an endless one" in refused.reason


def looped(inputs: Inputs, gain: float) -> Book:
    """Chapters of the loop and its multiplier on areas with a loop of known gain."""
    rng = np.random.default_rng(1)
    areas = inputs.areas
    z = {name: rng.normal(size=len(areas)) for name in ("terraced", "clubs", "flats")}
    u, v = rng.normal(size=(2, len(areas)))
    shift = 0.1 * z["flats"] + 0.1 * u
    pull = 0.5 * z["terraced"] + 0.5 * z["clubs"] + 0.6 * v + 0.6 * u
    back = gain / 0.05
    price = (shift + 0.05 * pull) / (1 - gain)
    changed = areas.assign(
        log_price_per_sqm=8 + price,
        social_capital=back * price + pull,
        terraced=z["terraced"],
        clubs_within_1km=z["clubs"],
        flats=z["flats"],
        sales=30,
    )
    declared = Loop(
        price=equation("terraced", "clubs_within_1km"), social_capital=equation("flats")
    )
    study = inputs.study.model_copy(update={"loop": declared})
    made = replace(inputs, study=study, areas=changed)
    book = Book(results={"equity_loop": equity_loop(study, changed)})
    equity_capture.quote_loop(made, book, book.chapter("equity_model", ()))
    return book


def equation(*instruments: str) -> LoopEquation:
    named = [Instrument(column=name, reason="Made for the test.") for name in instruments]
    return LoopEquation(controls=["owned"], instruments=named)


class TestBreakEven:
    def test_a_programme_pays_at_the_rise_printed(self, real: Book) -> None:
        found = real.findings
        for slug in str(found["equity_account.attributed"].value).split():
            worth, cost = (
                found[f"equity_account.{slug}.{part}"].value for part in ("worth", "cost")
            )
            needed = found[f"equity_model.break_even.{slug}.at_10"].value
            assert isinstance(needed, float)
            assert isinstance(worth, int)
            paid = value_captured(np.log1p(needed / 100), worth, 0.1)
            assert paid == pytest.approx(cost)

    def test_less_captured_needs_a_larger_rise(self, real: Book) -> None:
        table = real.exhibits["equity_model.break_even"].frame
        rises = table[["at_100", "at_10", "at_5", "at_1"]].to_numpy()
        assert (np.diff(rises, axis=1) > 0).all()

    def test_a_record_without_costs_shows_scenarios_alone(self, book: Book) -> None:
        assert book.findings["equity_model.break_even.programmes"].value == 0
        groups = book.exhibits["equity_model.break_even"].frame["group"]
        assert groups.str.startswith("Scenarios").all()
