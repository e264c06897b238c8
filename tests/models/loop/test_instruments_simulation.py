"""Coverage with weak and with strong instruments: t intervals and the Anderson-Rubin set."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.loop.anderson_rubin import anderson_rubin_set
from neighbourhood_equity.models.loop.identification import (
    Instruments,
    identified_sample,
    partialled,
)
from neighbourhood_equity.models.loop.instruments import limited_information, two_stage
from neighbourhood_equity.models.specification import Specification

TRUTH = 1.0
AREAS, WARDS = 640, 69
ENDOGENEITY = 0.9
# Share of the variance of every column that lies between wards.
BETWEEN = 0.2
# Population F of the first stage, as if rows were independent.
STRENGTHS = {"weak": 3.0, "strong": 300.0}
COUNTS = (1, 3)
REPLICATIONS = 2000
FEW = 50
TABLE = Path(__file__).parents[3] / "docs" / "instruments_simulation.md"


def monte_carlo_error(replications: int) -> float:
    """Standard error of the coverage of a true 95% interval."""
    return float(np.sqrt(0.95 * 0.05 / replications))


def clustered(rng: np.random.Generator, ward: np.ndarray, columns: int) -> np.ndarray:
    """Normal columns of variance one, alike within wards."""
    shared = rng.normal(size=(WARDS, columns))[ward]
    own = rng.normal(size=(AREAS, columns))
    return np.sqrt(BETWEEN) * shared + np.sqrt(1 - BETWEEN) * own


def areas_of(rng: np.random.Generator, strength: float, count: int) -> pd.DataFrame:
    """Areas whose capital and price share a cause, and instruments of the given strength."""
    ward = rng.permutation(np.arange(AREAS) % WARDS)
    z = clustered(rng, ward, count)
    cause, other, income = clustered(rng, ward, 3).T
    # F - 1 = n p'p / q for instruments of variance one.
    pull = np.sqrt((strength - 1) / AREAS)
    capital = pull * z.sum(axis=1) + cause + 0.3 * income
    error = ENDOGENEITY * cause + np.sqrt(1 - ENDOGENEITY**2) * other
    price = TRUTH * capital + error - 0.2 * income
    frame = pd.DataFrame({"price": price, "capital": capital, "income": income, "ward": ward})
    return frame.assign(**{f"z{place}": column for place, column in enumerate(z.T)})


def run_of(seed: int, strength: str, count: int) -> dict[str, float]:
    """What covers the truth, and the shape of the set, in one replication."""
    rng = np.random.default_rng([seed, count, int(STRENGTHS[strength])])
    frame = areas_of(rng, STRENGTHS[strength], count)
    equation = Specification("p", "", "price", ("capital",), ("income",), clusters="ward")
    named = Instruments(("capital",), tuple(f"z{place}" for place in range(count)))
    two, limited = (f(frame, equation, named) for f in (two_stage, limited_information))
    found = anderson_rubin_set(partialled(identified_sample(frame, equation, named)))
    return {
        "two_stage": covers(two),
        "limited": covers(limited),
        "anderson_rubin": float(TRUTH in found),
        "unbounded": float(any(np.isinf(end) for piece in found.pieces for end in piece)),
        "effective_f": two.diagnostics["effective_f"],
    }


def covers(estimate: Estimate) -> float:
    row = estimate.tidy().iloc[0]
    return float(row["ci_low"] <= TRUTH <= row["ci_high"])


def summary_of(strength: str, count: int, replications: int) -> pd.Series:
    """Coverages, share of endless sets, median effective F."""
    runs = pd.DataFrame([run_of(seed, strength, count) for seed in range(replications)])
    return runs.mean().where(runs.columns != "effective_f", runs.median())


@pytest.fixture(scope="module")
def few() -> dict[str, pd.Series]:
    return {strength: summary_of(strength, 3, FEW) for strength in STRENGTHS}


@pytest.mark.parametrize("strength", STRENGTHS)
def test_the_set_keeps_its_coverage_in_few(few, strength):
    error = monte_carlo_error(FEW)
    assert few[strength]["anderson_rubin"] == pytest.approx(0.95, abs=3 * error)


def test_the_t_interval_fails_with_weak_instruments_in_few(few):
    assert few["weak"]["two_stage"] < 0.95 - 5 * monte_carlo_error(FEW)


def test_the_t_interval_holds_with_strong_instruments_in_few(few):
    error = monte_carlo_error(FEW)
    assert few["strong"]["two_stage"] == pytest.approx(0.95, abs=3 * error)


def test_weak_instruments_leave_the_set_open_in_few(few):
    assert few["weak"]["unbounded"] > 0.5
    assert few["strong"]["unbounded"] == 0


@pytest.fixture(scope="module")
def summary() -> dict[tuple[str, int], pd.Series]:
    return {
        (strength, count): summary_of(strength, count, REPLICATIONS)
        for strength in STRENGTHS
        for count in COUNTS
    }


@pytest.mark.slow
class TestAllReplications:
    @pytest.mark.parametrize("count", COUNTS)
    @pytest.mark.parametrize("strength", STRENGTHS)
    def test_the_set_keeps_its_coverage(self, summary, strength, count):
        within = 2 * monte_carlo_error(REPLICATIONS)
        assert summary[strength, count]["anderson_rubin"] == pytest.approx(0.95, abs=within)

    @pytest.mark.parametrize("count", COUNTS)
    def test_the_t_interval_holds_with_strong_instruments(self, summary, count):
        within = 2 * monte_carlo_error(REPLICATIONS)
        assert summary["strong", count]["two_stage"] == pytest.approx(0.95, abs=within)

    @pytest.mark.parametrize("count", COUNTS)
    def test_the_t_interval_fails_with_weak_instruments(self, summary, count):
        assert summary["weak", count]["two_stage"] < 0.95 - 5 * monte_carlo_error(REPLICATIONS)

    def test_table_is_what_is_found(self, summary):
        pattern = r"^\| (weak|strong) \| (\d) \| " + r" \| ".join([r"([\d.]+)%?"] * 5) + r" \|"
        rows = re.findall(pattern, TABLE.read_text(encoding="utf-8"), re.MULTILINE)
        printed = {(s, int(c)): [float(number) for number in numbers] for s, c, *numbers in rows}
        assert list(printed) == list(summary)
        for key, numbers in printed.items():
            f, *shares = summary[key][["effective_f", *SHARES]]
            assert [f, *(100 * share for share in shares)] == pytest.approx(numbers, abs=0.06)


SHARES = ("two_stage", "limited", "anderson_rubin", "unbounded")
