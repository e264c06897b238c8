"""Tables that read well but cannot be right are refused; the publishers' own layouts are read."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers import (
    community_needs,
    deprivation,
    elections,
    land_registry,
    national_indicators,
    ons,
    ordnance_survey,
    price_aggregates,
)
from neighbourhood_equity.data.readers.census import census_2021_accommodation, census_2021_tenure
from neighbourhood_equity.data.reading import Reading

_SECTORS = "Year,Sector,Price,Volume,Region\n"
_SHARE = "Sector,n_postcodes,{0},mean_eastings,mean_northings\nB1 1,4,{1},{2},{3}\n"
_POINT = '"B1 1AY",10,{0},{1},"E92000001","E19000001","E18000005","","E08000025","E05001193"\n'
_WARDS = "LSOA21CD,WD22CD,WD22NM\n"
_CNI = (
    "lsoa21_code,lsoa21_name,Community Needs Index 2023 Score,Civic Assets Domain Score,"
    "Connectedness Domain Score,Active and Engaged Community Domain Score\n"
)
_TURNOUT = "Ward code,Ward name,Vacancies,Electorate,Turnout (%)\n"
_HEADLINES = "indicator,measure,area,period,percent,survey,source_url,note\n"
_SALE = (
    '"{8F1B26BD-673F-53DB-E053-6C04A8C03649}","150000","2019-03-08 00:00","B1 1AA","F","N","L",'
    '"1","","HIGH STREET","","BIRMINGHAM","BIRMINGHAM","WEST MIDLANDS","A","A"\n'
)

_REFUSED: dict[str, tuple[Callable[[Path], Reading], str, str]] = {
    **{
        f"year {year}": (
            price_aggregates.sector_prices,
            f"{_SECTORS}{year},B1 1,16000,2,M\n",
            f"'Year'.*year in four digits.*'{year}'",
        )
        for year in ("95", "1895", "9999", "01995")
    },
    "twenty digits": (
        price_aggregates.sector_prices,
        f"{_SECTORS}1995,B1 1,16000,{'9' * 20},M\n",
        "'Volume'.*below a thousand million",
    ),
    "month lost in CPI": (
        ons.cpi,
        "date,cpi\n1988-01,48\n1988-02,48\n1988-04,49\n",
        "lacks 1 of 4 months: '1988-03'",
    ),
    "no ward name": (
        ons.lsoa21_ward22,
        f"{_WARDS}E01000001,E05000001,\n",
        "'WD22NM': 1 of 1 values are not a name",
    ),
    "short row": (
        ons.lsoa21_ward22,
        f"{_WARDS}E01000002,E05000001,A\nE01000001,E05000001\n",
        "'WD22NM': 1 of 2 values are not a name",
    ),
    "two names of a ward": (
        ons.lsoa21_ward22,
        f"{_WARDS}E01000001,E05000001,A\nE01000002,E05000001,B\n",
        "E05000001: 'A', 'B'. Expected one name",
    ),
    "nobody": (
        ons.lsoa11_population,
        "lsoa11_name,lsoa11_code,total_population\nA,E01000001,-7\n",
        "'total_population'.*above 0",
    ),
    "longitude and latitude of Code-Point": (
        ordnance_survey.code_point_open,
        _POINT.format(1.3, 52.6),
        "'easting'.*are they degrees",
    ),
    "latitude and longitude of Code-Point": (
        ordnance_survey.code_point_open,
        _POINT.format(52.48, -1.9),
        "are they degrees",
    ),
    "north of Britain": (
        ordnance_survey.code_point_open,
        _POINT.format(406523, 2864480),
        "not between 1000 and 1.3e",
    ),
    "header above Code-Point": (
        ordnance_survey.code_point_open,
        "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n" + _POINT.format(406523, 286448),
        "the first row is a header .*Remove the header",
    ),
    "header above Price Paid Data": (
        land_registry.price_paid,
        ",".join(f"c{number}" for number in range(16)) + "\n" + _SALE,
        "the first row is a header .*Remove the header",
    ),
    "degrees of sectors": (
        price_aggregates.sector_share,
        _SHARE.format("share_E08000025", 1, -1.9, 52.5),
        "'mean_eastings'.*are they degrees",
    ),
    "two districts": (
        price_aggregates.sector_share,
        _SHARE.format("share_E08000025,share_E08000026", "1,0", 406624, 286472),
        "2 columns of shares: 'share_E08000025', 'share_E08000026'",
    ),
    "ranks for scores": (
        community_needs.cni_2023,
        _CNI + "".join(f"E0100000{n},A,{20.5 + n},0.5,{n},30.1\n" for n in (2, 1, 3)),
        "'Connectedness Domain Score' hold the ranks 1 to 3",
    ),
    "rank in England for a score": (
        community_needs.cni_2023,
        f"{_CNI}E01000001,A,33012,0.5,20.1,30.1\n",
        "'Community Needs Index 2023 Score'.*not between",
    ),
    "any number for a score": (
        community_needs.cni_2023,
        f"{_CNI}E01000001,A,1e300,0.5,20.1,30.1\n",
        "'Community Needs Index 2023 Score'.*not between",
    ),
    "turnout as fractions": (
        elections.ward_turnout_2022,
        f"{_TURNOUT}E05000001,A,2,16024,0.27\nE05000002,B,2,16024,0.31\n",
        r"'Turnout \(%\)'.*between 0.27 and 0.31. Are they fractions",
    ),
    "ward of a turnout without a name": (
        elections.ward_turnout_2022,
        f"{_TURNOUT}E05000001,,2,16024,27\n",
        "'Ward name': 1 of 1 values are not a name",
    ),
    "headlines as fractions": (
        national_indicators.national_indicators,
        f"{_HEADLINES}NI 4,Influence,England,2008,0.29,Place Survey,https://example.org,\n",
        "Are they fractions",
    ),
    "rates for percentages of deprivation": (
        deprivation.imd_2019_scores,
        "lsoa,overall_local_score,income_score,employment_score\nE01000001,30,0.2,0.1\n",
        "'income_score'.*Are they fractions",
    ),
    "another series of the ONS": (
        ons.cpi,
        '"Title","CPIH INDEX"\n"CDID","L522"\n"1988 JAN","48.4"\n',
        "its series are 'L522'. Expected D7BT",
    ),
    "series without months": (
        ons.cpi,
        '"Title","CPI INDEX"\n"CDID","D7BT"\n"1988","48.4"\n',
        "no month in the series",
    ),
}


@pytest.mark.parametrize(("reader", "text", "told"), _REFUSED.values(), ids=list(_REFUSED))
def test_a_doubtful_table_is_refused(
    tmp_path: Path, reader: Callable[[Path], Reading], text: str, told: str
) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=told):
        reader(tmp_path / "a.csv")


def test_a_share_carries_the_district_that_its_column_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_SHARE.format("share_E08000035", 1, 406624, 286472))
    assert price_aggregates.sector_share(tmp_path / "a.csv").frame["district"].item() == "E08000035"


_D7BT = (
    '"Title","CPI INDEX 00: ALL ITEMS 2015=100"\n"CDID","D7BT"\n"Source dataset ID","MM23"\n'
    '"PreUnit",""\n"Unit","Index, base year = 100"\n"Important notes",""\n'
    '"1988","48.9"\n"1988 Q1","48.5"\n"1988 JAN","48.4"\n"1988 FEB","48.6"\n'
)


def test_the_series_is_read_as_the_ons_gives_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_D7BT)
    reading = ons.cpi(tmp_path / "a.csv")
    assert reading.frame["month"].tolist() == [
        pd.Timestamp("1988-01-01"),
        pd.Timestamp("1988-02-01"),
    ]
    assert reading.frame["cpi"].tolist() == [48.4, 48.6]
    assert (reading.rows_in, reading.rows_kept) == (9, 2)


def test_the_series_is_found_among_others(tmp_path: Path) -> None:
    text = '"Title","CPIH","CPI"\n"CDID","L522","D7BT"\n"1988 JAN","47.1","48.4"\n'
    (tmp_path / "a.csv").write_text(text)
    assert ons.cpi(tmp_path / "a.csv").frame["cpi"].tolist() == [48.4]


_HPI = (
    "Date,RegionName,AreaCode,AveragePrice,Index,SalesVolume,DetachedPrice,SemiDetachedPrice,"
    "TerracedPrice,FlatPrice\n"
)


def _index(*rows: tuple[int, str, str]) -> str:
    return _HPI + "".join(f"01/{m:02d}/2020,{n},{c},9,1,,9,9,9,9\n" for m, n, c in rows)


def test_the_full_file_of_the_index_keeps_every_area(tmp_path: Path) -> None:
    both = [("England", "E92000001"), ("Birmingham", "E08000025")]
    text = _index(*((month, *area) for area in both for month in (1, 2)))
    (tmp_path / "a.csv").write_text(text)
    frame = land_registry.uk_hpi(tmp_path / "a.csv").frame
    assert frame["area_code"].value_counts().to_dict() == {"E92000001": 2, "E08000025": 2}


def test_a_month_lost_in_the_index_of_an_authority_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_index(*((m, "Leeds", "E08000035") for m in (1, 2, 4))))
    with pytest.raises(DataError, match="the index of Leeds lacks 1 of 4 months: '2020-03'"):
        land_registry.uk_hpi(tmp_path / "a.csv")


_TENURES = {
    "Total: All households": 100,
    "Owned": 55,
    "Owned: Owns outright": 30,
    "Owned: Owns with a mortgage or loan": 25,
    "Shared ownership": 1,
    "Shared ownership: Shared ownership": 1,
    "Social rented": 24,
    "Social rented: Rents from council or Local Authority": 14,
    "Social rented: Other social rented": 10,
    "Private rented": 19,
    "Private rented: Private landlord or letting agency": 17,
    "Private rented: Other private rented": 2,
    "Lives rent free": 1,
}


def _csv(*lines: list[object]) -> str:
    return pd.DataFrame(lines).to_csv(index=False, header=False)


def _bulk() -> str:
    """As in the archive of all areas: variable and category in every column's name."""
    head = ["date", "geography", "geography code", *(f"Tenure of household: {n}" for n in _TENURES)]
    return _csv(head, [2021, "Cardiff 001A", "W01000001", *_TENURES.values()])


