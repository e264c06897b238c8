"""Checks of one source by another: codes, units, magnitudes, places and the areas they hold.

The bands are wide: they catch a slip of unit (thousands, square feet, a factor of ten) and another
city's file, not an unusual market. Beside each stands what the files of two cities give.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .errors import first_values
from .scope_checks import Scope, index_of, of_city
from .source_checks import HOMES, Check, Frames, titled

# Code-Point Open calls its column "ward" in every release; the set of wards differs.
_WARD_SETS = {"code_point_open": "ward22", "code_point_open_2014": "ward17"}
_VOLUME_BAND = 0.05
_VOLUME = (0.5, 2.0)
"""Sales of the city's sectors over those of the index: 0.91 to 1.18."""
_LEVEL = (0.6, 1.8)
"""Mean price of the city's sectors over the index's average price: 1.00 to 1.24."""
_ONE_SECTOR = (0.02, 500.0)
"""Mean price of one sector over the index: 0.2 to 67, the latter a sale of many homes in one."""
_OWN_PARTS = 0.01
"""Price per square metre against money over floor area: equal but for rounding."""
_FLOOR_AREA = (40.0, 250.0)
"""Square metres of a home sold, on average: 84 to 90."""
_PER_SQM = (0.5, 2.0)
"""Price per square metre by small area over that by postcode district: 1.09 to 1.24."""
_INSIDE = 0.8
"""Share of points that must lie in the box around the boundaries; all but 1 in 20,000 do."""
_WHOLE = ("lsoa11_lsoa21", "lsoa21_msoa21", "boundaries_lsoa21", "cni_2023")
"""Sources by area of 2021 that must hold every area of the lookup to wards."""
_PARTLY = ("lsoa_price_per_sqm", "imd_2025", "census_2021_tenure", "census_2021_accommodation")
"""Sources by area of 2021 that may lack some."""
_TOLD, _TOO_FEW = 0.1, 0.5
"""Shares of areas lacking from which it is told, and from which the source is of no use."""


def check_together(frames: Frames, scope: Scope) -> Iterator[Check]:
    """What the sources of a folder say of one another."""
    yield from _codes(frames)
    yield from _volumes(frames, scope)
    yield from _price_levels(frames, scope)
    yield from _square_metres(frames, scope)
    yield from _points(frames, scope)
    yield from _coverage(frames)


def _codes(frames: Frames) -> Iterator[Check]:
    for source_id, frame in frames.items():
        for geography, codes in _codes_of(source_id, frame):
            homes = [home for home in HOMES[geography] if home[0] in frames]
            if homes and homes[0][0] != source_id:
                yield _codes_at_home(source_id, codes, frames, *homes[0])


def _codes_of(source_id: str, frame: pd.DataFrame) -> Iterator[tuple[str, set[str]]]:
    if source_id == "place_areas":
        frame = frame.rename(columns={"geography": "area_geography", "code": "area_code"})
    if "area_geography" in frame:
        for geography, rows in frame.groupby("area_geography"):
            if geography in HOMES:
                yield str(geography), set(rows["area_code"])
        return
    if source_id in _WARD_SETS:
        yield _WARD_SETS[source_id], set(frame["ward"]) - {""}
    for column in frame.columns.intersection(list(HOMES)):
        yield column, set(frame[column]) - {""}


def _codes_at_home(
    source_id: str, codes: set[str], frames: Frames, home: str, column: str
) -> Check:
    strange = sorted(codes - set(frames[home][column]))
    detail = (
        f"{len(strange)} codes of {titled(source_id)} are not in {titled(home)}: "
        f"{first_values(strange)}. Use files of one vintage and one city, or correct the codes."
        if strange
        else ""
    )
    sentence = f"All {len(codes):,} codes of {titled(source_id)} are in {titled(home)}"
    return Check(source_id, sentence, not strange, detail)


def _volumes(frames: Frames, scope: Scope) -> Iterator[Check]:
    if not {"sector_prices", "sector_share", "uk_hpi"} <= frames.keys():
        return
    counted = of_city(frames, scope).groupby("year")["sales"].sum()
    hpi = index_of(frames, scope)
    monthly = hpi.groupby(hpi["date"].dt.year)["sales"]
    ratio = (counted / monthly.sum()[monthly.count() == 12]).dropna()
    if ratio.empty:
        return
    yield _in_band(
        "sector_prices",
        "As many homes are sold in the city's sectors as in the UK House Price Index",
        ratio,
        _VOLUME,
        "Are the numbers of sales, the city's sectors and the index of one city?",
    )
    outside = ratio[(ratio - 1).abs() > _VOLUME_BAND]
    told = ", ".join(f"{year} {value - 1:+.1%}" for year, value in outside.items())
    sentence = f"The two numbers of sales are within {_VOLUME_BAND:.0%} of each other in every year"
    yield Check("sector_prices", sentence, outside.empty, f"outside: {told}" if told else "", True)


def _price_levels(frames: Frames, scope: Scope) -> Iterator[Check]:
    """Means of the sectors against the index of the same city: another unit, another city."""
    if not {"sector_prices", "sector_share", "uk_hpi"} <= frames.keys():
        return
    hpi = index_of(frames, scope)
    average = hpi.groupby(hpi["date"].dt.year)["average_price"].mean().rename("average")
    city = of_city(frames, scope).merge(average, left_on="year", right_index=True)
    if city.empty:
        return
    worth = city.assign(worth=city["mean_price"] * city["sales"]).groupby("year")
    ratio = worth["worth"].sum() / worth["sales"].sum() / worth["average"].first()
    advice = "Are both in pounds, of one city, and without a slip of the decimal point?"
    words = "The mean price of the city's sectors goes with that of the UK House Price Index"
    yield _in_band("sector_prices", words, ratio, _LEVEL, advice)
    single = (city["mean_price"] / city["average"]).set_axis(
        city["sector"] + " in " + city["year"].astype(str)
    )
    words = "No sector's mean price is out of all proportion to the index"
    yield _in_band("sector_prices", words, single, _ONE_SECTOR, "Correct these prices.")


