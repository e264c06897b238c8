"""Where tests find the real data and the published reference numbers, if they are at hand."""

import os
from pathlib import Path

import pytest

from neighbourhood_equity.data.simulated_city import SMALL, make_city

_SHARED = Path(os.environ.get("NEIGHBOURHOOD_EQUITY_SHARED", Path(__file__).parents[2] / "shared"))


def _folder(name: str) -> Path:
    folder = _SHARED / name
    if not folder.is_dir():
        pytest.skip(
            f"no '{name}' folder: set NEIGHBOURHOOD_EQUITY_SHARED to the folder that holds it"
        )
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data in the publishers' layouts."""
    return _folder("data")


@pytest.fixture(scope="session")
def second_city_data() -> Path:
    """The folder of another city's data in the same layouts."""
    return _folder("data_second_city")


@pytest.fixture(scope="session")
def reference_cases() -> Path:
    """The folder of published numbers."""
    return _folder("reference_cases")


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small simulated city, made once; not to be written to."""
    return make_city(tmp_path_factory.mktemp("small") / "city", seed=3, size=SMALL)
