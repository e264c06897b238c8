"""Community needs, turnout, libraries, clubs and survey headlines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.community_needs import cni_2023
from neighbourhood_equity.data.readers.elections import ward_turnout_2022
from neighbourhood_equity.data.readers.libraries import libraries
from neighbourhood_equity.data.readers.national_indicators import national_indicators
from neighbourhood_equity.data.readers.sports_clubs import sports_clubs
from neighbourhood_equity.data.reading import Reading

Reader = Callable[[Path], Reading]

_CNI = (
    "lsoa21_code,lsoa21_name,Community Needs Index 2023 Score,Civic Assets Domain Score,"
    "Connectedness Domain Score,Active and Engaged Community Domain Score\n"
    "E01000001,Somewhere 001A,220.51,1.7,77.05,139.48\n"
)
_TURNOUT = 'Ward code,Ward name,Vacancies,Electorate,Turnout (%)\nE05000001,A,2,"16,024",27.0\n'
_LIBRARY = (
    "name,postcode,opened,closed,operation_23,operating_organisation\n"
    "Green Library,B27 7XH,1932,,LA,-\n"
)
_CLUB = "id,name,postcode,active\nGB-1,Old Boys,B8 1AB,False\n"
_HEADLINE = (
    "indicator,measure,area,period,percent,survey,source_url,note\n"
    "NI 4,Influence,England,2008,29,Place Survey,https://example.org,\n"
)


def _row(folder: Path, reader: Reader, text: str) -> dict[str, object]:
    path = folder / "file.csv"
    path.write_text(text)
    return dict(reader(path).frame.iloc[0])


def test_need_keeps_the_publishers_sign(tmp_path: Path) -> None:
    assert _row(tmp_path, cni_2023, _CNI)["need_engagement"] == 139.48


def test_an_electorate_with_a_comma_is_a_number(tmp_path: Path) -> None:
    assert _row(tmp_path, ward_turnout_2022, _TURNOUT)["electorate"] == 16024


def test_a_dash_is_no_organisation(tmp_path: Path) -> None:
    assert _row(tmp_path, libraries, _LIBRARY)["organisation"] == ""


def test_an_open_library_has_no_closing_year(tmp_path: Path) -> None:
    closed = _row(tmp_path, libraries, _LIBRARY)["closed"]
    assert closed != closed


def test_a_club_off_the_register_is_not_active(tmp_path: Path) -> None:
    assert not _row(tmp_path, sports_clubs, _CLUB)["active"]


def test_a_percentage_is_a_number(tmp_path: Path) -> None:
    assert _row(tmp_path, national_indicators, _HEADLINE)["percent"] == 29


@pytest.mark.parametrize(
    ("reader", "text", "old", "new", "message"),
    [
        (cni_2023, _CNI, "Civic Assets Domain", "Civic Domain", "'Civic Assets Domain Score' not"),
        (cni_2023, _CNI, "E01000001", "E05000001", "not an LSOA code"),
        (cni_2023, _CNI, "77.05", "high", "not a number: 'high'"),
        (ward_turnout_2022, _TURNOUT, "27.0", "127.0", "not between 0 and 100"),
        (ward_turnout_2022, _TURNOUT, "E05000001", "E01000001", "not a ward code"),
        (libraries, _LIBRARY, "operation_23", "operation_22", "'operation_23' not found"),
        (libraries, _LIBRARY, "1932", "193", "not between 1800 and 2100"),
        (libraries, _LIBRARY, "B27 7XH", "B27", "not a postcode"),
        (sports_clubs, _CLUB, "False", "no", "not True or False"),
        (national_indicators, _HEADLINE, "29", "290", "not between 0 and 100"),
        (national_indicators, _HEADLINE, "NI 4", "N14", "not 'NI' and a number"),
    ],
)
def test_a_broken_file_is_refused(
    tmp_path: Path, reader: Reader, text: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        _row(tmp_path, reader, text.replace(old, new))


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (cni_2023, _CNI),
        (ward_turnout_2022, _TURNOUT),
        (libraries, _LIBRARY),
        (sports_clubs, _CLUB),
        (national_indicators, _HEADLINE),
    ],
)
def test_a_repeated_row_is_refused(tmp_path: Path, reader: Reader, text: str) -> None:
    with pytest.raises(DataError, match="repeat the key"):
        _row(tmp_path, reader, text + text.splitlines(keepends=True)[1])


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("cni_2023", 659),
        ("ward_turnout_2022", 69),
        ("libraries", 44),
        ("sports_clubs", 51),
        ("national_indicators", 14),
    ],
)
def test_the_citys_files_are_read_whole(shared_data: Path, source: str, rows: int) -> None:
    assert len(DataFolder(shared_data).read(source)) == rows


def test_the_national_file_beside_the_citys_is_not_taken(shared_data: Path) -> None:
    assert DataFolder(shared_data).locate("cni_2023").name == "cni2023_lsoa21_birmingham.csv"


def test_the_published_turnout_of_acocks_green(shared_data: Path) -> None:
    frame = DataFolder(shared_data).read("ward_turnout_2022").set_index("ward22")
    assert frame.loc["E05011118", "turnout"] == 27.0
