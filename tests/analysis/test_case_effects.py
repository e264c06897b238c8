"""Donors and placebos follow their rules; what was planted is found; the hopeless is refused."""

from collections.abc import Iterable
from dataclasses import fields

import numpy as np
import pytest

from neighbourhood_equity.analysis.graph import make
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.quantities import PriceDifference
from neighbourhood_equity.analysis.reasons import (
    LeftOutForSpace,
    NoPlaceCompared,
    NoPrePeriod,
    NoSectorInside,
    NoYearAfter,
    NoYearRunning,
    Reason,
    StartUnknown,
    TooFewYearsBefore,
)
from neighbourhood_equity.analysis.results.case_effects import (
    CaseEffects,
    NoEffect,
    Together,
    case_effects,
)
from neighbourhood_equity.analysis.results.case_studies import (
    case_places,
    case_studies,
    short_name,
)
from neighbourhood_equity.analysis.synthetic_comparisons import evaluate
from neighbourhood_equity.analysis.synthetic_designs import (
    DONOR_SALES,
    LEAST_BEFORE,
    MATCHED,
    CaseDesign,
    SectorMarket,
    case_design,
    case_designs,
    sector_market,
)
from neighbourhood_equity.data import tables
from neighbourhood_equity.models.programmes.synthetic_did import synthetic_did

NEAR = 1500.0
"""Metres within which a sector is too near for a donor: not asked of the code."""


@pytest.fixture(scope="module")
def market(inputs: Inputs) -> SectorMarket:
    return sector_market(inputs.sectors, inputs.folder, inputs.rules, 0.7)


def designs_of(inputs: Inputs, market: SectorMarket) -> dict[str, CaseDesign | Reason]:
    wanted = case_places(inputs.study, inputs.places)
    return case_designs(inputs.places, wanted, {}, market, inputs.study.period.first_year)


@pytest.fixture(scope="module")
def designs(inputs: Inputs, market: SectorMarket) -> list[CaseDesign]:
    made = designs_of(inputs, market).values()
    return [design for design in made if isinstance(design, CaseDesign)]


@pytest.fixture(scope="module")
def effects(inputs: Inputs) -> CaseEffects:
    given = {one.name: getattr(inputs, one.name) for one in fields(inputs)}
    made = make(["case_effects"], given)["case_effects"].record
    assert isinstance(made, CaseEffects)
    return made


def distances(inputs: Inputs, some: tuple[str, ...], others: tuple[str, ...]) -> np.ndarray:
    centres = inputs.folder.read("sector_share").set_index("sector")[["easting", "northing"]]
    here, there = (centres.loc[list(names)].to_numpy(float) for names in (some, others))
    return np.linalg.norm(here[:, None] - there[None], axis=2)


def test_no_donor_is_a_neighbour(inputs: Inputs, designs: list[CaseDesign]) -> None:
    for design in designs:
        assert distances(inputs, design.true.sectors, design.pool).min() >= NEAR


def test_no_donor_of_a_placebo_is_its_neighbour(inputs: Inputs, designs: list[CaseDesign]) -> None:
    for trial in designs[0].placebos:
        own = tuple(designs[0].pool[index] for index in trial.donors)
        assert distances(inputs, trial.sectors, own).min() >= NEAR


def test_no_donor_touches_a_recorded_place(inputs: Inputs, designs: list[CaseDesign]) -> None:
    shares = tables.sector_places(inputs.folder, inputs.rules)
    touched = set(shares.loc[shares["share"] > tables.BRUSH, "sector"])
    assert not touched & {name for design in designs for name in design.pool}


def test_donors_sell_enough_in_every_year(inputs: Inputs, designs: list[CaseDesign]) -> None:
    fewest = inputs.sectors.groupby("sector")["sales"].min()
    assert min(fewest[list(design.pool)].min() for design in designs) >= DONOR_SALES


def test_placebo_places_are_as_large_as_the_place(designs: list[CaseDesign]) -> None:
    for design in designs:
        assert {len(trial.sectors) for trial in design.placebos} == {len(design.true.sectors)}


def test_an_effect_added_to_a_place_is_found(designs: list[CaseDesign]) -> None:
    design = designs[0]
    span = design.windows()["running"]
    plain = evaluate(design, synthetic_did).found.effect(span)
    raised = design.true.outcome.copy()
    raised[design.before :] += 0.2
    again = synthetic_did(raised, design.outcomes, design.before).effect(span)
    assert again - plain == pytest.approx(0.2)


def test_planted_effects_lie_in_their_intervals(effects: CaseEffects) -> None:
    assert effects.planted_inside is not None
    assert effects.planted_inside.value >= effects.places.value - 1


