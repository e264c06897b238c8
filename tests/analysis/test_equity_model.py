"""The chain of both studies; the multiplier is refused, or given for a loop."""

from __future__ import annotations

import numpy as np
import pytest

from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.quantities import NotEstimable, Number
from neighbourhood_equity.analysis.reasons import EndlessLoop, NothingCaptured
from neighbourhood_equity.analysis.results.equity_loop import equity_loop
from neighbourhood_equity.analysis.results.equity_multiplier import (
    EquityMultiplier,
    equity_multiplier,
)
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.analysis.study import Instrument, Loop, LoopEquation

GAIN = 0.1
"""Planted: 0.05 log points of price for one deviation of capital, and 2 of it back for one."""


def test_the_planted_total_is_inside(book: Run) -> None:
    total = book.findings["equity_model.chain.total"]
    planted = book.findings["planted_truth.start.planted"].value
    assert total.ci_low is not None
    assert total.ci_high is not None
    assert total.ci_low < planted < total.ci_high


def test_few_wards_of_birmingham_have_coproduction(real: Run) -> None:
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


class TestInnerLoop:
    @pytest.mark.parametrize("gain", [GAIN, 0.98])
    def test_its_gain_is_given_where_both_steps_are_identified(
        self, inputs: Inputs, gain: float
    ) -> None:
        inner = looped(inputs, gain).inner_gain.gain
        assert isinstance(inner, Number)
        assert inner.label == "iv"
        assert inner.low is not None
        assert inner.high is not None
        assert inner.low < gain < inner.high

    def test_its_multiplier_has_the_mapped_interval(self, inputs: Inputs) -> None:
        found = looped(inputs, GAIN)
        gain, inner = found.inner_gain.gain, found.inner_multiplier.multiplier
        assert isinstance(gain, Number)
        assert isinstance(inner, Number)
        assert gain.low is not None
        assert inner.low == pytest.approx(1 / (1 - gain.low))
        assert found.multiplier.reason == NothingCaptured()

    def test_an_endless_one_is_refused(self, inputs: Inputs) -> None:
        refused = looped(inputs, 1.02).inner_multiplier.multiplier
        assert isinstance(refused, NotEstimable)
        assert refused.reason == EndlessLoop()


def looped(inputs: Inputs, gain: float) -> EquityMultiplier:
    """The multiplier on areas with a loop of known gain."""
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
    return equity_multiplier(study, changed, equity_loop(study, changed))


def equation(*instruments: str) -> LoopEquation:
    named = [Instrument(column=name, reason="Made for the test.") for name in instruments]
    return LoopEquation(controls=["owned"], instruments=named)
