"""The account is exact: over random inputs no pound is lost, in whatever order or unit it comes."""

import numpy as np
import pytest

from neighbourhood_equity.models.account.equity_account import (
    apportion,
    interval_of_sum,
    sums,
    whole_pounds,
    worth,
)

CASES = range(60)
"""Seeds of the random inputs: sizes, counts (many of them zero) and prices differ in each."""


def city(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    rng = np.random.default_rng(seed)
    n, k, groups = (int(rng.integers(1, top)) for top in (200, 6, 20))
    dwellings = rng.integers(0, 2000, (n, k)) * (rng.uniform(size=(n, k)) > 0.3)
    pounds = rng.integers(1, 2_000_000, (n, k))
    holders = rng.integers(0, 900, (n, 4)) * (rng.uniform(size=(n, 4)) > 0.3)
    holders[:, 0] += 1
    return dwellings, pounds, holders, rng.integers(0, groups, n), groups


def by_hand(dwellings: np.ndarray, pounds: np.ndarray) -> int:
    """In Python's own whole numbers, which have no largest."""
    pairs = zip(dwellings.ravel().tolist(), pounds.ravel().tolist(), strict=True)
    return sum(d * p for d, p in pairs)


def test_a_neighbourhood_by_hand() -> None:
    # Ten terraced homes at 200,000 and three flats at 110,001.
    found = worth(np.array([[10, 3]]), np.array([[200_000, 110_001]]))
    assert found.sum() == 2_330_003


@pytest.mark.parametrize("seed", CASES)
def test_groups_sum_to_the_total_to_the_pound(seed: int) -> None:
    dwellings, pounds, _, groups, count = city(seed)
    total = by_hand(dwellings, pounds)
    assert sums(worth(dwellings, pounds), groups, count).sum() == total


@pytest.mark.parametrize("seed", CASES)
def test_holders_sum_to_the_worth_to_the_pound(seed: int) -> None:
    dwellings, pounds, holders, _, _ = city(seed)
    amounts = worth(dwellings, pounds).sum(axis=1)
    assert (apportion(amounts, holders).sum(axis=1) == amounts).all()


@pytest.mark.parametrize("seed", CASES)
def test_a_holder_gets_the_own_share_to_the_pound(seed: int) -> None:
    dwellings, pounds, holders, _, _ = city(seed)
    amounts = worth(dwellings, pounds).sum(axis=1)
    due = amounts[:, None] * (holders / holders.sum(axis=1, keepdims=True))
    # Below one pound by the rule of largest remainders; floats of this size are good to 1e-6.
    assert np.abs(apportion(amounts, holders) - due).max() < 1 + 1e-5


@pytest.mark.parametrize("seed", CASES)
def test_order_of_rows_does_not_matter(seed: int) -> None:
    dwellings, pounds, holders, groups, count = city(seed)
    order = np.random.default_rng(seed).permutation(len(groups))
    amounts = apportion(worth(dwellings, pounds).sum(axis=1), holders)
    shuffled = apportion(worth(dwellings[order], pounds[order]).sum(axis=1), holders[order])
    assert (sums(amounts, groups, count) == sums(shuffled, groups[order], count)).all()


@pytest.mark.parametrize("seed", CASES)
def test_thousands_give_the_same_pounds(seed: int) -> None:
    _, pounds, _, _, _ = city(seed)
    assert (whole_pounds(pounds / 1000, 1000) == pounds).all()


@pytest.mark.parametrize("seed", CASES)
def test_no_dwellings_are_worth_nothing(seed: int) -> None:
    dwellings, pounds, _, _, _ = city(seed)
    assert (worth(np.zeros_like(dwellings), pounds) == 0).all()


def test_equal_remainders_go_to_the_first_column() -> None:
    assert apportion(np.array([5]), np.array([[1, 1]])).tolist() == [[3, 2]]


def test_interval_of_one_neighbourhood_is_its_price_s() -> None:
    found = interval_of_sum(np.array([1000]), np.array([[0.05]]))
    assert found.high == pytest.approx(1000 * np.exp(1.959963985 * 0.05))


def test_independent_errors_average_out() -> None:
    # Four neighbourhoods alike with an error of 0.04 each: 0.04 / sqrt(4).
    found = interval_of_sum(np.full(4, 250), 0.04 * np.eye(4))
    assert found.std_error == pytest.approx(0.02)


def test_a_shared_error_does_not_average_out() -> None:
    found = interval_of_sum(np.full(4, 250), np.full((4, 1), 0.04))
    assert found.std_error == pytest.approx(0.04)


def test_interval_of_a_sum_agrees_with_draws() -> None:
    rng = np.random.default_rng(3)
    amounts, loadings = rng.integers(1, 9, 12) * 10_000_000, rng.normal(0, 0.03, (12, 7))
    drawn = np.exp(rng.standard_normal((40_000, 7)) @ loadings.T) @ amounts
    found = interval_of_sum(amounts, loadings)
    # The error of a standard deviation from 40,000 draws is 0.35%; the delta method is as good.
    assert np.log(drawn).std() == pytest.approx(found.std_error, rel=0.02)


@pytest.mark.parametrize("price", [np.nan, np.inf, 0.0, -1.0])
def test_a_price_that_is_none_is_told(price: float) -> None:
    with pytest.raises(ValueError, match="1 of 2 prices are missing or not positive"):
        whole_pounds(np.array([1.0, price]))


def test_broken_dwellings_are_told() -> None:
    with pytest.raises(ValueError, match="needs whole numbers"):
        worth(np.array([[1.5]]), np.array([[1]]))


def test_an_amount_without_a_holder_is_told() -> None:
    with pytest.raises(ValueError, match="nobody to give it to"):
        apportion(np.array([1]), np.array([[0, 0]]))


def test_sums_too_large_are_told() -> None:
    with pytest.raises(ValueError, match="too large"):
        worth(np.array([[2**40]]), np.array([[2**40]]))
