"""A researcher's survey ends as a table of wards; without one the report says so."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.chapters import own_survey
from neighbourhood_equity.analysis.inputs import Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.study import find_study, read_study
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.simulated_city import cached_city

HEAD = "area,geography,period,indicator,direction,respondents,agreeing,percent,design_effect"


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    study = read_study(find_study("simulated_city"))
    shutil.copytree(cached_city(study.seed), tmp_path / "city")
    return read_inputs(study, open_folder(study, tmp_path / "city"))


def write(inputs: Inputs, rows: list[str]) -> None:
    path = inputs.folder.root / "social_capital" / "survey_2024.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")


def test_without_a_survey_the_report_says_so(inputs: Inputs) -> None:
    book = Book()
    own_survey.compute(inputs, book)
    assert not book.findings["social_capital.survey"].estimable


def test_every_ward_gets_a_prediction(inputs: Inputs) -> None:
    wards = sorted(inputs.areas["ward22"].unique())
    rng = np.random.default_rng(3)
    agreeing = rng.binomial(60, 0.4, len(wards) - 5)
    write(
        inputs,
        [f"{w},ward22,2024,NI 4,1,60,{n},," for w, n in zip(wards, agreeing, strict=False)],
    )
    book = Book()
    own_survey.compute(inputs, book)
    table = book.exhibits["social_capital.survey"].frame
    assert len(table) == len(wards)
    assert table["estimate"].between(0, 100).all()
    assert int(table["synthetic"].sum()) == 5


def test_a_percentage_above_a_hundred_is_refused(inputs: Inputs) -> None:
    ward = inputs.areas["ward22"].iloc[0]
    write(inputs, [f"{ward},ward22,2024,NI 4,1,60,,140,"])
    with pytest.raises(DataError, match="140"):
        own_survey.compute(inputs, Book())
