"""A slip in one source is found by another: units, magnitudes, years, places, another city."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder, catalogue
from neighbourhood_equity.data.checks import Scope
from neighbourhood_equity.data.cross_checks import check_together
from neighbourhood_equity.data.scope_checks import check_scope
from neighbourhood_equity.data.simulated_city import CITY, DISTRICT
from neighbourhood_equity.data.source_checks import Check, check_sources

SCOPE = Scope(DISTRICT, CITY, 1995, 2024, 0.5, {}, ("price_paid",), ())
Frames = dict[str, pd.DataFrame]
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def folder(small_city: Path) -> DataFolder:
    return DataFolder(small_city)


@pytest.fixture(scope="module")
def frames(folder: DataFolder) -> Frames:
    return {source: folder.read(source) for source in catalogue() if folder.holds(source)}


def stopped(folder: DataFolder, frames: Frames, scope: Scope = SCOPE) -> list[Check]:
    checks = [
        *check_sources(frames, {}),
        *check_scope(folder, frames, scope),
        *check_together(frames, scope),
    ]
    return [check for check in checks if check.stops]


def times(column: str, factor: float, since: int = 0) -> Change:
    """A column times a factor, in a panel from a year on."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        late = frame["year"] >= since if since else frame.index >= 0
        return frame.assign(**{column: frame[column].where(~late, frame[column] * factor)})

    return change


def without(column: str, values: range) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        year = frame[column].dt.year if frame[column].dtype != "int64" else frame[column]
        return frame[~year.isin(values)]

    return change


