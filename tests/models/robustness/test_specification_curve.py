"""Each point of the curve is the cross-section's; the joint test keeps its size and has power."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.robustness.specification_curve import (
    Universe,
    joint_test,
    specification_curve,
)
from neighbourhood_equity.models.specification import Specification, SpecificationError

CONTROLS = {"none": (), "one": ("a",), "both": ("a", "b")}
EFFECTS = {"none": (), "wards": ("ward",)}
WEIGHTS = {"sales": "sales", "equal": None}
FULL = Specification("full", "", "y", ("x",), ("a", "b"), ("ward",), clusters="ward")


def _frame(slope: float = 0.0, wards: int = 15, each: int = 12, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = np.repeat(np.arange(wards), each)
    rows = len(ward)
    a, b = rng.normal(size=(2, rows))
    x = 0.7 * a + 0.2 * b + rng.normal(size=wards)[ward] + rng.normal(size=rows)
    y = slope * x + a + 0.5 * b + rng.normal(size=wards)[ward] + rng.normal(size=rows)
    sales = rng.integers(3, 40, rows)
    return pd.DataFrame({"y": y, "x": x, "a": a, "b": b, "ward": ward, "sales": sales})


def _universe(minimums=(5.0, 10.0), weights=WEIGHTS):
    return Universe("x", "y", "ward", CONTROLS, EFFECTS, weights, "sales", minimums)


def test_every_combination_is_estimated():
    assert len(specification_curve(_frame(), _universe())) == len(_universe()) == 24


@pytest.mark.parametrize("column", ["estimate", "std_error", "p_value", "ci_low"])
def test_points_are_cross_sections(column):
    frame = _frame()
    for row in specification_curve(frame, _universe()).to_dict("records"):
        specification = Specification(
            "t",
            "",
            "y",
            ("x",),
            CONTROLS[row["controls"]],
            EFFECTS[row["effects"]],
            WEIGHTS[row["weights"]],
            "ward",
        )
        direct = cross_section(frame[frame["sales"] >= row["minimum"]], specification).tidy()
        assert row[column] == pytest.approx(direct[column][0], rel=1e-8), row


def test_the_curve_rises():
    assert specification_curve(_frame(), _universe())["estimate"].is_monotonic_increasing


def test_a_term_without_variation_inside_an_effect_is_refused_there():
    frame = _frame()
    frame["x"] = frame.groupby("ward")["x"].transform("mean")
    curve = specification_curve(frame, _universe())
    assert curve.loc[curve["estimate"].isna(), "effects"].unique().tolist() == ["wards"]


def test_a_term_that_never_varies_is_refused():
    with pytest.raises(SpecificationError, match="no specification"):
        specification_curve(_frame().assign(x=1.0), _universe())


def _p(frame, seed, permutations=39):
    rng = np.random.default_rng(seed)
    universe = _universe((3.0,), {"equal": None})
    return joint_test(frame, universe, FULL, "ward", rng, permutations)


def test_an_effect_is_found():
    assert _p(_frame(0.5), 1, 99).p_median == 0.01


def test_confounded_specifications_alone_are_not_taken_for_an_effect():
    """Without controls there is something in every specification; permuted curves have it too."""
    frame = _frame(wards=60)
    curve = specification_curve(frame, _universe())
    assert (curve.loc[curve["controls"] == "none", "ci_low"] > 0).all()
    assert _p(frame, 1, 99).p_median > 0.05


def test_size():
    """200 replications under no effect: rejections at 5% within three Monte Carlo errors."""
    rejected = [_p(_frame(0.0, 8, 8, 300 + seed), seed, 19).p_median <= 0.05 for seed in range(200)]
    assert np.mean(rejected) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 200))


def test_residuals_stay_in_their_block():
    """Blocks of one area leave nothing to permute: every curve is the data's own, as far as it."""
    frame = _frame(0.5).assign(area=range(180))
    universe = _universe((3.0,), {"equal": None})
    alone = joint_test(frame, universe, FULL, "area", np.random.default_rng(1), 39, 9)
    assert alone.median == pytest.approx(alone.usual, rel=1e-12)
    assert (alone.p_median, alone.p_share_apart) == (1, 1)


def test_permutations_without_errors_have_the_same_estimates():
    frame, universe = _frame(0.1), _universe()
    few, all_ = (
        joint_test(frame, universe, FULL, "ward", np.random.default_rng(3), 60, with_errors)
        for with_errors in (5, 60)
    )
    assert few.usual == pytest.approx(all_.usual, rel=1e-9)
    assert few.p_median == all_.p_median


def test_the_verdict_is_the_same_with_every_seed():
    frame, universe = _frame(0.12), _universe((3.0,), {"equal": None})
    found = [
        joint_test(frame, universe, FULL, "ward", np.random.default_rng(seed), 2999, 9)
        for seed in range(4)
    ]
    assert all(0.01 < one.p_median_low < one.p_median < one.p_median_high < 0.05 for one in found)


def test_rows_too_few_for_a_specification_leave_it_without_an_estimate():
    curve = specification_curve(_frame(wards=2, each=2), _universe((3.0, 99.0)))
    assert len(curve) == 12
    assert curve["estimate"].isna().any()
