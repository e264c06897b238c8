"""Coverage and size over many simulated towns; run as a program, it writes the kept tables.

``python tests/analysis/city_coverage.py`` makes the tables of ``docs/coverage_simulation.md``, all
or those named behind it, and puts them there; with ``again`` the starred rows once more, in other
towns. The slow tests check them.
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
OTHERS = range(200, 600)
"""Seeds of other towns, for the rates that the first 200 put off their promise."""
AGAIN = "again"
MISSING = ("beside", "confounded")
"""Tables of what is known to leave something out."""
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
    worlds: Iterable[World] = WORLDS,
) -> pd.DataFrame:
    """The rows of the tables named, for one seed, where effects are planted and where not."""
    asked: dict[Planted, list[tuple[str, str, Estimators]]] = {}
    for world in worlds:
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


def table_text(found: pd.DataFrame, replications: int = REPLICATIONS) -> str:
    """The rows of one table as Markdown; a star marks a rate two Monte Carlo errors off."""
    rate = partial(_rate, replications=replications)
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
            rate(row["covered"], 1 - NOMINAL),
            rate(row["size"], row["level"]) + _of(row["level"]),
            rate(row["power"], None),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4f}"


def _rate(value: float, aim: float | None, replications: int) -> str:
    if np.isnan(value):
        return ""
    error = 0.0 if aim is None else np.sqrt(aim * (1 - aim) / replications)
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
    for table, part in found.groupby(level="table", sort=False):
        _put(str(table), table_text(part.droplevel("table")))


def _put(table: str, new: str) -> None:
    text = DOC.read_text(encoding="utf-8")
    text = _block(table).sub(lambda match: f"{match[1]}{new}\n{match[3]}", text)
    DOC.write_text(text, encoding="utf-8")


def starred(table: str) -> list[str]:
    """The rows of a kept table with a star, without their numbers: estimator and effect."""
    lines = [line.strip("| ").split(" | ") for line in kept(table).splitlines() if "*" in line]
    return [" | ".join(cells[:2]) for cells in lines]


def narrowed(off: Mapping[str, Collection[str]]) -> Iterator[World]:
    """The worlds with only those estimators that give a row named in ``off``, by table."""
    for world in WORLDS:
        wanted = {
            table: [one for one in how if off.get(table) and _gives(one, world, off[table])]
            for table, how in world.tables.items()
        }
        yield replace(world, tables={table: how for table, how in wanted.items() if how})


def _gives(
    estimator: Callable[[Town], Iterator[Row]], world: World, names: Collection[str]
) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        town = make_town(Path(folder) / "town", 0, TOWN, world.effects)
        return any(_name(row.estimator, row.effect) in names for row in estimator(town))


def _name(estimator: str, effect: str) -> str:
    return f"{estimator} | {effect.replace('_', ' ')}"


def again() -> None:
    """The starred rows of all tables but `MISSING` once more, in other towns."""
    off = {table: starred(table) for table in TABLES if table not in MISSING}
    worlds = list(narrowed(off))
    found = summary(pd.concat(replicate(seed, worlds=worlds) for seed in OTHERS))
    chosen = [_name(name, effect) in off[table] for table, name, effect in found.index]
    _put(AGAIN, table_text(found[chosen].droplevel("table"), len(OTHERS)))


def main(tables: Collection[str]) -> None:
    write(summary(pd.concat(replicate(seed, tables=tables) for seed in range(REPLICATIONS))))


if __name__ == "__main__":
    again() if AGAIN in sys.argv else main(sys.argv[1:] or TABLES)
