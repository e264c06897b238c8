"""Sites with their years, and the areas that stand for their places."""

import math
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.coproduction import coproduction_sites, place_areas
from neighbourhood_equity.data.reading import Reading

OWN = Path(str(resources.files("neighbourhood_equity.analysis").joinpath("studies", "birmingham")))
"""The record of Birmingham that ships with its study."""

_SITES = "place,organisation,description_as_published,start,end,source_url\n"
_AREAS = "place,geography,code,name,basis\n"


def _sites(folder: Path, rows: str) -> Reading:
    path = folder / "sites.csv"
    path.write_text(_SITES + rows)
    return coproduction_sites(path)


def _areas(folder: Path, rows: str) -> pd.DataFrame:
    path = folder / "places.csv"
    path.write_text(_AREAS + rows)
    return place_areas(path).frame


def test_a_start_between_two_years(tmp_path: Path) -> None:
    site = _sites(tmp_path, "A,Forum,text,1994-1996,,url\n").frame.iloc[0]
    assert (site["start_earliest"], site["start_latest"]) == (1994, 1996)


def test_a_start_in_one_year(tmp_path: Path) -> None:
    site = _sites(tmp_path, "A,Forum,text,1993,2005,url\n").frame.iloc[0]
    assert (site["start_earliest"], site["start_latest"], site["end"]) == (1993, 1993, 2005)


def test_an_unknown_start_is_missing(tmp_path: Path) -> None:
    assert math.isnan(_sites(tmp_path, "A,Forum,text,,,url\n").frame["start_latest"].item())


def test_a_row_for_several_places_gives_one_each(tmp_path: Path) -> None:
    reading = _sites(tmp_path, "A; B,Programme,text,2005,2007,url\n")
    assert (reading.rows_in, reading.frame["place"].tolist()) == (1, ["A", "B"])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("A,Forum,text,about 1994,,url\n", "not a year"),
        ("A,Forum,text,1996-1994,,url\n", "end before they start: 'Forum'"),
        ("A,Forum,text,2005,1993,url\n", "end before they start: 'Forum'"),
        ("A,Forum,text,,,url\nA,Forum,text,,,url\n", r"repeat the key place \+ organisation"),
    ],
)
def test_broken_sites_are_refused(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _sites(tmp_path, rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("A,parish,E05000001,A,b\n", "not ward22 or lsoa21: 'parish'"),
        ("A,ward22,E01000001,A,b\n", "not a ward code"),
        ("A,lsoa21,E05000001,A,b\n", "not an LSOA code"),
        ("A,ward22,E05000001,A,b\nA,ward22,E05000001,A,b\n", "repeat the key"),
    ],
)
def test_broken_places_are_refused(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _areas(tmp_path, rows)


def test_a_data_folders_own_places_come_first(tmp_path: Path) -> None:
    (tmp_path / "coproduction").mkdir()
    own = tmp_path / "coproduction" / "place_areas_simulated.csv"
    own.write_text(_AREAS + "A,ward22,E05000001,A,b\n")
    assert DataFolder(tmp_path).read("place_areas")["place"].tolist() == ["A"]


def test_a_studys_places_are_read_where_the_folder_has_none(tmp_path: Path) -> None:
    assert "Castle Vale" in set(DataFolder(tmp_path, OWN).read("place_areas")["place"])


def test_without_either_the_file_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="place_areas"):
        DataFolder(tmp_path).read("place_areas")


def test_every_place_of_the_study_is_a_site(shared_data: Path) -> None:
    folder = DataFolder(shared_data, OWN)
    places, sites = folder.read("place_areas"), folder.read("coproduction_sites")
    assert set(places["place"]) <= set(sites["place"])


def test_the_studys_codes_carry_their_official_names(shared_data: Path) -> None:
    lookup = pd.read_csv(next((shared_data / "geography").glob("LSOA21_WD22_*.csv")))
    official = dict(zip(lookup["WD22CD"], lookup["WD22NM"], strict=True)) | dict(
        zip(lookup["LSOA21CD"], lookup["LSOA21NM"], strict=True)
    )
    places = DataFolder(shared_data, OWN).read("place_areas")
    assert [official[code] for code in places["code"]] == places["name"].tolist()
