"""The variance of one value is recovered from means of many."""

import numpy as np
import pytest

from neighbourhood_equity.models.specification import SpecificationError
from neighbourhood_equity.models.variance_function import variance_function

RNG = np.random.default_rng(7)


def test_both_parts_are_recovered() -> None:
    counts = RNG.integers(2, 200, 20_000).astype(float)
    residuals = RNG.normal(0, np.sqrt(0.01 + 0.5 / counts))
    fitted = variance_function(residuals, counts)
    assert fitted.per_value == pytest.approx(0.5, rel=0.12)
    assert fitted.constant == pytest.approx(0.01, rel=0.1)


def test_the_mean_of_four_has_a_quarter_of_the_variance() -> None:
    counts = np.array([1.0, 4.0, 16.0])
    fitted = variance_function(np.sqrt(0.3 / counts), counts)
    assert fitted.of_mean(np.array([4.0])) == pytest.approx(0.075)


@pytest.mark.parametrize("counts", [[1.0, 0.0, 2.0], [3.0, 3.0, 3.0]])
def test_counts_that_cannot_tell_are_refused(counts: list[float]) -> None:
    with pytest.raises(SpecificationError):
        variance_function(np.array([0.1, 0.2, 0.3]), np.array(counts))


def test_a_cell_varies_about_the_model_beyond_its_sampling() -> None:
    counts = np.array([1.0, 4.0, 16.0])
    fitted = variance_function(np.sqrt(0.2 + 0.3 / counts), counts)
    assert fitted.of_cell(np.array([4.0])) == pytest.approx(0.2 + 0.075)


def test_an_error_that_does_not_fall_tells_no_sampling_variance() -> None:
    counts = np.array([1.0, 4.0, 16.0])
    flat = variance_function(np.sqrt(counts), counts)
    assert np.ptp(flat.of_cell(counts)) == 0
    with pytest.raises(SpecificationError, match="does not fall"):
        flat.of_mean(counts)


@pytest.mark.parametrize("residuals", [[0.1, np.nan, 0.3], [0.0, 0.0, 0.0]])
def test_residuals_that_tell_nothing_are_refused(residuals: list[float]) -> None:
    with pytest.raises(SpecificationError, match="residuals"):
        variance_function(np.array(residuals), np.array([1.0, 2.0, 3.0]))
