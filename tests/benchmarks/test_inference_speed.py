"""Wild cluster bootstrap, Conley and specification curve: seconds beside peers, results equal.

Seconds are of processor time over all threads, so that cores do not count.
"""

import itertools
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from diff_diff.linalg import compute_robust_vcov
from statsmodels.api import OLS

from neighbourhood_equity.data.simulated_city import FULL
from neighbourhood_equity.data.simulated_city.making import make_model
from neighbourhood_equity.models.inference.wild_bootstrap import wild_cluster_bootstrap
from neighbourhood_equity.models.robustness.specification_curve import Universe, specification_curve
from neighbourhood_equity.models.spatial.conley import ConleyRule, conley
from neighbourhood_equity.models.specification import Specification

CLUSTERS, EACH, DRAWS = 640, 10, 9999
TIMES = 10
CONTROLS = tuple("abcdefg")
CUT_OFF, FEW_SALES = 1000.0, 30_000

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    ward = np.repeat(np.arange(CLUSTERS), EACH)
    rows = len(ward)
    controls = pd.DataFrame(rng.normal(size=(rows, len(CONTROLS))), columns=list(CONTROLS))
    x = 0.3 * controls.sum(axis=1) + rng.normal(size=CLUSTERS)[ward] + rng.normal(size=rows)
    noise = rng.normal(size=CLUSTERS)[ward] + rng.normal(size=rows)
    y = 0.05 * x + 0.2 * controls.sum(axis=1) + noise
    city, sales = ward % 20, rng.integers(5, 50, rows)
    return controls.assign(x=x, y=y, ward=ward, city=city, sales=sales)


def _timed(what: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = what()
    return result, time.process_time() - started


def test_wild_bootstrap_beside_wildboottest(frame: pd.DataFrame) -> None:
    peers = pytest.importorskip("wildboottest.wildboottest", reason="a peer for benchmarks only")
    specification = Specification("speed", "", "y", ("x",), CONTROLS, clusters="ward")

    def ours() -> Any:
        rng = np.random.default_rng(2)
        return wild_cluster_bootstrap(frame, specification, "x", rng, draws=DRAWS)

    def theirs() -> tuple[float, float]:
        right = frame[["x", *CONTROLS]].assign(constant=1.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = peers.wildboottest(
                OLS(frame["y"], right),
                param="x",
                cluster=frame["ward"],
                B=DRAWS,
                seed=3,
                show=False,
            )
        return float(table["statistic"].iloc[0]), float(table["p-value"].iloc[0])

    theirs()  # compiles
    (statistic, p_value), slow = _timed(theirs)
    fit, fast = _timed(ours)
    print(f"wild bootstrap: {fast:.2f} s with its interval, wildboottest {slow:.2f} s without")
    assert fit.statistic == pytest.approx(statistic, abs=1e-3)  # the peer prints three places
    spread = np.sqrt(2 * fit.p_value * (1 - fit.p_value) / DRAWS)
    assert fit.p_value == pytest.approx(p_value, abs=4 * spread + 1e-3)
    assert slow >= TIMES * fast


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    """The full city's 300,000 sales at the points of their postcodes."""
    model, _ = make_model(1, FULL)
    sold, homes = model.sales, model.dwellings
    easting, northing = model.postcodes.point[homes.postcode[sold.dwelling]].T
    return pd.DataFrame(
        {
            "log_price": np.log(sold.price),
            "log_area": np.log(homes.floor_area[sold.dwelling]),
            "flat": (homes.kind[sold.dwelling] == 3).astype(float),
            "year": sold.year - 1995.0,
            "easting": easting,
            "northing": northing,
        }
    )


def test_conley_beside_diff_diff(sales: pd.DataFrame) -> None:
    """The peer holds every pair of sales: a tenth of them is what it can be asked."""
    right = ("log_area", "flat", "year")
    specification = Specification("speed", "", "log_price", right, variance="robust")
    rule = ConleyRule(kernel="bartlett", factor="none")
    some = sales.sample(FEW_SALES, random_state=1)

    def theirs() -> np.ndarray:
        columns = np.column_stack([np.ones(len(some)), some[list(right)]])
        y = some["log_price"].to_numpy()
        residual = y - columns @ np.linalg.lstsq(columns, y)[0]
        found = compute_robust_vcov(
            columns,
            residual,
            vcov_type="conley",
            conley_coords=some[["easting", "northing"]].to_numpy(),
            conley_cutoff_km=CUT_OFF,
            conley_metric="euclidean",
        )
        return np.asarray(found)[1:, 1:]

    fit, few = _timed(lambda: conley(some, specification, CUT_OFF, rule))
    _, fast = _timed(lambda: conley(sales, specification, CUT_OFF, rule))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer, slow = _timed(theirs)
    print(
        f"Conley, {len(some)} sales: {few:.2f} s, diff-diff {slow:.2f} s; "
        f"{len(sales)} sales: {fast:.2f} s"
    )
    assert fit.covariance == pytest.approx(peer, rel=1e-8)
    assert slow >= TIMES * few
    assert slow >= fast


def test_curve_beside_pyfixest(frame: pd.DataFrame) -> None:
    pyfixest = pytest.importorskip("pyfixest", reason="a peer for benchmarks only")
    frame = frame.head(660)
    sets = [
        names for size in range(8) for names in itertools.combinations(CONTROLS, size)
    ]  # 128 sets x 2 effects x 2 weights x 2 minimums: 1,024 specifications
    universe = Universe(
        term="x",
        outcome="y",
        clusters="city",
        controls={"+".join(names): names for names in sets},
        effects={"none": (), "city": ("city",)},
        weights={"sales": "sales", "equal": None},
        size="sales",
        minimums=(5.0, 10.0),
    )
    curve, fast = _timed(lambda: specification_curve(frame, universe))
    rule = pyfixest.ssc(k_fixef="full", k_adj=True, G_adj=True)
    some = curve.sample(60, random_state=1)

    def theirs() -> list[tuple[float, float]]:
        found = []
        for row in some.to_dict("records"):
            right = " + ".join(["x", *universe.controls[row["controls"]]])
            absorbed = "" if row["effects"] == "none" else " | city"
            weights = "sales" if row["weights"] == "sales" else None
            rows = frame[frame["sales"] >= row["minimum"]]
            fit = pyfixest.feols(
                f"y ~ {right}{absorbed}", rows, vcov={"CRV1": "city"}, ssc=rule, weights=weights
            )
            found.append((float(fit.coef()["x"]), float(fit.se()["x"])))
        return found

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs()  # compiles
        peer, slow = _timed(theirs)
    slow *= len(curve) / len(some)
    print(f"curve of {len(curve)}: {fast:.2f} s, pyfixest {slow:.2f} s")
    assert some[["estimate", "std_error"]].to_numpy() == pytest.approx(np.array(peer), rel=1e-6)
    assert slow >= TIMES * fast
