"""The deprivation readers keep the publisher's numbers and refuse what cannot be one."""

from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers import deprivation

_2019 = "lsoa,overall_local_score,income_score,employment_score\n"


def _read_2019(folder: Path, rows: str, header: str = _2019) -> pd.DataFrame:
    path = folder / "scores.csv"
    path.write_text(header + rows)
    return deprivation.imd_2019_scores(path).frame


def test_scores_are_read_under_our_names(tmp_path: Path) -> None:
    frame = _read_2019(tmp_path, "E01000001,41.179,23.2,19.1\n")
    assert frame.iloc[0].to_dict() == {
        "lsoa11": "E01000001",
        "imd": 41.179,
        "income": 23.2,
        "employment": 19.1,
    }


def test_a_renamed_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'income_score' not found"):
        _read_2019(tmp_path, "E01000001,1,2,3\n", _2019.replace("income_score", "income"))


def test_a_percentage_above_100_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'income_score'.*between 0 and 100: 123 .*data row 2"):
        _read_2019(tmp_path, "E01000001,1,2,3\nE01000002,1,123,3\n")


def test_a_duplicated_area_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="repeat the key lsoa: 'E01000001'"):
        _read_2019(tmp_path, "E01000001,1,2,3\nE01000001,1,2,3\n")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        _read_2019(tmp_path, "W01000001,1,123,-3\nE01000002,1,2,3\nE01000002,1,2,3\n")
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("source", "column", "expected"),
    [
        ("imd_2019_scores", "employment", 19.1),
        ("imd_2025", "crime", 1.239),
    ],
)
def test_the_published_value_of_birmingham_067a(
    shared_data: Path, source: str, column: str, expected: float
) -> None:
    frame = DataFolder(shared_data).read(source)
    area = frame[frame.iloc[:, 0] == "E01008881"]
    assert area[column].item() == pytest.approx(expected)


def test_the_city_is_complete(shared_data: Path) -> None:
    assert len(DataFolder(shared_data).read("imd_2025")) == 659
