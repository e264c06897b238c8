"""Section 3's sensitivity part: the planted effects, sums that must close, and refusals."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.controlled import blocks_by_step, controlled
from neighbourhood_equity.analysis.inputs import TRUTH, Inputs
from neighbourhood_equity.analysis.quantities import NotEstimable, PValue, percent_effect
from neighbourhood_equity.analysis.reasons import (
    HardlyVaries,
    NoMeasureDiffers,
    NotHeldEqual,
    OnlyInsideAreas,
    TooFewClusters,
)
from neighbourhood_equity.analysis.results.area_sizes import area_sizes
from neighbourhood_equity.analysis.results.controlled_inference import controlled_inference
from neighbourhood_equity.analysis.results.moderators import moderators
from neighbourhood_equity.analysis.results.specification_curve import no_choice
from neighbourhood_equity.analysis.results.undoing import confounders, undoing
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.data.simulated_city import Truth

DOMAINS = ("civic_assets", "connectedness", "engagement")
WARDS, INSIDE = 12, 8


@pytest.mark.parametrize("rule", ["cr1", "cr2", "wild"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_rule_holds_the_planted_effect(book: Run, inputs: Inputs, domain, rule):
    planted = percent_effect(Truth.read(inputs.folder.root / TRUTH).social_capital_on_price[domain])
    finding = book.findings[f"sensitivity.{domain}.{rule}"]
    assert finding.ci_low <= planted <= finding.ci_high


def test_adjusted_p_values_are_not_smaller(book: Run):
    family = [one for one in book.results["controlled_inference"].measures if one.p_holm]
    assert len(family) == len(DOMAINS)
    assert all(one.p_romano_wolf.p >= one.p_wild.p - 1e-12 for one in family)
    assert all(one.p_holm.p >= one.p_wild.p for one in family)


def test_the_curve_has_no_missing_interval(book: Run):
    for one in book.results["specification_curve"].told:
        assert np.isfinite(one.estimates[["estimate", "ci_low", "ci_high"]].to_numpy()).all()


def test_the_planted_effects_are_found_by_the_joint_test(book: Run):
    assert all(book.findings[f"sensitivity.{domain}.curve_p"].value <= 0.05 for domain in DOMAINS)


def test_three_sizes_of_area_from_the_same_small_ones(book: Run, inputs: Inputs):
    sold = inputs.areas[inputs.areas["sales"] >= inputs.study.cross_section.minimum_sales]
    found = {unit: one.n for unit, one in book.results["area_sizes"].estimates.items()}
    assert found == {unit: sold[unit].nunique() for unit in ("lsoa21", "msoa21", "ward22")}


def test_coproduction_inside_wards_is_refused_on_the_real_data(real: Run):
    finding = real.findings["sensitivity.coproduction_recorded.controlled"]
    assert not finding.estimable
    assert "same ward" in finding.reason


def test_effects_inside_which_a_measure_is_still_are_no_choice_on_the_real_data(real: Run):
    (civic,) = real.results["specification_curve"].with_still
    assert civic.key == "civic_assets"
    assert [one.level for one in civic.still] == ["msoa21"]
    assert set(civic.estimates["effects"]) == {"", "ward22"}


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(find_study("birmingham"))


def with_steps(study: Study, *steps: dict[str, Any]) -> Study:
    """The study with its last steps changed."""
    section = study.cross_section
    last = section.steps[-1]
    made = [last.model_copy(update={"name": f"step{i}", **step}) for i, step in enumerate(steps)]
    changed = section.model_copy(update={"steps": [*section.steps[:2], *made]})
    return study.model_copy(update={"cross_section": changed})


@pytest.fixture(scope="module")
def areas(study: Study) -> pd.DataFrame:
    """A made town in which coproduction came to whole wards."""
    rng = np.random.default_rng(5)
    n = WARDS * INSIDE
    columns = [*study.cross_section.social_capital, *study.cross_section.steps[-1].controls]
    frame = pd.DataFrame(rng.normal(size=(n, len(columns))), columns=columns)
    wards = np.repeat([f"E{i:02}" for i in range(WARDS)], INSIDE)
    return frame.assign(
        lsoa21=[f"a{i}" for i in range(n)],
        msoa21=np.repeat([f"m{i}" for i in range(n // 2)], 2),
        ward22=wards,
        ward22_name="Ward " + pd.Series(wards),
        place_or_ward=wards,
        coproduction_recorded=(np.arange(n) < 2 * INSIDE).astype(float),
        sales=100,
        households=600,
        **{
            study.cross_section.outcome: frame["engagement"] * 0.02 + rng.normal(scale=0.05, size=n)
        },
    )


def test_what_has_no_place_in_the_equation_is_refused_and_the_rest_is_estimated(study, areas):
    found = controlled_inference(study, areas)
    refused = found.of("coproduction_recorded")
    assert refused.p_wild == NotEstimable(HardlyVaries("ward22", 0, 5), "p")
    assert [one.key for one in found.told] == list(study.cross_section.social_capital)
    assert found.family.number == len(found.told)


def test_the_smallest_p_of_a_family_is_that_of_all_its_members_by_holm(study, areas):
    found = controlled_inference(study, areas).of("engagement")
    assert isinstance(found.p_wild, PValue)
    assert found.p_holm.p == pytest.approx(3 * found.p_wild.p)


def test_too_few_clusters_are_the_reason_of_every_part(study, areas):
    few = areas[areas["ward22"] < "E03"]
    why = TooFewClusters("place_or_ward", 3, 5)
    for make, number in (
        (controlled_inference, "wild"),
        (undoing, "value"),
    ):
        found = make(study, few)
        assert found.told == ()
        assert {getattr(one, number).reason for one in found.measures} == {why}
    assert area_sizes(study, few).measures[0].smallest.reason == why
    assert controlled_inference(study, few).clusters.reason == why


def test_a_city_in_which_no_measure_differs_says_what_is_held_equal(study, areas):
    flat = areas.assign(**dict.fromkeys(study.cross_section.social_capital, 0.0))
    reason = controlled_inference(study, flat).clusters.reason
    assert isinstance(reason, NoMeasureDiffers)
    assert reason.held_equal[-1] == "the ward"


def test_blocks_are_taken_from_steps_that_are_not_nested(study):
    loose = with_steps(study, {"controls": ["owned"]}, {"controls": ["flats"]})
    assert [one.columns for one in blocks_by_step(loose.cross_section)] == [
        ("ward22",),
        ("flats",),
    ]


def test_a_study_with_area_only_inside_areas_has_no_other_sizes_of_area(study, areas):
    section = study.cross_section
    last = section.steps[-1]
    only = section.model_copy(update={"steps": [last, last]})
    found = area_sizes(study.model_copy(update={"cross_section": only}), areas)
    assert found.told == ()
    assert found.measures[0].smallest == NotEstimable(OnlyInsideAreas())


def test_without_a_covariate_to_be_compared_with_no_confounder_is_bounded(study, areas):
    bare = with_steps(study, {"controls": ["flats"]})
    first = confounders(bare, areas).measures[0]
    assert first.bound == NotEstimable(NotHeldEqual(("income_deprivation", "owned")))
    assert moderators(bare, areas).measures[0].by[1].gap == NotEstimable(NotHeldEqual(("owned",)))


def test_a_moderator_is_low_and_high_at_its_quartiles(study, areas):
    found = moderators(study, areas).measures[0].by[0]
    held = areas[found.moderator.column]
    low, high = np.percentile(held, 25), np.percentile(held, 75)
    assert found.estimate is not None
    slope = found.estimate.select([f"{study.cross_section.social_capital[0]}_by_{held.name}"])
    assert found.gap.log == pytest.approx((high - low) * slope.coefficients[0])
    alone = found.estimate[study.cross_section.social_capital[0]].estimate
    assert found.low.log == pytest.approx(alone + low * slope.coefficients[0])
    assert found.high.log == pytest.approx(alone + high * slope.coefficients[0])


def test_a_covariate_that_cannot_bound_a_confounder_gives_its_own_reason(study, areas):
    near = areas["owned"] + 0.01 * areas["flats"]
    found = confounders(study, areas.assign(income_deprivation=near, engagement=areas["owned"]))
    messages = [reason.message for reason in found.refusals]
    assert messages
    assert not any("would explain" in message for message in messages)


def test_the_ward_that_matters_most_is_named(study, areas):
    assert undoing(study, areas).told[0].without_ward.startswith("Ward E")


def test_effects_inside_which_a_measure_is_still_are_no_choice(study, areas):
    still = areas.groupby("msoa21")["engagement"].transform("mean")
    section = study.cross_section
    found = no_choice(section, areas.assign(engagement=still), "engagement")
    assert [(one.level, round(one.share, 9)) for one in found] == [("msoa21", 0)]
    chosen = controlled(section, areas)
    assert replace(chosen, refused={}).terms == chosen.measures
