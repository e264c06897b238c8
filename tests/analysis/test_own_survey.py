"""A researcher's survey ends as a table of wards; without one the report says so."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.analysis.inputs import Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.quantities import Count, NotEstimable
from neighbourhood_equity.analysis.reasons import NoSurvey, SurveyNotByWard
from neighbourhood_equity.analysis.results.own_survey import own_survey
from neighbourhood_equity.analysis.study import find_study, read_study
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError

HEAD = "area,geography,period,indicator,direction,respondents,agreeing,percent,design_effect"


@pytest.fixture(scope="module")
def city(small_city: Path) -> Inputs:
    shipped = read_study(find_study("simulated_city"))
    geography = shipped.geography.model_copy(update={"expected": {}})
    study = shipped.model_copy(update={"geography": geography})
    return read_inputs(study, open_folder(study, small_city))


@pytest.fixture
def inputs(city: Inputs, tmp_path: Path) -> Inputs:
    """The city's tables, with a folder of one's own."""
    shutil.copytree(city.folder.root, tmp_path / "city", copy_function=os.link)
    return replace(city, folder=DataFolder(tmp_path / "city"))


def write(inputs: Inputs, rows: list[str]) -> None:
    path = inputs.folder.root / "social_capital" / "survey_2024.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")


def test_without_a_survey_the_report_says_so(inputs: Inputs) -> None:
    survey = own_survey(inputs.folder, inputs.areas).survey
    assert isinstance(survey, NotEstimable)
    assert survey.reason == NoSurvey()


def test_every_ward_gets_a_prediction(inputs: Inputs) -> None:
    wards = sorted(inputs.areas["ward22"].unique())
    rng = np.random.default_rng(3)
    agreeing = rng.binomial(60, 0.4, len(wards) - 5)
    write(
        inputs,
        [f"{w},ward22,2024,NI 4,1,60,{n},," for w, n in zip(wards, agreeing, strict=False)],
    )
    survey = own_survey(inputs.folder, inputs.areas)
    table = survey.predicted
    assert isinstance(survey.survey, Count)
    assert survey.survey.number == len(wards) - 5
    assert len(table) == len(wards)
    assert table["estimate"].between(0, 100).all()
    assert int(table["synthetic"].sum()) == 5


def test_a_percentage_above_a_hundred_is_refused(inputs: Inputs) -> None:
    ward = inputs.areas["ward22"].iloc[0]
    write(inputs, [f"{ward},ward22,2024,NI 4,1,60,,140,"])
    with pytest.raises(DataError, match="140"):
        own_survey(inputs.folder, inputs.areas)


def test_each_period_of_a_survey_is_predicted_by_itself(inputs: Inputs) -> None:
    wards = sorted(inputs.areas["ward22"].unique())
    rng = np.random.default_rng(4)
    write(
        inputs,
        [
            f"{ward},ward22,{year},NI 4,1,60,{rng.binomial(60, share)},,"
            for year, share in ((2023, 0.3), (2024, 0.6))
            for ward in wards
        ],
    )
    table = own_survey(inputs.folder, inputs.areas).predicted
    means = table.groupby("question")["estimate"].mean()
    assert means.index.tolist() == ["NI 4, 2023", "NI 4, 2024"]
    assert means["NI 4, 2024"] - means["NI 4, 2023"] > 20
    assert len(table) == 2 * len(wards)


def test_a_survey_that_does_not_ask_by_ward_is_refused_in_its_place(inputs: Inputs) -> None:
    areas = inputs.areas["lsoa21"].iloc[:30]
    write(inputs, [f"{area},lsoa21,2024,NI 4,1,60,{n + 20},," for n, area in enumerate(areas)])
    survey = own_survey(inputs.folder, inputs.areas).survey
    assert isinstance(survey, NotEstimable)
    assert survey.reason == SurveyNotByWard()


def test_fractions_in_place_of_per_cent_are_refused(inputs: Inputs) -> None:
    wards = inputs.areas["ward22"].unique()[:3]
    write(inputs, [f"{ward},ward22,2024,NI 4,1,60,,0.3{n}," for n, ward in enumerate(wards)])
    with pytest.raises(DataError, match="3 of 3 rows are at most 1, as if written as fractions"):
        own_survey(inputs.folder, inputs.areas)
