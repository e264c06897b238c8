"""Every estimator with every variance rule: an estimate whose rule says which, or a refusal."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.correlated_effects import correlated_effects
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.decomposition import gelbach
from neighbourhood_equity.models.association.long_differences import long_differences
from neighbourhood_equity.models.association.multilevel import multilevel
from neighbourhood_equity.models.association.panel import panel, random_effects
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.loop.anderson_rubin import anderson_rubin
from neighbourhood_equity.models.loop.identification import Instruments
from neighbourhood_equity.models.loop.instruments import (
    limited_information,
    moments,
    reduced_forms,
    two_stage,
)
from neighbourhood_equity.models.loop.simultaneous import StructuralEquation, three_stage
from neighbourhood_equity.models.loop.weak_instruments import instrument_strength
from neighbourhood_equity.models.measurement.errors_in_variables import (
    errors_in_variables,
    two_indicators,
)
from neighbourhood_equity.models.measurement.simex import simex
from neighbourhood_equity.models.specification import Specification, SpecificationError, Variance

RULES = get_args(Variance)
WORDS = {
    "classical": "classical",
    "robust": "robust to heteroskedasticity",
    "clustered": "clustered by place",
    "bias_reduced": "clustered by place, CR2",
}
BY_Z = Instruments(("x",), ("z",))


def _frame() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    place = np.repeat(np.arange(30), 6)
    z, other, seen, error, level = rng.normal(size=(5, 180))
    x = z + 0.5 * error + level[:30][place] + 0.3 * seen
    y = 0.5 * x + 0.2 * other + error + level[30:60][place] + rng.normal(size=180)
    return pd.DataFrame(
        {"place": place, "year": np.tile(np.arange(6), 30), "x": x, "y": y, "z": z, "other": other}
    ).assign(again=x + rng.normal(size=180), moved=0.3 * y + other + rng.normal(size=180))


BASE = Specification("t", "", "y", ("x",), ("other",), clusters="place")
IN_PANEL = replace(BASE, effects=("place", "year"))


def _three_stages(frame: pd.DataFrame, spec: Specification) -> Estimate:
    equations = (
        StructuralEquation(
            replace(spec, name="one", regressors=("moved",), controls=("z",)),
            Instruments(("moved",), ("other",)),
        ),
        StructuralEquation(
            replace(spec, name="two", outcome="moved", regressors=("y",), controls=("other",)),
            Instruments(("y",), ("z",)),
        ),
    )
    return three_stage(frame, equations).equations[0]


ESTIMATORS: dict[str, tuple[Specification, Callable[[pd.DataFrame, Specification], Estimate]]] = {
    "cross_section": (BASE, cross_section),
    "cross_section_with_effects": (IN_PANEL, cross_section),
    "panel": (IN_PANEL, panel),
    "random_effects": (IN_PANEL, random_effects),
    "correlated_effects": (IN_PANEL, correlated_effects),
    "long_differences": (IN_PANEL, lambda frame, spec: long_differences(frame, spec, 2)),
    "two_stage": (BASE, lambda frame, spec: two_stage(frame, spec, BY_Z)),
    "limited_information": (BASE, lambda frame, spec: limited_information(frame, spec, BY_Z)),
    "moments": (BASE, lambda frame, spec: moments(frame, spec, BY_Z)),
    "reduced_forms": (BASE, lambda frame, spec: reduced_forms(frame, spec, BY_Z)["y"]),
    "three_stage": (BASE, _three_stages),
    "errors_in_variables": (
        BASE,
        lambda frame, spec: errors_in_variables(frame, spec, {"x": 0.8}),
    ),
    "simex": (
        BASE,
        lambda frame, spec: simex(frame, spec, {"x": 0.2}, np.random.default_rng(1), draws=3),
    ),
    "two_indicators": (BASE, lambda frame, spec: two_indicators(frame, spec, "x", "again")[0]),
}


REDUCED = {"bias_reduced"}
REFUSED = {
    "random_effects": REDUCED,
    "correlated_effects": {"classical", "robust"},
    "two_stage": REDUCED,
    "limited_information": REDUCED,
    "moments": REDUCED,
    "three_stage": REDUCED,
    "errors_in_variables": {"classical", *REDUCED},
    "simex": {"classical", *REDUCED},
    "two_indicators": REDUCED,
}
PAIRS = [(name, variance) for name in ESTIMATORS for variance in RULES]


@pytest.mark.parametrize(
    ("name", "variance"), [pair for pair in PAIRS if pair[1] not in REFUSED.get(pair[0], ())]
)
def test_an_estimate_names_its_rule_and_has_errors(name, variance):
    spec, estimator = ESTIMATORS[name]
    found = estimator(_frame(), replace(spec, variance=variance))
    table = found.tidy()
    assert WORDS[variance] in found.variance_rule
    assert (table["std_error"] > 0).all()
    assert np.isfinite(table[["estimate", "std_error", "p_value"]]).all(axis=None)


@pytest.mark.parametrize(
    ("name", "variance"), [pair for pair in PAIRS if pair[1] in REFUSED.get(pair[0], ())]
)
def test_a_rule_without_meaning_is_refused_by_its_name(name, variance):
    spec, estimator = ESTIMATORS[name]
    with pytest.raises(SpecificationError, match=f"knows no '{variance}' variance; choose "):
        estimator(_frame(), replace(spec, variance=variance))


@pytest.mark.parametrize(
    "ask",
    [
        lambda frame, spec: anderson_rubin(frame, spec, BY_Z),
        lambda frame, spec: instrument_strength(frame, spec, BY_Z),
        lambda frame, spec: gelbach(frame, spec, "x", {"others": ["other"]}),
        lambda frame, spec: multilevel(frame, replace(spec, effects=("place",))),
    ],
    ids=["anderson_rubin", "instrument_strength", "gelbach", "multilevel"],
)
def test_what_ignores_bias_reduction_refuses_it(ask):
    with pytest.raises(SpecificationError, match="bias_reduced"):
        ask(_frame(), replace(BASE, variance="bias_reduced"))


@pytest.mark.parametrize("effects", [("place",), ("place", "year")])
@pytest.mark.parametrize("clusters", ["place", "year"])
def test_panels_cr2_is_that_of_the_regression_with_dummies(effects, clusters):
    frame = _frame()
    asked = replace(BASE, effects=effects, clusters=clusters, variance="bias_reduced")
    dummies = pd.concat(
        [
            pd.get_dummies(frame[name], prefix=name, drop_first=True, dtype=float)
            for name in effects
        ],
        axis=1,
    )
    by_hand = replace(asked, effects=(), controls=("other", *dummies.columns))
    # Some dummies are told by one cluster and so have no error; the terms of interest have.
    peer = cross_section(frame.join(dummies), by_hand).tidy().iloc[:2]
    ours = panel(frame, asked).tidy()
    for column in ("estimate", "std_error", "df"):
        assert ours[column].to_numpy() == pytest.approx(peer[column].to_numpy(), rel=1e-7)


def test_a_sum_of_terms_has_degrees_of_freedom_of_its_own():
    """Those of a coefficient do not change when the sum is made a term: y on x and (z - x)."""
    frame = _frame().assign(gap=lambda rows: rows["other"] - 2 * rows["x"])
    asked = replace(BASE, variance="bias_reduced")
    together = cross_section(frame, asked).df_of_contrast({"x": 1.0, "other": 2.0})
    alone = cross_section(frame, replace(asked, controls=("gap",))).df_of("x")
    assert together == pytest.approx(alone)


def test_the_constant_of_nested_effects_is_counted_as_fixest_does_if_asked():
    plain, fixest = (panel(_frame(), IN_PANEL, nested) for nested in ("none", "one"))
    n, k = 180, 2 + 5
    ratio = fixest.covariance[0, 0] / plain.covariance[0, 0]
    assert ratio == pytest.approx((n - k) / (n - k - 1))
    assert (
        "(constant, coefficients and effects, without the effects of place)" in fixest.variance_rule
    )