def test_all_places_together_hold_the_planted_effect(effects: CaseEffects) -> None:
    together = effects.together
    assert isinstance(together, Together)
    assert isinstance(together.planted, PriceDifference)
    assert together.effect.log_low is not None
    assert together.effect.log_high is not None
    assert 0 < together.effect.log_low < together.planted.log < together.effect.log_high


def test_effects_carry_their_label(effects: CaseEffects) -> None:
    assert isinstance(effects.together, Together)
    assert effects.together.effect.label == "synthetic_control"


def test_every_recorded_place_has_an_effect_or_a_reason(
    inputs: Inputs, effects: CaseEffects
) -> None:
    assert [one.of.place for one in effects.recorded] == list(inputs.places["place"])


def reason_of(effects: CaseEffects, key: str) -> Reason:
    one = effects.of(key)
    assert isinstance(one, NoEffect)
    return one.running.reason


def test_a_start_as_old_as_the_data_has_no_years_before(effects: CaseEffects) -> None:
    assert reason_of(effects, "mallowgate") == NoPrePeriod(1995)


def test_a_place_without_pages_is_left_out_for_space(effects: CaseEffects) -> None:
    assert reason_of(effects, "coppermead") == LeftOutForSpace(6)


def test_an_unknown_start_is_said_to_be_unknown(effects: CaseEffects) -> None:
    assert reason_of(effects, "clovergate") == StartUnknown()


@pytest.mark.parametrize(
    ("place", "began", "ended", "reason"),
    [
        ("Sorrelfield", 1995 + LEAST_BEFORE - 2, None, TooFewYearsBefore(4, LEAST_BEFORE)),
        ("Sorrelfield", 2024, None, NoYearAfter()),
        ("Sorrelfield", 2005, 2005, NoYearRunning()),
        ("Nowhere", 2005, None, NoSectorInside(0.7)),
    ],
)
def test_what_cannot_be_compared_has_its_own_reason(
    market: SectorMarket, place: str, began: int, ended: int | None, reason: Reason
) -> None:
    assert case_design(place, began, ended, market) == reason


def test_without_any_place_nothing_is_compared(inputs: Inputs) -> None:
    undated = inputs.places.assign(status="undated", began=np.nan)
    chosen = case_studies(inputs.study, undated)
    found = case_effects(
        inputs.study, inputs.folder, inputs.rules, inputs.sectors, undated, chosen, None
    )
    assert found.estimated == ()
    assert not isinstance(found.together, Together)
    assert found.together.reason == NoPlaceCompared()


def test_a_study_without_an_early_start_refuses_none(inputs: Inputs) -> None:
    later = inputs.places[inputs.places["status"] == "dated"]
    assert case_studies(inputs.study, later).start_effect is None


def test_early_starts_are_counted_among_the_places_with_pages(inputs: Inputs) -> None:
    early = inputs.places.assign(status="before the data")
    found = case_studies(inputs.study, early)
    assert found.early.value == found.places.value
    assert found.start_effect is not None
    assert found.start_effect.reason == NoPrePeriod(inputs.study.period.first_year)


def test_places_named_by_the_study_come_first(inputs: Inputs) -> None:
    chosen = inputs.study.coproduction.model_copy(update={"case_studies": ["Coppermead"]})
    study = inputs.study.model_copy(update={"coproduction": chosen})
    assert case_studies(study, inputs.places).chosen[0].name == "Coppermead"


def test_places_without_years_before_are_refused(birmingham: Inputs) -> None:
    market = sector_market(birmingham.sectors, birmingham.folder, birmingham.rules, 0.7)
    designs = designs_of(birmingham, market)
    made = [short_name(place) for place, one in designs.items() if isinstance(one, CaseDesign)]
    assert made == ["Kings Norton Three Estates", "Aston"]
    early = [place for place, one in designs.items() if isinstance(one, NoPrePeriod)]
    assert {"Castle Vale", "Balsall Heath", "Perry Common"} == set(early)


def test_an_effect_is_held_against_placebos_as_dear_and_as_often_sold(
    designs: list[CaseDesign],
) -> None:
    def apart(design: CaseDesign, chosen: Iterable[int]) -> float:
        level = design.true.outcome[: design.before].mean()
        trials = [design.placebos[index] for index in chosen]
        return float(np.mean([abs(one.outcome[: design.before].mean() - level) for one in trials]))

    for design in designs:
        everyone = range(len(design.placebos))
        assert len(design.matched) == min(MATCHED, len(design.placebos))
        assert apart(design, design.matched) <= apart(design, everyone)


def test_a_shared_sector_stands_for_no_place(birmingham: Inputs) -> None:
    market = sector_market(birmingham.sectors, birmingham.folder, birmingham.rules, 0.7)
    assert market.own_sectors("Aston") == ("B6 6",)
    assert market.own_sectors("Perry Common") == ()
