"""From a study's steps to equations: hopeless terms left out, and why."""

import pandas as pd
import pytest

from neighbourhood_equity.analysis.equations import (
    added,
    equations,
    no_place,
    still,
)
from neighbourhood_equity.analysis.study import Study, find_study, read_study


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(find_study("birmingham"))


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    """Twelve areas in six wards; coproduction is recorded by whole wards."""
    wards = pd.Series([*"aabbccddeeff"])
    measures = {name: range(12) for name in ("civic_assets", "connectedness", "engagement")}
    return pd.DataFrame({"ward22": wards, "place_or_ward": wards, **measures}).assign(
        coproduction_recorded=wards.isin(["a", "b"]).astype(float)
    )


def test_a_term_that_moves_in_too_few_wards_is_refused(areas: pd.DataFrame) -> None:
    refused = still(areas, ["civic_assets", "coproduction_recorded"], ["ward22"])
    assert list(refused) == ["coproduction_recorded"]


def test_the_refused_term_is_left_out_of_its_equation(study: Study, areas: pd.DataFrame) -> None:
    ward = list(equations(study.cross_section, areas))[-1]
    assert "coproduction_recorded" not in ward.specification.regressors


def test_a_term_that_differs_in_one_cluster_alone_is_left_out(
    study: Study, areas: pd.DataFrame
) -> None:
    section = study.cross_section
    one = areas.assign(coproduction_recorded=(areas["ward22"] == "a").astype(float))
    assert list(no_place(section, one, ["engagement", "coproduction_recorded"], ())) == [
        "coproduction_recorded"
    ]


def test_each_measure_alone_has_its_own_equation(study: Study, areas: pd.DataFrame) -> None:
    alone = [one for one in equations(study.cross_section, areas) if one.step.separately]
    assert [one.specification.regressors for one in alone] == [
        ("civic_assets",),
        ("connectedness",),
        ("engagement",),
        ("coproduction_recorded",),
    ]


def test_what_is_held_equal_is_told_by_step(study: Study) -> None:
    section = study.cross_section
    assert added(section, section.steps[0]) == ()
    assert added(section, section.steps[4]) == (
        "the mean date of sale",
        "income and employment deprivation",
        "tenure",
    )
