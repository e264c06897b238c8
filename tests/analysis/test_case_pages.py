"""Each case-study place has its pages; later events on record are compared by rule."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.chapters import case_pages
from neighbourhood_equity.analysis.chapters.case_panels import LINES, PLACEBOS, REST
from neighbourhood_equity.analysis.chapters.case_studies import case_places
from neighbourhood_equity.analysis.comparisons import (
    FIRST_YEARS,
    LEAST_BEFORE,
    NEIGHBOUR,
    CaseDesign,
    LaterEvent,
    NoComparison,
    later_designs,
    later_events,
)
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.data import tables
from neighbourhood_equity.data.record_checks import place_key
from neighbourhood_equity.report_templates.exhibits import Figure, Table

EARLY = "mallowgate"
"""The place of the simulated city whose coproduction began before the data."""


def figure(book: Book, name: str) -> Figure:
    found = book.exhibits[f"case_pages.{name}"]
    assert isinstance(found, Figure)
    return found


@pytest.mark.parametrize("part", ["facts", "map", "path"])
def test_every_place_has_its_exhibits(inputs: Inputs, book: Book, part: str) -> None:
    for place in case_places(inputs):
        assert f"case_pages.{place_key(place)}.{part}" in book.exhibits


def test_every_place_has_a_verdict_or_a_reason(inputs: Inputs, book: Book) -> None:
    for place in case_places(inputs):
        found = book.findings[f"case_effects.{place_key(place)}.running"]
        assert found.estimable != bool(found.reason)


def test_a_start_before_the_data_is_refused_in_words(book: Book) -> None:
    found = book.findings[f"case_effects.{EARLY}.running"]
    assert found.value is None
    assert "before or as the price data begin" in str(found.reason)


def test_a_refused_place_is_set_against_the_rest_of_the_city(book: Book) -> None:
    path = figure(book, f"{EARLY}.path")
    assert REST in set(path.frame["series"])
    assert "no path of prices before it" in path.title


def test_placebo_gaps_are_few_enough_to_be_seen(book: Book) -> None:
    frame = figure(book, "sorrelfield.path").frame
    assert frame.loc[frame["series"] == PLACEBOS, "line"].nunique() == LINES


def test_marks_of_a_map_are_those_of_the_comparison(book: Book) -> None:
    frame = figure(book, "sorrelfield.map").frame
    design = book.cases["sorrelfield"].design
    by_role = frame.groupby("role")["sector"].agg(set)
    assert by_role[case_pages.ROLES[0]] == set(design.true.sectors)
    assert by_role[case_pages.ROLES[3]] == set(design.pool)


def test_no_donor_lies_in_the_tint_of_neighbours(book: Book) -> None:
    shown = figure(book, "sorrelfield.map")
    donors = shown.frame[shown.frame["role"] == case_pages.ROLES[3]]
    own = shown.frame[shown.frame["role"] == case_pages.ROLES[0]]
    here, there = (part[["easting", "northing"]].to_numpy(float) for part in (own, donors))
    assert np.linalg.norm(here[:, None] - there[None], axis=2).min() >= NEIGHBOUR


def with_events(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch, *rows: dict[str, object]
) -> Inputs:
    """The inputs, with further events on record."""
    recorded = tables.place_events(inputs.folder)
    blank = recorded.iloc[:1].assign(end_year=np.nan, start_latest=np.nan)
    more = pd.concat([recorded, *(blank.assign(**row) for row in rows)], ignore_index=True)
    monkeypatch.setattr(tables, "place_events", lambda folder: more)
    return replace(inputs)


def begun(place: str, year: float, certainty: str = "year") -> dict[str, object]:
    return {
        "place": place,
        "organisation": f"Scheme of {year:.0f}",
        "start_year": year,
        "date_certainty": certainty,
    }


def test_a_later_start_is_an_event_until_the_next(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = with_events(inputs, monkeypatch, begun("Mallowgate", 2005), begun("Mallowgate", 2008))
    events = later_events(more, "Mallowgate")
    assert [(event.year, event.until) for event in events] == [
        (2005, 2008),
        (2008, 2008 + FIRST_YEARS),
    ]


def test_an_uncertain_year_is_no_event(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    more = with_events(inputs, monkeypatch, begun("Mallowgate", 2005, "between"))
    assert later_events(more, "Mallowgate") == []


def test_a_later_event_is_compared_on_the_years_up_to_it(inputs: Inputs) -> None:
    ((_, design),) = later_designs(inputs, [LaterEvent("Mallowgate", 2005, "it began", 2010)])
    assert isinstance(design, CaseDesign)
    assert design.years[design.before - 1] == 2005
    assert list(design.years[design.windows()["running"]]) == list(range(2006, 2011))


@pytest.mark.parametrize(
    ("year", "reason"), [(1995 + LEAST_BEFORE - 2, "years of prices"), (2024, "no year of prices")]
)
def test_an_event_at_the_edge_of_the_data_is_refused(
    inputs: Inputs, year: int, reason: str
) -> None:
    ((_, design),) = later_designs(inputs, [LaterEvent("Mallowgate", year, "it began", 2024)])
    assert isinstance(design, NoComparison)
    assert reason in str(design)


def test_facts_of_a_place_keep_its_confounders_apart(real: Book) -> None:
    table = real.exhibits["case_pages.castle_vale.facts"]
    assert isinstance(table, Table)
    apart = table.frame.loc[table.frame["part"] == "What else could move prices there", "fact"]
    assert apart.str.contains("tower blocks were demolished").any()


@pytest.mark.parametrize(
    "event", ["castle_vale.2005", "balsall_heath.2005", "perry_common.2005", "perry_common.2009"]
)
def test_later_events_of_birmingham_are_estimated(real: Book, event: str) -> None:
    found = real.findings[f"case_later.{event}"]
    assert found.estimable
    assert found.ci_low is not None
    assert found.label == "synthetic_control"
    assert f"case_later.{event}.p" in real.findings


def test_the_end_of_the_trust_is_named(real: Book) -> None:
    words = str(real.findings["case_later.castle_vale.2005.words"].value)
    assert words.startswith("Castle Vale Housing Action Trust ended")
