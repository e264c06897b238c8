"""Correlated random effects: the identity with fixed effects, the test, and what is refused."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.correlated_effects import correlated_effects
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.group_means import group_means
from neighbourhood_equity.models.association.panel import panel, random_effects
from neighbourhood_equity.models.specification import Specification, SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8
BASE = Specification(
    "test", "", "price", ("capital",), ("crime",), ("place", "year"), clusters="place"
)


def _frame(share: float = 1.0, level: float = 2.0) -> pd.DataFrame:
    """Places whose own level is related to capital unless ``level`` is zero."""
    rng = np.random.default_rng(3)
    place, year = np.repeat(np.arange(40), 5), np.tile(2010 + np.arange(5), 40)
    own = rng.normal(size=40)[place]
    frame = pd.DataFrame({"place": place, "year": year, "crime": rng.normal(size=200)})
    frame["capital"] = own + rng.normal(size=200) + 0.3 * (year - 2010)
    frame["price"] = 0.4 * frame["capital"] + level * own - 0.2 * frame["crime"]
    frame["price"] += rng.normal(size=200) + rng.normal(size=40)[place] + 0.1 * (year - 2010)
    frame["sales"] = rng.uniform(0.5, 3, 200)
    frame["founded"] = rng.normal(size=40)[place]
    return frame.sample(frac=share, random_state=rng)


def _asked(**changes: object) -> Specification:
    return dataclasses.replace(BASE, **changes)


@pytest.mark.parametrize("share", [1.0, 0.8], ids=["balanced", "unbalanced"])
@pytest.mark.parametrize("weights", [None, "sales"])
@pytest.mark.parametrize("effects", [("place",), ("place", "year")])
@pytest.mark.parametrize("term", ["capital", "crime"])
def test_within_is_fixed_effects(share, weights, effects, term):
    frame, asked = _frame(share), _asked(effects=effects, weights=weights)
    ours, fixed = correlated_effects(frame, asked), panel(frame, asked)
    within = dict(zip(ours.terms, ours.coefficients, strict=True))[f"{term}.within"]
    assert within == pytest.approx(fixed.coefficients[fixed.terms.index(term)], rel=ROUNDING)


@pytest.mark.parametrize("part", ["within", "between"])
def test_generalised_least_squares_gives_the_same_if_balanced(part):
    ours = correlated_effects(_frame(), BASE)
    frame = _frame()
    for term in ("capital", "crime"):
        mean = frame.groupby("place")[term].transform("mean")
        frame = frame.assign(**{f"{term}.within": frame[term] - mean, f"{term}.between": mean})
    peer = random_effects(
        frame,
        _asked(regressors=ours.specification.regressors, controls=ours.specification.controls),
    )
    at = ours.terms.index(f"capital.{part}")
    assert ours.coefficients[at] == pytest.approx(peer.coefficients[at], rel=ROUNDING)


def test_error_within_is_that_of_fixed_effects_but_for_the_parameters_counted():
    ours, fixed = correlated_effects(_frame(), BASE), panel(_frame(), BASE)
    n, counted = len(_frame()), (4 + 5, 2 + 4)  # both parts and years; terms and years
    theirs = fixed.tidy()["std_error"][0] * np.sqrt((n - counted[1]) / (n - counted[0]))
    assert ours.tidy()["std_error"][0] == pytest.approx(theirs, rel=ROUNDING)


def test_hausman_is_the_test_of_the_mean_in_mundlak_s_form():
    frame = _frame(0.8)
    asked = _asked(controls=(), effects=("place",))
    means = group_means(frame[["capital"]], frame["place"], np.ones(len(frame)))
    mundlak = cross_section(
        frame.assign(mean=means["capital"]), _asked(controls=("mean",), effects=())
    )
    ours = correlated_effects(frame, asked)
    assert ours.diagnostics["hausman_f"] == pytest.approx(
        mundlak.tidy()["statistic"][1] ** 2, rel=ROUNDING
    )


def test_hausman_rejects_related_levels():
    assert correlated_effects(_frame(), BASE).diagnostics["hausman_p"] < 0.001


def test_hausman_bears_unrelated_levels():
    assert correlated_effects(_frame(level=0.0), BASE).diagnostics["hausman_p"] > 0.05


def test_hausman_counts_the_terms_that_move():
    asked = _asked(controls=("crime", "founded"))
    assert correlated_effects(_frame(), asked).diagnostics["hausman_df"] == 2


def test_a_term_that_never_moves_stays_whole():
    asked = _asked(controls=("founded",))
    assert correlated_effects(_frame(), asked).terms == (
        "capital.within",
        "capital.between",
        "founded",
    )


def test_period_shares_have_no_row():
    assert len(correlated_effects(_frame(0.8), BASE).tidy()) == 4


def test_label_travels():
    assert correlated_effects(_frame(), BASE).specification.label == "adjusted"


def test_rule_is_named():
    assert "clustered by place, CR1" in correlated_effects(_frame(), BASE).variance_rule


def test_lone_rows_are_dropped_and_counted():
    frame = pd.concat([_frame(), _frame().head(1).assign(place=999)])
    assert correlated_effects(frame, BASE).dropped == {"alone in their place or year": 1}


def test_no_change_inside_any_place_is_refused():
    with pytest.raises(SpecificationError, match="no regressor varies within place and year"):
        correlated_effects(_frame(), _asked(regressors=("founded",)))


def test_means_that_are_all_alike_are_refused():
    frame = _frame().assign(capital=_frame()["year"] % 2.0 + 0.0)
    with pytest.raises(SpecificationError, match="nothing is compared between places"):
        correlated_effects(frame, _asked(controls=(), effects=("place",)))
