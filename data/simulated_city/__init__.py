"""A whole city made up from a seed, written in the publishers' layouts, with known effects."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs

from ..errors import DataError
from .truth import CITY, DISTRICT, FULL, PLANTED, SMALL, VERSION, CitySize, Planted, Truth

__all__ = [
    "AREA_PRICES_FILE", "CITY", "DISTRICT", "FULL", "PLANTED", "SMALL", "VERSION", "CitySize",
    "Planted", "Truth", "cached_city", "make_city",
]  # fmt: skip

TRUTH_FILE = "truth.json"
AREA_PRICES_FILE = "truth_area_prices.csv.gz"
"""Log price of the reference dwelling by area and year, as planted: ``lsoa21, year, log_price``."""


def make_city(
    folder: Path,
    seed: int,
    size: CitySize = FULL,
    plant: Planted = PLANTED,
    *,
    single_sales: bool = True,
) -> Path:
    """Make a city and write all its files under ``folder``.

    The same seed and size give the same bytes. The files appear together: they are written
    beside the folder, which then takes its name.

    Parameters
    ----------
    folder : must not exist, or be empty
    seed : of the one random generator that everything is drawn from
    size : number of areas, sales and years
    plant : the effects
    single_sales : write Price Paid Data and the sales with certificates too; simulations of what
        rests on published means do without

    Returns
    -------
    Path
        ``folder``, which holds ``truth.json`` (see `Truth`), ``truth_area_prices.csv.gz`` and
        the data files.

    Raises
    ------
    DataError
        Where ``folder`` already holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(
            f"{folder} is not empty. Expected no folder or an empty one for the simulated city; "
            "name a new folder, or remove this one."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(beside, seed, size, plant, single_sales)
        beside.chmod(0o755)
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def cached_city(seed: int, cache: Path | None = None) -> Path:
    """The full city of a seed, made once and kept.

    Parameters
    ----------
    seed : as of `make_city`
    cache : folder that keeps cities; by default ``NEIGHBOURHOOD_EQUITY_CACHE``, else the user's
        cache folder of the operating system
    """
    kept = cache or Path(
        os.environ.get("NEIGHBOURHOOD_EQUITY_CACHE")
        or platformdirs.user_cache_path("neighbourhood-equity")
    )
    folder = kept / f"simulated-city-{VERSION}-{seed}"
    if (folder / TRUTH_FILE).is_file():
        return folder
    try:
        return make_city(folder, seed)
    except (DataError, OSError):
        # Another run may have made the same city meanwhile.
        if (folder / TRUTH_FILE).is_file():
            return folder
        raise


def _write(folder: Path, seed: int, size: CitySize, plant: Planted, single_sales: bool) -> None:
    from .area_prices import write_area_prices
    from .making import make_model, truth_of, write_model

    model, rng = make_model(seed, size, plant)
    write_model(folder, model, rng, single_sales=single_sales)
    write_area_prices(folder / AREA_PRICES_FILE, model)
    truth_of(model, seed, plant).write(folder / TRUTH_FILE)
