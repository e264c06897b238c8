"""The record of coproduction, its refusals, and the measures derived from it."""

from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.data import coproduction
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.coproduction_events import COLUMNS, coproduction_events
from neighbourhood_equity.data.reading import Reading
from neighbourhood_equity.data.simulated_city import SMALL, make_city

OWN = Path(str(resources.files("neighbourhood_equity.analysis").joinpath("studies", "birmingham")))
"""The record of Birmingham that ships with its study."""

_HEADER = ",".join(COLUMNS) + "\n"
_FORUM = "A,ward22,E05000001,brokered with communities,Forum"
_AREAS = pd.DataFrame(
    {
        "lsoa21": ["E01000001", "E01000002", "E01000003", "E01000004"],
        "ward22": ["E05000001", "E05000001", "E05000002", "E05000003"],
        "households": [100.0, 300.0, 400.0, 200.0],
    }
)


def _read(folder: Path, *rows: str) -> Reading:
    path = folder / "events.csv"
    path.write_text(_HEADER + "\n".join(rows) + "\n")
    return coproduction_events(path)


def _at(frame: pd.DataFrame, lsoa21: str, year: int) -> pd.Series:
    return frame.set_index(["lsoa21", "year"]).loc[(lsoa21, year)]


@pytest.fixture
def events(tmp_path: Path) -> pd.DataFrame:
    """Ward 1: a forum of 1994 to 1996 on, a programme 2000 to 2003. Ward 2: a start unknown."""
    return _read(
        tmp_path,
        f"{_FORUM},1994,1996,,,,url,between,",
        "A,ward22,E05000001,asset transfer,Trust,2000,,2003,5,staff,url,year,",
        "B,lsoa21,E01000003,asset transfer,Hall,,2010,,3,staff,url,unknown,",
        "C,,,asset transfer,Other,2001,,,,,url,exact,",
    ).frame


