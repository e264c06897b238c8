"""Ferman and Pinto: the size of the test by their design, its parts by hand, refusals in words.

A group's outcome is the mean of M values that share an error of the group and period with
correlation rho; M is drawn evenly from a range, and of a hundred groups one is treated, that of the
smallest or largest tenth. The design is theirs as remembered, so no number is held against print.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.models.programmes.few_treated import few_treated, sized
from neighbourhood_equity.models.specification import SpecificationError

TABLE = Path(__file__).parents[3] / "docs" / "few_treated_size.md"
RANGES = ((50, 200), (200, 800), (50, 950))
LIKENESS = (0.0001, 0.01, 0.04)
GROUPS, DRAWS, REPLICATIONS, FEW = 100, 199, 1000, 250
TENTHS = {"smallest": 0.05, "largest": 0.95}


def town(rng: np.random.Generator, sizes: tuple[int, int], rho: float, tenth: str):
    """Changes without any effect, sizes, and which group is treated."""
    size = rng.integers(sizes[0], sizes[1] + 1, GROUPS).astype(float)
    changes = rng.normal(size=GROUPS) * np.sqrt(2 * (rho + (1 - rho) / size))
    treated = np.zeros(GROUPS, dtype=bool)
    treated[np.argsort(size)[int(TENTHS[tenth] * GROUPS)]] = True
    return changes, size, treated


def rates(sizes: tuple[int, int], rho: float, tenth: str, replications: int) -> tuple[float, float]:
    """Per cent of true nulls rejected at 5%: taking groups for alike, and by their size."""
    found = []
    for seed in range(replications):
        rng = np.random.default_rng([sizes[0], sizes[1], seed])
        changes, size, treated = town(rng, sizes, rho, tenth)
        tests = (few_treated(changes, of, treated, rng, draws=DRAWS) for of in (None, size))
        found.append([each.p_value <= 0.05 for each in tests])
    alike, by_size = 100 * np.mean(found, axis=0)
    return float(alike), float(by_size)


def test_a_small_treated_group_is_rejected_too_often_unless_its_size_counts():
    alike, by_size = rates((50, 950), 0.0001, "smallest", FEW)
    assert alike > 20
    assert by_size == pytest.approx(5, abs=4)


def test_a_large_treated_group_is_rejected_too_seldom_unless_its_size_counts():
    alike, by_size = rates((50, 950), 0.0001, "largest", FEW)
    assert alike < 2
    assert by_size == pytest.approx(5, abs=4)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", RANGES)
@pytest.mark.parametrize("rho", LIKENESS)
def test_the_table_is_what_is_found(sizes, rho):
    text = TABLE.read_text(encoding="utf-8")
    row = re.search(
        rf"^\| {sizes[0]} to {sizes[1]} \| {100 * rho:g}% \|(.*)$", text, flags=re.MULTILINE
    )
    assert row
    printed = [float(number) for number in re.findall(r"([\d.]+)%", row[1])]
    found = [rate for tenth in TENTHS for rate in rates(sizes, rho, tenth, REPLICATIONS)]
    assert found == pytest.approx(printed, abs=0.05)
    allowed = 200 * np.sqrt(0.05 * 0.95 / REPLICATIONS)
    assert found[1::2] == pytest.approx([5, 5], abs=allowed + 0.5)


def test_the_effect_is_the_difference_of_mean_changes():
    changes, size, treated = town(np.random.default_rng(1), (50, 200), 0.01, "smallest")
    changes = changes + 0.3 * treated
    found = few_treated(changes, size, treated, np.random.default_rng(2))
    assert found.effect == pytest.approx(changes[treated].mean() - changes[~treated].mean())
    assert found.low < found.effect < found.high


def test_an_effect_at_the_end_of_the_interval_has_the_p_of_its_level():
    changes, size, treated = town(np.random.default_rng(1), (50, 200), 0.01, "smallest")
    found = few_treated(changes, size, treated, np.random.default_rng(2))
    for end in (found.low, found.high):
        moved = few_treated(changes - end * treated, size, treated, np.random.default_rng(2))
        assert moved.p_value == pytest.approx(0.05, abs=0.0021)


def test_the_variance_by_size_is_found_again():
    rng = np.random.default_rng(3)
    size = rng.integers(5, 500, 20_000).astype(float)
    changes = rng.normal(size=20_000) * np.sqrt(0.02 + 3 / size)
    found = few_treated(changes, size, np.arange(20_000) == 0, rng, draws=1)
    assert (found.constant, found.per_value) == pytest.approx((0.02, 3), rel=0.1)


def test_placebos_of_large_places_are_widened_for_a_small_one():
    placebos, sizes = np.array([0.1, -0.1, 0.2, -0.2]), np.array([400.0, 400.0, 100.0, 100.0])
    # Twice as far at a quarter of the size: the variance is all sampling.
    assert sized(placebos, sizes, 25.0) == pytest.approx([0.4, -0.4, 0.4, -0.4])


def test_placebos_keep_their_mean():
    rng = np.random.default_rng(4)
    sizes = rng.uniform(20, 400, 60)
    placebos = 0.05 + rng.normal(size=60) / np.sqrt(sizes)
    assert sized(placebos, sizes, 50.0).mean() == pytest.approx(0.05, abs=0.05)


NONE = np.zeros(20, dtype=bool)
ONE = np.arange(20) == 0
STEPS = np.arange(20.0)


@pytest.mark.parametrize(
    ("changes", "sizes", "treated", "words"),
    [
        (STEPS, STEPS + 1, NONE, "0 treated groups"),
        (STEPS, STEPS + 1, ~NONE, "20 treated groups, 0 others"),
        (STEPS[:8], STEPS[:8] + 1, ONE[:8], "7 others"),
        (STEPS, STEPS, ONE, "above zero"),
        (STEPS, STEPS + np.where(ONE, np.nan, 1), ONE, "above zero"),
        (STEPS, np.ones(20), ONE, "counts that differ"),
        (np.where(ONE, np.nan, 1), STEPS + 1, ONE, "missing or infinite"),
        (STEPS, STEPS + 1, 1 * ONE, "true or false is needed"),
        (STEPS, STEPS[1:], ONE, "20 and 20 and 19 groups"),
    ],
)
def test_what_bears_no_test_is_refused(changes, sizes, treated, words):
    with pytest.raises(SpecificationError, match=words):
        few_treated(changes, sizes, treated, np.random.default_rng(1))


def test_a_place_without_values_is_refused():
    with pytest.raises(SpecificationError, match="no mean"):
        sized(STEPS, STEPS + 1, 0.0)
