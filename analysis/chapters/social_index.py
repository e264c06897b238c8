"""Appendix 3, the index: what the items share, how far to trust it, and where its areas stand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...models.measurement.index_weights import (
    Index,
    RandomWeights,
    composite_index,
    leave_one_item_out,
    random_weights,
    scale_items,
)
from ...models.measurement.reliability import Reliability, reliability
from ...report_templates.exhibits import Column, Figure, Table
from ..book import Book, ChapterNotes
from ..inputs import Inputs

SOURCES = ("cni_2023", "census_2021_tenure")
QUOTED = (
    *("alpha", "omega", "mean_correlation", "items"),
    *("weakest_item", "weakest_item_rest", "least_rank_correlation"),
    *("weight_draws", "weight_correlation", "weight_correlation_low", "weight_rank_width"),
    *("component_explained", "component_correlation"),
    *("index_error", "index_wards", "wards_above", "wards_below"),
)
"""What the index is quoted with, and its exhibits."""
REACH = 1.959964
"""Standard errors to each end of a 95% interval of a normal variable."""


def compute(inputs: Inputs, book: Book) -> tuple[Index, Reliability]:
    """The index with its reliability; returns both for the correction of measurement error."""
    notes = book.chapter("social_capital", SOURCES)
    rng = np.random.default_rng(inputs.study.seed)
    names = list(inputs.study.cross_section.social_capital)
    items = scale_items(inputs.areas.set_index("lsoa21"), dict.fromkeys(names, 1))
    index = composite_index(items)
    trust = reliability(items, names)
    drawn = random_weights(items, rng)
    _trust(trust, notes)
    _items(items, trust, notes)
    _weights(items, drawn, notes)
    _show_wards(inputs, index, drawn, notes)
    book.indicators = index_table(inputs, index, drawn)
    return index, trust


def index_table(inputs: Inputs, index: Index, drawn: RandomWeights) -> pd.DataFrame:
    """One row an area: the index with its error and interval, its rank and the rank's interval."""
    names = inputs.areas.set_index("lsoa21")[["ward22", "ward22_name"]]
    ranks = drawn.tidy()[["rank_low", "rank_high"]]
    return names.join(index.tidy()).join(ranks).reset_index()


def _trust(trust: Reliability, notes: ChapterNotes) -> None:
    notes.quote(
        "alpha", trust.alpha, "number", interval=(float(trust.alpha_low), float(trust.alpha_high))
    )
    if np.isfinite(trust.omega_low) and np.isfinite(trust.omega_high):
        notes.quote("omega", trust.omega, "number", interval=(trust.omega_low, trust.omega_high))
    else:
        notes.refuse(
            "omega",
            "number",
            "the one-factor model of the items has no proper solution",
            "described",
        )
    notes.quote("mean_correlation", trust.mean_correlation, "number")
    notes.quote("items", len(trust.items), "count")


def _items(items: pd.DataFrame, trust: Reliability, notes: ChapterNotes) -> None:
    table = trust.tidy_items().merge(leave_one_item_out(items), on="item")
    if trust.model is not None:
        table["loading"] = trust.model.standardised
        error = REACH * trust.model.standardised_errors
        table["loading_low"], table["loading_high"] = (
            table["loading"] - error,
            table["loading"] + error,
        )
    weakest = table.iloc[int(table["item_rest"].argmin())]
    notes.quote("weakest_item", words_of(str(weakest["item"])), "text")
    notes.quote("weakest_item_rest", float(weakest["item_rest"]), "number")
    notes.quote("least_rank_correlation", float(table["rank_correlation"].min()), "number")
    notes.book.show(
        Table(
            "social_capital.items",
            "What each domain adds to the index",
            table.assign(item=[words_of(name) for name in table["item"]]),
            (
                Column("item", "Domain"),
                Column("loading", "Loading", "interval_number2"),
                Column("item_rest", "Correlation with the rest", "number2"),
                Column("alpha_without", "Alpha without it", "number2"),
                Column("rank_correlation", "Ranks without it", "number2"),
                Column("largest_rank_change", "Most places moved", "count"),
            ),
            "Standardised loadings on one factor with 95% interval; alpha of the others; rank "
            "correlation of the index with the index that leaves the domain out",
            f"{trust.n} areas. One factor of three items fits by construction, so its fit cannot "
            f"be tested. Alpha of all: {trust.alpha:.2f} [{trust.alpha_low:.2f}, "
            f"{trust.alpha_high:.2f}]. Label: described.",
            notes.source_line,
        )
    )


def _weights(items: pd.DataFrame, drawn: RandomWeights, notes: ChapterNotes) -> None:
    low, middle, _ = drawn.rank_correlation
    notes.quote("weight_draws", drawn.draws, "count")
    notes.quote("weight_correlation", float(middle), "number")
    notes.quote("weight_correlation_low", float(low), "number")
    width = np.median(drawn.rank_high - drawn.rank_low)
    notes.quote("weight_rank_width", float(width), "count")
    component = composite_index(items, "principal_component")
    equal = composite_index(items)
    notes.quote("component_explained", 100 * component.explained, "percent")
    notes.quote(
        "component_correlation",
        float(component.values.rank().corr(equal.values.rank())),
        "number",
    )


def ward_index(inputs: Inputs, index: Index) -> pd.DataFrame:
    """The index by ward: the mean of its areas weighted by households, with its error."""
    areas = inputs.areas.set_index("lsoa21")[["ward22", "ward22_name", "households"]]
    frame = areas.assign(value=index.values)
    weight = frame["households"] / frame.groupby("ward22")["households"].transform("sum")
    parts = frame.assign(value=weight * frame["value"], error=(weight * index.standard_error) ** 2)
    wards = parts.groupby(["ward22", "ward22_name"])[["value", "error"]].sum().reset_index()
    return wards.assign(error=np.sqrt(wards["error"])).sort_values("value", ascending=False)


def _show_wards(inputs: Inputs, index: Index, drawn: RandomWeights, notes: ChapterNotes) -> None:
    wards = ward_index(inputs, index)
    reach = REACH * wards["error"]
    low, high = wards["value"] - reach, wards["value"] + reach
    notes.quote("index_error", index.standard_error, "number")
    notes.quote("wards_above", int((low > 0).sum()), "count")
    notes.quote("wards_below", int((high < 0).sum()), "count")
    notes.book.show(
        Figure(
            "social_capital.index_wards",
            f"In {int((low > 0).sum())} wards the index is surely above the city's mean, in "
            f"{int((high < 0).sum())} surely below",
            "dots",
            pd.DataFrame(
                {"row": wards["ward22_name"], "value": wards["value"], "low": low, "high": high}
            ),
            "Index in standard deviations of small areas, mean of the ward weighted by households, "
            "with 95% interval of measurement error; wards (2022)",
            f"Reliability {index.reliability:.2f} (omega), taken as known; errors of areas as "
            "independent. The choice of weights is not in the interval. Label: described.",
            notes.source_line,
            alt="Wards ranked by the index, each with its interval; most intervals overlap those "
            "of their neighbours in the ranking.",
            options={"x_label": "Standard deviations", "format": "number1", "reference": 0.0},
        )
    )
