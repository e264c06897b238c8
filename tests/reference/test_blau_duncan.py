"""A chain of four stations with printed paths: father's occupation to occupation in 1962.

Blau and Duncan (1967), The American Occupational Structure, chapter 5: correlations of table 5.1
and path coefficients of figure 5.1. The correlations are remembered, the paths were seen in
lecture notes on the book; the first give all five of the second to the last digit in print.
"""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.loop.path_model import path_model
from neighbourhood_equity.models.specification import Specification

NAMES = ["father_occupation", "education", "first_job", "occupation"]
CORRELATIONS = np.array(
    [
        [1.0, 0.438, 0.417, 0.405],
        [0.438, 1.0, 0.538, 0.596],
        [0.417, 0.538, 1.0, 0.541],
        [0.405, 0.596, 0.541, 1.0],
    ]
)
# One unit of the last digit: correlations and paths are both printed with three decimals.
PRINTED = 1e-3


@pytest.fixture(scope="module")
def model():
    """Rows whose correlations are exactly those printed."""
    noise = np.random.default_rng(1967).normal(size=(200, 4))
    basis, _ = np.linalg.qr(noise - noise.mean(axis=0))
    rows = pd.DataFrame(basis @ np.linalg.cholesky(CORRELATIONS).T, columns=NAMES)
    asked = Specification("t", "", NAMES[-1], tuple(NAMES[:-1]), clusters="group")
    groups = rows.assign(group=np.arange(200) // 10)
    return path_model(groups, asked, np.random.default_rng(0), draws=20)


@pytest.mark.parametrize(
    ("left", "reached", "printed"),
    [
        ("father_occupation", "first_job", 0.224),
        ("education", "first_job", 0.440),
        ("father_occupation", "occupation", 0.115),
        ("education", "occupation", 0.394),
        ("first_job", "occupation", 0.281),
    ],
)
def test_paths_in_print(model, left, reached, printed):
    path = model.paths[NAMES.index(reached), NAMES.index(left)]
    assert path == pytest.approx(printed, abs=PRINTED)


def test_the_total_is_the_correlation(model):
    """With nothing held equal and all in standard deviations."""
    assert model.total.estimate == pytest.approx(0.405, abs=1e-12)
