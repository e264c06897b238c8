"""The price files of a simulated city, in the layouts of their publishers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from .geography import Floats, Ints
from .layout import Model
from .names import street_names
from .process import price_path
from .sales import PER_SQM, TYPES
from .truth import CITY, DISTRICT
from .writing import texts, write_quoted_rows, write_table

_CPI_MONTHS = pd.period_range("1988-01", "2025-12", freq="M")
_POOLED_SINCE = 2012
_NO_POSTCODE_SHARE = 0.001
_IMPLAUSIBLE_SHARE = 0.001
_IMPLAUSIBLE_AREA = 5.0
_EXACT_MATCHES = 0.7
_RATING_SHARES = (0.01, 0.09, 0.24, 0.48, 0.15, 0.02, 0.01)
"""Of certificates with a rating from A to G."""
_TYPICAL_AREA = {"average": 82.0, "D": 118.0, "S": 88.0, "T": 79.0, "F": 58.0}


def write_single_sales(folder: Path, model: Model, rng: np.random.Generator) -> None:
    """Price Paid Data, and the sales matched to a certificate."""
    # Drawn apart, so that the other files stay as they are without certificates.
    certificates = rng.spawn(1)[0]
    postcode = _shown_postcodes(model, rng)
    ids = texts(_transaction_ids(len(model.sales.dwelling), rng))
    _write_price_paid(folder / "pp-complete.csv.gz", model, ids, postcode, rng)
    _write_epc_sales(folder / "ppd_epc_sales_simulated.csv.gz", model, ids, postcode, certificates)


def write_prices(folder: Path, model: Model) -> None:
    """The indices, and the means and sums over sales that publishers give out."""
    frame = _frame(model)
    _write_index(folder / "uk_hpi_simulated.csv.gz", model)
    write_table(
        folder / "ons_cpi_d7bt.csv.gz",
        {"date": _CPI_MONTHS.strftime("%Y-%m"), "cpi": consumer_prices().round(1)},
    )
    _write_sectors(folder, model, frame)
    _write_per_sqm(folder, model, frame[frame["matched"]])


def consumer_prices() -> Floats:
    """A smooth index, 2% a year, by month from January 1988 (about 100 in 2015)."""
    return np.asarray(58.5 * 1.02 ** (np.arange(len(_CPI_MONTHS)) / 12))


def _frame(model: Model) -> pd.DataFrame:
    """One row a sale, with what the aggregates need."""
    sales, dwellings = model.sales, model.dwellings
    postcode = dwellings.postcode[sales.dwelling]
    kind = dwellings.kind[sales.dwelling]
    prices = consumer_prices()
    since_1988 = sales.month + 7 * 12
    return pd.DataFrame(
        {
            "area": model.postcodes.area[postcode],
            "sector": model.postcodes.sector[postcode],
            "year": sales.year,
            "month": sales.month,
            "other": kind == TYPES.index("O"),
            "matched": sales.matched,
            "floor_area": dwellings.floor_area[sales.dwelling],
            "price": sales.price.astype(float),
            "real_price": sales.price * prices[-1] / prices[since_1988],
        }
    )


def _shown_postcodes(model: Model, rng: np.random.Generator) -> pa.Array:
    """The postcode of each sale, a few of them left blank."""
    postcode = model.dwellings.postcode[model.sales.dwelling]
    blank = rng.uniform(size=len(postcode)) < _NO_POSTCODE_SHARE
    names = model.postcodes.name
    return texts([*names, ""], np.where(blank, len(names), postcode).astype(np.int64))


def _write_price_paid(
    path: Path, model: Model, ids: pa.Array, shown: pa.Array, rng: np.random.Generator
) -> None:
    """Price Paid Data: 16 columns, no header, every field quoted."""
    sales, dwellings, postcodes = model.sales, model.dwellings, model.postcodes
    count = len(sales.dwelling)
    postcode = dwellings.postcode[sales.dwelling]
    kind = dwellings.kind[sales.dwelling]
    flat = kind == TYPES.index("F")
    number = dwellings.number[sales.dwelling]
    numbers = [str(n) for n in range(int(number.max()) + 1)]
    flats = ["", *(f"FLAT {n}" for n in range(1, len(numbers)))]
    same = np.zeros(count, dtype=np.int64)
    yes_no, tenures = ["N", "Y"], ["F", "L"]
    days, day = np.unique(sales.day, return_inverse=True)
    write_quoted_rows(
        path,
        [
            ids,
            texts(str(price) for price in sales.price.tolist()),
            texts([f"{date} 00:00" for date in days], day),
            shown,
            texts(list(TYPES), kind),
            texts(yes_no, sales.new_build.astype(np.int64)),
            texts(tenures, dwellings.leasehold[sales.dwelling].astype(np.int64)),
            # A flat stands in one of the buildings of its postcode, about ten flats in each.
            texts(numbers, np.where(flat, 1 + number // 10, number)),
            texts(flats, np.where(flat, number, 0)),
            texts(street_names(len(postcodes.name), rng), postcode),
            texts([""], same),
            texts([CITY.upper()], same),
            texts([CITY.upper()], same),
            texts([CITY.upper()], same),
            texts(["A", "B"], sales.additional.astype(np.int64)),
            texts(["A"], same),
        ],
    )


def _write_epc_sales(
    path: Path, model: Model, ids: pa.Array, shown: pa.Array, rng: np.random.Generator
) -> None:
    """The sales matched to a certificate, with its floor area; a few of those are no dwelling's."""
    sales, dwellings = model.sales, model.dwellings
    row = np.flatnonzero(sales.matched)
    dwelling = sales.dwelling[row]
    area = model.postcodes.area[dwellings.postcode[dwelling]]
    days, day = np.unique(sales.day[row], return_inverse=True)
    slip = rng.uniform(size=len(row)) < _IMPLAUSIBLE_SHARE
    floor_area = np.where(slip, _IMPLAUSIBLE_AREA, dwellings.floor_area[dwelling])
    score = np.where(
        rng.uniform(size=len(row)) < _EXACT_MATCHES, 0, rng.integers(85, 100, len(row))
    ).astype(np.int64)
    same = np.zeros(len(row), dtype=np.int64)
    yes_no, tenures, ratings = ["N", "Y"], ["F", "L"], "ABCDEFG"
    columns = {
        "transaction": ids.take(pa.array(row)),
        "price": texts(str(price) for price in sales.price[row].tolist()),
        "transfer_date": texts([f"{date} 00:00" for date in days], day),
        "postcode": shown.take(pa.array(row)),
        "property_type": texts(list(TYPES), dwellings.kind[dwelling]),
        "new_build": texts(yes_no, sales.new_build[row].astype(np.int64)),
        "tenure": texts(tenures, dwellings.leasehold[dwelling].astype(np.int64)),
        "district": texts([CITY.upper()], same),
        "PPD_category": texts(["A"], same),
        "lsoa11cd": texts(model.lsoa11, area),
        "msoa11nm": texts(model.msoa_name, model.areas.middle[area]),
        "current_energy_rating": texts(
            list(ratings), rng.choice(len(ratings), len(row), p=_RATING_SHARES)
        ),
        "total_floor_area": texts(str(metres) for metres in floor_area.tolist()),
        "match_score": texts(["", *(f"{n}.0" for n in range(1, 100))], score),
    }
    write_quoted_rows(path, list(columns.values()), header=",".join(columns))


