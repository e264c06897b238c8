"""The spread of draws is their standard deviation, and the ends of an interval their ranks."""

import numpy as np
import pytest
from scipy import stats

from neighbourhood_equity.models.inference.cluster_bootstrap import bootstrapped, percentiles

DRAWS = np.random.default_rng(3).permutation(np.linspace(-1, 3, 4001))


def test_the_error_is_the_standard_deviation_of_the_draws():
    found = bootstrapped(1.2, DRAWS, 30)
    assert found.std_error == pytest.approx(np.std(DRAWS, ddof=1), rel=1e-12)


def test_with_many_clusters_the_ends_are_the_plain_ranks():
    found = bootstrapped(1.2, DRAWS, 1_000_000)
    assert (found.low, found.high) == pytest.approx((-1 + 0.025 * 4, 3 - 0.025 * 4), abs=1e-4)


@pytest.mark.parametrize("clusters", [5, 30])
def test_with_few_clusters_the_ends_lie_as_far_out_as_t_with_the_variance_of_few(clusters):
    reach = stats.t.ppf(0.975, clusters - 1) * np.sqrt(clusters / (clusters - 1))
    found = bootstrapped(1.2, DRAWS, clusters)
    assert found.low == pytest.approx(-1 + 4 * stats.norm.sf(reach), abs=1e-3)
    assert found.high == pytest.approx(3 - 4 * stats.norm.sf(reach), abs=1e-3)


def test_a_higher_level_lies_further_out():
    low, high = percentiles(20, 0.99)
    assert low < percentiles(20)[0]
    assert high > percentiles(20)[1]
