"""Later events on record are compared by rule; each place's facts, map and prices are its own."""

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.graph import make
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.results.case_later import (
    FIRST_YEARS,
    Happening,
    later_events,
    undated_events,
)
from neighbourhood_equity.analysis.results.case_pages import case_facts
from neighbourhood_equity.analysis.results.case_studies import case_studies
from neighbourhood_equity.analysis.synthetic_designs import (
    CaseDesign,
    case_design,
    sector_market,
)
from neighbourhood_equity.data.coproduction import SERVICE
from neighbourhood_equity.report_templates.chapters.case_studies.exhibits import exhibits
from neighbourhood_equity.report_templates.chapters.case_studies.places import (
    BAND,
    LINES,
    PLACEBOS,
    ROLES,
)
from neighbourhood_equity.report_templates.exhibits import Body

NAMES = (
    "case_studies", "case_effects", "case_later", "case_facts", "case_maps", "place_paths",
)  # fmt: skip
NEAR = 1500.0
"""Metres within which a sector is too near for a donor: not asked of the code."""
EARLY = "mallowgate"
"""The place of the simulated city whose coproduction began before the data."""


def results_of(inputs: Inputs) -> dict[str, Any]:
    given = {one.name: getattr(inputs, one.name) for one in fields(inputs)}
    return {name: one.record for name, one in make(NAMES, given).items() if name in NAMES}


@pytest.fixture(scope="module")
def results(inputs: Inputs) -> dict[str, Any]:
    return results_of(inputs)


@pytest.fixture(scope="module")
def real_results(birmingham: Inputs) -> dict[str, Any]:
    return results_of(birmingham)


@pytest.fixture(scope="module")
def bodies(results: dict[str, Any]) -> dict[str, Body]:
    return {body.id: body for body in exhibits(**results)}


@pytest.mark.parametrize("part", ["facts", "map", "path"])
def test_every_place_has_its_exhibits(
    results: dict[str, Any], bodies: dict[str, Body], part: str
) -> None:
    for of in results["case_studies"].chosen:
        assert f"case_pages.{of.key}.{part}" in bodies


def test_a_refused_place_is_set_against_the_city(bodies: dict[str, Body]) -> None:
    assert BAND in set(bodies[f"case_pages.{EARLY}.path"].frame["series"])


def test_placebo_gaps_are_few_enough_to_be_seen(bodies: dict[str, Body]) -> None:
    frame = bodies["case_pages.sorrelfield.path"].frame
    assert frame.loc[frame["series"] == PLACEBOS, "line"].nunique() == LINES


def test_marks_of_a_map_are_those_of_the_comparison(
    results: dict[str, Any], bodies: dict[str, Body]
) -> None:
    by_role = bodies["case_pages.sorrelfield.map"].frame.groupby("role")["sector"].agg(set)
    one = next(one for one in results["case_maps"].places if one.key == "sorrelfield")
    assert by_role[ROLES[0]] == set(one.compared)
    assert by_role[ROLES[3]] == set(results["case_effects"].of("sorrelfield").paths.donors)


def test_no_donor_lies_in_the_tint_of_neighbours(bodies: dict[str, Body]) -> None:
    frame = bodies["case_pages.sorrelfield.map"].frame
    here, there = (
        frame.loc[frame["role"] == role, ["easting", "northing"]].to_numpy(float)
        for role in (ROLES[0], ROLES[3])
    )
    assert np.linalg.norm(here[:, None] - there[None], axis=2).min() >= NEAR


def test_facts_keep_their_years_whole(bodies: dict[str, Body]) -> None:
    frame = bodies[f"case_pages.{EARLY}.facts"].frame
    assert str(frame["year_from"].dtype) == "Int64"


def record(*rows: dict[str, object]) -> pd.DataFrame:
    """The record of one place, whose first programme began in 1994."""
    first = {"organisation": "First", "start_year": 1994.0}
    blank = {"place": "Mallowgate", "kind": "trust", "end_year": np.nan, "date_certainty": "year"}
    return pd.DataFrame([blank | row for row in (first, *rows)])


def begun(year: float, certainty: str = "year") -> dict[str, object]:
    name = f"Scheme of {year:.0f}"
    return {"organisation": name, "start_year": year, "date_certainty": certainty}


def test_a_later_start_is_an_event_until_the_next() -> None:
    events = later_events(record(begun(2005), begun(2008)), dated=False, last_year=2024)
    assert [(event.year, event.until) for event in events] == [
        (2005, 2008),
        (2008, 2008 + FIRST_YEARS),
    ]


def test_an_uncertain_year_is_no_event() -> None:
    assert later_events(record(begun(2005, "between")), dated=False, last_year=2024) == []


def test_a_building_handed_over_is_said_to_be() -> None:
    given = begun(2005) | {"kind": "asset transfer"}
    (event,) = later_events(record(given), dated=False, last_year=2024)
    assert event.happened == (Happening("handed over", "Scheme of 2005"),)


@pytest.mark.parametrize(("dated", "years"), [(False, [2003]), (True, [])])
def test_the_end_of_the_first_programme_counts_where_its_start_cannot_be_had(
    dated: bool, years: list[int]
) -> None:
    own = record().assign(end_year=2003.0)
    assert [one.year for one in later_events(own, dated=dated, last_year=2024)] == years


def test_a_single_service_is_no_event() -> None:
    library = begun(2005) | {"kind": SERVICE}
    assert later_events(record(library), dated=False, last_year=2024) == []


def test_what_has_no_year_is_named() -> None:
    assert undated_events(record(begun(np.nan) | {"organisation": "Forum"})) == ("Forum",)


def test_a_later_event_is_compared_on_the_years_up_to_it(inputs: Inputs) -> None:
    market = sector_market(inputs.sectors, inputs.folder, inputs.rules, 0.7)
    design = case_design("Sorrelfield", 2005, 2010, market)
    assert isinstance(design, CaseDesign)
    assert design.began == 2005
    assert list(design.years[design.windows()["running"]]) == list(range(2006, 2011))


def test_facts_of_a_place_keep_its_confounders_apart(birmingham: Inputs) -> None:
    chosen = case_studies(birmingham.study, birmingham.places)
    facts = {one.key: one.facts for one in case_facts(birmingham.folder, chosen).places}
    apart = [fact.words for fact in facts["castle_vale"] if fact.confounder]
    assert any("tower blocks were demolished" in words for words in apart)


@pytest.mark.parametrize(
    ("key", "compared"), [("castle_vale", 1), ("balsall_heath", 0), ("perry_common", 0)]
)
def test_later_events_of_birmingham_are_estimated_where_a_sector_lies_inside(
    real_results: dict[str, Any], key: str, compared: int
) -> None:
    assert len(real_results["case_later"].of(key).compared) == compared


def test_castle_vale_and_perry_common_have_fallen_behind(real_results: dict[str, Any]) -> None:
    ends = {one.key: one for one in real_results["place_paths"].ends}
    for key in ("castle_vale", "perry_common"):
        assert ends[key].behind.value > ends[key].ahead.value


def test_the_end_of_the_trust_is_named(real_results: dict[str, Any]) -> None:
    event = real_results["case_later"].of("castle_vale").events[0]
    assert event.happened[0] == Happening("ended", "Castle Vale Housing Action Trust")
