"""The Land Registry's files are read as published, or every fault is named at once."""

import csv
import gzip
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.land_registry import epc_sales, price_paid, uk_hpi

_SALE = [
    "{00000000-0000-0000-0000-000000000001}",
    "130000",
    "1995-01-05 00:00",
    "B76 1DN",
    "D",
    "N",
    "F",
    "6",
    "",
    "A STREET",
    "",
    "A TOWN",
    "A DISTRICT",
    "A COUNTY",
    "A",
    "A",
]
_HPI_HEAD = (
    "Date,RegionName,AreaCode,AveragePrice,SalesVolume,"
    "DetachedPrice,SemiDetachedPrice,TerracedPrice,FlatPrice\n"
)


def _sale(number: int, **changes: str) -> list[str]:
    place = {"price": 1, "date": 2, "postcode": 3, "type": 4, "new": 5, "status": 15}
    row = [f"{{00000000-0000-0000-0000-{number:012d}}}", *_SALE[1:]]
    for name, value in changes.items():
        row[place[name]] = value
    return row


def _write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return path


def test_a_sale_is_typed(tmp_path: Path) -> None:
    rows = [_sale(1, new="Y", status=""), _sale(2, postcode="")]
    frame = price_paid(_write(tmp_path / "pp.csv", rows)).frame
    first = frame.iloc[0]
    assert (first["price"], first["date"]) == (130000, pd.Timestamp("1995-01-05"))
    assert (first["new_build"], first["status"]) == (True, "A")
    assert frame["postcode"].tolist() == ["B76 1DN", ""]


def test_faults_of_all_columns_are_named_at_once(tmp_path: Path) -> None:
    rows = [
        _sale(1, price="about 9", date="1995-02-31 00:00"),
        _sale(2, postcode="B1", type="X"),
        _sale(2, price="0", new="?", status="E"),
    ]
    with pytest.raises(DataError) as raised:
        price_paid(_write(tmp_path / "pp.csv", rows))
    told = "\n".join(raised.value.faults)
    for fault in (
        "'price': 2 of 3 values are not a whole number of pounds above zero: 'about 9', '0'",
        "'date': 1 of 3 values are not a date like 2024-01-31 00:00, from 1995 to today: "
        "'1995-02-31 00:00'",
        "'postcode': 1 of 3 values are not a postcode or blank: 'B1' (first in data row 2)",
        "'property_type'",
        "'new_build'",
        "'status'",
        "repeat the key transaction_id",
    ):
        assert fault in told
    assert len(raised.value.faults) == 7


def test_a_row_cut_short_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"1 of 2 rows .* 10 fields in 1 \(first in data row 2\)"):
        price_paid(_write(tmp_path / "pp.csv", [_sale(1), _sale(2)[:10]]))


def test_another_number_of_columns_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"1 of 1 rows do not have the 16 fields .*: 15 fields in 1"
    ):
        price_paid(_write(tmp_path / "pp.csv", [_sale(1)[:15]]))


def test_a_longer_row_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"17 fields in 1 \(first in data row 2\)"):
        price_paid(_write(tmp_path / "pp.csv", [_sale(1), [*_sale(2), "more"]]))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"pp\.csv: the file is not there"):
        price_paid(tmp_path / "pp.csv")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "pp.csv").touch()
    with pytest.raises(DataError, match="the file is empty"):
        price_paid(tmp_path / "pp.csv")


def test_a_truncated_download_is_told(tmp_path: Path) -> None:
    plain = _write(tmp_path / "pp.csv", [_sale(number) for number in range(500)])
    packed = gzip.compress(plain.read_bytes())
    (tmp_path / "pp.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(DataError, match="damaged or cut short"):
        price_paid(tmp_path / "pp.csv.gz")


def test_sales_not_yet_published_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "uk_hpi.csv"
    path.write_text(_HPI_HEAD + "01/02/2023,Town,E08000025,200.5,,4,3,2,1\n")
    row = uk_hpi(path).frame.iloc[0]
    assert row["date"] == pd.Timestamp("2023-02-01")
    assert pd.isna(row["sales"])


def test_text_in_an_index_price_is_told(tmp_path: Path) -> None:
    path = tmp_path / "uk_hpi.csv"
    path.write_text(_HPI_HEAD + "01/02/2023,Town,E08000025,unknown,1,4,3,2,1\n")
    with pytest.raises(DataError, match="'AveragePrice': 1 of 1 values are not a number"):
        uk_hpi(path)


def test_a_renamed_column_is_told(tmp_path: Path) -> None:
    path = tmp_path / "uk_hpi.csv"
    path.write_text(
        _HPI_HEAD.replace("AveragePrice", "Average_Price")
        + "01/02/2023,Town,E08000025,200,1,4,3,2,1\n"
    )
    with pytest.raises(DataError, match="column 'AveragePrice' not found"):
        uk_hpi(path)


_EPC_HEAD = (
    "transaction,price,transfer_date,postcode,property_type,new_build,tenure,district,PPD_category,"
    "lsoa11cd,msoa11nm,current_energy_rating,total_floor_area,match_score\n"
)


def _certificate(number: int, area: str = "65.0", score: str = "90.6", rating: str = "C") -> str:
    return (
        f"{{00000000-0000-0000-0000-{number:012d}}},290950,2021-03-19 00:00,B1 1FW,F,Y,L,TOWN,A,"
        f"E01033616,Town 135,{rating},{area},{score}\n"
    )


def test_a_certificate_has_its_floor_area(tmp_path: Path) -> None:
    path = tmp_path / "epc.csv"
    path.write_text(_EPC_HEAD + _certificate(1) + _certificate(2, area="5", score=""))
    frame = epc_sales(path).frame
    assert frame["floor_area"].tolist() == [65.0, 5.0]
    assert frame["match_score"].isna().tolist() == [False, True]
    assert (frame.loc[0, "price"], frame.loc[0, "date"]) == (290950, pd.Timestamp("2021-03-19"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (_certificate(1, area="large"), "'total_floor_area': 1 of 2 values are not a number"),
        (_certificate(1, area="0"), "'total_floor_area': 1 of 2 values are not a number above 0"),
        (_certificate(1, rating="Z"), "'current_energy_rating': 1 of 2 values"),
        (_certificate(2), "1 rows repeat the key transaction_id"),
    ],
)
def test_a_faulty_certificate_is_told(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "epc.csv"
    path.write_text(_EPC_HEAD + line + _certificate(2))
    with pytest.raises(DataError, match=told):
        epc_sales(path)


def test_the_shared_index_is_338_consecutive_months(shared_data: Path) -> None:
    path = shared_data / "prices" / "uk_hpi_birmingham_1995-01_2023-02.csv.gz"
    months = uk_hpi(path).frame["date"]
    assert months.tolist() == pd.date_range("1995-01-01", "2023-02-01", freq="MS").tolist()
