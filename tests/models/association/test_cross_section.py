"""Cross-sections against the regression with dummies, peers, and a simulation with known truth."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import wls

from neighbourhood_equity.models.association.common_rows import common_rows
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.inference.cluster_robust import cluster_robust
from neighbourhood_equity.models.specification import Specification, SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8
EFFECTS = [(), ("ward",), ("ward", "year"), ("ward", "year", "kind")]
VARIANCES = ["classical", "robust", "clustered"]


def _frame(rows: int = 300, seed: int = 20) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward, year, kind = rng.integers(0, 25, rows), rng.integers(0, 6, rows), rng.integers(0, 4, rows)
    rooms = rng.poisson(4, rows) + 1
    capital = rng.normal(size=rows) + 0.1 * ward
    shock = rng.normal(size=25)[ward] * capital
    price = 0.3 * capital + 0.2 * rooms + 0.05 * ward - 0.1 * kind + shock + rng.normal(size=rows)
    columns = {"price": price, "capital": capital, "rooms": rooms, "ward": ward, "year": year}
    return pd.DataFrame({**columns, "kind": kind, "sales": rng.uniform(0.2, 5, rows)})


def _specification(**changes: object) -> Specification:
    base = Specification("test", "", "price", ("capital",), ("rooms",), clusters="ward")
    return dataclasses.replace(base, **changes)


def _with_dummies(frame, effects, variance, weights):
    formula = " + ".join(["price ~ capital + rooms", *(f"C({effect})" for effect in effects)])
    options = {
        "classical": {"use_t": True},
        "robust": {"cov_type": "HC1", "use_t": True},
        "clustered": {"cov_type": "cluster", "cov_kwds": {"groups": frame["ward"]}, "use_t": True},
    }[variance]
    weight = frame[weights] if weights else np.ones(len(frame))
    return wls(formula, frame, weights=weight).fit(**options)


def test_bias_reduced_is_cr2_with_degrees_of_freedom_by_term():
    spec = _specification(effects=("year",), variance="bias_reduced", weights="sales")
    ours, peer = cross_section(_frame(), spec), cluster_robust(_frame(), spec, "CR2")
    pd.testing.assert_frame_equal(ours.tidy(), peer.tidy())
    assert ours.df == peer.df.min()
    assert "CR2" in ours.variance_rule


@pytest.mark.parametrize("effects", EFFECTS)
def test_fit_is_the_same_under_every_rule(effects):
    one, other = (
        cross_section(_frame(), _specification(effects=effects, variance=variance))
        for variance in ("clustered", "bias_reduced")
    )
    assert other.r_squared == pytest.approx(one.r_squared, rel=ROUNDING)
    assert other.coefficients == pytest.approx(one.coefficients, rel=ROUNDING)


@pytest.mark.parametrize("weights", [None, "sales"])
@pytest.mark.parametrize("variance", VARIANCES)
@pytest.mark.parametrize("effects", EFFECTS)
class TestEqualsDummies:
    def _pair(self, effects, variance, weights):
        frame = _frame()
        specification = _specification(effects=effects, variance=variance, weights=weights)
        return cross_section(frame, specification), _with_dummies(frame, effects, variance, weights)

    def test_coefficient(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert ours.coefficients[0] == pytest.approx(peer.params["capital"], rel=ROUNDING)

    def test_standard_error(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert ours.tidy()["std_error"][0] == pytest.approx(peer.bse["capital"], rel=ROUNDING)

    def test_p_value(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert ours.tidy()["p_value"][0] == pytest.approx(peer.pvalues["capital"], rel=1e-6)

    def test_r_squared_with_effects(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert ours.diagnostics["r_squared_with_effects"] == pytest.approx(peer.rsquared)


def test_effects_in_unconnected_blocks_count_once_a_block():
    frame = _frame()
    frame["year"] += 10 * (frame["ward"] % 2)  # even and odd wards share no year
    ours = cross_section(frame, _specification(effects=("ward", "year"), variance="classical"))
    dummies = pd.get_dummies(frame[["ward", "year"]].astype(str), dtype=float)
    design = frame[["capital", "rooms"]].join(dummies)
    assert ours.df == len(frame) - np.linalg.matrix_rank(design)


def test_clustered_error_by_the_formula():
    frame = _frame(60)
    ours = cross_section(frame, _specification(controls=()))
    right = np.column_stack([np.ones(60), frame["capital"]])
    bread = np.linalg.inv(right.T @ right)
    residual = frame["price"].to_numpy() - right @ (bread @ right.T @ frame["price"].to_numpy())
    scores = pd.DataFrame(right * residual[:, None]).groupby(frame["ward"]).sum().to_numpy()
    groups = len(scores)
    factor = groups / (groups - 1) * 59 / 58
    by_hand = factor * bread @ scores.T @ scores @ bread
    assert ours.covariance[0, 0] == pytest.approx(by_hand[1, 1], rel=ROUNDING)


def test_linearmodels_absorbing_agrees():
    from linearmodels.iv.absorbing import AbsorbingLS

    frame = _frame()
    effects = frame[["kind", "year"]].astype("category")
    model = AbsorbingLS(frame["price"], frame[["capital", "rooms"]], absorb=effects)
    peer = model.fit(cov_type="clustered", clusters=frame["ward"], debiased=True)
    ours = cross_section(frame, _specification(effects=("kind", "year")))
    assert ours.tidy()["std_error"][0] == pytest.approx(peer.std_errors["capital"], rel=ROUNDING)


def test_pyfixest_agrees():
    pyfixest = pytest.importorskip("pyfixest", reason="pyfixest is a peer for tests only")
    frame = _frame()
    rule = pyfixest.ssc(k_fixef="full", k_adj=True, G_adj=True)
    peer = pyfixest.feols(
        "price ~ capital + rooms | ward + year", frame, vcov={"CRV1": "ward"}, ssc=rule
    )
    ours = cross_section(frame, _specification(effects=("ward", "year")))
    assert ours.tidy()["std_error"][0] == pytest.approx(peer.se()["capital"], rel=1e-7)


@pytest.mark.parametrize("variance", VARIANCES)
def test_scale_of_weights_is_immaterial(variance):
    frame = _frame()
    specification = _specification(effects=("year",), weights="sales", variance=variance)
    rescaled = cross_section(frame.assign(sales=1e4 * frame["sales"]), specification)
    pd.testing.assert_frame_equal(rescaled.tidy(), cross_section(frame, specification).tidy())


def test_equal_weights_are_no_weights():
    frame = _frame().assign(sales=7.0)
    weighted = cross_section(frame, _specification(weights="sales"))
    pd.testing.assert_frame_equal(weighted.tidy(), cross_section(frame, _specification()).tidy())


def test_weights_are_analytic_not_counts():
    # Weight two halves a row's variance; it is not the row twice, which would shrink the error.
    frame = _frame().assign(sales=2.0)
    twice = pd.concat([frame, frame])
    weighted = cross_section(frame, _specification(weights="sales", variance="classical"))
    counted = cross_section(twice, _specification(variance="classical"))
    assert weighted.tidy()["std_error"][0] > 1.3 * counted.tidy()["std_error"][0]


def test_row_order_and_index_are_immaterial():
    frame = _frame()
    shuffled = frame.sample(frac=1, random_state=np.random.default_rng(1))
    specification = _specification(effects=("ward", "year"), weights="sales")
    pd.testing.assert_frame_equal(
        cross_section(shuffled, specification).tidy(), cross_section(frame, specification).tidy()
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, r"clustered by ward, CR1: factor G/\(G-1\) x \(N-1\)/\(N-K\), G = 25, N = 300, K = 8"),
        ({"variance": "robust"}, r"HC1: factor N/\(N-K\), N = 300, K = 8"),
        ({"variance": "classical"}, "t with 292 degrees of freedom"),
    ],
)
def test_rule_is_named(changes, words):
    import re

    estimate = cross_section(_frame(), _specification(effects=("year",), **changes))
    assert re.search(words, estimate.variance_rule)


def _covers(rng: np.random.Generator, groups: int, variance: str = "clustered") -> bool:
    """One sample with group shocks in regressor and error: does the interval hold the truth?"""
    ward = np.repeat(np.arange(groups), 6)
    capital = rng.normal(size=groups)[ward] + rng.normal(size=len(ward))
    error = rng.normal(size=groups)[ward] + rng.normal(size=len(ward))
    frame = pd.DataFrame({"price": 0.5 * capital + error, "capital": capital, "ward": ward})
    specification = _specification(controls=(), variance=variance)
    row = cross_section(frame, specification).tidy().iloc[0]
    return bool(row["ci_low"] <= 0.5 <= row["ci_high"])


@pytest.mark.parametrize(
    ("repetitions", "groups", "share"),
    [
        # CR1 with t(G-1) falls a little short with few clusters (Cameron and Miller 2015, VI):
        # 0.92 with ten and 0.94 with sixty in 4,000 repetitions of this design.
        (300, 10, 0.92),
        pytest.param(3000, 60, 0.94, marks=pytest.mark.slow),
    ],
)
def test_clustered_interval_covers_within_monte_carlo_error(repetitions, groups, share):
    rng = np.random.default_rng(5)
    covered = np.mean([_covers(rng, groups) for _ in range(repetitions)])
    assert covered == pytest.approx(share, abs=3 * np.sqrt(share * (1 - share) / repetitions))


def test_interval_that_ignores_clusters_covers_too_little():
    rng = np.random.default_rng(5)
    assert np.mean([_covers(rng, 10, "robust") for _ in range(200)]) < 0.85


class TestCommonRows:
    def _frame(self) -> pd.DataFrame:
        frame = _frame()
        frame.loc[:9, "kind"] = np.nan
        frame.loc[5:14, "price"] = np.nan
        return frame

    def _steps(self) -> list[Specification]:
        raw = _specification(controls=())
        return [raw, _specification(), _specification(controls=("rooms", "kind"))]

    def test_rows_that_any_step_lacks_leave_all_and_are_counted(self):
        common, dropped = common_rows(self._frame(), self._steps())
        assert common.index.equals(self._frame().dropna().index)
        assert dropped == {"without price": 10, "without kind": 5}

    def test_lone_categories_of_a_later_step_leave_the_first_too(self):
        frame = _frame()
        frame.loc[0, "year"] = 99
        common, _ = common_rows(frame, [_specification(), _specification(effects=("year",))])
        assert len(common) == 299

    @pytest.mark.parametrize(
        ("steps", "words"),
        [
            ([], "at least one step"),
            (
                [_specification(), _specification(outcome="sales", controls=("area",))],
                "differ in outcome: price, sales; the frame has no column area",
            ),
        ],
    )
    def test_faults(self, steps, words):
        with pytest.raises(SpecificationError, match=words):
            common_rows(_frame(), steps)


def test_what_is_fitted_and_what_is_left_make_up_the_outcome_under_the_frames_index():
    rows = pd.DataFrame(
        {"y": [1.0, 2.5, 2.0, 4.5, 3.0], "x": [0.0, 1.0, 2.0, 3.0, 5.0], "place": list("aabbb")},
        index=list("pqrst"),
    )
    found = cross_section(rows, Specification(outcome="y", regressors=("x",), effects=("place",)))
    pd.testing.assert_series_equal(found.fitted + found.residuals, rows["y"], check_names=False)
    assert found.residuals.groupby(rows["place"]).sum().to_numpy() == pytest.approx([0, 0])
