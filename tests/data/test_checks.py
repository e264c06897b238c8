"""The checks of a folder tell true from false, and a broken file does not stop them."""

from pathlib import Path

import pytest

from neighbourhood_equity.data.catalogue import DataFolder, catalogue
from neighbourhood_equity.data.checks import Check, Scope, check_folder, check_others, list_sources
from neighbourhood_equity.data.errors import DataError

_SECTORS = (
    "Year,Sector,Price,Volume,Region\n"
    "2020,B1 1,1000,{0},M\n2020,B9 1,1000,500,M\n2021,B1 1,1000,99,M\n"
)
_SHARES = (
    "Sector,n_postcodes,share_E1,mean_eastings,mean_northings\n"
    "B1 1,4,0.5,406624,286472\nB9 1,4,0.49,406624,286472\n"
)
_HPI = (
    "Date,RegionName,AreaCode,AveragePrice,SalesVolume,"
    "DetachedPrice,SemiDetachedPrice,TerracedPrice,FlatPrice\n"
)


def _put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _checks(root: Path, needed: tuple[str, ...] = (), **expected: int) -> list[Check]:
    """All checks of a folder in which every source is read where it is there."""
    optional = tuple(catalogue())
    scope = Scope("E08000025", "Birmingham", 2020, 2021, 0.5, expected, needed, optional)
    folder = DataFolder(root)
    checks = check_folder(folder, scope)
    return [*checks, *check_others(folder, scope, checks)]


def _of(checks: list[Check], source: str, words: str) -> Check:
    (found,) = [check for check in checks if check.source == source and words in check.sentence]
    return found


def _volumes(root: Path, counted: int) -> Check:
    _put(root, "prices/ppd_postcode_sector_mean_price_x.csv", _SECTORS.format(counted))
    _put(root, "prices/postcode_sector_x_share.csv", _SHARES)
    months = "".join(f"01/{month:02d}/2020,X,E08000025,9,10,9,9,9,9\n" for month in range(1, 13))
    _put(root, "prices/uk_hpi_x.csv", f"{_HPI}{months}01/01/2021,X,E08000025,9,10,9,9,9,9\n")
    return _of(_checks(root), "sector_prices", "The two numbers of sales")


def test_an_absent_source_is_not_a_failure(tmp_path: Path) -> None:
    check = _of(_checks(tmp_path, lsoa21=659), "uk_hpi", "in the data folder")
    assert check.passed
    assert check.detail == "not there"


def test_an_absent_source_that_a_study_needs_is_a_failure(tmp_path: Path) -> None:
    checks = _checks(tmp_path, needed=("uk_hpi",))
    assert [check.source for check in checks if check.stops] == ["uk_hpi"]


def test_a_broken_file_is_a_failed_check_with_the_readers_words(tmp_path: Path) -> None:
    _put(tmp_path, "prices/ons_cpi_d7bt.csv", "date,cpi\n1988-01,dear\n")
    check = _of(_checks(tmp_path), "cpi", "readable")
    assert not check.passed
    assert "'dear'" in check.detail


def test_two_files_for_one_source_are_a_failed_check(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _put(tmp_path, f"prices/ons_cpi_d7bt_{name}.csv", "date,cpi\n1988-01,48.4\n")
    assert not _of(_checks(tmp_path), "cpi", "readable").passed


@pytest.mark.parametrize(("expected", "passed"), [(1, True), (2, False)])
def test_areas_are_counted(tmp_path: Path, expected: int, passed: bool) -> None:
    pairs = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000003,M\nE01000002,E01000003,M\n"
    _put(tmp_path, "geography/LSOA11_LSOA21_x.csv", pairs)
    checks = _checks(tmp_path, lsoa21=expected)
    assert _of(checks, "lsoa11_lsoa21", "areas").passed is passed


def test_an_unknown_geography_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no geography 'lsoa22'"):
        _checks(tmp_path, lsoa22=1)


@pytest.mark.parametrize(("code", "passed"), [("E01000001", True), ("E01000009", False)])
def test_codes_must_be_in_the_lookup(tmp_path: Path, code: str, passed: bool) -> None:
    pair = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,U\n"
    _put(tmp_path, "geography/LSOA11_LSOA21_x.csv", pair)
    ward = f"LSOA21CD,WD22CD,WD22NM\n{code},E05000001,A\n"
    _put(tmp_path, "geography/LSOA21_WD22_x.csv", ward)
    check = _of(_checks(tmp_path), "lsoa21_ward22", "codes of")
    assert check.passed is passed
    assert (code in check.detail) is not passed


def test_sales_near_the_index_are_within_the_band_in_whole_years(tmp_path: Path) -> None:
    assert _volumes(tmp_path, 122).passed


def test_sales_far_from_the_index_are_noted_by_year(tmp_path: Path) -> None:
    check = _volumes(tmp_path, 150)
    assert not check.passed
    assert not check.stops
    assert check.detail == "outside: 2020 +25.0%"


def test_without_a_folder_the_list_has_no_files() -> None:
    assert set(list_sources(None)["file"]) == {""}


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        _checks(tmp_path / "nowhere")


def test_the_list_names_the_file_that_is_there(tmp_path: Path) -> None:
    _put(tmp_path, "prices/ons_cpi_d7bt.csv", "date,cpi\n1988-01,48.4\n")
    files = list_sources(DataFolder(tmp_path)).set_index("id")["file"]
    assert files.index.tolist() == list(catalogue())
    assert (files["cpi"], files["uk_hpi"]) == ("ons_cpi_d7bt.csv", "")


def test_a_source_that_the_study_has_no_use_for_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    _put(tmp_path, "prices/ons_cpi_d7bt.csv", "date,cpi\n1988-01,dear\n")
    scope = Scope("E08000025", "Birmingham", 2020, 2021, 0.5, {}, (), ())
    assert check_folder(DataFolder(tmp_path), scope) == []
    check = _of(list(check_others(DataFolder(tmp_path), scope, ())), "cpi", "readable")
    assert not check.passed
    assert not check.stops


def test_the_shared_data_pass_every_check(shared_data: Path) -> None:
    # Sizes of the geographies as stated in the shared SOURCES.md.
    expected = {"lsoa01": 641, "lsoa11": 639, "lsoa21": 659, "msoa11": 132, "msoa21": 132}
    expected |= {"ward13": 40, "ward22": 69}
    every = tuple(catalogue())
    scope = Scope("E08000025", "Birmingham", 1995, 2024, 0.5, expected, (), every)
    checks = check_folder(DataFolder(shared_data), scope)
    assert [check for check in checks if check.stops] == []
