"""Third-party and ONS price tables, read as they are laid out."""

from pathlib import Path

import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers import price_aggregates

_SQM = "num_sales,total_floor_area,total_price,price_per_sqm,adj_price_per_sqm\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_sector_prices_keep_year_and_sales_whole(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "Year,Sector,Price,Volume,Region\n1995,B1 1,16000,2,M\n")
    row = price_aggregates.sector_prices(path).frame.iloc[0]
    assert row.tolist() == [1995, "B1 1", 16000, 2, "M"]


def test_a_postcode_is_not_a_sector(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "Year,Sector,Price,Volume,Region\n1995,B1 1AA,16000,2,M\n")
    with pytest.raises(DataError, match="not a postcode sector like 'B1 1': 'B1 1AA'"):
        price_aggregates.sector_prices(path)


def test_a_sector_year_twice_is_told(tmp_path: Path) -> None:
    line = "1995,B1 1,16000,2,M\n"
    path = _write(tmp_path / "a.csv", "Year,Sector,Price,Volume,Region\n" + line * 2)
    with pytest.raises(DataError, match=r"repeat the key year \+ sector: '1995 B1 1'"):
        price_aggregates.sector_prices(path)


def test_half_a_sale_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "Year,Sector,Price,Volume,Region\n1995,B1 1,16000,2.5,M\n")
    with pytest.raises(DataError, match=r"'Volume'.*whole number above zero.*: '2\.5'"):
        price_aggregates.sector_prices(path)


def test_the_share_column_carries_any_district_code(tmp_path: Path) -> None:
    text = (
        "Sector,n_postcodes,n_postcodes_E1,share_E1,mean_eastings,mean_northings\n"
        "B1 1,4,3,0.75,406624.0,286472.5\n"
    )
    frame = price_aggregates.sector_share(_write(tmp_path / "a.csv", text)).frame
    assert frame.iloc[0].tolist() == ["B1 1", 4, 0.75, 406624.0, 286472.5, "E1"]


def test_a_share_above_one_is_told(tmp_path: Path) -> None:
    text = "Sector,n_postcodes,share_E1,mean_eastings,mean_northings\nB1 1,4,75,406624,286472\n"
    with pytest.raises(DataError, match="above one in 1 sectors, first 'B1 1'"):
        price_aggregates.sector_share(_write(tmp_path / "a.csv", text))


def test_an_lsoa_table_is_renamed(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", f"LSOA21CD,{_SQM}E01008881,168,14605,25790200,1766,2486\n")
    frame = price_aggregates.lsoa_price_per_sqm(path).frame
    assert frame.loc[0, "real_price_per_sqm"] == 2486
    assert list(frame)[:3] == ["lsoa21", "sales", "floor_area"]


def test_an_msoa_code_in_the_lsoa_table_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", f"LSOA21CD,{_SQM}E02008881,168,14605,25790200,1766,2486\n")
    with pytest.raises(DataError, match="not an LSOA code: 'E02008881'"):
        price_aggregates.lsoa_price_per_sqm(path)


def test_text_and_zero_prices_of_several_columns_are_told_at_once(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", f"LSOA21CD,{_SQM}E01008881,168,14605,25790200,dear,0\n")
    with pytest.raises(DataError) as raised:
        price_aggregates.lsoa_price_per_sqm(path)
    assert len(raised.value.faults) == 2


def test_a_suppressed_median_is_missing_and_the_last_period_is_read(tmp_path: Path) -> None:
    text = (
        "LSOA code,LSOA name,Year ending Mar 2019,Year ending Jun 2019\n"
        "E01008881,A,1,162250\nE01008882,B,1,:\n"
    )
    prices = price_aggregates.lsoa_median_price(_write(tmp_path / "a.csv", text)).frame
    assert prices["median_price"].isna().tolist() == [False, True]
    assert prices.loc[0, "median_price"] == 162250


def test_a_table_without_a_period_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", "LSOA code,LSOA name\nE01008881,A\n")
    with pytest.raises(DataError, match="Year ending <month year>"):
        price_aggregates.lsoa_median_price(path)


def test_44_of_the_shared_medians_are_suppressed(shared_data: Path) -> None:
    # Count stated in the shared SOURCES.md for the ONS file of June 2019.
    (path,) = (shared_data / "prices").glob("hpssa46_*")
    assert price_aggregates.lsoa_median_price(path).frame["median_price"].isna().sum() == 44


_BY_TYPE = (
    "Month,Month code,Geography,PropertyType,BuildStatus,HouseSalesAndPrices,Year,Value\n"
    "December,dec,City,All,All,Count of sales,2015,30\n"
    "December,dec,City,Terraced,All,Count of sales,2015,20\n"
    "December,dec,City,Flat/maisonette,All,Count of sales,2015,10\n"
    "December,dec,City,Flat/maisonette,All,Mean price,2015,100000\n"
    "June,jun,City,Terraced,All,Count of sales,2015,19\n"
    "December,dec,City,Terraced,Newly built,Count of sales,2015,1\n"
)


def test_sales_of_calendar_years_by_type_are_kept(tmp_path: Path) -> None:
    reading = price_aggregates.sales_by_type(_write(tmp_path / "a.csv", _BY_TYPE))
    assert reading.frame[["property_type", "sales"]].values.tolist() == [
        ["terraced", 20],
        ["flat", 10],
    ]
    assert (reading.rows_in, reading.rows_kept) == (6, 2)


def test_an_unknown_type_is_told(tmp_path: Path) -> None:
    text = _BY_TYPE.replace("Flat/maisonette", "Houseboat")
    with pytest.raises(DataError, match=r"'PropertyType'.*Houseboat"):
        price_aggregates.sales_by_type(_write(tmp_path / "a.csv", text))


def test_a_table_without_counts_is_told(tmp_path: Path) -> None:
    text = _BY_TYPE.replace("Count of sales", "Sales")
    with pytest.raises(DataError, match="Has the publisher renamed"):
        price_aggregates.sales_by_type(_write(tmp_path / "a.csv", text))


def test_the_real_sales_by_type_sum_to_the_published_total(shared_data: Path) -> None:
    frame = DataFolder(shared_data).read("sales_by_type")
    # Published total of sales in Birmingham in 2019: 12,180.
    assert frame.loc[frame["year"] == 2019, "sales"].sum() == 12_180
