"""A file that cannot be read as it is named is told with its name and what to do, never a trace."""

import gzip
import hashlib
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.opening import file_digest
from neighbourhood_equity.data.reading import read_text_table

_TEXT = b"date,cpi\n1988-01,48.4\n"


def _zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


_READ = {
    "a.csv": _TEXT,
    "with a byte-order mark.csv": b"\xef\xbb\xbf" + _TEXT,
    "packed.csv.gz": gzip.compress(_TEXT),
    "packed.csv.xz": lzma.compress(_TEXT),
    "packed.csv.zip": _zip(a=_TEXT),
}
_REFUSED = {
    "two members.csv.zip": (_zip(a=_TEXT, b=_TEXT), "holds 2 files: 'a', 'b'. Expected one"),
    "no members.csv.zip": (_zip(), "holds 0 files"),
    "broken.csv.zip": (b"PK\x03\x04 no", "damaged or cut short"),
    "cut short.csv.gz": (gzip.compress(_TEXT)[:-9], "damaged or cut short"),
    "garbage.csv.gz": (_TEXT, "damaged or cut short"),
    "cut short.csv.xz": (lzma.compress(_TEXT)[:-9], "damaged or cut short"),
    "garbage.csv.xz": (_TEXT, "damaged or cut short"),
    "gzip inside.csv": (gzip.compress(_TEXT), "packed by gzip inside. Unpack it"),
    "zip inside.csv": (_zip(a=_TEXT), "a zip archive inside. Unpack it"),
    "workbook.csv": (_zip(**{"xl/workbook.xml": b""}), "an Excel workbook inside.*CSV UTF-8"),
    "old workbook.csv": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook inside.*CSV UTF-8"),
    "utf-16.csv": (_TEXT.decode().encode("utf-16"), "UTF-16, not UTF-8.*CSV UTF-8"),
    "latin-1.csv": (b"date,cpi\n1988-01,\xa348\n", "byte 0xa3 in line 2.*CSV UTF-8"),
    "a page.csv": (b"<!DOCTYPE html><p>Not found", "a web page inside"),
    "nothing.csv": (b" \n", "the file is empty"),
    "nothing.csv.gz": (gzip.compress(b""), "the file is empty"),
    "header.csv": (b"date,cpi\n", "a header but no rows"),
    "ragged.csv": (b"date,cpi\n1988-01,4,8\n", "Expected 2 fields in line 2, saw 3"),
}


@pytest.mark.parametrize("name", _READ)
def test_a_table_is_read_packed_or_not(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(_READ[name])
    assert read_text_table(tmp_path / name).to_numpy().tolist() == [["1988-01", "48.4"]]


@pytest.mark.parametrize("name", _REFUSED)
def test_another_file_is_told_with_its_name(tmp_path: Path, name: str) -> None:
    content, told = _REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name}: .*{told}"):
        read_text_table(tmp_path / name)


def _as_folder(path: Path) -> None:
    path.mkdir()


def _as_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere.csv")


def _as_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "told"),
    [(_as_folder, "a folder"), (_as_dangling_link, "leads to no file"), (_as_loop, "leads to no")],
)
def test_what_is_no_file_is_told(tmp_path: Path, make: Callable[[Path], None], told: str) -> None:
    (tmp_path / "prices").mkdir()
    make(tmp_path / "prices" / "ons_cpi_d7bt.csv")
    with pytest.raises(DataError, match=f"ons_cpi_d7bt.csv: .*{told}"):
        DataFolder(tmp_path).read("cpi")


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.csv").write_bytes(_TEXT)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"a.csv: you may not read it"):
        read_text_table(tmp_path / "a.csv")


def test_a_link_out_of_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_bytes(_TEXT)
    (tmp_path / "data" / "prices").mkdir(parents=True)
    (tmp_path / "data" / "prices" / "ons_cpi_d7bt.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert len(DataFolder(tmp_path / "data").read("cpi")) == 1


def test_the_checksum_is_of_the_file_as_it_lies_there(tmp_path: Path) -> None:
    packed = gzip.compress(_TEXT)
    (tmp_path / "a.csv.gz").write_bytes(packed)
    assert file_digest(tmp_path / "a.csv.gz") == hashlib.sha256(packed).hexdigest()


def test_lines_of_commas_are_no_rows_and_counted(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "ons_cpi_d7bt.csv").write_bytes(_TEXT + b",\n,\n")
    folder = DataFolder(tmp_path)
    assert len(folder.read("cpi")) == 1
    (record,) = folder.provenance
    assert (record.rows_in, record.rows_kept, sum(record.dropped.values())) == (3, 1, 2)


@pytest.mark.parametrize("number", ["1,7", "0,123", "1,23,456", "12345,678", "1,2345", "16,"])
def test_a_decimal_comma_is_refused(tmp_path: Path, number: str) -> None:
    path = tmp_path / "prices" / "ons_cpi_d7bt.csv"
    path.parent.mkdir()
    path.write_text(f'date,cpi\n1988-01,"{number}"\n')
    with pytest.raises(DataError, match=f"'{number}'.*") as raised:
        DataFolder(tmp_path).read("cpi")
    assert "a decimal point" in str(raised.value)


@pytest.mark.parametrize(("written", "number"), [("1,234", 1234), ("12,345,678.5", 12345678.5)])
def test_thousands_may_be_parted_by_commas(tmp_path: Path, written: str, number: float) -> None:
    path = tmp_path / "prices" / "ons_cpi_d7bt.csv"
    path.parent.mkdir()
    path.write_text(f'date,cpi\n1988-01,"{written}"\n')
    assert DataFolder(tmp_path).read("cpi")["cpi"].tolist() == [number]


@pytest.mark.parametrize("header", ["date,cpi,cpi", "date,cpi, cpi "])
def test_two_columns_of_one_name_are_told(tmp_path: Path, header: str) -> None:
    path = tmp_path / "prices" / "ons_cpi_d7bt.csv"
    path.parent.mkdir()
    path.write_text(f"{header}\n1988-01,48.4,99\n")
    with pytest.raises(DataError, match="'cpi' found more than once"):
        DataFolder(tmp_path).read("cpi")
