"""Within and between in Section 3: sectors against themselves and others, and slopes by ward."""

import pytest

from neighbourhood_equity.analysis.findings import Finding
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.reasons import TooFewDatedPlaces
from neighbourhood_equity.analysis.results.sector_changes import SectorChanges, sector_changes
from neighbourhood_equity.analysis.run import Run

DOMAINS = ("civic_assets", "connectedness", "engagement")


def _of(book: Run, name: str) -> Finding:
    return book.findings[f"within_between.{name}"]


@pytest.mark.parametrize("weights", ["weighted", "unweighted"])
def test_within_is_the_panel(book, weights):
    panel = book.findings[f"valuing.panel.{weights}"].value
    assert _of(book, f"within.{weights}").value == pytest.approx(panel, rel=1e-6)


@pytest.mark.parametrize("name", ["within.weighted", "within.unweighted", "long"])
def test_planted_start_is_inside(book, name):
    found, planted = _of(book, name), _of(book, "planted").value
    assert found.ci_low < planted < found.ci_high


@pytest.mark.parametrize("domain", DOMAINS)
def test_equal_slopes_are_not_told_apart(book, domain):
    # Planted is one slope for all wards.
    assert _of(book, f"{domain}.spread").ci_low == 0


def test_between_sectors_is_less_sure_than_within(book):
    between, within = _of(book, "between.weighted"), _of(book, "within.weighted")
    assert between.ci_high - between.ci_low > within.ci_high - within.ci_low


@pytest.fixture(scope="module")
def few(inputs: Inputs) -> SectorChanges:
    """The same city with the dates of all but two places lost."""
    places = inputs.places.copy()
    places.loc[places.index[2:], "status"] = "undated"
    return sector_changes(inputs.study, inputs.sectors, places, None)


def test_two_places_get_a_reason_and_no_number(few):
    reasons = {one.reason for one in (*few.within.values(), *few.between.values(), few.long)}
    assert reasons == {TooFewDatedPlaces(2, 10)}


def test_two_places_get_no_estimate_in_the_annex(few):
    assert not few.estimates


def test_real_long_differences_are_refused(real):
    assert not _of(real, "long").estimable


def test_real_growth_is_described(real):
    assert _of(real, "growth_inside").label == "described"


@pytest.mark.parametrize("domain", ["social_capital", *DOMAINS])
def test_no_column_name_stands_in_a_reason(book, domain):
    reason = _of(book, f"{domain}.lowest").reason or ""
    assert not any(mark in reason for mark in ("_", "ward22", ".within"))