def _transaction_ids(count: int, rng: np.random.Generator) -> list[str]:
    """Identifiers in the Land Registry's form, such as {FF12BF89-E7CE-4C7E-8FEA-01DE06E7288C}."""
    digits = rng.bytes(16 * count).hex().upper()
    return [
        f"{{{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}}}"
        for d in (digits[i : i + 32] for i in range(0, 32 * count, 32))
    ]


def _write_index(path: Path, model: Model) -> None:
    """UK House Price Index; sales volumes of the last two months are not yet known."""
    first = (model.size.first_year - 1995) * 12
    months = np.arange(first, first + 12 * model.size.years)
    volume = np.bincount(model.sales.month - first, minlength=len(months)).astype(object)
    volume[-2:] = ""
    level = np.exp(price_path(months))
    named = {"D": "Detached", "S": "SemiDetached", "T": "Terraced", "F": "Flat"}
    by_type = {
        f"{named[kind]}Price": (level * np.exp(PER_SQM[kind]) * _TYPICAL_AREA[kind]).round(5)
        for kind in named
    }
    write_table(
        path,
        {
            "Date": [f"01/{m % 12 + 1:02d}/{1995 + m // 12}" for m in months.tolist()],
            "RegionName": CITY,
            "AreaCode": DISTRICT,
            "AveragePrice": (level * np.exp(0.04) * _TYPICAL_AREA["average"]).round(5),
            "SalesVolume": volume,
            **by_type,
        },
    )


