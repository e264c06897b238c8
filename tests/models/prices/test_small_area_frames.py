"""Small areas by name, as the arrays have them."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.small_area import fay_herriot
from neighbourhood_equity.models.prices.small_area_frames import fay_herriot_of
from neighbourhood_equity.models.specification import SpecificationError

AREAS = pd.DataFrame(
    {
        "ward": list("abcdefgh"),
        "mean": [1.0, 1.4, 0.8, 2.1, 1.9, 1.1, 2.4, np.nan],
        "variance": [0.04, 0.02, 0.09, 0.05, 0.03, 0.06, 0.02, np.nan],
        "income": [0.1, 0.3, 0.0, 0.8, 0.6, 0.2, 0.9, 0.5],
    }
)


def test_the_constant_is_put_in_and_the_areas_keep_their_names():
    found = fay_herriot_of(AREAS, "mean", "variance", ["income"], area="ward")
    design = np.column_stack([np.ones(8), AREAS["income"]])
    there = fay_herriot(AREAS["mean"].to_numpy(), AREAS["variance"].to_numpy(), design)
    assert found.tidy()["area"].tolist() == AREAS["ward"].tolist()
    assert found.tidy()["estimate"].to_numpy() == pytest.approx(there.estimate)
    assert "constant" in repr(found)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (AREAS.rename(columns={"mean": "means"}), r"no column mean \(did you mean means\?\)"),
        (AREAS.assign(ward="a"), "7 rows repeat the same ward"),
        (AREAS.assign(variance=0.0), "8 sampling variances are not above zero"),
    ],
)
def test_fault_is_said_in_a_sentence(frame, words):
    with pytest.raises(SpecificationError, match=words):
        fay_herriot_of(frame, "mean", "variance", area="ward")
