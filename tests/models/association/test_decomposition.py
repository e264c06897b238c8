"""Gelbach's identity, pyfixest as peer, and errors against a bootstrap over clusters."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.decomposition import gelbach
from neighbourhood_equity.models.specification import Specification, SpecificationError

BLOCKS = {"deprivation": ("d1", "d2"), "tenure": ("t",), "ward": ("ward",)}


def _frame(wards: int = 30, each: int = 10, seed: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = np.repeat(np.arange(wards), each)
    rows = len(ward)
    place = rng.normal(size=wards)[ward]
    d1, d2 = rng.normal(size=rows) + 0.4 * place, rng.normal(size=rows)
    t = 0.5 * d1 + rng.normal(size=rows)
    x = 0.6 * d1 - 0.3 * t + 0.5 * place + rng.normal(size=rows)
    y = 0.2 * x - d1 + 0.5 * d2 + 0.3 * t + 0.8 * place + rng.normal(size=rows)
    columns = {"y": y, "x": x, "d1": d1, "d2": d2, "t": t, "ward": ward}
    return pd.DataFrame({**columns, "w": rng.uniform(0.5, 2, rows)})


def _specification(effects=("ward",), weights=None):
    return Specification("t", "", "y", ("x",), ("d1", "d2", "t"), effects, weights, "ward")


@pytest.mark.parametrize("weights", [None, "w"])
class TestIdentity:
    def test_parts_add_up(self, weights):
        split = gelbach(_frame(), _specification(weights=weights), "x", BLOCKS)
        parts = split.blocks.drop(index="total")["estimate"].sum()
        assert parts == pytest.approx(split.raw - split.controlled, abs=1e-12)

    def test_ends_are_the_two_regressions(self, weights):
        frame, specification = _frame(), _specification(weights=weights)
        split = gelbach(frame, specification, "x", BLOCKS)
        alone = Specification("t", "", "y", ("x",), (), (), weights, "ward")
        ends = [cross_section(frame, one).coefficients[0] for one in (alone, specification)]
        assert [split.raw, split.controlled] == pytest.approx(ends, rel=1e-10)


def _peer(frame):
    pyfixest = pytest.importorskip("pyfixest", reason="pyfixest is a peer for tests only")
    fit = pyfixest.feols("y ~ x + d1 + d2 + t", frame)
    names = {"deprivation": ["d1", "d2"], "tenure": ["t"]}
    split = fit.decompose(decomp_var="x", combine_covariates=names, only_coef=True)
    return split.results.mediator_effects


def test_pyfixest_agrees():
    frame = _frame()
    blocks = {"deprivation": ("d1", "d2"), "tenure": ("t",)}
    ours = gelbach(frame, _specification(effects=()), "x", blocks).blocks["estimate"]
    peer = _peer(frame)
    for name in blocks:
        assert ours[name] == pytest.approx(peer[name], rel=1e-7)


def test_errors_are_those_of_the_cluster_bootstrap():
    """150 draws of whole wards: a standard deviation so measured has an error of 6%."""
    frame, rng = _frame(60, 5), np.random.default_rng(9)
    blocks = {"deprivation": ("d1", "d2"), "tenure": ("t",)}
    ours = gelbach(frame, _specification(effects=()), "x", blocks).blocks
    wards = [part for _, part in frame.groupby("ward")]
    drawn = []
    for _ in range(150):
        chosen = pd.concat(
            [wards[pick].assign(ward=place) for place, pick in enumerate(rng.integers(0, 60, 60))]
        )
        drawn.append(gelbach(chosen, _specification(effects=()), "x", blocks).blocks["estimate"])
    spread = pd.DataFrame(drawn).std()
    assert ours["std_error"].to_numpy() == pytest.approx(spread[ours.index].to_numpy(), rel=0.2)


def test_few_clusters_are_paid_for():
    """Rows copied with other wards: sums of squares add up, and the factor alone differs."""
    frame = _frame(4, 30)
    twice = pd.concat([frame, frame.assign(ward=frame["ward"] + 4)])
    blocks = {"deprivation": ("d1", "d2"), "tenure": ("t",)}
    four, eight = (
        gelbach(rows, _specification(effects=()), "x", blocks).blocks["std_error"]
        for rows in (frame, twice)
    )
    factor = (4 / 3) / (8 / 7) * 2
    assert (four / eight).to_numpy() == pytest.approx(np.full(3, factor**0.5), rel=1e-9)


def test_effects_as_dummies_are_the_same_block():
    frame = _frame(8, 20)
    dummies = pd.get_dummies(frame["ward"], prefix="w", drop_first=True, dtype=float)
    names = tuple(dummies.columns)
    explicit = Specification("t", "", "y", ("x",), ("d1", "d2", "t", *names), clusters="ward")
    one = gelbach(frame, _specification(), "x", BLOCKS).blocks
    two = gelbach(frame.join(dummies), explicit, "x", {**BLOCKS, "ward": names}).blocks
    pd.testing.assert_frame_equal(one, two, rtol=1e-8)


def test_blocks_must_be_the_rest_of_the_equation():
    with pytest.raises(SpecificationError, match="the rest is"):
        gelbach(_frame(), _specification(), "x", {"deprivation": ("d1", "d2")})


def test_a_column_of_categories_is_a_block_of_its_dummies():
    frame = _frame()
    coded = frame.assign(size=pd.cut(frame["t"], 3, labels=["low", "middle", "high"]))
    asked = Specification(outcome="y", regressors=("x",), controls=("d1", "size"), clusters="ward")
    found = gelbach(coded, asked, "x", {"one": ["d1"], "size": ["size"]})
    assert found.tidy()["block"].tolist() == ["one", "size", "total"]
    assert found.blocks.loc["total", "estimate"] == pytest.approx(found.raw - found.controlled)
