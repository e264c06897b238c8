"""What becomes of every kind of bad row in Price Paid Data: none is dropped in silence.

A kind is either accepted in a stated form, or refused with the column, the count and the values.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.land_registry import price_paid

_COLUMNS = (
    "transaction_id", "price", "date", "postcode", "property_type", "new_build", "tenure", "paon",
    "saon", "street", "locality", "town", "district", "county", "category", "status",
)  # fmt: skip
_GOOD = dict(
    zip(
        _COLUMNS,
        ["{0000000A-0000-0000-0000-000000000002}", "130000", "1995-01-05 00:00", "B76 1DN", "D",
         "N", "F", "6", "", "A STREET", "A PLACE", "A TOWN", "A DISTRICT", "A COUNTY", "A", "A"],
        strict=True,
    )
)  # fmt: skip
_NEXT_YEAR = f"{pd.Timestamp.now().year + 1}-01-05 00:00"


def _line(number: int, **changes: str) -> str:
    sale = {**_GOOD, "transaction_id": f"{{0000000A-0000-0000-0000-{number:012d}}}", **changes}
    return ",".join(f'"{value}"' for value in sale.values())


def _among(line: str) -> bytes:
    """Three sales, the second of which is the one in question."""
    return f"{_line(1)}\n{line}\n{_line(3)}\n".encode()


def _file(path: Path, line: str) -> Path:
    path.write_bytes(_among(line))
    return path


_REFUSED: dict[str, tuple[str, str, str]] = {
    # kind: column, value, what is expected instead
    "an id that is no id": ("transaction_id", "12345", "a transaction id"),
    "a blank id": ("transaction_id", "", "a transaction id"),
    "half a pair of braces": ("transaction_id", _GOOD["transaction_id"][1:], "a transaction id"),
    "a price in words": ("price", "about 9", "a whole number of pounds above zero"),
    "a negative price": ("price", "-130000", "a whole number of pounds above zero"),
    "a price of zero": ("price", "0", "a whole number of pounds above zero"),
    "pounds and pence": ("price", "130000.50", "a whole number of pounds above zero"),
    "a price with commas": ("price", "130,000", "a whole number of pounds above zero"),
    "a price with its sign": ("price", "£130000", "a whole number of pounds above zero"),
    "a blank price": ("price", "", "a whole number of pounds above zero"),
    "a price with too many digits": ("price", "1" * 20, "a whole number of pounds above zero"),
    "a date in British order": ("date", "05/01/1995", "a date like"),
    "a date that does not exist": ("date", "1995-02-31 00:00", "a date like"),
    "a date to come": ("date", _NEXT_YEAR, "from 1995 to today"),
    "a date before the data": ("date", "1994-12-31 00:00", "from 1995 to today"),
    "text after a date": ("date", "1995-01-05 noon", "a date like"),
    "a blank date": ("date", "", "a date like"),
    "half a postcode": ("postcode", "B76", "a postcode or blank"),
    "a postcode of another form": ("postcode", "1B7 6DN", "a postcode or blank"),
    "an unknown type": ("property_type", "X", "one of D, S, T, F, O"),
    "a type in small letters": ("property_type", "d", "one of D, S, T, F, O"),
    "a blank type": ("property_type", "", "one of D, S, T, F, O"),
    "an unknown new-build flag": ("new_build", "1", "Y or N"),
    "a blank new-build flag": ("new_build", "", "Y or N"),
    "an unknown tenure": ("tenure", "Freehold", "one of F, L, U"),
    "a blank tenure": ("tenure", "", "one of F, L, U"),
    "a tab in the house number": ("paon", "6\t", "text without control characters"),
    "a null in the flat": ("saon", "FLAT\x001", "text without control characters"),
    "a line end in the street": ("street", "A\nSTREET", "text without control characters"),
    "a broken letter in the locality": ("locality", "CAF\ufffd", "text without control characters"),
    "a blank town": ("town", "", "a name without control characters"),
    "a blank district": ("district", "", "a name without control characters"),
    "a blank county": ("county", "", "a name without control characters"),
    "an unknown category": ("category", "C", "A or B"),
    "a blank category": ("category", "", "A or B"),
    "an unknown status": ("status", "X", "one of A, C, D or blank"),
}


@pytest.mark.parametrize(("column", "value", "expected"), _REFUSED.values(), ids=list(_REFUSED))
def test_a_bad_value_is_named_with_its_column_and_row(
    tmp_path: Path, column: str, value: str, expected: str
) -> None:
    with pytest.raises(DataError) as raised:
        price_paid(_file(tmp_path / "pp.csv", _line(2, **{column: value})))
    (fault,) = raised.value.faults
    assert fault.startswith(f"pp.csv, column '{column}': 1 of 3 values are not ")
    assert expected in fault
    assert f"{value!r} (first in data row 2)" in fault


_ACCEPTED: dict[str, tuple[str, str, object]] = {
    # kind: column, value in the file, value read
    "an id without braces": (
        "transaction_id", _GOOD["transaction_id"].strip("{}"), _GOOD["transaction_id"],
    ),
    "an id in small letters": (
        "transaction_id", _GOOD["transaction_id"].lower(), _GOOD["transaction_id"],
    ),
    "a price with leading zeros": ("price", "0130000", 130000),
    "a date without the hour": ("date", "1995-01-05", pd.Timestamp("1995-01-05")),
    "a postcode in small letters": ("postcode", "b76 1dn", "B76 1DN"),
    "a postcode without its blank": ("postcode", "B761DN", "B76 1DN"),
    "a postcode filled up with blanks": ("postcode", " B76  1DN ", "B76 1DN"),
    "a blank postcode": ("postcode", "", ""),
    "a tenure not known": ("tenure", "U", "U"),
    "neither number nor flat": ("paon", "", ""),
    "a blank street": ("street", "", ""),
    "a blank locality": ("locality", "", ""),
    "quotes in a name": ("paon", 'THE ""BARN""', 'THE "BARN"'),
    "a stray quote in a name": ("street", '"A STREET', 'A STREET"'),
    "a blank status": ("status", "", "A"),
    "a record of deletion": ("status", "D", "D"),
}  # fmt: skip


@pytest.mark.parametrize(("column", "value", "read"), _ACCEPTED.values(), ids=list(_ACCEPTED))
def test_an_odd_value_is_accepted_in_the_publishers_form(
    tmp_path: Path, column: str, value: str, read: object
) -> None:
    reading = price_paid(_file(tmp_path / "pp.csv", _line(2, **{column: value})))
    assert reading.frame.loc[1, column] == read
    assert (reading.rows_in, reading.rows_kept) == (3, 3)


def _bare(line: str) -> str:
    return line.replace('"', "")


_FILES_REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a row cut short": (
        lambda: f"{_line(1)}\n{_line(2).rsplit(',', 4)[0]}\n".encode(),
        r"1 of 2 rows do not have the 16 fields .*: 12 fields in 1 \(first in data row 2\)",
    ),
    "a row without its last field": (
        lambda: f"{_line(1)}\n{_line(2).rsplit(',', 1)[0]}\n".encode(),
        r"15 fields in 1 \(first in data row 2\)",
    ),
    "a row with a field more": (
        lambda: f'{_line(1)}\n{_line(2)},"A"\n'.encode(),
        r"17 fields in 1 \(first in data row 2\)",
    ),
    "a first row cut short": (
        lambda: f"{_line(1).rsplit(',', 1)[0]}\n{_line(2)}\n".encode(),
        r"1 of 2 rows .* 15 fields in 1 \(first in data row 1\)",
    ),
    "a comma outside quotes": (
        lambda: f"{_line(1)}\n{_bare(_line(2, street='A, STREET'))}\n".encode(),
        "17 fields in 1",
    ),
    "semicolons for commas": (
        lambda: f"{_line(1)}\n".replace(",", ";").encode(),
        "1 fields in 1",
    ),
    "an id twice": (
        lambda: f"{_line(1)}\n{_line(1, price='5')}\n".encode(),
        r"1 rows repeat the key transaction_id: '\{0000000A",
    ),
    "an id twice in two forms": (
        lambda: f"{_line(1)}\n{_line(1).lower().replace('{', '').replace('}', '')}\n".encode(),
        "repeat the key transaction_id",
    ),
    "a header": (
        lambda: f"transaction,{','.join(_COLUMNS[1:])}\n{_line(1)}\n".encode(),
        r"the first row is a header \('transaction', 'price', 'date', 'postcode' and 12 more\)",
    ),
    "another encoding": (
        lambda: f"{_line(1, street='CAFÉ ROW')}\n".encode("latin-1"),
        r"not UTF-8: byte 0xc9 in line 1",
    ),
    "sixteen bits a letter": (
        lambda: f"{_line(1)}\n".encode("utf-16"),
        "pp.csv",
    ),
    "a quote never closed": (
        lambda: _among(_line(2)[:-1]),
        "pp.csv",
    ),
    "a quote never closed in the middle": (
        lambda: _among(_line(2).replace('A STREET"', "A STREET")),
        "pp.csv",
    ),
    "no rows": (lambda: b"\n\n", "the file is empty"),
}


@pytest.mark.parametrize(("content", "told"), _FILES_REFUSED.values(), ids=list(_FILES_REFUSED))
def test_a_bad_file_is_refused(tmp_path: Path, content: Callable[[], bytes], told: str) -> None:
    path = tmp_path / "pp.csv"
    path.write_bytes(content())
    with pytest.raises(DataError, match=told):
        price_paid(path)


_FILES_ACCEPTED: dict[str, bytes] = {
    "a byte-order mark": b"\xef\xbb\xbf" + f"{_line(1)}\n{_line(2)}\n".encode(),
    "the line ends of Windows": f"{_line(1)}\r\n{_line(2)}\r\n".encode(),
    "the last line without an end": f"{_line(1)}\n{_line(2)}".encode(),
    "fields without quotes": f"{_bare(_line(1))}\n{_bare(_line(2))}\n".encode(),
    "empty lines": f"{_line(1)}\n\n{_line(2)}\n\n".encode(),
}


@pytest.mark.parametrize("content", _FILES_ACCEPTED.values(), ids=list(_FILES_ACCEPTED))
def test_an_odd_file_is_read_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pp.csv"
    path.write_bytes(content)
    reading = price_paid(path)
    plain = price_paid(_file(tmp_path / "plain.csv", _line(2))).frame.iloc[:2]
    pd.testing.assert_frame_equal(reading.frame, plain)
    assert (reading.rows_in, reading.rows_kept) == (2, 2)


def test_faults_of_all_sixteen_columns_are_told_at_once(tmp_path: Path) -> None:
    bad = {column: value for column, value, _ in _REFUSED.values()}
    with pytest.raises(DataError) as raised:
        price_paid(_file(tmp_path / "pp.csv", _line(2, **bad)))
    told = [fault.split("'")[1] for fault in raised.value.faults]
    assert told == list(_COLUMNS)


def test_at_least_thirty_kinds_are_known() -> None:
    assert len(_REFUSED) + len(_ACCEPTED) + len(_FILES_REFUSED) + len(_FILES_ACCEPTED) >= 30
