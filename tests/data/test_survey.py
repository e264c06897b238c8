"""A researcher's own survey: its template, its faults, its sampling variance."""

from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.survey import (
    known_codes,
    read_survey,
    survey_indicators,
    survey_template,
)

_HEADER = survey_template().splitlines()[0]
_GOOD = [
    "E05000001,ward22,2024,NI 4,1,120,48,,1.3",
    "E05000002,ward22,2024,NI 4,1,80,,25,",
    "E05000001,ward22,2024,NI 17,-1,95,,21.5,",
]
_KNOWN = {
    "ward22": {"E05000001", "E05000002"},
    "ward17": {"E05000009"},
    "lsoa11": {"E01000001", "E01000002"},
    "lsoa21": {"E01000001", "E01000003"},
}


def _read(folder: Path, *rows: str) -> pd.DataFrame:
    path = folder / "survey.csv"
    path.write_text("\n".join([_HEADER, *rows]) + "\n")
    return read_survey(path, _KNOWN)


def test_the_examples_of_the_template_are_not_read(tmp_path: Path) -> None:
    assert len(_read(tmp_path, *survey_template().splitlines()[1:], *_GOOD)) == 3


def test_the_examples_of_the_template_would_be_read_without_their_mark(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(survey_template().replace("#", ""))
    assert len(read_survey(path)) == 2


def test_the_percentage_comes_from_the_counts(tmp_path: Path) -> None:
    assert _read(tmp_path, *_GOOD)["percent"].tolist() == [40.0, 25.0, 21.5]


def test_the_counts_come_from_the_percentage(tmp_path: Path) -> None:
    assert _read(tmp_path, *_GOOD)["agreeing"][1] == 20.0


def test_a_blank_design_effect_is_one(tmp_path: Path) -> None:
    assert _read(tmp_path, *_GOOD)["design_effect"].tolist() == [1.3, 1.0, 1.0]


def test_the_variance_grows_with_the_design_effect(tmp_path: Path) -> None:
    variance = survey_indicators(_read(tmp_path, *_GOOD))["variance"][0]
    p = 50 / 124
    assert variance == pytest.approx(1e4 * 1.3 * p * (1 - p) / 120)


def test_where_all_agree_the_variance_is_not_zero(tmp_path: Path) -> None:
    table = survey_indicators(_read(tmp_path, "E05000001,ward22,2024,NI 4,1,10,10,,"))
    assert table["variance"][0] > 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("E05000001,ward22,2024,Trust,2,10,5,,", "not 1 .* or -1"),
        ("E05000001,ward22,2024,Trust,,10,5,,", "not 1 .* or -1"),
        ("E05000001,ward22,2024,NI 1,-1,10,5,,", "rows of NI 1 have -1, but its direction is 1"),
        ("E05000002,ward22,2024,NI 17,1,10,5,,", "rows of NI 17 have 1, but its direction is -1"),
        ("E05000001,ward22,2024,NI 4,1,120,48,,", "repeat an area, period and indicator"),
        ("E05000009,ward22,2024,NI 4,1,10,5,,", "mixed vintages: 1 codes are of ward 2017"),
        ("E05000009,ward17,2024,NI 4,1,10,5,,", "ward 2017 and ward 2022 in one file"),
        ("E01000002,lsoa21,2024,NI 4,1,10,5,,", "mixed vintages: 1 codes are of LSOA 2011"),
        ("E05000008,ward22,2024,NI 4,1,10,5,,", "not in the boundaries of ward 2022"),
        ("E01000001,ward22,2024,NI 4,1,10,5,,", "not codes of the geography"),
        ("E05000001,ward20,2024,NI 4,1,10,5,,", "not one of lsoa11"),
        ("E05000002,ward22,2024,NI 1,1,10,,140,", "are above 100: '140'"),
        ("E05000002,ward22,2024,NI 1,1,10,,-1,", "are below zero"),
        ("E05000002,ward22,2024,NI 1,1,,,40,", "have no sample size"),
        ("E05000002,ward22,2024,NI 1,1,0,,40,", "not a whole number of one or more"),
        ("E05000002,ward22,2024,NI 1,1,10,11,,", "more than the respondents"),
        ("E05000002,ward22,2024,NI 1,1,10,,,", "neither 'agreeing' nor 'percent'"),
        ("E05000002,ward22,2024,NI 1,1,10,5,60,", "do not fit"),
        ("E05000002,ward22,2024,NI 1,1,10,few,,", "not numbers"),
        ("E05000002,ward22,2024,NI 1,1,10,5,,0", "not above zero"),
        (",ward22,2024,NI 1,1,10,5,,", "are blank"),
    ],
)
def test_a_fault_is_refused(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as refusal:
        _read(tmp_path, *_GOOD, row)
    assert len(refusal.value.faults) <= 2


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        _read(
            tmp_path,
            *_GOOD,
            "E05000001,ward22,2024,NI 4,-1,,,140,",
            "E05000009,ward17,2024,NI 4,1,10,5,,",
        )
    # Direction, repeated area, sample size, percentage, vintage.
    assert len(refusal.value.faults) == 5


def test_a_file_of_examples_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="only example rows"):
        _read(tmp_path, *survey_template().splitlines()[1:])


def test_the_city_tells_its_vintages_apart(shared_data: Path) -> None:
    known = known_codes(DataFolder(shared_data))
    assert {name: len(codes) for name, codes in known.items()} == {
        "lsoa11": 639,
        "lsoa21": 659,
        "ward17": 40,
        "ward22": 69,
    }
