"""Appendix 3: measures of social capital and the National Indicators."""

from __future__ import annotations

import pandas as pd

from ...data.circularity import shared_inputs
from ...data.reference_tables import national_indicator_definitions
from ...models.specification import NotEstimable
from ...report_templates.exhibits import Column, Table
from ..book import Book, ChapterNotes
from ..inputs import Inputs
from ..maps import city_map
from . import measurement_error, own_survey, social_index

FEWEST = 3
"""Areas that a correlation takes."""
CIRCULAR_SOURCES = ("cni_2023", "ward_turnout_2022")
CNI_SOURCES = ("cni_2023",)
TURNOUT_SOURCES = ("ward_turnout_2022",)
HEADLINE_SOURCES = ("national_indicators",)
WARD_SOURCES = ("cni_2023", "ward_turnout_2022", "census_2021_tenure")
RELATION_SOURCES = (
    "cni_2023",
    "imd_2019_scores",
    "imd_2025",
    "ward_turnout_2022",
    "lsoa_price_per_sqm",
)
DOMAINS = {
    "civic_assets": "Civic assets",
    "connectedness": "Connectedness",
    "engagement": "Active and engaged community",
}
RELATED = {
    **DOMAINS,
    "income_deprivation": "Income deprivation",
    "safety": "Safety from crime",
    "log_price_per_sqm": "Price per square metre (log)",
}


def compute(inputs: Inputs, book: Book) -> None:
    """The National Indicators, the domains by area and ward, and their relations."""
    _definitions(book.chapter("social_capital", ()))
    notes = book.chapter("social_capital", social_index.SOURCES)
    with notes.part(*social_index.QUOTED, *measurement_error.QUOTED):
        index, trust = social_index.compute(inputs, book)
        with notes.part(*measurement_error.QUOTED):
            measurement_error.compute(inputs, index, trust, book)
    own_survey.compute(inputs, book)
    _headlines(inputs, book.chapter("social_capital", HEADLINE_SOURCES))
    _circularity(book.chapter("social_capital", CIRCULAR_SOURCES))
    wards = ward_measures(inputs)
    _maps(inputs, wards, book)
    _wards(wards, book.chapter("social_capital", WARD_SOURCES))
    _relations(inputs, wards, book.chapter("social_capital", RELATION_SOURCES))


def _circularity(notes: ChapterNotes) -> None:
    """Say what engagement and turnout are both built from."""
    shared = [
        name for one in shared_inputs("ward_turnout_2022", ["engagement"]) for name in one.inputs
    ]
    notes.quote(
        "circularity",
        f"The engagement domain and turnout are both built from {' and '.join(shared)}."
        if shared
        else "The engagement domain and turnout share no declared input.",
        "text",
    )


def _definitions(notes: ChapterNotes) -> None:
    table = national_indicator_definitions()
    notes.quote("indicators", len(table), "count")
    notes.book.show(
        Table(
            "social_capital.indicators",
            "The National Indicators that touch social capital",
            table,
            (
                Column("indicator", "Indicator"),
                Column("statement", "Statement"),
                Column("social_capital_form", "Form"),
                Column("measures", "What it measures"),
                Column("does_not_measure", "What it does not"),
            ),
            "The indicator set of the year two thousand and eight, in the report's words",
            "Form and reading are the authors' judgement.",
            "Communities and Local Government, National Indicator set",
        )
    )


def _headlines(inputs: Inputs, notes: ChapterNotes) -> None:
    table = inputs.folder.read("national_indicators")
    notes.quote("headlines", len(table), "count")
    notes.book.show(
        Table(
            "social_capital.headlines",
            "Headline values that could be found",
            table.sort_values(["area", "period", "indicator"]),
            (
                Column("indicator", "Indicator"),
                Column("measure", "Measure"),
                Column("period", "Year", "year"),
                Column("percent", "Per cent", "number0"),
                Column("survey", "Survey"),
                Column("note", "Remark"),
            ),
            "Per cent of adults asked; whole areas, none of them a neighbourhood",
            "Read by hand from the pages named in the data. No sample size was printed, so no "
            "interval can be given. Label: described.",
            notes.source_line,
            group_by="area",
        )
    )


