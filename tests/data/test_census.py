"""Long census tables become shares of households, or say which areas do not add up."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.census import census_2021_tenure, census_households

_TENURES = [
    "Owned: Owns outright",
    "Owned: Owns with a mortgage or loan",
    "Shared ownership: Shared ownership",
    "Social rented: Rents from council or Local Authority",
    "Social rented: Other social rented",
    "Private rented: Private landlord or letting agency",
    "Private rented: Other private rented",
    "Lives rent free",
]


def _long(code: str = "E01000001") -> pd.DataFrame:
    counts = [30, 25, 1, 14, 10, 17, 2, 1]
    return pd.DataFrame(
        {
            "lsoa21_code": code,
            "total_households": 100,
            "tenure": _TENURES,
            "n": counts,
            "prop": [count / 100 for count in counts],
        }
    )


Change = Callable[[pd.DataFrame], pd.DataFrame]


def _read(folder: Path, change: Change = lambda frame: frame) -> pd.DataFrame:
    path = folder / "tenure.csv"
    change(_long()).to_csv(path, index=False)
    return census_2021_tenure(path).frame


def test_a_count_becomes_a_share_of_households(tmp_path: Path) -> None:
    assert _read(tmp_path)["social_council"].item() == pytest.approx(0.14)


def test_shares_sum_to_one(tmp_path: Path) -> None:
    assert _read(tmp_path).iloc[0, 2:].sum() == pytest.approx(1)


def test_rows_of_the_file_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "tenure.csv"
    pd.concat([_long(), _long("E01000002")]).to_csv(path, index=False)
    reading = census_2021_tenure(path)
    assert (reading.rows_in, len(reading.frame)) == (16, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.rename(columns={"n": "count"}), "'n' not found"),
        (lambda f: f.assign(lsoa21_code="E02000001"), "not an LSOA code"),
        (lambda f: f.replace("Lives rent free", "Rent free"), "unknown 'Rent free'"),
        (lambda f: f.iloc[:-1], "1 of 1 areas lack one of the 8 categories: 'E01000001'"),
        (lambda f: f.assign(total_households=101), "do not sum to 'total_households'"),
        (lambda f: pd.concat([f, f.iloc[[0]]]), "repeat the key"),
        (lambda f: f.assign(n=["x", *f["n"][1:]]), "not a number: 'x'"),
        (lambda f: f.assign(n=[-30, 85, 1, 14, 10, 17, 2, 1]), "negative count"),
        (lambda f: f.assign(n=0, total_households=0), "a total of no households"),
        (lambda f: f.assign(total_households=[99] + [100] * 7), "have several totals"),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, change: Change, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read(tmp_path, change)


def test_the_published_tenure_of_birmingham_067a(shared_data: Path) -> None:
    frame = DataFolder(shared_data).read("census_2021_tenure").set_index("lsoa21")
    assert frame.loc["E01008881", "owned_outright"] == pytest.approx(161 / 583)


def test_the_published_semi_detached_houses_of_birmingham_067a(shared_data: Path) -> None:
    frame = DataFolder(shared_data).read("census_2021_accommodation").set_index("lsoa21")
    assert frame.loc["E01008881", "semi_detached"] == pytest.approx(275 / 584)


@pytest.mark.parametrize("source", ["census_2021_tenure", "census_2021_accommodation"])
def test_every_area_of_the_city_adds_up(shared_data: Path, source: str) -> None:
    frame = DataFolder(shared_data).read(source)
    assert (len(frame), frame.iloc[:, 2:].sum(axis=1).round(9).eq(1).all()) == (659, True)


_OVER_TIME = (
    "index,year,lsoa21,total_residents,total_households,Owned\n"
    "Townsend,1991,E01000001,1000,400.5,200\nTownsend,2001,E01000001,1100,420,210\n"
)


def _census_households(folder: Path, text: str) -> pd.DataFrame:
    path = folder / "townsend.csv"
    path.write_text(text, encoding="utf-8")
    return census_households(path).frame


def test_households_of_each_census_are_read(tmp_path: Path) -> None:
    frame = _census_households(tmp_path, _OVER_TIME)
    assert frame[["year", "households"]].values.tolist() == [[1991, 400.5], [2001, 420]]


def test_fewer_than_no_households_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'total_households'"):
        _census_households(tmp_path, _OVER_TIME.replace("400.5", "-1"))


def test_an_area_twice_in_a_census_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="repeat the key"):
        _census_households(tmp_path, _OVER_TIME.replace("2001", "1991"))


def test_households_of_the_real_city_are_the_census_s(shared_data: Path) -> None:
    frame = DataFolder(shared_data).read("census_households")
    # Nomis, KS018: 390,775 households in 2001; a few lie in areas shared with other districts.
    assert frame.loc[frame["year"] == 2001, "households"].sum() == pytest.approx(390_775, rel=1e-3)
