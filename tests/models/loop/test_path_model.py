"""Exact identities of paths, brute force over draws, statsmodels as peer, refusals in words."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.inference.cluster_bootstrap import cluster_moments, resampled
from neighbourhood_equity.models.loop.path_model import PathModel, path_model
from neighbourhood_equity.models.measurement.errors_in_variables import errors_in_variables
from neighbourhood_equity.models.specification import Specification, SpecificationError

EXACT = 1e-10
"""Identities of least squares hold to rounding."""
CHAIN = ("c", "o", "s")
NOISE = 0.15


def frame(wards: int = 24, each: int = 9, seed: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = np.repeat(np.arange(wards), each)
    rows = len(ward)
    place = rng.normal(size=wards)[ward]
    x = rng.normal(size=rows) + 0.3 * place
    c = (rng.normal(size=rows) + 0.5 * x > 0.4).astype(float)
    o = 0.5 * c - 0.4 * x + 0.3 * place + rng.normal(size=rows)
    s = 0.3 * o + 0.2 * c + 0.2 * x + rng.normal(size=rows)
    p = 0.4 * s - 0.1 * o + 0.1 * c - 0.5 * x + 0.5 * place + rng.normal(size=rows)
    columns = {"c": c, "o": o, "s": s, "p": p, "x": x, "ward": ward}
    return pd.DataFrame({**columns, "w": rng.uniform(0.5, 2, rows)})


def asked(stations=CHAIN, **more) -> Specification:
    return replace(Specification("t", "", "p", tuple(stations), ("x",), (), None, "ward"), **more)


def fitted(stations=CHAIN, draws=20, data=None, **more) -> PathModel:
    rng = np.random.default_rng(1)
    return path_model(frame() if data is None else data, asked(stations, **more), rng, draws=draws)


SETTINGS = [
    {"effects": effects, "weights": weights}
    for effects, weights in itertools.product([(), ("ward",)], [None, "w"])
]


@pytest.mark.parametrize("setting", SETTINGS)
class TestIdentities:
    def test_one_station_between_gives_total_less_direct(self, setting):
        model = fitted(("c", "s"), **setting)
        total = cross_section(frame(), asked(("c",), **setting)).coefficients[0]
        product = model.route("c", "s", "p").estimate
        assert total - model.direct.estimate == pytest.approx(product, abs=EXACT)

    def test_routes_of_a_chain_add_up_to_the_total(self, setting):
        model = fitted(**setting)
        total = cross_section(frame(), asked(("c",), **setting)).coefficients[0]
        routes = sum(model.route(*route).estimate for route in model.routes())
        assert routes == pytest.approx(total, abs=EXACT)
        assert model.total.estimate == pytest.approx(total, abs=EXACT)

    def test_direct_and_indirect_add_up_in_every_draw(self, setting):
        model = fitted(**setting)
        parts = [model.measure(lambda b: np.linalg.inv(np.eye(4) - b)[..., -1, 0])]
        assert model.indirect.estimate + model.direct.estimate == pytest.approx(
            parts[0].estimate, abs=EXACT
        )

    @pytest.mark.parametrize("reached", [1, 2, 3])
    def test_paths_are_the_equations(self, setting, reached):
        model = fitted(**setting)
        names = [*CHAIN, "p"]
        equation = replace(asked(names[:reached], **setting), outcome=names[reached])
        expected = cross_section(frame(), equation).coefficients[:reached]
        assert model.paths[reached, :reached] == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("effects", [(), ("ward",)])
def test_draws_are_regressions_on_drawn_wards(effects):
    data, draws = frame(), 6
    model = fitted(data=data, draws=draws, effects=effects, weights="w")
    wards = [part for _, part in data.groupby("ward")]
    counts = np.random.default_rng(1).multinomial(24, np.full(24, 1 / 24), size=draws)
    for drawn, count in zip(model.draws, counts, strict=True):
        chosen = [
            wards[place].assign(ward=100 * place + copy)
            for place in range(24)
            for copy in range(count[place])
        ]
        again = cross_section(pd.concat(chosen), asked(effects=effects, weights="w"))
        assert drawn[-1, :3] == pytest.approx(again.coefficients[:3], abs=EXACT)


def test_moments_of_a_draw_are_those_of_its_rows():
    rng = np.random.default_rng(3)
    columns, clusters = rng.normal(size=(30, 2)), rng.integers(0, 5, 30)
    moments = cluster_moments(columns, np.ones(30), clusters)
    drawn = resampled(moments, 1, np.random.default_rng(4))[0]
    counts = np.random.default_rng(4).multinomial(5, np.full(5, 0.2), size=1)[0]
    assert drawn == pytest.approx((columns.T * counts[clusters]) @ columns)


@pytest.mark.parametrize("setting", SETTINGS)
def test_known_error_gives_the_errors_in_variables_path(setting):
    rng = np.random.default_rng(2)
    model = path_model(frame(), asked(**setting), rng, draws=20, error_variance={"s": NOISE})
    peer = errors_in_variables(frame(), asked(**setting), error_variance={"s": NOISE})
    assert model.paths[-1, 2] == pytest.approx(peer.coefficients[2], abs=EXACT)


def test_error_of_a_station_leaves_the_paths_to_it_alone():
    rng = np.random.default_rng(2)
    corrected = path_model(frame(), asked(), rng, draws=20, error_variance={"s": NOISE})
    assert corrected.paths[2] == pytest.approx(fitted().paths[2], abs=EXACT)


def test_statsmodels_finds_the_same_indirect_and_direct():
    """Its effects are means of simulations; four of their Monte Carlo errors are allowed."""
    import statsmodels.api as sm
    from statsmodels.stats.mediation import Mediation

    data, times = frame(), 60
    outcome = sm.OLS.from_formula("p ~ c + s + x", data)
    between = sm.OLS.from_formula("s ~ c + x", data)
    peer = Mediation(outcome, between, "c", "s").fit(n_rep=times, rng=8)
    model = fitted(("c", "s"), draws=400)
    for ours, theirs in ((model.indirect, peer.ACME_avg), (model.direct, peer.ADE_avg)):
        reach = 4 * theirs.std(ddof=1) / np.sqrt(times)
        assert ours.estimate == pytest.approx(theirs.mean(), abs=reach)
        assert ours.std_error == pytest.approx(theirs.std(ddof=1), rel=0.5)


def test_the_error_of_a_path_is_that_of_its_clustered_regression():
    """With 200 wards; a standard deviation from 999 draws has an error of 2%."""
    data = frame(wards=200, each=5, seed=3)
    found = fitted(draws=999, data=data).direct
    peer = cross_section(data, asked(CHAIN))["c"]
    assert found.std_error == pytest.approx(peer.std_error, rel=0.08)


def test_the_interval_of_a_product_is_not_symmetric():
    found = fitted(draws=999).route("c", "o", "s", "p")
    assert found.low < found.estimate < found.high
    above, below = found.high - found.estimate, found.estimate - found.low
    assert above / below > 1.15


def test_a_thousand_draws_take_well_under_a_second():
    import time

    began = time.perf_counter()
    fitted(draws=999)
    assert time.perf_counter() - began < 1


def test_a_station_in_too_few_clusters_is_refused():
    data = frame().assign(c=lambda rows: (rows["ward"] == 3) * (np.arange(len(rows)) % 2.0))
    with pytest.raises(SpecificationError, match="draws of clusters a station does not vary"):
        fitted(data=data, draws=200)


def test_as_much_error_as_variation_is_refused():
    rng = np.random.default_rng(2)
    with pytest.raises(SpecificationError, match="as large as the variation left"):
        path_model(frame(), asked(), rng, error_variance={"s": 2.0})


def test_an_effect_across_clusters_is_refused():
    data = frame().assign(half=lambda rows: np.arange(len(rows)) % 2)
    with pytest.raises(SpecificationError, match="crosses clusters"):
        fitted(data=data, effects=("half",))


def test_faults_are_told_together():
    wrong = asked(clusters=None, variance="robust")
    with pytest.raises(SpecificationError, match=r"needs a cluster column; q is no station"):
        path_model(frame(), wrong, np.random.default_rng(0), error_variance={"q": 1.0})


@pytest.mark.parametrize("route", [("c",), ("s", "o"), ("c", "q")])
def test_a_route_against_the_order_is_refused(route):
    with pytest.raises(ValueError, match="is no part of c -> o -> s -> p"):
        fitted().route(*route)