def _query(**counts: int) -> str:
    """As a query gives it: lines of titles above, notes below."""
    tenures = counts or _TENURES
    head = ["2021 super output area - lower layer", "mnemonic", *tenures]
    areas = _csv(head, ["E01000001 : Leeds 001A", "E01000001", *tenures.values()])
    return (
        '\n"TS054 - Tenure"\n"Population :","All households"\n\n'
        f'{areas}\n"","In order to protect against disclosure"\n"",""\n'
    )


@pytest.mark.parametrize(("text", "code"), [(_bulk(), "W01000001"), (_query(), "E01000001")])
def test_tenure_is_read_as_nomis_gives_it(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    row = census_2021_tenure(tmp_path / "a.csv").frame.iloc[0]
    assert (row["lsoa21"], row["households"], row["owned_outright"]) == (code, 100, 0.3)
    assert row["rent_free"] == 0.01


def test_titles_and_notes_of_a_query_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_query())
    reading = census_2021_tenure(tmp_path / "a.csv")
    assert (reading.rows_in, reading.rows_kept) == (4, 1)


def test_an_area_of_nomis_that_is_cut_short_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_bulk() + "2021,Cardiff 001B,W01000002,100,55\n")
    with pytest.raises(DataError, match="1 of 2 areas have not the 16 fields"):
        census_2021_tenure(tmp_path / "a.csv")


