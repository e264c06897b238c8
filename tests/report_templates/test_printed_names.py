"""Names from data whose letters no font of the report has are told before anything is computed."""

from pathlib import Path

import pytest

from neighbourhood_equity.data import coproduction
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.report_templates.printed_names import check_letters, check_printed
from neighbourhood_equity.report_templates.publisher_texts import PublisherTexts


def checked(folder: Path, place: str):
    """The checks of a record of coproduction of one place."""
    header = coproduction.template().splitlines()[0]
    row = f"{place},,,asset transfer,A trust,2009,,,,,https://example.org,year,"
    path = folder / "coproduction" / "coproduction_events_mine.csv"
    path.parent.mkdir()
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    data = DataFolder(folder)
    data.read("coproduction_events")
    return check_letters(data)


@pytest.mark.parametrize("place", ["@Home Hub", "$2m and $3", "Tŷ Łódź", "=HYPERLINK(1)"])
def test_a_name_of_any_signs_may_stand(tmp_path, place):
    assert [(check.source, check.passed) for check in checked(tmp_path, place)] == [
        ("coproduction_events", True)
    ]


@pytest.mark.parametrize(
    ("place", "letter"), [("Hub 😀", "U+1F600"), ("ਪੰਜਾਬੀ", "U+0A2A"), ("a\ue000b", "U+E000")]
)
def test_a_name_that_cannot_be_set_is_told_with_column_and_letter(tmp_path, place, letter):
    [check] = checked(tmp_path, place)
    assert not check.passed
    assert "column 'place'" in check.detail
    assert letter in check.detail


def test_a_passage_about_a_place_that_is_not_on_record_is_told(small_city):
    texts = PublisherTexts(passages={"influence": "Words.", "place_nowhere": "Words."})
    [told] = [one for one in check_printed(texts)(DataFolder(small_city)) if not one.passed]
    assert told.sentence == "Each name under passages is about a place on record"
    assert told.detail.startswith("'place_nowhere' is not.")
