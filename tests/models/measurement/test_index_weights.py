"""Indices from items whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.measurement.index_weights import (
    composite_index,
    index_error,
    leave_one_item_out,
    random_weights,
    scale_items,
)
from neighbourhood_equity.models.specification import SpecificationError

LOADINGS = np.array([0.9, 0.7, 0.5, 0.4])


def _items(n=200, seed=1):
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n, 4)) * np.sqrt(1 - LOADINGS**2)
    raw = rng.standard_normal((n, 1)) * LOADINGS + noise
    frame = pd.DataFrame(raw, columns=list("wxyz"), index=[f"E{i}" for i in range(n)])
    return scale_items(frame, dict.fromkeys("wxyz", 1))


def test_direction_turns_an_item():
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 2.0, 1.0]})
    found = scale_items(frame, {"a": 1, "b": -1})
    assert found["b"].tolist() == found["a"].tolist() == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize("method", ["equal", "principal_component", "factor"])
def test_index_is_scaled_and_its_weights_add_up(method):
    index = composite_index(_items(), method)
    assert index.weights.sum() == pytest.approx(1)
    assert index.values.std() == pytest.approx(1)
    assert index.values.mean() == pytest.approx(0, abs=1e-12)


def test_factor_weights_follow_loadings_over_uniqueness():
    # Thurstone's weights of one factor are proportional to loading / uniqueness.
    wanted = LOADINGS / (1 - LOADINGS**2)
    found = composite_index(_items(100_000), "factor").weights
    assert found.to_numpy() == pytest.approx(wanted / wanted.sum(), abs=0.015)


def test_theta_is_alpha_of_the_component_score():
    items = _items()
    index = composite_index(items, "principal_component")
    weighted = items * index.weights
    alpha = 4 / 3 * (1 - weighted.var().sum() / weighted.sum(axis=1).var())
    assert index.reliability == pytest.approx(alpha)


def test_error_is_the_spread_about_the_true_score():
    index = composite_index(_items(100_000, 7), "equal")
    rng = np.random.default_rng(7)
    rng.standard_normal((100_000, 4))
    factor = rng.standard_normal(100_000)
    # The true score is the factor, scaled to the share of variance that it has in the index.
    gap = index.values.to_numpy() - np.sqrt(index.reliability) * factor
    assert gap.std() == pytest.approx(index.standard_error, rel=0.01)


def test_index_error_by_hand():
    assert index_error(pd.Series([0.0, 2.0, 4.0]), 0.75) == 1.0


def test_reliability_beyond_one_gives_no_error():
    with pytest.raises(SpecificationError, match=r"1\.2"):
        index_error(pd.Series([0.0, 2.0, 4.0]), 1.2)


def test_item_that_goes_its_own_way_moves_most_ranks():
    items = _items()
    own = np.random.default_rng(8).standard_normal(len(items))
    found = leave_one_item_out(items.assign(z=own)).set_index("item")
    assert found["rank_correlation"].idxmin() == "z"


def test_copies_of_one_item_have_one_rank_whatever_the_weights():
    items = pd.DataFrame({name: [-1.0, 0.0, 1.0] for name in "abc"})
    found = random_weights(items, np.random.default_rng(1), draws=50)
    assert found.rank_low.tolist() == found.rank_high.tolist() == [3, 2, 1]
    assert found.rank_correlation.tolist() == [1, 1, 1]


def test_two_items_give_uniform_weights():
    # Dirichlet of two ones is uniform: the index of an area at (0, 1) is uniform on 0 to 1.
    items = pd.DataFrame({"a": [0.0, 1.0, -1.0], "b": [1.0, 0.0, -1.0]})
    found = random_weights(items, np.random.default_rng(1), draws=40_000)
    assert found.value_low[0] == pytest.approx(0.025, abs=0.005)
    assert found.value_high[0] == pytest.approx(0.975, abs=0.005)
    assert found.value[0] == 0.5


def test_same_generator_same_draws():
    items = _items(30)
    first, second = (random_weights(items, np.random.default_rng(3), 100) for _ in range(2))
    pd.testing.assert_frame_equal(first.tidy(), second.tidy())


@pytest.mark.parametrize(
    ("frame", "directions", "words"),
    [
        ({"a": [1.0, 2.0, 3.0]}, {"a": 2}, "direction 2"),
        ({"a": [1.0, np.nan, 3.0]}, {"a": 1}, "missing in 1 of 3"),
        ({"a": [1.0, 1.0, 1.0]}, {"a": 1}, "does not vary"),
        ({"a": [1.0, 2.0, 3.0]}, {"b": 1}, "lacks b"),
    ],
)
def test_items_that_cannot_be_scaled_are_refused(frame, directions, words):
    with pytest.raises(SpecificationError, match=words):
        scale_items(pd.DataFrame(frame), directions)
