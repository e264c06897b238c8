"""Staggered starts with effects that grow: who finds the planted effect, and how surely."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.programmes.aggregation import MEANS, aggregate, event_study
from neighbourhood_equity.models.programmes.alternative_estimators import (
    imputation,
    two_stage_did,
    two_way,
)
from neighbourhood_equity.models.programmes.pre_trends import event_pre_test
from neighbourhood_equity.models.programmes.staggered import Adoption, group_time, staggered_panel

TABLE = Path(__file__).parents[3] / "docs" / "staggered_simulation.md"
YEARS = 24
REPLICATIONS = 200
FEW = 6
LEVEL = 0.05
GROWTH = 0.01
"""Log points by which the effect grows with each treated year."""
PEERS = {"imputation": imputation, "two_stage": two_stage_did, "two_way": two_way}


@dataclass(frozen=True)
class City:
    """How units are drawn: ``starts`` are drawn anew for each place, in every replication."""

    name: str
    starts: tuple[int, ...]
    treated: int
    never: int
    size: int
    clusters: str | None

    def draw(self, rng: np.random.Generator, growth: float) -> pd.DataFrame:
        """Places of ``size`` units with shocks of their own and of their units."""
        places = self.treated + self.never
        start = np.r_[rng.choice(self.starts, self.treated), np.zeros(self.never, dtype=int)]
        if self.clusters is None:
            start = np.where(
                rng.random(places) < self.never / places, 0, rng.choice(self.starts, places)
            )
        place = np.repeat(np.arange(places), self.size)
        first, year = start[place], np.arange(1, YEARS + 1)
        since = year - first[:, None]
        effect = growth * (since + 1) * ((first[:, None] > 0) & (since >= 0))
        shape = (len(place), YEARS)
        shocks = rng.normal(0, 0.06, shape) + rng.normal(0, 0.03, (places, YEARS))[place]
        price = rng.normal(0, 0.3, (len(place), 1)) + 0.03 * year + effect + shocks
        return pd.DataFrame(
            {
                "unit": np.repeat(np.arange(len(place)), YEARS),
                "place": np.repeat(place, YEARS),
                "year": np.tile(year, len(place)),
                "start": np.repeat(first, YEARS),
                "price": price.ravel(),
            }
        )


MANY = City("300 units", (7, 12, 17), 180, 120, 1, None)
PLACES = City("12 places", tuple(range(7, 19)), 12, 30, 2, "place")


def replicate(
    city: City, growth: float, replications: int
) -> dict[str, tuple[float, float, float]]:
    """By estimator: mean, planted value, and share of intervals that hold it; and the pre-test's.

    Planted is the same mean of the planted effects, over the places and years of each replication.
    The pre-test has no planted value; its share is that of tests that do not reject at 5%.
    """
    rng = np.random.default_rng([2024, city.treated])
    adoption = Adoption("sim", "", "unit", "year", "start", "price", clusters=city.clusters)
    found: dict[str, list[tuple[float, float, bool]]] = {}
    for _ in range(replications):
        panel = staggered_panel(city.draw(rng, growth), adoption)
        effects = group_time(panel)
        exact = replace(effects, effects=growth * np.maximum(effects.since + 1, 0))
        planted = dict(zip(MEANS, aggregate(exact).coefficients, strict=True))
        tidy = [aggregate(effects).tidy().set_index("term")]
        tidy += [
            peer(panel).tidy().assign(term=name).set_index("term") for name, peer in PEERS.items()
        ]
        for name, row in pd.concat(tidy).iterrows():
            true = float(planted.get(str(name), planted["simple"]))
            holds = bool(row["ci_low"] <= true <= row["ci_high"])
            found.setdefault(str(name), []).append((float(row["estimate"]), true, holds))
        p = event_pre_test(event_study(effects, -5, 5)).p
        found.setdefault("pre-test", []).append((0.0, 0.0, p >= LEVEL))
    means = {name: np.mean(rows, axis=0) for name, rows in found.items()}
    return {name: (float(m[0]), float(m[1]), float(m[2])) for name, m in means.items()}


def monte_carlo_error(replications: int) -> float:
    """Standard error of a rate of 95%."""
    return float(np.sqrt(LEVEL * (1 - LEVEL) / replications))


@pytest.fixture(scope="module")
def few() -> dict[str, tuple[float, float, float]]:
    return replicate(PLACES, GROWTH, FEW)


@pytest.mark.parametrize("name", [*MEANS, "imputation", "two_stage"])
def test_the_planted_effect_is_found(few: dict[str, tuple[float, float, float]], name: str) -> None:
    mean, planted, _ = few[name]
    assert mean == pytest.approx(planted, abs=0.015)


def test_two_way_does_not_find_it() -> None:
    mean, planted, _ = replicate(MANY, GROWTH, 2)["two_way"]
    assert mean < 0.75 * planted


def rows() -> list[tuple[City, float]]:
    return [(city, growth) for city in (MANY, PLACES) for growth in (GROWTH, 0.0)]


@pytest.mark.slow
@pytest.mark.parametrize(("city", "growth"), rows(), ids=lambda one: getattr(one, "name", one))
def test_the_table_is_what_is_found(city: City, growth: float) -> None:
    text = TABLE.read_text(encoding="utf-8")
    heading = f"## {city.name}, {'no effect' if growth == 0 else 'growing effects'}"
    part = text.split(heading)[1].split("## ")[0]
    printed = {
        name: (float(mean), float(rate))
        for name, mean, rate in re.findall(
            r"^\| ([\w-]+) \| [\d.]+ \| (-?[\d.]+) \| ([\d.]+)% \|", part, flags=re.MULTILINE
        )
    }
    found = replicate(city, growth, REPLICATIONS)
    assert set(printed) == set(found)
    for name, (mean, planted, rate) in found.items():
        assert mean == pytest.approx(printed[name][0], abs=5e-4)
        assert 100 * rate == pytest.approx(printed[name][1], abs=0.5)
        if name != "two_way":
            assert mean == pytest.approx(planted, abs=0.005)
            assert rate == pytest.approx(1 - LEVEL, abs=2 * monte_carlo_error(REPLICATIONS))
