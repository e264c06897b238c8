"""Gains have the label, the place's homes and the interval of the effect that they rest on."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.quantities import NotEstimable, PriceDifference, Year
from neighbourhood_equity.analysis.reasons import NoAmountSpent
from neighbourhood_equity.analysis.results.attribution import attribution
from neighbourhood_equity.analysis.results.case_studies import CasePlace
from neighbourhood_equity.analysis.results.place_worth import PlaceWorth
from neighbourhood_equity.data import tables
from neighbourhood_equity.models.programmes.placebos import placebo_interval

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from made_account import gain

CHANCE = np.array([*np.linspace(-0.2, 0.02, 50), *np.linspace(0.02, 0.05, 20)])
"""Placebo places that strayed further down than up."""


def attributed(monkeypatch, *, paid: bool = True):
    """Gains of one place with an effect of 0.1 log points on homes whose worth is sure."""
    events = pd.DataFrame(
        {
            "place": ["North", "North", "North"],
            "start_year": [2002.0, 2002.0, 2010.0],
            "intensity": [1.5, 0.5, 40.0],
            "intensity_unit": ["million pounds" if paid else ""] * 3,
        }
    )
    monkeypatch.setattr(tables, "place_events", lambda folder: events)
    low, high = placebo_interval(0.1, CHANCE)
    effect = PriceDifference(0.1, low, high, label="synthetic_control")
    place = SimpleNamespace(
        of=CasePlace("North", 2002),
        began=Year(2002),
        running=SimpleNamespace(effect=effect, chance=CHANCE),
        planted=None,
    )
    elsewhere = SimpleNamespace(of=CasePlace("Nowhere", 2002), began=Year(2002))
    account = SimpleNamespace(places=(PlaceWorth("North", 2002, 120, 40_000_000, 0.0),))
    effects = SimpleNamespace(estimated=(place, elsewhere))
    return effect, attribution(SimpleNamespace(seed=1), None, account, effects)


def test_the_interval_of_a_gain_is_that_of_its_effect(monkeypatch):
    effect, made = attributed(monkeypatch)
    [one] = made.places
    ends = [40_000_000 * end / 100 for end in (effect.low, effect.high)]
    # 200,000 draws: good to about one part in a hundred of the interval.
    assert (one.gain.low, one.gain.high) == pytest.approx(ends, abs=0.01 * (ends[1] - ends[0]))
    assert one.gain.label == effect.label


def test_the_cost_is_that_of_what_began_then(monkeypatch):
    [one] = attributed(monkeypatch)[1].places
    assert one.cost is not None
    assert one.cost.value == 2e6


def test_without_an_amount_no_share_of_draws_exceeds_it(monkeypatch):
    [one] = attributed(monkeypatch, paid=False)[1].places
    assert one.cost is None
    assert one.above_cost == NotEstimable(NoAmountSpent(), label="synthetic_control")


@pytest.mark.parametrize(("low", "high", "told"), [(1, 3, True), (-3, -1, True), (-1, 3, False)])
def test_a_gain_is_told_where_its_interval_leaves_out_none(low, high, told):
    assert gain("North", low, high).told == told


def test_planted_gains_lie_in_their_intervals(book):
    places = book.results["attribution"].places
    inside = [one.gain.low <= one.planted <= one.gain.high for one in places]
    assert sum(inside) >= len(places) - 1


def test_the_grants_are_those_of_the_record(real):
    costs = [one.cost.value for one in real.results["attribution"].costed]
    assert sorted(costs) == [50e6, 54e6]