def test_one_row_an_event_and_area(tmp_path: Path) -> None:
    reading = _read(tmp_path, "A,ward22,E05000001; E05000002,asset transfer,Trust,2000,,,,,u,year,")
    assert reading.rows_in == 1
    assert reading.frame["area_code"].tolist() == ["E05000001", "E05000002"]
    assert reading.frame["event"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A,ward22,E05000001,gift,Forum,2000,,,,,u,year,", "'kind'.*not one of.*'gift'"),
        (f"{_FORUM},2000,,,,,u,certain,", "'date_certainty'.*not one of.*'certain'"),
        (f"{_FORUM},about 2000,,,,,u,year,", "'start_year'.*not a year.*'about 2000'"),
        (f"{_FORUM},1066,,,,,u,year,", "'start_year'.*not between 1900 and 2100.*1066"),
        (f"{_FORUM},2000,,1999,,,u,year,", "years out of order: 'Forum'"),
        (f"{_FORUM},2000,1999,,,,u,between,", "years out of order: 'Forum'"),
        (f"{_FORUM},,,,,,u,year,", "exact or year without one start year: 'Forum'"),
        (f"{_FORUM},2000,2002,,,,u,exact,", "exact or year without one start year: 'Forum'"),
        (f"{_FORUM},2000,,,,,u,between,", "between without two years: 'Forum'"),
        (f"{_FORUM},2000,,,,,u,unknown,", "unknown but give a start year: 'Forum'"),
        (f"{_FORUM},2000,,,5,,u,year,", "'intensity_unit'.*one without the other: 'Forum'"),
        (f'{_FORUM},2000,,,"1,5",staff,u,year,', "'intensity'.*a decimal point.*'1,5'"),
        (f"{_FORUM},2000,,,-5,staff,u,year,", "'intensity'.*not a number above 0.*-5"),
        (f"{_FORUM},2000,,,,,,year,", "'source_url'.*not filled"),
        ("A,ward22,,asset transfer,Hall,,,,,,u,unknown,", "one without the other: 'Hall'"),
        ("A,,E05000001,asset transfer,Hall,,,,,,u,unknown,", "one without the other: 'Hall'"),
        ("A,lsoa21,E05000001,asset transfer,Hall,,,,,,u,unknown,", "not an LSOA code"),
        ("A,parish,E05000001,asset transfer,Hall,,,,,,u,unknown,", "'parish'"),
        ("A,ward22,E05000001;E05000001,asset transfer,Hall,,,,,,u,unknown,", "an area twice"),
    ],
)
def test_a_broken_row_is_refused(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read(tmp_path, row)


def test_a_repeated_event_is_refused(tmp_path: Path) -> None:
    row = f"{_FORUM},2000,,,,,u,year,"
    with pytest.raises(DataError, match="repeat the key"):
        _read(tmp_path, row, row)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        _read(
            tmp_path,
            "A,ward22,,gift,Forum,2000,,1999,5,,,between,",
            "B,,,asset transfer,Hall,2000,,,,,u,sure,",
        )
    # Kind, certainty, source, geography, order, between, intensity.
    assert len(raised.value.faults) == 7


def test_the_template_is_refused_until_its_examples_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(coproduction.template())
    with pytest.raises(DataError, match="not a place of yours") as raised:
        coproduction_events(path)
    assert len(raised.value.faults) == 1


def test_the_templates_examples_keep_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(coproduction.template().replace("Example:", "Our"))
    assert coproduction_events(path).frame["area_code"].tolist() == ["E05000001", "E05000002", ""]


def test_an_area_inside_a_ward_of_its_place_counts_once(tmp_path: Path) -> None:
    frame = _read(
        tmp_path,
        f"{_FORUM},2000,,,,,u,year,",
        "A,lsoa21,E01000001; E01000003,asset transfer,Hall,,,,,,u,unknown,",
        "B,lsoa21,E01000002,asset transfer,Hall,,,,,,u,unknown,",
    ).frame
    areas = coproduction.place_areas(frame, _AREAS)
    assert areas[["place", "code"]].to_numpy().tolist() == [
        ["A", "E05000001"],
        ["A", "E01000003"],
        ["B", "E01000002"],
    ]


def test_coverage_by_kind(events: pd.DataFrame) -> None:
    rows = coproduction.coverage(events, _AREAS).set_index("kind")
    assert rows.loc["asset transfer"].tolist() == [3, 2, 3, 0.75, 0.8]
    assert rows.loc["any kind"].tolist() == [4, 3, 3, 0.75, 0.8]


def _squares(lefts: list[float]) -> pd.DataFrame:
    import geopandas as gpd
    from shapely import box

    shapes = [box(left, 0, left + 100, 100) for left in lefts]
    return gpd.GeoDataFrame({"code": _AREAS["lsoa21"]}, geometry=shapes, crs=27700)


def test_a_simulated_city_has_its_sites_as_events(tmp_path: Path) -> None:
    folder = DataFolder(make_city(tmp_path / "town", 1, SMALL))
    frame = coproduction.events(folder)
    sites = folder.read("coproduction_sites")
    brokered = frame[frame["kind"] == "brokered with communities"]
    assert brokered["event"].nunique() == len(sites)
    starts = brokered.drop_duplicates("event")["start_year"].to_numpy()
    np.testing.assert_array_equal(starts, sites["start_earliest"].to_numpy())
    # Two libraries of a simulated city are run by their community.
    assert (frame["kind"] == "community-run service").sum() == 2
    assert "coproduction_events" not in [r.source.id for r in folder.provenance]


def test_a_folders_own_record_replaces_the_studys(tmp_path: Path) -> None:
    root = make_city(tmp_path / "town", 1, SMALL)
    own = root / "coproduction" / "coproduction_events_own.csv"
    own.write_text(f"{_HEADER}Here,,,asset transfer,Hall,2001,,,,,u,year,\n")
    frame = coproduction.events(DataFolder(root, OWN))
    assert frame.loc[frame["kind"] == "asset transfer", "place"].tolist() == ["Here"]


def test_the_studys_events_lie_in_the_areas_of_their_places(shared_data: Path) -> None:
    folder = DataFolder(shared_data, OWN)
    shipped = folder.read("coproduction_events")
    places = folder.read("place_areas")
    placed = shipped[shipped["area_code"] != ""]
    assert set(zip(placed["place"], placed["area_code"], strict=True)) == set(
        zip(places["place"], places["code"], strict=True)
    )


def test_the_record_holds_the_years_of_the_sites(shared_data: Path) -> None:
    """Every place's first start is that of the sites, but for Perry Common's of 1994."""
    folder = DataFolder(shared_data, OWN)
    sites = folder.read("coproduction_sites").groupby("place")["start_earliest"].min()
    shipped = folder.read("coproduction_events").groupby("place")["start_year"].min()
    sites["Perry Common"] = 1994
    pd.testing.assert_series_equal(shipped[sites.index], sites, check_names=False)


def test_the_city_has_one_library_run_by_its_community(shared_data: Path) -> None:
    frame = coproduction.events(DataFolder(shared_data, OWN))
    library = frame[frame["organisation"] == "Castle Vale Library"]
    assert library[["place", "kind", "area_geography"]].to_numpy().tolist() == [
        ["Castle Vale", "community-run service", "lsoa21"]
    ]
    assert library["start_year"].isna().all()


def test_without_any_record_one_is_told_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(DataError) as fault:
        coproduction.events(DataFolder(tmp_path))
    told = str(fault.value)
    assert "'neighbourhood-equity data template coproduction' prints" in told
    assert "beside the study, into a folder of its name, or into the folder 'coproduction'" in told
