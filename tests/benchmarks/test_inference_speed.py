"""Wild cluster bootstrap and specification curve: seconds beside named peers, results equal.

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
from statsmodels.api import OLS

from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.models.specification_curve import Universe, specification_curve
from neighbourhood_equity.models.wild_bootstrap import wild_cluster_bootstrap

CLUSTERS, EACH, DRAWS = 640, 10, 9999
TIMES = 10
CONTROLS = tuple("abcdefg")

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
