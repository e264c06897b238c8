"""Donors and placebos follow their rules; what was planted is found; the hopeless is refused."""

from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.chapters.case_studies import case_places
from neighbourhood_equity.analysis.comparisons import (
    DONOR_SALES,
    NEIGHBOUR,
    CaseDesign,
    case_designs,
    evaluate,
)
from neighbourhood_equity.analysis.inputs import Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.study import find_study, read_study
from neighbourhood_equity.data import tables
from neighbourhood_equity.data.record_checks import place_key
from neighbourhood_equity.models.programmes.synthetic_did import synthetic_did


@pytest.fixture(scope="module")
def designs(inputs: Inputs) -> list[CaseDesign]:
    return case_designs(inputs, case_places(inputs))[0]


def distances(inputs: Inputs, some: tuple[str, ...], others: tuple[str, ...]) -> np.ndarray:
    centres = inputs.folder.read("sector_share").set_index("sector")[["easting", "northing"]]
    here, there = (centres.loc[list(names)].to_numpy(float) for names in (some, others))
    return np.linalg.norm(here[:, None] - there[None], axis=2)


def test_no_donor_is_a_neighbour(inputs: Inputs, designs: list[CaseDesign]) -> None:
    for design in designs:
        assert distances(inputs, design.true.sectors, design.pool).min() >= NEIGHBOUR


def test_no_donor_of_a_placebo_is_its_neighbour(inputs: Inputs, designs: list[CaseDesign]) -> None:
    for trial in designs[0].placebos:
        own = tuple(designs[0].pool[index] for index in trial.donors)
        assert distances(inputs, trial.sectors, own).min() >= NEIGHBOUR


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


def test_planted_effects_lie_in_their_intervals(book: Book) -> None:
    inside, places = (
        book.findings[f"case_effects.{name}"].value for name in ("planted_inside", "places")
    )
    assert isinstance(inside, int)
    assert isinstance(places, int)
    assert inside >= places - 1


def test_all_places_together_hold_the_planted_effect(book: Book) -> None:
    found = book.findings["case_effects.together"]
    planted = book.findings["case_effects.together.planted"].value
    assert isinstance(planted, float)
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert 0 < found.ci_low < planted < found.ci_high


def test_effects_carry_their_label(book: Book) -> None:
    assert book.findings["case_effects.together"].label == "synthetic_control"


def test_places_without_years_before_are_refused(shared_data: Path) -> None:
    study = read_study(find_study("birmingham"))
    birmingham = read_inputs(study, open_folder(study, shared_data))
    designs, refused = case_designs(birmingham, case_places(birmingham))
    assert [place_key(design.place) for design in designs] == [
        "kings_norton_three_estates",
        "aston",
    ]
    assert {"Castle Vale", "Balsall Heath", "Perry Common"} <= set(refused)