def ward_measures(inputs: Inputs) -> pd.DataFrame:
    """By ward: the domains (means over areas, weighted by households) and turnout."""
    areas = inputs.areas
    measures = [*DOMAINS, "social_capital"]
    weighted = areas[measures].mul(areas["households"], axis=0).assign(ward22=areas["ward22"])
    households = areas.groupby("ward22")["households"].sum()
    wards = weighted.groupby("ward22")[measures].sum().div(households, axis=0)
    turnout = inputs.folder.read("ward_turnout_2022")
    wards = wards.reset_index().merge(turnout, on="ward22", how="left", validate="1:1")
    return wards.sort_values("social_capital", ascending=False).reset_index(drop=True)


def _maps(inputs: Inputs, wards: pd.DataFrame, book: Book) -> None:
    notes = book.chapter("social_capital", CNI_SOURCES)
    areas = inputs.areas.rename(columns={"lsoa21": "code", "social_capital": "value"})
    note = (
        "The mean of the three Community Needs domains with the sign turned, as a z-score over the "
        "city's areas: more is better. Intervals by area are in the file of the index. "
        "Label: described."
    )
    notes.quote("areas", int(areas["value"].notna().sum()), "count")
    notes.book.show(
        city_map(
            inputs,
            "social_capital.map_areas",
            "Measured community strength, area by area",
            areas[["code", "value"]],
            "lsoa21",
            measure="Standard deviations from the city's mean; lower layer super output areas "
            "(2021)",
            note=note,
            source=notes.source_line,
            format="number1",
            ramp="diverging",
            alt="Map in five classes around the city's mean. Neighbouring areas tend to look "
            "alike.",
        )
    )
    turnout = book.chapter("social_capital", TURNOUT_SOURCES)
    top = wards.iloc[wards["turnout"].argmax()]
    low = wards.iloc[wards["turnout"].argmin()]
    for name, row in (("highest", top), ("lowest", low)):
        turnout.quote(f"{name}_turnout_ward", str(row["name"]), "text")
        turnout.quote(f"{name}_turnout", float(row["turnout"]), "percent")
    book.show(
        city_map(
            inputs,
            "social_capital.map_turnout",
            f"Turnout was highest in {top['name']}",
            wards.rename(columns={"ward22": "code", "turnout": "value"})[["code", "value"]],
            "ward22",
            measure="Turnout at the local election of May 2022, per cent; wards (2022)",
            note="Wards with one seat and with two seats vote alike here: turnout counts ballots. "
            "Label: described.",
            source=turnout.source_line,
            format="percent0",
            alt=f"Map of wards in five classes of turnout; {top['name']} highest, {low['name']} "
            "lowest.",
        )
    )


def _wards(wards: pd.DataFrame, notes: ChapterNotes) -> None:
    top, low = wards.iloc[0], wards.iloc[-1]
    notes.quote("highest_ward", str(top["name"]), "text")
    notes.quote("lowest_ward", str(low["name"]), "text")
    notes.quote("wards", len(wards), "count")
    notes.book.show(
        Table(
            "social_capital.wards",
            "Measured social capital by ward",
            wards,
            (
                Column("name", "Ward"),
                *(Column(key, label, "number2") for key, label in DOMAINS.items()),
                Column("social_capital", "Together", "number2"),
                Column("turnout", "Turnout", "percent1"),
            ),
            "Standard deviations from the city's mean of areas, weighted by households; turnout "
            "in May 2022, per cent; wards (2022)",
            "Sorted by the three together. Civic assets and engagement share inputs with turnout "
            "and charity counts, so they are not independent of them. Label: described.",
            notes.source_line,
        )
    )


def _relations(inputs: Inputs, wards: pd.DataFrame, notes: ChapterNotes) -> None:
    measures = inputs.areas[list(RELATED)].rename(columns=RELATED)
    ranks = measures.corr(method="spearman")
    table = ranks[list(DOMAINS.values())].rename_axis("measure").reset_index()
    for name, frame, pair in (
        ("correlation_deprivation", inputs.areas, ["social_capital", "income_deprivation"]),
        ("correlation_turnout", wards, ["engagement", "turnout"]),
    ):
        with notes.part(name):
            if len(frame) < FEWEST:
                raise NotEstimable(f"a rank correlation takes {FEWEST} areas or more")
            notes.quote(name, float(frame[pair].corr("spearman").to_numpy()[0, 1]), "number")
    notes.book.show(
        Table(
            "social_capital.relations",
            "How the domains go with each other and with deprivation",
            table,
            (
                Column("measure", "Measure"),
                *(Column(name, name, "number2") for name in DOMAINS.values()),
            ),
            "Rank correlation over lower layer super output areas (2021)",
            f"{len(measures.dropna())} areas with all measures. More of each domain is better. "
            "Label: described.",
            notes.source_line,
        )
    )