def test_a_query_of_fewer_categories_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_query(**{"Total: All households": 9, "Owned": 9}))
    with pytest.raises(DataError, match=r"'Owned: Owns outright', .* not found"):
        census_2021_tenure(tmp_path / "a.csv")


def test_accommodation_is_read_as_nomis_gives_it(tmp_path: Path) -> None:
    kinds = [
        "Detached",
        "Semi-detached",
        "Terraced",
        "In a purpose-built block of flats or tenement",
        "Part of a converted or shared house, including bedsits",
        "Part of another converted building, for example, former school, church or warehouse",
        "In a commercial building, for example, in an office building, hotel or over a shop",
        "A caravan or other mobile or temporary structure",
    ]
    names = [f"Accommodation type: {kind}" for kind in ("Total: All households", *kinds)]
    head = ["date", "geography", "geography code", *names]
    (tmp_path / "a.csv").write_text(_csv(head, [2021, "A", "E01000001", 8, *[1] * 8]))
    assert census_2021_accommodation(tmp_path / "a.csv").frame["caravan"].item() == 0.125


def test_the_archive_of_a_census_table_is_told_to_be_unpacked(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for level in ("lsoa", "ltla"):
            archive.writestr(f"census2021-ts054-{level}.csv", _bulk())
    (tmp_path / "a.csv.zip").write_bytes(packed.getvalue())
    with pytest.raises(DataError, match=r"holds 2 files: 'census2021-ts054-lsoa.csv'.*keep the"):
        census_2021_tenure(tmp_path / "a.csv.zip")
