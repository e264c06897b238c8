"""With few treated places and no effect: the clustered test against the placebo rank test.

In the simulated city, sectors in which nothing happened are taken at random as if a programme had
started there in a random year. The city is fixed; the assignment is what varies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.inputs import open_folder, read_inputs
from neighbourhood_equity.analysis.study import find_study, read_study
from neighbourhood_equity.models.association.panel import panel
from neighbourhood_equity.models.programmes.placebos import joint_placebos, rank_p
from neighbourhood_equity.models.programmes.synthetic_did import synthetic_did
from neighbourhood_equity.models.specification import Specification, SpecificationError

TABLE = Path(__file__).parents[2] / "docs" / "few_treated_simulation.md"
STARTS = range(2001, 2011)
TREATED = (1, 2, 3, 6)
REPLICATIONS = 200
FEW = 15
LEVEL = 0.05
DRAWS = 999
SPECIFICATION = Specification(
    name="few_treated",
    title="A start that never was",
    outcome="log_price",
    regressors=("exposure",),
    effects=("sector", "year"),
    weights="sales",
    clusters="sector",
    label="did",
)


@dataclass(frozen=True)
class Untouched:
    """Sectors without a programme, and what each shows after a false start in each year."""

    rows: pd.DataFrame
    sectors: list[str]
    effects: dict[int, np.ndarray]


@pytest.fixture(scope="module")
def untouched() -> Untouched:
    study = read_study(find_study("simulated_city"))
    sectors = read_inputs(study, open_folder(study, None)).sectors
    rows = sectors[(sectors["ever_exposed"] == 0) & ~sectors["excluded"]].copy()
    wide = rows.pivot(index="year", columns="sector", values="log_price")
    outcomes = wide.to_numpy()
    effects = {}
    for start in STARTS:
        before = int((wide.index <= start).sum())
        effects[start] = np.array(
            [
                synthetic_did(outcomes[:, own], np.delete(outcomes, own, axis=1), before).effect()
                for own in range(outcomes.shape[1])
            ]
        )
    return Untouched(rows, list(wide.columns), effects)


@dataclass(frozen=True)
class Shares:
    """Of false starts: those without a clustered error, those that either test takes for real."""

    refused: float
    clustered: float
    ranked: float


def rejections(untouched: Untouched, treated: int, replications: int) -> Shares:
    """What both tests make of so many treated places; a refusal is no rejection."""
    rng = np.random.default_rng([2024, treated])
    clustered, ranked = [], []
    for _ in range(replications):
        chosen = rng.choice(len(untouched.sectors), treated, replace=False)
        starts = rng.choice(list(STARTS), treated)
        since = dict(zip([untouched.sectors[index] for index in chosen], starts, strict=True))
        began = untouched.rows["sector"].map(since)
        frame = untouched.rows.assign(exposure=(untouched.rows["year"] > began).astype(float))
        clustered.append(_clustered_p(frame))
        effects = [untouched.effects[start] for start in starts]
        values = [effect[index] for effect, index in zip(effects, chosen, strict=True)]
        placebos = [np.delete(effect, chosen) for effect in effects]
        if treated > 1:
            placebos = [joint_placebos(placebos, rng.random((DRAWS, treated)))]
        ranked.append(rank_p(float(np.mean(values)), placebos[0]))
    return Shares(
        refused=float(np.isnan(clustered).mean()),
        clustered=float(np.mean(np.array(clustered) < LEVEL)),
        ranked=float(np.mean(np.array(ranked) <= LEVEL)),
    )


def _clustered_p(frame: pd.DataFrame) -> float:
    try:
        return float(panel(frame, SPECIFICATION).tidy()["p_value"].iloc[0])
    except SpecificationError:
        return float("nan")


def monte_carlo_error(replications: int) -> float:
    """Standard error of a rate of 5%."""
    return float(np.sqrt(LEVEL * (1 - LEVEL) / replications))


def test_one_treated_place_has_no_clustered_test_and_a_rank_test(untouched: Untouched) -> None:
    found = rejections(untouched, 1, FEW)
    assert found.refused == 1
    assert found.ranked <= LEVEL + 2 * monte_carlo_error(FEW)


@pytest.mark.slow
def test_the_table_is_what_is_found(untouched: Untouched) -> None:
    text = TABLE.read_text(encoding="utf-8")
    row = r"^\| (\d+) \| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% \|"
    printed = {
        int(number): tuple(float(share) for share in shares)
        for number, *shares in re.findall(row, text, flags=re.MULTILINE)
    }
    assert tuple(printed) == TREATED
    for treated in TREATED:
        found = rejections(untouched, treated, REPLICATIONS)
        shares = (100 * found.refused, 100 * found.clustered, 100 * found.ranked)
        assert shares == pytest.approx(printed[treated], abs=0.5)
        assert found.ranked <= LEVEL + 2 * monte_carlo_error(REPLICATIONS)
