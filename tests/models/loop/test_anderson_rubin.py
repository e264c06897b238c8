"""The Anderson-Rubin set is the values that the test does not reject, whatever its shape."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.loop.anderson_rubin import (
    ConfidenceSet,
    anderson_rubin,
    anderson_rubin_set,
    anderson_rubin_test,
)
from neighbourhood_equity.models.loop.identification import (
    IdentificationError,
    Instruments,
    Partialled,
)
from neighbourhood_equity.models.specification import Specification

INF = np.inf
SEEDS = range(8)


def made(
    seed: int, q: int = 1, pull: float = 0.3, rule: str = "clustered", direct: float = 0.0
) -> Partialled:
    """Columns without anything held equal: ``pull`` of instruments on the regressor, ``direct`` of
    the last of them on the outcome."""
    rng = np.random.default_rng(seed)
    n, groups = 120, 15
    basis, _ = np.linalg.qr(rng.normal(size=(n, q)))
    z = basis * np.sqrt(n)
    cause = rng.normal(size=n)
    regressor = pull * z.sum(axis=1) + cause
    outcome = regressor + direct * z[:, -1] - cause + rng.normal(size=n) * (1 + np.abs(z[:, 0]))
    clusters = np.arange(n) % groups if rule == "clustered" else None
    return Partialled(outcome, regressor[:, None], basis, 0, clusters, rule != "classical")


@pytest.mark.parametrize(
    ("pieces", "kind", "words"),
    [
        ((), "empty", "no value"),
        (((-INF, INF),), "line", "every value"),
        (((0.0, 1.0),), "interval", "0 to 1"),
        (((1.0, INF),), "ray", "1 or above"),
        (((-INF, 1.0),), "ray", "1 or below"),
        (((-INF, 1.0), (2.0, INF)), "rays", "1 or below, or 2 or above"),
        (((0.0, 1.0), (2.0, 3.0)), "pieces", "0 to 1, or 2 to 3"),
        (
            ((-INF, 0.0), (1.0, 2.0), (3.0, INF)), "pieces",
            "0 or below, or 1 to 2, or 3 or above",
        ),
    ],
)  # fmt: skip
class TestShapes:
    def test_kind(self, pieces, kind, words):
        assert ConfidenceSet(pieces).kind == kind

    def test_words(self, pieces, kind, words):
        assert ConfidenceSet(pieces).in_words() == words

    def test_bounded(self, pieces, kind, words):
        assert ConfidenceSet(pieces).bounded == (kind == "interval")


@pytest.mark.parametrize("pieces", [((1.0, 0.0),), ((0.0, 2.0), (1.0, 3.0))])
def test_pieces_out_of_order_are_refused(pieces):
    with pytest.raises(ValueError, match="not in order and apart"):
        ConfidenceSet(pieces)


@pytest.mark.parametrize("rule", ["classical", "robust", "clustered"])
@pytest.mark.parametrize("q", [1, 2, 4])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_set_is_what_the_test_does_not_reject(seed, q, rule):
    parts = made(seed, q, pull=0.15, rule=rule, direct=0.15)
    found = anderson_rubin_set(parts)
    values = np.tan(np.linspace(-1.57, 1.57, 301))
    kept = [anderson_rubin_test(parts, value).p_value >= 0.05 for value in values]
    assert [value in found for value in values] == kept


@pytest.mark.parametrize("rule", ["classical", "robust", "clustered"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_test_is_on_the_edge_at_every_end(seed, rule):
    parts = made(seed, 3, rule=rule)
    ends = [end for piece in anderson_rubin_set(parts).pieces for end in piece if np.isfinite(end)]
    assert [anderson_rubin_test(parts, end).p_value for end in ends] == pytest.approx(
        [0.05] * len(ends), abs=1e-9
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_classical_set_solves_the_quadratic(seed):
    parts = made(seed, 2, pull=0.25, rule="classical")
    bound = 2 * stats.f.ppf(0.95, 2, 118) / 118
    sides = np.column_stack([parts.outcome, -parts.endogenous])
    fitted = parts.instruments @ (parts.instruments.T @ sides)
    a = fitted.T @ fitted - bound * (sides - fitted).T @ (sides - fitted)
    roots = np.sort(np.roots([a[1, 1], 2 * a[0, 1], a[0, 0]]))
    found = anderson_rubin_set(parts)
    if np.isreal(roots).all():
        ends = sorted(end for piece in found.pieces for end in piece if np.isfinite(end))
        assert ends == pytest.approx(list(roots.real), rel=1e-9)
        assert found.bounded == (a[1, 1] > 0)
    else:
        assert found.kind == ("line" if a[1, 1] < 0 else "empty")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("interval", {"pull": 1.0}),
        ("rays", {"pull": 0.1}),
        ("line", {"pull": 0.0}),
        ("empty", {"q": 2, "pull": 1.0, "direct": 5.0}),
    ],
)
def test_every_shape_occurs(kind, options):
    tried = {anderson_rubin_set(made(seed, **options)).kind for seed in range(40)}
    assert kind in tried


def test_a_clustered_set_may_have_bounded_pieces():
    shapes = {anderson_rubin_set(made(seed, 3, pull=0.12, direct=0.25)).kind for seed in range(300)}
    assert "pieces" in shapes


@pytest.mark.parametrize("rule", ["classical", "robust", "clustered"])
def test_units_and_rotations_do_not_matter(rule):
    parts = made(1, 3, rule=rule)
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    other = replace(
        parts,
        outcome=1e6 * parts.outcome,
        endogenous=1e-3 * parts.endogenous,
        instruments=parts.instruments @ turn,
    )
    plain, scaled = (anderson_rubin_set(one).pieces for one in (parts, other))
    assert np.ravel(scaled) == pytest.approx(1e9 * np.ravel(plain), rel=1e-8)


def test_a_higher_level_holds_a_lower():
    narrow, wide = (anderson_rubin_set(made(2, pull=1.0), level).pieces[0] for level in (0.9, 0.99))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(13)
    frame = pd.DataFrame(
        rng.normal(size=(200, 5)), columns=["price", "capital", "income", "clubs", "halls"]
    ).assign(ward=np.arange(200) % 25)
    frame["capital"] += frame["clubs"]
    return frame


def test_the_classical_test_is_the_f_test_of_the_instruments(frame):
    """For any value: the F of clubs and halls in price less value x capital."""
    equation = Specification("p", "", "price", ("capital",), ("income",), variance="classical")
    two = Instruments(("capital",), ("clubs", "halls"))
    for end in anderson_rubin(frame, equation, two).pieces[0]:
        gap = frame.assign(price=frame["price"] - end * frame["capital"])
        form = cross_section(gap, replace(equation, regressors=two.excluded))
        signal = form.coefficients[:2]
        f = signal @ np.linalg.solve(form.covariance[:2, :2], signal) / 2
        assert stats.f.sf(f, 2, form.df) == pytest.approx(0.05, rel=1e-9)


def test_several_regressors_have_no_set(frame):
    equation = Specification("p", "", "price", ("capital", "income"), variance="classical")
    with pytest.raises(IdentificationError, match="drawn for one endogenous regressor"):
        anderson_rubin(frame, equation, Instruments(("capital", "income"), ("clubs", "halls")))


def test_no_more_clusters_than_instruments_are_refused(frame):
    equation = Specification("p", "", "price", ("capital",), clusters="half")
    with pytest.raises(IdentificationError, match="2 clusters cannot carry a joint test of 2"):
        anderson_rubin(
            frame.assign(half=frame["ward"] % 2),
            equation,
            Instruments(("capital",), ("clubs", "halls")),
        )
