"""Appendix 4, the variation: where it lies, whether it narrows, ranks, and like neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...models.estimate import Estimate
from ...models.prices.convergence import BetaConvergence, beta_convergence, sigma_convergence
from ...models.prices.ranks import ranks
from ...models.prices.variance_shares import theil, variance_shares
from ...models.spatial.moran import Moran, moran, queen_neighbours
from ...models.specification import NotEstimable
from ...report_templates.exhibits import Column, Figure, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes
from ..inputs import Inputs
from ..maps import city_map
from ..prices import SmallAreaPrices
from .price_paths import SALE_SOURCES, WARD_SOURCES, ward_note, ward_table

LEVEL_SOURCES = ("lsoa_price_per_sqm", "lsoa21_ward22", "lsoa21_msoa21", "boundaries_lsoa21")
LEVELS = {"ward22": "Between wards", "msoa21": "Between middle areas", "within": "Within them"}


def compute(inputs: Inputs, prices: SmallAreaPrices, wards: pd.DataFrame, book: Book) -> None:
    """Shares of variance, convergence, ranks and resemblance of neighbours."""
    rng = np.random.default_rng(inputs.study.seed)
    notes = book.chapter("house_prices", LEVEL_SOURCES)
    with notes.part("share_ward22", "share_msoa21", "share_within", "theil_share", "shares"):
        _shares(inputs, rng, notes)
    tests: list[dict[str, object]] = []
    with notes.part("moran_level", "moran_level_p"):
        tests.append(_alike("moran_level", _resemblance_of_levels(inputs, rng), notes))
    from_sales = inputs.study.prices.small_areas == "sales"
    notes = book.chapter("house_prices", SALE_SOURCES if from_sales else WARD_SOURCES)
    with notes.part("ranks_apart", "rank_width", "climber", "climbed", "map_ranks", "wards_ranked"):
        ranked = _ranks(inputs, prices, wards, rng, notes)
        ward_table(inputs, prices, ranked, notes)
    with notes.part("moran_growth", "moran_growth_p"):
        tests.append(_alike("moran_growth", _resemblance_of_growth(inputs, wards, rng), notes))
    with notes.part("beta"):
        beta = beta_convergence(wards, "first", "last", "first_variance")
        notes.fitted(beta.estimate)
        net = notes.fitted(_net_of_error(beta))
        notes.coefficient("beta", net, net.terms[0])
        tests = [*_slopes(beta.estimate, net), *tests]
    with notes.part("sigma_change", "sigma_first", "sigma_last", "sigma_areas", "sigma"):
        _sigma(prices, rng, notes)
    with notes.part("tests"):
        _show_tests(tests, notes)


def _alike(key: str, row: dict[str, object], notes: ChapterNotes) -> dict[str, object]:
    """The row of a Moran statistic, which is quoted as well."""
    notes.quote(key, float(str(row["value"])), "number")
    notes.quote(f"{key}_p", float(str(row["p"])), "p")
    return row


def _shares(inputs: Inputs, rng: np.random.Generator, notes: ChapterNotes) -> None:
    section = inputs.study.cross_section
    sold = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    fit = variance_shares(sold, "log_price_per_sqm", ["ward22", "msoa21"], rng)
    table = fit.tidy().assign(level=lambda rows: rows["level"].map(LEVELS))
    percent = {key: 100 * table[key] for key in ("share", "ci_low", "ci_high")}
    table = table.assign(
        share=percent["share"], share_low=percent["ci_low"], share_high=percent["ci_high"]
    )
    parts = theil(sold["price_per_sqm"].to_numpy(float), pd.factorize(sold["ward22"])[0])
    for name, row in zip(fit.levels, table.to_dict("records"), strict=True):
        notes.quote(
            f"share_{name}",
            float(row["share"]),
            "percent",
            interval=(float(row["share_low"]), float(row["share_high"])),
        )
    notes.quote("theil_share", 100 * parts.share, "percent")
    notes.book.show(
        Table(
            "house_prices.shares",
            "Where the variation of prices lies",
            table,
            (
                Column("level", "Level"),
                Column("groups", "Groups", "count"),
                Column("share", "Share of variance", "interval_percent1"),
            ),
            "Per cent of the variance of log price per square metre, with 95% interval; lower "
            "layer "
            "super output areas (2021)",
            f"{fit.n} areas with enough sales, each counted once. Crossed random effects, "
            "restricted "
            f"likelihood; intervals from {fit.draws} parametric bootstrap draws. What is within "
            "holds the sampling error of each area too. Label: described.",
            notes.source_line,
        )
    )


def _resemblance_of_levels(inputs: Inputs, rng: np.random.Generator) -> dict[str, object]:
    boundaries = inputs.folder.read("boundaries_lsoa21")
    priced = inputs.areas.dropna(subset=["log_price_per_sqm"])
    areas = boundaries[boundaries["code"].isin(priced["lsoa21"])]
    values = priced.set_index("lsoa21")["log_price_per_sqm"].reindex(areas["code"])
    fit = moran(values.to_numpy(float), queen_neighbours(areas), rng)
    return _moran_row("Moran's I of price levels, small areas", fit)


def _resemblance_of_growth(
    inputs: Inputs, wards: pd.DataFrame, rng: np.random.Generator
) -> dict[str, object]:
    boundaries = inputs.folder.read("boundaries_ward22")
    areas = boundaries[boundaries["code"].isin(wards["area"])]
    values = wards.set_index("area")["growth"].reindex(areas["code"])
    neighbours = queen_neighbours(areas)
    if neighbours.weights.nonzero == len(areas) * (len(areas) - 1):
        raise NotEstimable("every ward is a neighbour of every other")
    fit = moran(values.to_numpy(float), neighbours, rng)
    return _moran_row("Moran's I of growth, wards", fit)


def _moran_row(name: str, fit: Moran) -> dict[str, object]:
    expected = format_number(fit.expected, "number3")
    return {
        "name": name,
        "value": fit.statistic,
        "p": fit.p_permutation,
        "n": fit.n,
        "how": f"{fit.permutations} permutations; expected without resemblance {expected}",
    }


def _ranks(
    inputs: Inputs,
    prices: SmallAreaPrices,
    wards: pd.DataFrame,
    rng: np.random.Generator,
    notes: ChapterNotes,
) -> pd.DataFrame:
    last, first = (
        ranks(wards[end].to_numpy(), np.sqrt(wards[f"{end}_variance"].to_numpy()), rng, count=1)
        for end in ("last", "first")
    )
    ranked = wards.assign(
        rank=last.rank, rank_low=last.low, rank_high=last.high, rank_first=first.rank
    )
    ranked["climbed"] = ranked["rank_first"] - ranked["rank"]
    # Two intervals that do not meet are a stricter rule than one interval of the change.
    apart = (first.low > last.high) | (first.high < last.low)
    notes.quote("ranks_apart", int(apart.sum()), "count")
    notes.quote("rank_width", float(np.median(last.high - last.low)), "count")
    top = ranked.iloc[int(ranked["climbed"].argmax())]
    notes.quote("climber", str(top["name"]), "text")
    notes.quote("climbed", int(top["climbed"]), "count")
    notes.book.show(
        city_map(
            inputs,
            "house_prices.map_ranks",
            f"{top['name']} climbed furthest among the wards",
            ranked.rename(columns={"area": "code", "climbed": "value"})[["code", "value"]],
            "ward22",
            measure="Places climbed in the order of wards between the first and the last years; "
            "wards (2022)",
            note=f"{ward_note(inputs, prices)} In {int(apart.sum())} of {len(ranked)} wards the "
            "95% intervals of the two ranks do not meet. Label: described.",
            source=notes.source_line,
            format="number0",
            ramp="diverging",
            alt=f"Map of wards in five classes of places climbed or lost; {top['name']} climbed "
            "most.",
        )
    )
    return ranked


def _net_of_error(beta: BetaConvergence) -> Estimate:
    """The corrected estimate under a name of its own."""
    corrected = beta.corrected or beta.estimate
    return replace(
        corrected,
        specification=replace(
            corrected.specification,
            name=f"{corrected.specification.name}.net",
            title=f"{corrected.specification.title}, net of sampling error",
        ),
    )


def _sigma(prices: SmallAreaPrices, rng: np.random.Generator, notes: ChapterNotes) -> None:
    # Shrunk prices are closer together than true ones, so the spread is taken from direct prices.
    cells = prices.cells
    if "direct" in cells:
        cells = cells.assign(log_price=cells["direct"], variance=cells["direct_variance"])
    fit = sigma_convergence(cells.dropna(subset=["log_price"]), rng)
    change = (fit.change, fit.change_low, fit.change_high)
    notes.quote("sigma_change", change[0], "number", interval=(change[1], change[2]))
    notes.quote("sigma_first", float(fit.deviation[0]), "number")
    notes.quote("sigma_last", float(fit.deviation[-1]), "number")
    notes.quote("sigma_areas", fit.areas, "count")
    word = "narrowed" if fit.change_high < 0 else "widened" if fit.change_low > 0 else "held"
    title = {
        "narrowed": "Prices of small areas came closer together",
        "widened": "Prices of small areas moved apart",
        "held": "The spread of small-area prices shows no change that can be told from none",
    }[word]
    tidy = fit.tidy()
    notes.book.show(
        Figure(
            "house_prices.sigma",
            title,
            "lines",
            tidy.rename(
                columns={
                    "period": "x", "deviation": "y", "ci_low": "low", "ci_high": "high"
                }
            ).assign(series="Spread")[["x", "y", "low", "high", "series"]].dropna(),
            f"Standard deviation of log price, with 95% band; {prices.geography}s; yearly",
            f"{fit.areas} areas with sales in every year, sampling error taken out; band from "
            f"resampled areas. Mix-adjusted {prices.mix_adjusted}. Label: described.",
            notes.source_line,
            alt=f"One line with a band, the spread of log prices by year. {title}.",
            options={"y_label": "Log points", "y_format": "number2", "emphasis": ["Spread"]},
        )
    )  # fmt: skip


def _slopes(observed: Estimate, net: Estimate) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for label, estimate in (
        ("Growth on first level, as observed", observed),
        ("Growth on first level, net of sampling error", net),
    ):
        row = estimate.tidy().iloc[0]
        rows.append(
            {
                "name": label,
                "value": float(row["estimate"]),
                "value_low": float(row["ci_low"]),
                "value_high": float(row["ci_high"]),
                "p": float(row["p_value"]),
                "n": estimate.n,
                "how": f"wards; {estimate.variance_rule.split(':')[0]}",
            }
        )
    return rows


def _show_tests(rows: Sequence[Mapping[str, object]], notes: ChapterNotes) -> None:
    if not rows:
        raise NotEstimable("the areas are too few")
    table = pd.DataFrame(rows).reindex(
        columns=["name", "value", "value_low", "value_high", "p", "n", "how"]
    )
    notes.book.show(
        Table(
            "house_prices.tests",
            "Convergence, and how alike neighbours are",
            table,
            (
                Column("name", "Measure"),
                Column("value", "Value", "number2"),
                Column("value_low", "from", "number2"),
                Column("value_high", "to", "number2"),
                Column("p", "p", "number3"),
                Column("n", "Areas", "count"),
                Column("how", "How"),
            ),
            "Log points of growth for one log point of first level, with 95% interval; Moran's I "
            "between about minus one and one",
            "A negative slope means that cheap areas caught up. Sampling error in the first level "
            "alone makes such a slope, so the second row takes it out. Label: described.",
            notes.source_line,
        )
    )
