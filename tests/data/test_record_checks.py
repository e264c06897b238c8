"""What a record of coproduction says as a whole, and the names that a study takes from it."""

import pandas as pd
import pytest

from neighbourhood_equity.data.record_checks import check_names, check_record

ROW = {
    "event": 1,
    "place": "Aston",
    "area_geography": "ward22",
    "area_code": "E05000001",
    "start_year": 2005.0,
}


def told(*rows: dict[str, object]) -> str:
    """What is wrong with a record of Aston and other rows."""
    record = pd.DataFrame([{**ROW, **row} for row in rows])
    return " ".join(check.detail for check in check_record(record, 2026) if check.stops)


def test_a_sound_record_passes() -> None:
    assert told({}, {"event": 2, "place": "Sutton (town)", "start_year": float("nan")}) == ""


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("ASTON", "'Aston', 'ASTON' differ by capitals"),
        ("Aston (north)", "'Aston', 'Aston (north)' differ by"),
        ("Aston!", "'Aston', 'Aston!' differ by"),
        ("$$", "'$$': no letter and no digit. Give a name in words."),
    ],
)
def test_names_that_cannot_be_told_apart_are_named(place: str, words: str) -> None:
    assert words in told({}, {"event": 2, "place": place})


def test_a_record_without_any_area_is_told() -> None:
    bare = {"area_geography": "", "area_code": ""}
    assert told(bare) == "none of 1 has. Fill area_geography and area_code."


def test_a_place_in_two_geographies_is_told() -> None:
    lsoa = {"event": 2, "area_geography": "lsoa21", "area_code": "E01000001"}
    assert told({}, lsoa) == "'Aston': by wards and by LSOAs. Give each in one."


def test_a_start_after_the_report_is_told() -> None:
    assert "'Aston in 2090'. Correct the year" in told({"start_year": 2090.0})


def test_a_name_that_is_not_known_is_told_with_near_ones() -> None:
    named = {"not_counted": ["Sutton Coldfeild"], "case_studies": ["Aston", "Atlantis"]}
    first, second = check_names(named, ["Aston", "Sutton Coldfield"], "a place on record")
    assert first.detail.startswith("'Sutton Coldfeild' is not. Did you mean 'Sutton Coldfield'?")
    assert second.sentence == "Each name under case_studies is a place on record"
    assert second.detail.startswith("'Atlantis' is not.")
    assert first.stops
    assert second.stops
