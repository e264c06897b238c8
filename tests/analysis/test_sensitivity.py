"""Section 3's sensitivity part: the planted effects, sums that must close, and refusals."""

import numpy as np
import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.inputs import TRUTH, Inputs
from neighbourhood_equity.analysis.quantities import percent_effect
from neighbourhood_equity.data.simulated_city import Truth

DOMAINS = ("civic_assets", "connectedness", "engagement")


@pytest.mark.parametrize("rule", ["cr1", "cr2", "wild"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_rule_holds_the_planted_effect(book: Book, inputs: Inputs, domain, rule):
    planted = percent_effect(Truth.read(inputs.folder.root / TRUTH).social_capital_on_price[domain])
    finding = book.findings[f"sensitivity.{domain}.{rule}"]
    assert finding.ci_low <= planted <= finding.ci_high


def test_the_decomposition_closes(book: Book):
    frame = book.exhibits["sensitivity.decomposition"].frame
    for _, part in frame.groupby("measure"):
        values = part["part"].to_numpy()
        assert values[0] - values[1:-1].sum() == pytest.approx(values[-1], abs=1e-9)


def test_adjusted_p_values_are_not_smaller(book: Book):
    frame = book.exhibits["sensitivity.families"].frame.dropna(subset=["p_holm"])
    assert (frame["p_romano_wolf"] >= frame["p_wild"] - 1e-12).all()
    assert (frame["p_holm"] >= frame["p_wild"]).all()


def test_the_curve_has_no_missing_interval(book: Book):
    frame = book.exhibits["sensitivity.curve"].frame
    assert np.isfinite(frame[["y", "low", "high"]].to_numpy()).all()


def test_the_planted_effects_are_found_by_the_joint_test(book: Book):
    assert all(book.findings[f"sensitivity.{domain}.curve_p"].value <= 0.05 for domain in DOMAINS)


def test_three_sizes_of_area_from_the_same_small_ones(book: Book, inputs: Inputs):
    rows = book.exhibits["sensitivity.units"].frame.drop_duplicates("unit")
    sold = inputs.areas[inputs.areas["sales"] >= inputs.study.cross_section.minimum_sales]
    expected = [sold[unit].nunique() for unit in ("lsoa21", "msoa21", "ward22")]
    assert rows["n"].tolist() == expected


def test_coproduction_inside_wards_is_refused_on_the_real_data(real: Book):
    finding = real.findings["sensitivity.coproduction_recorded.controlled"]
    assert not finding.estimable
    assert "same ward" in finding.reason


def test_effects_inside_which_a_measure_is_still_are_no_choice_on_the_real_data(real: Book):
    frame = real.exhibits["sensitivity.curve"].frame
    civic = frame[frame["panel"] == "Civic assets"]
    assert set(civic["effects"]) == {"none", "wards"}
    assert "civic assets inside middle areas" in real.findings["sensitivity.curve_refused"].value
