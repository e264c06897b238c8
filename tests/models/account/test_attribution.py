"""What is put down to coproduction agrees with closed forms where there are some."""

import numpy as np
import pytest
from scipy import stats

from neighbourhood_equity.models.account.attribution import Exposed, attribute
from neighbourhood_equity.models.programmes.placebos import placebo_interval

DRAWS = 40_000
MONTE_CARLO = 4 * 0.5 / np.sqrt(DRAWS)
"""Four standard errors of a share from that many draws."""
SHARES = np.arange(1, 2000) / 2000
CHANCE = 0.08 * stats.norm.ppf(SHARES)
"""What chance alone makes of an effect, as a normal variable would."""
HOMES = Exposed(worth=300e6, worth_error=0.0, effect=0.1, chance=CHANCE)
SURE = np.zeros(1)


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_without_error_the_gain_is_exact() -> None:
    found = attribute(Exposed(200.0, 0.0, np.log(1.1), SURE), rng(), 100)
    assert (found.low, found.gain, found.high) == pytest.approx((20.0, 20.0, 20.0))


def test_no_effect_gains_nothing() -> None:
    assert attribute(Exposed(200.0, 0.3, 0.0, SURE), rng(), 100).high == 0


def test_chance_of_a_gain_is_that_of_the_effect() -> None:
    expected = stats.norm.cdf(0.1 / 0.08)
    found = attribute(HOMES, rng(), DRAWS)
    assert found.positive == pytest.approx(expected, abs=MONTE_CARLO)


def test_chance_of_more_than_the_cost_is_that_of_the_break_even() -> None:
    # A > c is tau > ln(1 + c / E), the break-even effect of METHODS 2.13.
    expected = stats.norm.sf((np.log1p(54 / 300) - 0.1) / 0.08)
    found = attribute(HOMES, rng(), DRAWS, cost=54e6)
    assert found.above_cost == pytest.approx(expected, abs=MONTE_CARLO)


@pytest.mark.parametrize("chance", [CHANCE, np.append(CHANCE[:1500], CHANCE[1500:] / 3)])
def test_interval_is_the_map_of_the_placebos_interval(chance: np.ndarray) -> None:
    found = attribute(Exposed(300e6, 0.0, 0.1, chance), rng(), DRAWS)
    low, high = 300e6 * np.expm1(placebo_interval(0.1, chance))
    # The ends of an interval from 40,000 draws are good to about one part in a hundred of it.
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.015 * (high - low))


@pytest.mark.parametrize("what", ["gain", "low", "high"])
def test_displacement_takes_its_share(what: str) -> None:
    whole, half = (attribute(HOMES, rng(), 100, displaced=share) for share in (0.0, 0.5))
    assert getattr(half, what) == pytest.approx(getattr(whole, what) / 2)


def test_all_displaced_leaves_nothing() -> None:
    assert attribute(HOMES, rng(), 100, displaced=1.0).gain == 0


def test_price_error_widens_the_interval() -> None:
    wide = Exposed(300e6, 0.5, 0.1, CHANCE)
    sure, unsure = (attribute(homes, rng(), DRAWS) for homes in (HOMES, wide))
    assert unsure.high - unsure.low > sure.high - sure.low


def test_gain_scales_with_the_unit() -> None:
    thousands = Exposed(300e3, 0.0, 0.1, CHANCE)
    assert 1000 * attribute(thousands, rng(), 100).low == pytest.approx(
        attribute(HOMES, rng(), 100).low
    )


def test_without_a_cost_there_is_no_chance_of_exceeding_it() -> None:
    assert attribute(HOMES, rng(), 100).above_cost is None


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none_is_told(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        attribute(HOMES, rng(), 100, displaced=share)


def test_too_few_draws_are_told() -> None:
    with pytest.raises(ValueError, match="too few"):
        attribute(HOMES, rng(), 10)


@pytest.mark.parametrize(("effect", "chance"), [(np.nan, SURE), (0.1, np.array([]))])
def test_an_effect_that_is_not_known_with_its_chance_is_told(
    effect: float, chance: np.ndarray
) -> None:
    with pytest.raises(ValueError, match="must be known"):
        Exposed(1.0, 0.0, effect, chance)
