"""Dated activity and grants: years are read from dates, and what is no date is told."""

from pathlib import Path

import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.dated_activity import dated_activity, grants

ACTIVITY = "place,organisation,description_as_published,start,end,source_url\n"
GRANTS = (
    "Funding Org:Name,Award Year,Recipient District Geographic Code,Recipient Ward Geographic Code,"
    "Recipient Region,Amount Awarded,Identifier (number of grants)\n"
)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_years_are_read_from_days_and_months(tmp_path: Path) -> None:
    rows = "A,B,c,2011-12-21,2013-03,https://d.org\nE,F,g,1994,,https://h.org\n"
    frame = dated_activity(written(tmp_path, ACTIVITY + rows)).frame
    assert frame["start_year"].tolist() == [2011, 1994]
    assert frame["end_year"].fillna(0).tolist() == [2013, 0]


def test_a_start_that_is_no_date_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="start"):
        dated_activity(written(tmp_path, ACTIVITY + "A,B,c,spring 2011,,https://d.org\n"))


def test_grants_are_pounds_and_numbers(tmp_path: Path) -> None:
    row = "A fund,2013,E08000025,E05001178,West Midlands,28404.0,3\n"
    frame = grants(written(tmp_path, GRANTS + row)).frame
    assert frame[["year", "amount", "grants"]].to_numpy().tolist() == [[2013, 28404, 3]]


def test_grants_of_one_funder_ward_and_year_stand_once(tmp_path: Path) -> None:
    row = "A fund,2013,E08000025,E05001178,West Midlands,28404.0,3\n"
    with pytest.raises(DataError, match="funder"):
        grants(written(tmp_path, GRANTS + row + row))