def _write_sectors(folder: Path, model: Model, frame: pd.DataFrame) -> None:
    """Mean price and volume by postcode sector and year, and the sectors' postcodes."""
    names = np.array(model.postcodes.sector_name)
    kept = frame[~frame["other"] & (frame["price"] > 10_000)]
    cells = kept.groupby(["year", "sector"])["price"].agg(["mean", "size"]).reset_index()
    write_table(
        folder / "ppd_postcode_sector_mean_price_simulated.csv.gz",
        {
            "Year": cells["year"],
            "Sector": names[cells["sector"]],
            # Rounding to thousands, as the publisher does, would move the prices of 1995 by 1%.
            "Price": cells["mean"].round(-1).astype(int),
            "Volume": cells["size"],
            "Region": "Simulated",
        },
    )
    sector = model.postcodes.sector
    count = np.bincount(sector)
    easting, northing = (
        np.bincount(sector, weights=model.postcodes.point[:, axis]) / count for axis in range(2)
    )
    write_table(
        folder / "postcode_sector_simulated_share.csv.gz",
        {
            "Sector": names,
            "n_postcodes": count,
            f"n_postcodes_{DISTRICT}": count,
            f"share_{DISTRICT}": 1.0,
            "mean_eastings": easting.round(1),
            "mean_northings": northing.round(1),
        },
    )


def _write_per_sqm(folder: Path, model: Model, matched: pd.DataFrame) -> None:
    """Price per square metre of the sales matched to an energy certificate."""
    recent = matched[matched["year"] >= _POOLED_SINCE]
    by_area = _per_sqm(recent, recent["area"].to_numpy())
    write_table(
        folder / "ppd_epc_price_per_sqm_lsoa21_simulated.csv.gz",
        {"LSOA21CD": np.array(model.lsoa21)[by_area.index], **by_area},
    )
    by_middle = _per_sqm(recent, model.areas.middle[recent["area"]])
    write_table(
        folder / "ppd_epc_price_per_sqm_msoa21_simulated.csv.gz",
        {
            "msoa21cd": np.array(model.msoa)[by_middle.index],
            "msoa21nm": np.array(model.msoa_name)[by_middle.index],
            **by_middle,
        },
    )
    districts, district = np.unique(model.postcodes.district_name, return_inverse=True)
    key = matched["year"].to_numpy() * len(districts) + district[matched["sector"]]
    yearly = _per_sqm(matched, key)
    write_table(
        folder / "ppd_epc_price_per_sqm_yearly_postcode_district_simulated.csv.gz",
        {
            "year": yearly.index // len(districts),
            "postcode_district": districts[yearly.index % len(districts)],
            **yearly[["num_sales", "total_floor_area", "adj_price_per_sqm"]],
        },
    )


def _per_sqm(frame: pd.DataFrame, group: Ints) -> pd.DataFrame:
    sums = frame.groupby(group)[["floor_area", "price", "real_price"]].sum()
    return pd.DataFrame(
        {
            "num_sales": frame.groupby(group).size(),
            "total_floor_area": sums["floor_area"],
            "total_price": sums["price"],
            "price_per_sqm": (sums["price"] / sums["floor_area"]).round().astype(int),
            "adj_price_per_sqm": (sums["real_price"] / sums["floor_area"]).round().astype(int),
        }
    )
