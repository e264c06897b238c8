"""What is known of whole authorities alone is not known of neighbourhoods."""

import pandas as pd
import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.indicators import require_local


def _local(values: list[float], geography: str = "ward22") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": [f"E0500000{i}" for i in range(len(values))],
            "geography": geography,
            "period": "2022",
            "indicator": "Trust",
            "value": values,
        }
    )


def test_values_that_differ_between_wards_are_local() -> None:
    require_local(_local([40.0, 50.0, 45.0]))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (_local([40.0, 50.0], "lad"), "its figures are of 'lad'"),
        (_local([40.0, 40.0, 40.0]), "all areas have the same value"),
        (_local([40.0]), "known for a single area"),
    ],
)
def test_an_authoritys_figure_is_not_of_neighbourhoods(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        require_local(frame)
