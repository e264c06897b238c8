"""Lookups, postcodes, the price index and residents, from the ONS and Ordnance Survey."""

from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers import ons, ordnance_survey

_POSTCODES = "pcds,dointr,doterm,oa11cd,lsoa11cd,msoa11cd,ladcd\n"
_POINT = '"{0}",10,406523,286448,"E92000001","E19000001","E18000005","","E08000025","E05001193"\n'


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_month_of_the_index_is_its_first_day(tmp_path: Path) -> None:
    frame = ons.cpi(_write(tmp_path / "a.csv", "date,cpi\n1988-01,48.4\n")).frame
    assert frame.iloc[0].tolist() == [pd.Timestamp("1988-01-01"), 48.4]


def test_a_year_is_not_a_month(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a month like 2024-01: '1988'"):
        ons.cpi(_write(tmp_path / "a.csv", "date,cpi\n1988,48.4\n"))


def test_a_live_postcode_has_no_month_of_termination(tmp_path: Path) -> None:
    line = "B1 1AA,199002,,E00175658,E01033625,E02006899,E08000025\n"
    row = ons.postcode_lookup(_write(tmp_path / "a.csv", _POSTCODES + line)).frame.iloc[0]
    assert (row["terminated"], row["lsoa11"]) == ("", "E01033625")


def test_the_whole_kingdom_can_be_read(tmp_path: Path) -> None:
    lines = (
        "AB1 0AA,198001,199606,S00090303,S01006514,S02001237,S12000033\n"
        "BT1 1AA,198001,,N00000001,95GG01S1,N99999999,N09000003\n"
        "GIR 0AA,199301,,,,,\n"
    )
    assert ons.postcode_lookup(_write(tmp_path / "a.csv", _POSTCODES + lines)).rows_kept == 3


def test_wrong_codes_of_all_columns_are_told_at_once(tmp_path: Path) -> None:
    line = "B1 1AA,1990,,E00175658,E02033625,E01006899,E08000025\n"
    with pytest.raises(DataError) as raised:
        ons.postcode_lookup(_write(tmp_path / "a.csv", _POSTCODES + line))
    assert len(raised.value.faults) == 3


def test_a_split_area_has_a_row_for_each_part(tmp_path: Path) -> None:
    text = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000002,S\nE01000001,E01000003,S\n"
    frame = ons.lsoa11_lsoa21(_write(tmp_path / "a.csv", text)).frame
    assert frame["lsoa21"].tolist() == ["E01000002", "E01000003"]


def test_an_lsoa_has_one_ward(tmp_path: Path) -> None:
    text = "LSOA21CD,WD22CD,WD22NM\nE01000001,E05000001,A\nE01000001,E05000002,B\n"
    with pytest.raises(DataError, match="repeat the key lsoa21: 'E01000001'"):
        ons.lsoa21_ward22(_write(tmp_path / "a.csv", text))


def test_an_unknown_kind_of_change_is_told(tmp_path: Path) -> None:
    text = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000002,Z\n"
    with pytest.raises(DataError, match="not one of U, S, M, X: 'Z'"):
        ons.lsoa11_lsoa21(_write(tmp_path / "a.csv", text))


def test_a_renamed_lookup_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="column 'WD17CD' not found"):
        ons.lsoa11_ward17(_write(tmp_path / "a.csv", "LSOA11CD,ward\nE01000001,E05000001\n"))


def test_residents_must_be_numbers(tmp_path: Path) -> None:
    text = "lsoa11_name,lsoa11_code,total_population\nA,E01000001,many\n"
    with pytest.raises(
        DataError, match="'total_population': 1 of 1 values are not a number: 'many'"
    ):
        ons.lsoa11_population(_write(tmp_path / "a.csv", text))


@pytest.mark.parametrize("padded", ["B1  1AY", "B1 1AY", "B11AY"])
def test_postcodes_of_every_release_get_one_space(tmp_path: Path, padded: str) -> None:
    path = _write(tmp_path / "a.csv", _POINT.format(padded))
    assert ordnance_survey.code_point_open(path).frame.loc[0, "postcode"] == "B1 1AY"


def test_a_postcode_without_a_reference_has_no_position(tmp_path: Path) -> None:
    line = _POINT.format("B1 1AY").replace(",10,406523,286448,", ",90,0,0,")
    frame = ordnance_survey.code_point_open(_write(tmp_path / "a.csv", line)).frame
    assert frame[["easting", "northing"]].isna().all(axis=None)


def test_another_layout_of_code_point_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"3 columns\. Expected the 10 columns"):
        ordnance_survey.code_point_open(_write(tmp_path / "a.csv", "B1 1AY,10,406523\n"))
