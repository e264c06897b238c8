"""The catalogue is whole, and the folder finds one file a source or says what to do."""

from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder, Source, catalogue, reader_of
from neighbourhood_equity.data.errors import DataError

_SOURCES = list(catalogue().values())
_IDS = [source.id for source in _SOURCES]


@pytest.mark.parametrize("source", _SOURCES, ids=_IDS)
def test_every_source_has_a_reader(source: Source) -> None:
    assert callable(reader_of(source))


@pytest.mark.parametrize("source", _SOURCES, ids=_IDS)
def test_every_source_says_whose_it_is(source: Source) -> None:
    told = (source.publisher, source.title, source.edition, source.licence, source.attribution)
    assert all(told)
    assert source.says
    assert source.done


@pytest.mark.parametrize("source", _SOURCES, ids=_IDS)
def test_every_pattern_lies_in_the_folder_that_downloads_go_to(source: Source) -> None:
    assert source.files
    assert all(pattern.startswith(f"{source.folder}/") for pattern in source.files)


def test_pages_are_addresses() -> None:
    asked = [
        page for source in _SOURCES for page in (source.page, source.by_page, source.licence_page)
    ]
    pages = [page for page in asked if page]
    assert all(page.startswith("https://") for page in pages)


@pytest.mark.parametrize("source", _SOURCES, ids=_IDS)
def test_every_source_is_read_from_the_shared_data(shared_data: Path, source: Source) -> None:
    own = Path(str(resources.files("neighbourhood_equity.analysis") / "studies" / "birmingham"))
    folder = DataFolder(shared_data, own)
    if not folder.finds(source.id):
        pytest.skip(f"the folder holds no file of {source.id}, which a study can do without")
    frame = folder.read(source.id)
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 0


@pytest.mark.parametrize(
    ("source_id", "name"),
    [
        ("price_paid", "prices/pp-complete.csv.gz"),
        ("cpi", "prices/ons_cpi_d7bt.csv.gz"),
        ("sector_share", "prices/postcode_sector_simulated_share.csv.gz"),
        ("lsoa21_ward22", "geography/LSOA21_WD22_LAD22_EW_LU_v3_simulated.csv"),
        ("boundaries_lsoa21", "geography/lsoa_2021_bsc_simulated.geojson.gz"),
        ("boundaries_msoa21", "geography/msoa_2021_simulated.geojson.gz"),
    ],
)
def test_files_of_a_simulated_city_are_found(tmp_path: Path, source_id: str, name: str) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).touch()
    (tmp_path / "geography").mkdir(exist_ok=True)
    (tmp_path / "geography" / "lsoa_2021_to_msoa_2021_simulated.csv").touch()
    assert DataFolder(tmp_path).locate(source_id) == tmp_path / name


def test_two_files_for_one_source_are_told(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    for city in ("here", "there"):
        (tmp_path / "prices" / f"uk_hpi_{city}.csv").touch()
    with pytest.raises(DataError, match=r"2 files match.*Expected one"):
        DataFolder(tmp_path).locate("uk_hpi")


def test_a_missing_source_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Download it from https://.* into the folder 'prices'"):
        DataFolder(tmp_path).locate("uk_hpi")


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        DataFolder(tmp_path / "nowhere").locate("uk_hpi")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("uk_hpi_x.csv.part", "half download"),
        ("uk_hpi_x.csv.gz.crdownload", "half download"),
        ("uk_hpi_x.csv~", "half download"),
        ("uk_hpi_x.xlsx", "workbook.*CSV UTF-8"),
        ("uk_hpi_x.csv.bz2", "unpack it"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / name).write_text("Date")
    with pytest.raises(DataError, match=f"{name} is .*{told}"):
        DataFolder(tmp_path).read("uk_hpi")


def test_a_shapefile_alone_is_named(tmp_path: Path) -> None:
    (tmp_path / "geography").mkdir()
    (tmp_path / "geography" / "lsoa_2021_x.shp").touch()
    with pytest.raises(DataError, match=r"lsoa_2021_x.shp is not read.*GeoJSON"):
        DataFolder(tmp_path).locate("boundaries_lsoa21")


def test_a_half_download_beside_the_whole_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    for name in ("uk_hpi_x.csv", "uk_hpi_y.csv.part"):
        (tmp_path / "prices" / name).touch()
    assert DataFolder(tmp_path).locate("uk_hpi").name == "uk_hpi_x.csv"


def test_a_half_download_hides_behind_no_file_of_the_study(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "coproduction_events.csv").touch()
    (tmp_path / "coproduction").mkdir()
    (tmp_path / "coproduction" / "coproduction_events.csv.part").touch()
    with pytest.raises(DataError, match="half download"):
        DataFolder(tmp_path, own).read("coproduction_events")


def test_a_survey_is_written_not_downloaded(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Write it in the layout") as raised:
        DataFolder(tmp_path).locate("survey")
    assert "ownload" not in str(raised.value)


def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prices").mkdir()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(DataError, match=r"You may not look into .*prices"):
        DataFolder(tmp_path).locate("uk_hpi")


def test_a_reading_leaves_its_checksum(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "ons_cpi_d7bt.csv").write_bytes(b"date,cpi\n1988-01,48.4\n")
    folder = DataFolder(tmp_path)
    folder.read("cpi")
    (record,) = folder.provenance
    # sha256sum of the 22 bytes above.
    assert record.sha256 == "326acf3dc8246265e3ff04a68b2da5ca108011173b1c18028fc6e28f9b52b2d6"
    assert (record.rows_in, record.rows_kept) == (1, 1)
