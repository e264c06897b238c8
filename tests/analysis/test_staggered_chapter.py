"""Staggered starts of the simulated city, and the refusals where nothing can be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neighbourhood_equity.analysis.adoption import RINGS, SHARE, SectorAdoption, read_adoption
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.quantities import NotEstimable
from neighbourhood_equity.analysis.record_tree import leaves
from neighbourhood_equity.analysis.results.staggered import Staggered, staggered
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.data import tables
from neighbourhood_equity.data.simulated_city import Truth
from neighbourhood_equity.data.tables import PlaceRules
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.report_templates.reasons import reason_words

ESTIMATES = (
    "simple",
    "group",
    "dynamic",
    "calendar",
    "sun_abraham",
    "imputation",
    "two_stage",
    "two_way",
    "dose.partly",
    "dose.whole",
    "ring.near",
    "ring.far",
)


@pytest.fixture(scope="module")
def starts(inputs: Inputs) -> SectorAdoption:
    return read_adoption(inputs.sectors, inputs.folder, inputs.rules)


def number(book: Run, name: str) -> float:
    value = book.findings[f"staggered.{name}"].value
    assert isinstance(value, (int, float))
    return float(value)


def with_rules(inputs: Inputs, rules: PlaceRules) -> Inputs:
    """The same city under other rules of what counts."""
    study = inputs.study
    return replace(
        inputs,
        rules=rules,
        places=tables.places(inputs.folder, rules),
        sectors=tables.sector_panel(
            inputs.folder, rules, study.period.last_year, study.geography.sector_share_at_least
        ),
    )


def found_by(inputs: Inputs) -> Staggered:
    return staggered(inputs.study, inputs.folder, inputs.rules, inputs.sectors, None)


def refusal(found: Staggered, name: str) -> str:
    """The reason why an estimate cannot be had, by its path."""
    thing = {leaf.path: leaf.thing for leaf in leaves(found)}[name]
    assert isinstance(thing, NotEstimable)
    return reason_words(thing.reason)


@pytest.fixture(scope="module")
def no_earlier_year(inputs: Inputs) -> Staggered:
    """A study whose data begin after every start."""
    return found_by(with_rules(inputs, replace(inputs.rules, first_year=2012)))


@pytest.fixture(scope="module")
def one_place(inputs: Inputs) -> Staggered:
    """A study that counts one dated place."""
    dated = inputs.places.loc[inputs.places["status"] == "dated", "place"]
    return found_by(with_rules(inputs, replace(inputs.rules, not_counted=set(dated[1:]))))


def test_a_sector_is_treated_in_the_first_year_with_half_inside(
    starts: SectorAdoption,
) -> None:
    rows = starts.rows.merge(starts.sectors[["sector", "first"]], on="sector")
    reached = rows["exposure"] >= SHARE
    assert (reached == ((rows["first"] > 0) & (rows["year"] >= rows["first"]))).all()


def test_no_control_is_partly_inside_or_near(starts: SectorAdoption) -> None:
    panel = starts.panel("main", "", starts.treated)
    own = starts.sectors.set_index("sector").loc[panel.units[panel.starts == 0]]
    assert own["share"].max() == 0
    assert own["apart"].min() >= RINGS[0]


def test_treated_sectors_of_a_place_are_one_cluster(starts: SectorAdoption) -> None:
    panel = starts.panel("main", "", starts.treated)
    places = starts.sectors.set_index("sector").loc[panel.units[panel.starts > 0], "place"]
    assert panel.treated_clusters == places.nunique()


def test_the_planted_path_has_no_noise(inputs: Inputs, book: Run) -> None:
    """A sector wholly inside shows all that was planted."""
    total = Truth.read(inputs.folder.root / "truth.json").coproduction_total
    assert number(book, "dose.whole.planted") == pytest.approx(100 * np.expm1(total))


@pytest.mark.parametrize("name", ["simple", "group", "dynamic", "calendar", "imputation"])
def test_planted_effects_lie_in_their_intervals(book: Run, name: str) -> None:
    finding = book.findings[f"staggered.{name}"]
    assert finding.ci_low is not None
    assert finding.ci_high is not None
    assert finding.ci_low < number(book, f"{name}.planted") < finding.ci_high


@pytest.mark.parametrize("name", ["simple", "imputation", "dose.whole", "ring.far"])
def test_estimates_carry_their_label(book: Run, name: str) -> None:
    assert book.findings[f"staggered.{name}"].label == "did"


def test_decomposition_weights_are_printed_beside_the_two_way_estimate(book: Run) -> None:
    kinds = ("treated_vs_never", "earlier_vs_later", "later_vs_earlier")
    weights = [number(book, f"bacon.{kind}.weight") for kind in kinds]
    assert sum(weights) == pytest.approx(100)


def test_the_band_is_wider_than_the_interval(book: Run) -> None:
    events = book.results["staggered"].events
    low, high = events.band
    rows = events.estimate.tidy()
    assert (high - low > rows["ci_high"] - rows["ci_low"]).all()


@pytest.mark.parametrize("name", ESTIMATES)
def test_without_an_earlier_year_nothing_is_estimated(
    no_earlier_year: Staggered, name: str
) -> None:
    assert "no postcode sector starts after the first year" in refusal(no_earlier_year, name)


@pytest.mark.parametrize("name", ESTIMATES)
def test_one_treated_place_gets_no_clustered_error(one_place: Staggered, name: str) -> None:
    assert "only 1 of the" in refusal(one_place, name)


def test_refusals_leave_no_estimate(one_place: Staggered) -> None:
    assert not [leaf for leaf in leaves(one_place) if isinstance(leaf.thing, Estimate)]


def test_the_weights_of_the_two_way_mean_need_no_error(one_place: Staggered) -> None:
    assert one_place.bacon["treated_vs_never"].weight.value == pytest.approx(100)


def test_two_new_deal_places_are_refused(real: Run) -> None:
    finding = real.findings["staggered.simple"]
    assert finding.value is None
    assert "only 2 of the" in str(finding.reason)


def test_the_treated_of_birmingham_are_counted(real: Run) -> None:
    assert number(real, "places_treated") == 2
