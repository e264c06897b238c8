"""Price, volume and mix add up to the growth exactly, over random inputs with empty cells."""

from fractions import Fraction

import numpy as np
import pytest

from neighbourhood_equity.models.account.growth_split import GrowthSplit, growth_split, whole_prices

CASES = range(60)
"""Seeds of the random inputs; a third of the cells is empty in one period or the other."""
Pair = tuple[np.ndarray, np.ndarray]


def cells(seed: int) -> tuple[Pair, Pair]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 80))
    dwellings = rng.integers(0, 5000, (2, n)) * (rng.uniform(size=(2, n)) > 0.3)
    pounds = rng.integers(1, 900_000, (2, n))
    return (dwellings[0], dwellings[1]), (pounds[0], pounds[1])


def test_two_kinds_by_hand() -> None:
    # 10 and 10 homes at 1 and 3 pounds become 20 and 10 at 2 and 3: worth 40 becomes 70.
    # Price: mean of 10 and 20 times 1. Volume: 10 more at mean price 1.5 * 7/12 + 3 * 5/12.
    # Mix: 25 homes times (1.5 - 3) times the first kind's share, 2/3 less 1/2.
    found = growth_split(
        (np.array([10, 10]), np.array([20, 10])), (np.array([1, 3]), np.array([2, 3]))
    )
    assert (found.price, found.volume, found.mix) == (15, Fraction(85, 4), Fraction(-25, 4))


@pytest.mark.parametrize("seed", CASES)
def test_worth_of_both_periods_is_exact(seed: int) -> None:
    dwellings, pounds = cells(seed)
    found = growth_split(dwellings, pounds)
    for worth, d, p in zip((found.first, found.last), dwellings, pounds, strict=True):
        assert worth == sum(a * b for a, b in zip(d.tolist(), p.tolist(), strict=True))


@pytest.mark.parametrize("seed", CASES)
def test_whole_parts_sum_to_the_rise(seed: int) -> None:
    found = growth_split(*cells(seed))
    assert sum(found.whole) == found.last - found.first


@pytest.mark.parametrize("seed", CASES)
def test_whole_parts_are_the_parts_to_the_pound(seed: int) -> None:
    found = growth_split(*cells(seed))
    exact = (found.price, found.volume, found.mix)
    assert all(abs(a - b) < 1 for a, b in zip(found.whole, exact, strict=True))


@pytest.mark.parametrize("seed", CASES)
def test_order_of_cells_does_not_matter(seed: int) -> None:
    dwellings, pounds = cells(seed)
    order = np.random.default_rng(seed).permutation(len(dwellings[0]))
    shuffled = growth_split(
        (dwellings[0][order], dwellings[1][order]), (pounds[0][order], pounds[1][order])
    )
    assert shuffled == growth_split(dwellings, pounds)


@pytest.mark.parametrize("seed", CASES)
def test_parts_scale_with_the_unit(seed: int) -> None:
    dwellings, pounds = cells(seed)
    found = growth_split(dwellings, pounds)
    larger = growth_split(dwellings, (1000 * pounds[0], 1000 * pounds[1]))
    assert (larger.price, larger.volume, larger.mix) == (
        1000 * found.price,
        1000 * found.volume,
        1000 * found.mix,
    )


@pytest.mark.parametrize("seed", CASES)
def test_periods_exchanged_change_the_sign(seed: int) -> None:
    dwellings, pounds = cells(seed)
    found = growth_split(dwellings, pounds)
    back = growth_split(dwellings[::-1], pounds[::-1])
    assert (back.price, back.volume, back.mix) == (-found.price, -found.volume, -found.mix)


@pytest.mark.parametrize("seed", CASES)
def test_the_same_homes_have_price_alone(seed: int) -> None:
    dwellings, pounds = cells(seed)
    found = growth_split((dwellings[0], dwellings[0]), pounds)
    assert (found.volume, found.mix) == (0, 0)


@pytest.mark.parametrize("seed", CASES)
def test_homes_doubled_everywhere_are_no_change_of_mix(seed: int) -> None:
    dwellings, pounds = cells(seed)
    assert growth_split((dwellings[0], 2 * dwellings[0]), pounds).mix == 0


@pytest.mark.parametrize("seed", CASES)
def test_homes_moved_between_cells_are_mix_alone(seed: int) -> None:
    dwellings, pounds = cells(seed)
    moved = np.random.default_rng(seed).permutation(dwellings[0])
    found = growth_split((dwellings[0], moved), (pounds[0], pounds[0]))
    assert (found.price, found.volume) == (0, 0)


def _groups(seed: int) -> tuple[list[GrowthSplit], GrowthSplit]:
    dwellings, pounds = cells(seed)
    group = np.random.default_rng(seed).integers(0, 9, len(dwellings[0]))
    parts = [
        growth_split(
            (dwellings[0][group == g], dwellings[1][group == g]),
            (pounds[0][group == g], pounds[1][group == g]),
        )
        for g in range(9)
    ]
    return parts, growth_split(dwellings, pounds)


@pytest.mark.parametrize("seed", CASES)
def test_whole_price_parts_of_groups_sum_to_the_total_s(seed: int) -> None:
    parts, total = _groups(seed)
    assert sum(whole_prices(parts, total)) == total.whole[0]


@pytest.mark.parametrize("seed", CASES)
def test_whole_price_parts_of_groups_are_theirs_to_the_pound(seed: int) -> None:
    parts, total = _groups(seed)
    pairs = zip(whole_prices(parts, total), parts, strict=True)
    assert all(abs(whole - part.price) < 1 for whole, part in pairs)


def test_groups_of_other_cells_are_told() -> None:
    parts, total = _groups(1)
    with pytest.raises(ValueError, match="do not sum to the total's"):
        whole_prices(parts[1:], total)


def test_a_place_without_homes_before_has_no_mix() -> None:
    found = growth_split((np.array([0, 0]), np.array([4, 1])), (np.array([5, 7]), np.array([5, 7])))
    assert (found.price, found.volume, found.mix) == (0, 27, 0)


def test_parts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="miss the rise by 1 pounds"):
        GrowthSplit(10, 20, Fraction(5), Fraction(3), Fraction(1))


def test_prices_in_fractions_are_told() -> None:
    with pytest.raises(ValueError, match="prices must be whole numbers"):
        growth_split((np.array([1]), np.array([1])), (np.array([1.5]), np.array([2.0])))


def test_cells_of_one_period_only_are_told() -> None:
    with pytest.raises(ValueError, match="the same cells"):
        growth_split((np.array([1]), np.array([1, 2])), (np.array([1]), np.array([2])))
