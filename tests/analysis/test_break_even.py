"""The rise that pays for a programme, and what a record without amounts leaves."""

import sys
from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.analysis.results.break_even import COSTS, BreakEven, break_even
from neighbourhood_equity.models.loop.break_even import value_captured

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from made_account import gain, gains, summed_account


@pytest.fixture(scope="module")
def made() -> BreakEven:
    return break_even(
        summed_account(), gains(gain("North", -1e6, 5e6), gain("South", 1e6, 2e6, cost=None))
    )


def test_a_programme_pays_at_the_rise_printed(made):
    [north] = made.recorded
    assert value_captured(north.at_10.log, 40_000_000, 0.1) == pytest.approx(2e6)


def test_less_captured_needs_a_larger_rise(made):
    rises = np.array([one.rises for one in (*made.recorded, *made.scenarios)])
    assert (np.diff(rises, axis=1) > 0).all()


def test_costs_are_laid_down_whatever_the_record_has():
    found = break_even(summed_account(), gains())
    assert found.programmes.value == 0
    assert [one.cost for one in found.scenarios] == list(COSTS)
