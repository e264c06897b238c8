"""Coverage and size over many simulated towns; run as a program, it writes the kept tables.

``python tests/analysis/city_coverage.py`` makes the tables of ``docs/coverage_simulation.md``, all
or those named behind it, and puts them there; the slow tests check them.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import city_estimators as areas
import city_sectors as sectors
import numpy as np
import pandas as pd
from city_town import LINKS, NOMINAL, NONE, Row, Town, make_town

from neighbourhood_equity.data.simulated_city import PLANTED, CitySize, Planted

DOC = Path(__file__).parents[2] / "docs" / "coverage_simulation.md"
TOWN = CitySize(areas=320, middle_areas=66, wards=40, sales=120_000)
REPLICATIONS = 200
Estimators = Iterable[Callable[[Town], Iterator[Row]]]


@dataclass(frozen=True)
class World:
    """Towns with effects and without, and what is estimated in them, by table of the document."""

    effects: Planted
    none: Planted
    tables: Mapping[str, Estimators]


OPEN: Estimators = (areas.without_wards, partial(areas.neighbours, step="dwellings"))
WORLDS = (
    World(
        PLANTED,
        NONE,
        {
            "rules": (areas.controlled_rules,),
            "beside": (areas.rules_beside,),
            "equations": (areas.other_equations, partial(areas.neighbours, step="ward")),
            "panels": (sectors.panels,),
            "changes": (sectors.changes, areas.levels_by_ward, sectors.staggered),
            "places": (sectors.comparators,),
            "families": (areas.families, areas.curve),
            "confounded": (areas.without_wards,),
        },
    ),
    World(PLANTED, LINKS, {"paths": (areas.chain,)}),
    World(replace(PLANTED, ward_sd=0.0), replace(NONE, ward_sd=0.0), {"open": OPEN}),
)
TABLES = tuple(name for world in WORLDS for name in world.tables)
PLANTED_OR_NOT = ("yes", "no")


def replicate(
    seed: int,
    size: CitySize = TOWN,
    tables: Collection[str] = TABLES,
    planted: Collection[str] = PLANTED_OR_NOT,
) -> pd.DataFrame:
    """The rows of the tables named, for one seed, where effects are planted and where not."""
    asked: dict[Planted, list[tuple[str, str, Estimators]]] = {}
    for world in WORLDS:
        for effects, plant in zip(PLANTED_OR_NOT, (world.effects, world.none), strict=True):
            jobs = [(name, effects, how) for name, how in world.tables.items() if name in tables]
            if jobs and effects in planted:
                asked.setdefault(plant, []).extend(jobs)
    rows = []
    for plant, jobs in asked.items():
        with tempfile.TemporaryDirectory() as folder:
            town = make_town(Path(folder) / "town", seed, size, plant)
            for table, effects, how in jobs:
                found = pd.DataFrame([row for one in how for row in one(town)])
                rows.append(found.assign(table=table, effects=effects, seed=seed))
    return pd.concat(rows, ignore_index=True)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """By table, estimator and effect: planted and mean estimate, coverage, rejections.

    ``covered`` is of the planted value where there are effects, ``size`` the share of rejections
    where there are none, ``power`` where there are; NaN where an estimator has no interval, and for
    what is planted in every town.
    """
    inside = (rows["low"] <= rows["planted"]) & (rows["planted"] <= rows["high"])
    apart = (rows["low"] > 0) | (rows["high"] < 0)
    rows = rows.assign(
        inside=inside.where(rows["low"].notna()),
        rejected=(rows["p"] <= NOMINAL + 1e-9)
        .where(rows["p"].notna(), apart)
        .where(rows["p"].notna() | rows["low"].notna())
        .where((rows["effects"] == "yes") | ~(rows["planted"].abs() > 0)),
    )
    means = (
        rows.astype({"inside": float, "rejected": float})
        .groupby(["table", "estimator", "effect", "effects"], sort=False)[
            ["planted", "estimate", "inside", "rejected", "level"]
        ]
        .mean()
        .unstack("effects")
    )
    yes = means.xs("yes", axis=1, level=1)
    none = means["rejected"].reindex(columns=["no"])["no"]
    return pd.DataFrame(
        {
            "planted": yes["planted"],
            "mean": yes["estimate"],
            "covered": yes["inside"],
            "size": none,
            "power": yes["rejected"],
            "level": yes["level"],
        }
    ).reindex(pd.MultiIndex.from_frame(rows[["table", "estimator", "effect"]].drop_duplicates()))


def table_text(found: pd.DataFrame) -> str:
    """The rows of one table as Markdown; a star marks a rate two Monte Carlo errors off."""
    lines = [
        "| estimator | effect of | planted | mean found | coverage | size | power |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (estimator, effect), row in found.iterrows():
        cells = [
            estimator,
            effect.replace("_", " "),
            _number(row["planted"]),
            _number(row["mean"]),
            _rate(row["covered"], 1 - NOMINAL),
            _rate(row["size"], row["level"]) + _of(row["level"]),
            _rate(row["power"], None),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4f}"


def _rate(value: float, aim: float | None) -> str:
    if np.isnan(value):
        return ""
    error = 0.0 if aim is None else np.sqrt(aim * (1 - aim) / REPLICATIONS)
    off = aim is not None and abs(value - aim) > 2 * error + 1e-9
    return f"{100 * value:.1f}%{' *' if off else ''}"


def _of(level: float) -> str:
    """The size that a test of few ranks can have at 5%."""
    return "" if abs(level - NOMINAL) < 1e-3 else f" of {100 * level:.1f}%"


def _block(table: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {table} -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def kept(table: str) -> str:
    """A table as the document has it."""
    found = _block(table).search(DOC.read_text(encoding="utf-8"))
    assert found, f"no table {table}"
    return found.group(2).strip()


def write(found: pd.DataFrame) -> None:
    """Put every table into the document."""
    text = DOC.read_text(encoding="utf-8")
    for table, part in found.groupby(level="table", sort=False):
        new = table_text(part.droplevel("table"))
        text = _block(str(table)).sub(lambda match, new=new: f"{match[1]}{new}\n{match[3]}", text)
    DOC.write_text(text, encoding="utf-8")


def main(tables: Collection[str]) -> None:
    parts = []
    for seed in range(REPLICATIONS):
        parts.append(replicate(seed, tables=tables))
        print(f"{seed + 1} of {REPLICATIONS}", file=sys.stderr)
    write(summary(pd.concat(parts)))


if __name__ == "__main__":
    main(sys.argv[1:] or TABLES)
