"""Moran's I on small grids whose neighbours can be counted by hand."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from neighbourhood_equity.models.spatial.moran import moran, nearest_neighbours, queen_neighbours
from neighbourhood_equity.models.specification import SpecificationError


def _grid(side=4, island=False):
    squares = [box(x, y, x + 1, y + 1) for x in range(side) for y in range(side)]
    if island:
        squares.append(box(side + 3, side - 1, side + 4, side))
    codes = [f"E{i:02d}" for i in range(len(squares))]
    return gpd.GeoDataFrame({"code": codes}, geometry=squares, crs=27700)


def _moran(values, areas, permutations=199):
    rng = np.random.default_rng(19)
    return moran(np.asarray(values, float), queen_neighbours(areas), rng, permutations)


def test_corner_has_three_neighbours():
    assert queen_neighbours(_grid()).weights.cardinalities[0] == 3


def test_island_is_counted():
    assert queen_neighbours(_grid(island=True)).joined == 1


def test_island_is_joined_to_the_nearest():
    assert queen_neighbours(_grid(island=True)).weights.neighbors[16] == [15]


def test_nearest_is_joined_to_the_island():
    assert 16 in queen_neighbours(_grid(island=True)).weights.neighbors[15]


def test_city_without_islands_joins_none():
    assert queen_neighbours(_grid()).joined == 0


def test_weights_of_an_area_add_up_to_one():
    assert sum(queen_neighbours(_grid()).weights.weights[5]) == pytest.approx(1)


def test_two_by_two_is_minus_a_third():
    # Each square neighbours the three others: I = -1 / (n - 1) whatever the values.
    assert _moran([1, 2, 3, 7], _grid(2)).statistic == pytest.approx(-1 / 3)


def test_gradient_is_unlikely_by_chance():
    assert _moran(np.repeat(range(4), 4), _grid()).p_permutation == pytest.approx(1 / 200)


@pytest.mark.parametrize("seed", [2, 4, 6])
def test_permutations_agree_with_the_analytic_p(seed):
    # 4,999 permutations: Monte Carlo error 0.007 at most; 100 areas: I is nearly normal.
    found = _moran(np.random.default_rng(seed).normal(size=100), _grid(10), 4999)
    assert found.p_permutation == pytest.approx(found.p_value, abs=0.025)


def test_same_generator_gives_the_same_p():
    values = np.random.default_rng(3).normal(size=16)
    one, other = (_moran(values, _grid()).p_permutation for _ in range(2))
    assert one == other


def test_equal_values_are_refused():
    with pytest.raises(SpecificationError, match="finite and vary"):
        _moran(np.ones(16), _grid())


def test_wrong_number_of_values_is_refused():
    with pytest.raises(SpecificationError, match="16 areas"):
        _moran(np.arange(15), _grid())


def test_an_arrangement_as_far_as_the_values_own_counts():
    """Of four corners each beside two, both high ones face each other in a third of all deals."""
    ring = nearest_neighbours(_grid(2), 2)
    found = moran(np.array([1.0, 0.0, 0.0, 1.0]), ring, np.random.default_rng(2), 999)
    assert found.p_permutation == pytest.approx(1 / 3, abs=0.05)
