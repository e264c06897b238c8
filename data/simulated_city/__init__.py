"""A whole city made up from a seed, written in the publishers' layouts, with known effects."""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from ..errors import DataError
from ..folders import replaced, why_unwritable
from .truth import CITY, DISTRICT, FULL, PLANTED, SMALL, VERSION, CitySize, Planted, Truth

__all__ = [
    "AREA_PRICES_FILE", "CACHE_SETTING", "CITY", "DISTRICT", "FULL", "PLANTED", "SMALL", "VERSION",
    "CitySize", "Planted", "Truth", "cache_folder", "cached_city", "make_city", "why_not_kept",
]  # fmt: skip

TRUTH_FILE = "truth.json"
AREA_PRICES_FILE = "truth_area_prices.csv.gz"
"""Log price of the reference dwelling by area and year, as planted: ``lsoa21, year, log_price``."""
SUMS_FILE = "SHA256SUMS"
"""In a kept city: the checksum of each of its files, as ``sha256sum`` writes them."""
CACHE_SETTING = "NEIGHBOURHOOD_EQUITY_CACHE"
ROOM_MB = 100
"""What a kept city takes, with its former one beside it."""


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
    _require_empty(folder)
    with replaced(folder) as new:
        _write(new, seed, size, plant, single_sales)
        _require_empty(folder)
    return folder


def _require_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(
            f"{folder} is not empty. Expected no folder or an empty one for the simulated city; "
            "name a new folder, or remove this one."
        )


class _MadeMeanwhile(Exception):
    """Another run has just kept the same city."""


def cached_city(seed: int, cache: Path | None = None) -> Path:
    """The full city of a seed, made once and kept; made anew where a kept file has changed.

    Parameters
    ----------
    seed : as of `make_city`
    cache : folder that keeps cities; by default that of `cache_folder`

    Raises
    ------
    DataError
        Where the city can neither be found nor kept.
    """
    folder = _kept(seed, cache)
    if _unchanged(folder):
        return folder
    if faults := why_not_kept(seed, cache):
        raise DataError(faults)
    if _is_ours(folder):
        logging.getLogger(__name__).warning(
            "%s: the simulated city kept there is not as it was made; it is made anew.", folder
        )
    try:
        with suppress(_MadeMeanwhile), replaced(folder) as new:
            make_city(new, seed)
            (new / SUMS_FILE).write_bytes(_sums(new))
            if _unchanged(folder):
                raise _MadeMeanwhile
    except OSError as fault:
        raise DataError(_not_kept(f"{folder}: {fault.strerror or fault}")) from fault
    return folder


def cache_folder() -> Path:
    """The folder of `CACHE_SETTING`, else the user's cache folder of the operating system."""
    return Path(
        os.environ.get(CACHE_SETTING) or platformdirs.user_cache_path("neighbourhood-equity")
    )


def why_not_kept(seed: int, cache: Path | None = None) -> list[str]:
    """What keeps the city of a seed from being found or made, in sentences."""
    folder = _kept(seed, cache)
    if _is_ours(folder):
        return []
    if folder.is_dir() and any(folder.iterdir()):
        return [_not_kept(f"{folder} holds something else")]
    return [_not_kept(words)] if (words := why_unwritable(folder, ROOM_MB)) else []


def _not_kept(found: str) -> str:
    return (
        f"The simulated city could not be kept: {found}. Expected a folder that can be written; "
        f"name one in the environment variable {CACHE_SETTING}."
    )


def _kept(seed: int, cache: Path | None) -> Path:
    return (cache or cache_folder()) / f"simulated-city-{VERSION}-{seed}"


def _is_ours(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (SUMS_FILE, TRUTH_FILE))


def _unchanged(folder: Path) -> bool:
    """Whether a kept city is there with every byte and no file more."""
    try:
        return (folder / SUMS_FILE).read_bytes() == _sums(folder)
    except OSError:
        return False


def _sums(folder: Path) -> bytes:
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != SUMS_FILE:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    return "".join(lines).encode()


def _write(folder: Path, seed: int, size: CitySize, plant: Planted, single_sales: bool) -> None:
    from .area_prices import write_area_prices
    from .making import make_model, truth_of, write_model

    model, rng = make_model(seed, size, plant)
    write_model(folder, model, rng, single_sales=single_sales)
    write_area_prices(folder / AREA_PRICES_FILE, model)
    truth_of(model, seed, plant).write(folder / TRUTH_FILE)
