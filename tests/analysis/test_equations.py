"""From a study's steps to equations: bad controls refused, hopeless terms left out, and why."""

import pandas as pd
import pytest

from neighbourhood_equity.analysis.equations import (
    added,
    check_variables,
    equations,
    no_place,
    still,
)
from neighbourhood_equity.analysis.study import Study, StudyError, find_study, read_study


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(find_study("birmingham"))


def with_controls(study: Study, *controls: str) -> Study:
    section = study.cross_section
    step = section.steps[2].model_copy(update={"controls": list(controls)})
    return study.model_copy(
        update={"cross_section": section.model_copy(update={"steps": [*section.steps[:2], step]})}
    )


def test_a_result_of_the_treatment_is_no_control(study: Study) -> None:
    with pytest.raises(StudyError, match="'safety' is a result of coproduction"):
        check_variables(with_controls(study, "safety"))


def test_a_column_of_the_report_itself_is_no_control(study: Study) -> None:
    with pytest.raises(StudyError, match="'log_price' is not a declared column"):
        check_variables(with_controls(study, "log_price"))


def test_a_mistyped_control_is_told_with_what_is_allowed(study: Study) -> None:
    with pytest.raises(StudyError, match=r"'ownd' is not a declared column. Did you mean 'owned'"):
        check_variables(with_controls(study, "ownd"))


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


@pytest.mark.parametrize("measures", [["engagement"], ["civic_assets", "engagement"]])
def test_a_study_may_name_fewer_than_three_measures(study: Study, measures: list[str]) -> None:
    section = study.cross_section.model_copy(update={"social_capital": measures})
    check_variables(study.model_copy(update={"cross_section": section}))


def test_what_is_held_equal_is_told_by_step(study: Study) -> None:
    section = study.cross_section
    assert added(section, section.steps[0]) == ()
    assert added(section, section.steps[3]) == (
        "income and employment deprivation",
        "tenure",
    )


def test_a_column_of_another_role_is_refused(study: Study) -> None:
    section = study.cross_section.model_copy(
        update={
            "social_capital": ["log_price_per_sqm", "engagement", "connectedness"],
            "outcome": "safety",
        }
    )
    with pytest.raises(StudyError) as fault:
        check_variables(study.model_copy(update={"cross_section": section}))
    outcome, measure = fault.value.faults
    assert outcome.startswith("cross_section.outcome: 'safety' (Safety from crime) cannot stand")
    assert "Allowed: log_price_per_sqm." in outcome
    assert measure.startswith("cross_section.social_capital: 'log_price_per_sqm'")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"coproduction": []}, "coproduction is empty; the report asks"),
        ({"social_capital": []}, "social_capital is empty; the report asks what social capital"),
        ({"social_capital": ["social_capital"]}, "'social_capital' .* cannot stand here"),
        ({"social_capital": ["libraries_within_1km", "engagement"]}, "'libraries_within_1km'"),
        ({"coproduction": ["coproduction_recordd"]}, "Did you mean 'coproduction_recorded'"),
    ],
)
def test_what_the_report_cannot_do_is_a_sentence(
    study: Study, changes: dict[str, list[str]], told: str
) -> None:
    section = study.cross_section.model_copy(update=changes)
    with pytest.raises(StudyError, match=told):
        check_variables(study.model_copy(update={"cross_section": section}))
