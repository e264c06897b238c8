"""What an interval rules out of a range, two one-sided tests by the 90% interval, refusals."""

import numpy as np
import pytest
from scipy import stats

from neighbourhood_equity.models.inference.detectable import minimum_detectable
from neighbourhood_equity.models.inference.equivalence import Plausible, equivalence
from neighbourhood_equity.models.specification import SpecificationError

RANGE = Plausible(0.02, 0.07)


@pytest.mark.parametrize(
    ("low", "high", "excluded"),
    [
        (-0.01, 0.10, "none"),
        (-0.05, 0.046, "upper part"),
        (-0.05, 0.019, "all"),
        (-0.09, -0.01, "all"),
        (0.03, 0.10, "lower part"),
        (0.03, 0.06, "both ends"),
        (0.08, 0.20, "all"),
        (0.02, 0.07, "none"),
    ],
)
def test_what_is_outside_the_interval_is_excluded(low, high, excluded):
    assert equivalence((low + high) / 2, low, high, RANGE).excluded == excluded


@pytest.mark.parametrize(("low", "above", "below"), [(0.001, 1, 0), (-0.01, 0, 0), (-0.05, 0, 1)])
def test_a_side_is_shown_when_all_of_the_interval_is_on_it(low, above, below):
    found = equivalence(low + 0.02, low, low + 0.04, RANGE)
    assert (found.above_zero, found.below_zero) == (above, below)


@pytest.mark.parametrize("df", [8.0, np.inf])
@pytest.mark.parametrize(("estimate", "error"), [(0.001, 0.008), (0.009, 0.008), (-0.006, 0.007)])
def test_an_effect_is_equivalent_when_the_interval_of_one_side_fits(df, estimate, error):
    """Two tests at 5% are the 90% interval inside the margin."""
    reach, one_sided = (stats.t.ppf(share, df) * error for share in (0.975, 0.95))
    found = equivalence(estimate, estimate - reach, estimate + reach, RANGE, df=df)
    assert found.equivalent == (abs(estimate) + one_sided < 0.02)


def test_the_p_of_the_two_tests_is_that_of_the_nearer_end():
    found = equivalence(0.01, 0.01 - 1.96 * 0.005, 0.01 + 1.96 * 0.005, RANGE)
    assert found.equivalence_p == pytest.approx(stats.norm.sf(2), rel=1e-3)


def test_a_longer_side_counts_with_its_own_error():
    found = equivalence(0.0, -1.96 * 0.01, 1.96 * 0.04, RANGE)
    assert found.equivalence_p == pytest.approx(stats.norm.sf(0.5), rel=1e-3)


def test_the_detectable_effect_is_that_of_the_error():
    reach = stats.t.ppf(0.975, 20) * 0.01
    found = equivalence(0.0, -reach, reach, RANGE, df=20)
    assert found.detectable == pytest.approx(minimum_detectable(0.01, 20))


@pytest.mark.parametrize("ends", [(0.0, 0.07), (0.07, 0.02), (-0.02, 0.02), (0.02, np.nan)])
def test_a_range_that_is_none_is_refused(ends):
    with pytest.raises(SpecificationError, match="plausible range"):
        Plausible(*ends)


@pytest.mark.parametrize("numbers", [(0.1, 0.2, 0.3), (np.nan, 0, 1), (0, 0, 0), (0, -np.inf, 1)])
def test_numbers_that_are_no_interval_are_refused(numbers):
    with pytest.raises(SpecificationError):
        equivalence(*numbers, RANGE)