def one(column: str, value: float) -> Change:
    """A single cell, the hundredth, of another value."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{column: frame[column].mask(frame.reset_index().index == 100, value)})

    return change


def test_the_files_of_a_sound_city_pass(folder: DataFolder, frames: Frames) -> None:
    assert stopped(folder, frames) == []


@pytest.mark.parametrize(
    ("source", "change", "told"),
    [
        (
            "sector_prices",
            times("mean_price", 10, since=2015),
            "0.6 to 1.8 times; found 20[12][0-9]: 1",
        ),
        ("sector_prices", times("mean_price", 0.001), "Are both in pounds"),
        ("sector_prices", one("mean_price", 1e12), "Correct these prices"),
        ("sector_prices", one("mean_price", 16.0), "Correct these prices"),
        ("sector_prices", times("sales", 10), "Are the numbers of sales"),
        ("uk_hpi", times("average_price", 4), "0.6 to 1.8 times"),
        ("lsoa_price_per_sqm", times("price_per_sqm", 0.0929), "in pounds and square metres"),
        ("lsoa_price_per_sqm", times("real_price_per_sqm", 0.0929), "the city: 0.1"),
        ("lsoa_price_per_sqm", times("floor_area", 10.76), "40 to 250 times; found the city: 8"),
        ("lsoa_price_per_sqm", lambda frame: frame.head(50), "70 of 120 are not there"),
        ("cni_2023", lambda frame: frame.iloc[1:], "1 of 120 are not there: 'E01"),
        ("cni_2023", times("need_engagement", 100), "need_engagement runs to"),
        ("lsoa21_msoa21", lambda frame: frame.iloc[1:], "1 of 120 are not there"),
        ("imd_2019_scores", lambda frame: frame.iloc[1:], "are not there"),
        ("ward_turnout_2022", times("turnout", 0.01), "as if written as a fraction"),
        ("code_point_open", times("northing", 1.4), "0% of 2,280 do. Is one of the two"),
        ("sector_share", times("easting", 0.5), "do. Is one of the two"),
        ("boundaries_ward22", lambda shapes: shapes.set_geometry(shapes.translate(0, 111e3)), "0%"),
        ("sector_prices", without("year", range(2008, 2009)), "not of 2008. Complete the file"),
        ("sector_prices", without("year", range(2020, 2025)), "not of 2020 to 2024."),
        ("cpi", without("month", range(2011, 2026)), "not of 2011 to 2024."),
        ("price_paid", without("date", range(1995, 1996)), "not of 1995."),
        ("uk_hpi", without("date", range(2001, 2002)), "not of '2001-01', '2001-02'"),
        ("uk_hpi", without("date", range(1995, 1996)), "'1995-12' and 8 more|'1995-04' and 8 more"),
    ],
)
def test_a_slip_in_a_file_stops_the_study(
    folder: DataFolder, frames: Frames, source: str, change: Change, told: str
) -> None:
    found = stopped(folder, frames | {source: change(frames[source])})
    assert pd.Series([check.detail for check in found]).str.contains(told).any()
    assert {check.source for check in found} <= {
        source,
        "sector_prices",
        "sector_share",
        "code_point_open",
    }


def test_areas_without_a_price_are_told_and_stop_nothing(
    folder: DataFolder, frames: Frames
) -> None:
    few = frames | {"lsoa_price_per_sqm": frames["lsoa_price_per_sqm"].iloc[30:]}
    assert stopped(folder, few) == []
    told = [check.detail for check in check_together(few, SCOPE) if "30 of 120" in check.detail]
    assert len(told) == 1


def test_an_index_that_ends_before_the_study_is_a_note(folder: DataFolder, frames: Frames) -> None:
    short = frames | {"uk_hpi": without("date", range(2023, 2025))(frames["uk_hpi"])}
    assert stopped(folder, short) == []
    (note,) = [check for check in check_scope(folder, short, SCOPE) if check.note and check.detail]
    assert note.detail.startswith("it ends in December 2022")


def test_the_publishers_index_of_all_areas_is_held_by_the_district(
    folder: DataFolder, frames: Frames
) -> None:
    england = frames["uk_hpi"].assign(
        area_code="E92000001", average_price=frames["uk_hpi"]["average_price"] * 9
    )
    both = frames | {"uk_hpi": pd.concat([england, frames["uk_hpi"]], ignore_index=True)}
    assert stopped(folder, both) == []
    (check, *_) = stopped(folder, frames | {"uk_hpi": england})
    assert check.detail.startswith("it holds 'E92000001' only.")


def test_a_study_of_another_district_is_refused_by_every_file_that_says_its_own(
    folder: DataFolder, frames: Frames
) -> None:
    leeds = Scope("E08000035", "Leeds", 1995, 2024, 0.5, {}, (), ())
    found = {check.source for check in stopped(folder, frames, leeds) if DISTRICT in check.detail}
    assert found == {
        "lsoa11_lsoa21",
        "lsoa21_ward22",
        "postcode_lookup",
        "code_point_open",
        "uk_hpi",
        "sector_share",
    }


def test_a_city_is_held_against_the_name_of_its_district(
    folder: DataFolder, frames: Frames
) -> None:
    leeds = Scope(DISTRICT, "Leeds", 1995, 2024, 0.5, {}, (), ())
    assert {
        f"the file calls the district '{CITY}', the study 'Leeds'. Correct city or "
        "geography.district in the study."
    } == {check.detail for check in stopped(folder, frames, leeds)}
    part = Scope(DISTRICT, "simulated", 1995, 2024, 0.5, {}, (), ())
    assert stopped(folder, frames, part) == []


def test_a_lookup_of_several_districts_is_told_which_rows_to_keep(
    frames: Frames, small_city: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_city / "geography", tmp_path / "geography")
    (path,) = (tmp_path / "geography").glob("LSOA21_WD22*")
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    first = first.replace(DISTRICT, "E08000035")
    path.write_text("\n".join([head, first, *rest]) + "\n", encoding="utf-8")
    only = {"lsoa21_ward22": frames["lsoa21_ward22"]}
    (check,) = stopped(DataFolder(tmp_path), only)
    assert check.detail == f"it holds rows of 'E08000035' as well. Keep those of {DISTRICT}."