def _square_metres(frames: Frames, scope: Scope) -> Iterator[Check]:
    """Prices per square metre against their own parts, a home's size and another file."""
    advice = "Are prices and floor areas in pounds and square metres?"
    for source_id in ("lsoa_price_per_sqm", "msoa_price_per_sqm", "district_type_price_per_sqm"):
        if source_id in frames:
            frame = frames[source_id]
            own = frame["total_price"] / frame["floor_area"] / frame["price_per_sqm"]
            words = f"Each price per square metre of {titled(source_id)} is money over floor area"
            band = (1 - _OWN_PARTS, 1 + _OWN_PARTS)
            yield _in_band(source_id, words, own.set_axis(frame.iloc[:, 0]), band, advice)
    if "lsoa_price_per_sqm" not in frames:
        return
    areas = frames["lsoa_price_per_sqm"]
    size = pd.Series({"the city": areas["floor_area"].sum() / areas["sales"].sum()})
    words = f"The homes of {titled('lsoa_price_per_sqm')} have the size of homes in square metres"
    yield _in_band("lsoa_price_per_sqm", words, size, _FLOOR_AREA, advice)
    if {"district_year_price_per_sqm", "sector_prices", "sector_share"} <= frames.keys():
        districts = frames["district_year_price_per_sqm"]
        own_ones = of_city(frames, scope)["sector"].str.split(" ").str[0]
        districts = districts[districts["postcode_district"].isin(own_ones)]
        if not districts.empty:
            ratio = pd.Series({"the city": _real_price(areas) / _real_price(districts)})
            words = "Prices per square metre of small areas and of postcode districts agree"
            yield _in_band("lsoa_price_per_sqm", words, ratio, _PER_SQM, advice)


def _real_price(frame: pd.DataFrame) -> float:
    return float(np.average(frame["real_price_per_sqm"], weights=frame["floor_area"]))


def _in_band(
    source_id: str, sentence: str, ratio: pd.Series, band: tuple[float, float], advice: str
) -> Check:
    """Every value lies in a band; those that do not are named, the farthest out first."""
    outside = ratio[~ratio.between(*band)]
    far = np.argsort(-np.abs(np.log(outside.to_numpy(float))), kind="stable")[:4]
    told = ", ".join(f"{where}: {value:.3g}" for where, value in outside.iloc[far].items())
    more = f" and {len(outside) - 4} more" if len(outside) > 4 else ""
    detail = f"expected {band[0]:g} to {band[1]:g} times; found {told}{more}. {advice}"
    return Check(source_id, sentence, outside.empty, detail if len(outside) else "")


def _points(frames: Frames, scope: Scope) -> Iterator[Check]:
    """Grid references of the city's postcodes and sectors lie where its boundaries are."""
    points = {}
    if "code_point_open" in frames:
        postcodes = frames["code_point_open"]
        points["code_point_open"] = postcodes[postcodes["district"] == scope.district]
    if "sector_share" in frames:
        share = frames["sector_share"]
        points["sector_share"] = share[share["share"] >= scope.sector_share_at_least]
    for boundaries in ("boundaries_lsoa21", "boundaries_ward22"):
        if boundaries in frames:
            west, south, east, north = frames[boundaries].total_bounds
            for source_id, frame in points.items():
                grid = frame[["easting", "northing"]].dropna()
                if grid.empty:
                    continue
                inside = grid["easting"].between(west, east) & grid["northing"].between(
                    south, north
                )
                share_inside = float(inside.mean())
                detail = (
                    f"{share_inside:.0%} of {len(grid):,} do. Is one of the two of another place, "
                    "in another coordinate system, or with easting and northing exchanged?"
                )
                sentence = f"The points of {titled(source_id)} lie inside {titled(boundaries)}"
                passed = share_inside >= _INSIDE
                yield Check(source_id, sentence, passed, "" if passed else detail)


def _coverage(frames: Frames) -> Iterator[Check]:
    """Every area of the lookup has its row in the sources by area."""
    if "lsoa21_ward22" in frames:
        areas = set(frames["lsoa21_ward22"]["lsoa21"])
        for source_id in (*_WHOLE, *_PARTLY):
            if source_id in frames:
                column = "code" if source_id.startswith("boundaries") else "lsoa21"
                found = set(frames[source_id][column])
                yield _covered(source_id, areas, found, whole=source_id in _WHOLE)
    if "lsoa11_lsoa21" in frames:
        areas = set(frames["lsoa11_lsoa21"]["lsoa11"])
        for source_id in ("imd_2019_scores", "lsoa11_population"):
            if source_id in frames:
                yield _covered(source_id, areas, set(frames[source_id]["lsoa11"]), whole=True)


def _covered(source_id: str, areas: set[str], found: set[str], *, whole: bool) -> Check:
    lacking = sorted(areas - found)
    share = len(lacking) / len(areas)
    detail = f"{len(lacking):,} of {len(areas):,} are not there: {first_values(lacking)}"
    advice = ". Complete the file." if whole else "; they are left out of the estimates."
    stops = bool(lacking) if whole else share > _TOO_FEW
    told = stops or share > _TOLD or (whole and bool(lacking))
    sentence = f"{titled(source_id)} holds {'all' if whole else 'most'} of the study's areas"
    return Check(source_id, sentence, not told, detail + advice if told else "", note=not stops)
