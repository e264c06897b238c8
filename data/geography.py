"""Geography as pure functions on frames: vintages, postcode sectors, places, distances, print."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from .errors import DataError, first_values

if TYPE_CHECKING:
    import geopandas as gpd

# Metres; under a millimetre on a page that shows a large city.
_COARSEST = 128.0


def convert(
    frame: pd.DataFrame,
    lookup: pd.DataFrame,
    source: str,
    target: str,
    values: Sequence[str],
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Carry averages, shares or scores of areas to another vintage of the same areas.

    An unchanged area keeps its value, the parts of a split area copy it, and a merged area gets
    the weighted mean of its parts whose value is known. Not for counts or sums.

    Parameters
    ----------
    frame : one row an area, with the code in column ``source`` and the columns ``values``
    lookup : pairs of codes in columns ``source`` and ``target`` (`ons.lsoa11_lsoa21` and the like)
    weights : residents (or households) by source code; equal weights if not given

    Returns
    -------
    frame of ``target`` and ``values``, ordered by code, one row for each area reached

    Raises
    ------
    DataError
        A code of ``frame`` is not in the lookup, or has no weight.
    """
    _require_known(frame[source], lookup[source], f"the lookup from {source} to {target}")
    pairs = lookup[[source, target]].merge(frame[[source, *values]], on=source)
    if weights is None:
        pairs["_weight"] = 1.0
    else:
        _require_known(pairs[source], weights.dropna().index, f"the weights by {source}")
        pairs["_weight"] = pairs[source].map(weights).astype(float)
    numbers = pairs[list(values)].astype(float)
    known = numbers.notna().mul(pairs["_weight"], axis=0)
    totals = numbers.fillna(0.0).mul(known).groupby(pairs[target]).sum()
    return (totals / known.groupby(pairs[target]).sum()).reset_index()


def sector_of(postcodes: pd.Series) -> pd.Series:
    """The sector of each postcode: "B1 1" for "B1 1AA", blank for blank."""
    return postcodes.str[:-2]


def shares_by_ward(code_point: pd.DataFrame) -> pd.DataFrame:
    """How the postcodes of each sector are spread over wards.

    Parameters
    ----------
    code_point : ``postcode, ward`` of `ordnance_survey.code_point_open`

    Returns
    -------
    frame ``sector, ward, postcodes, share``; shares of a sector sum to one over the postcodes in
    ``code_point`` (a city's extract knows nothing of the sector's postcodes beyond the city)
    """
    located = code_point[code_point["ward"] != ""]
    counted = (
        located.assign(sector=sector_of(located["postcode"]))
        .groupby(["sector", "ward"], as_index=False)
        .agg(postcodes=("postcode", "size"))
    )
    total = counted.groupby("sector")["postcodes"].transform("sum")
    return counted.assign(share=counted["postcodes"] / total)


def ward_weights(
    shares: pd.DataFrame, sectors: Collection[str], city: Collection[str]
) -> pd.DataFrame:
    """How what is known of postcode sectors is carried to wards: by the postcodes they share.

    A ward is made of the city's sectors that reach into it; one that none of them reaches, of the
    sectors beyond.

    Parameters
    ----------
    shares : as `shares_by_ward` gives them
    sectors : all of which something is known, at every time: a ward must keep the same sectors, or
        its growth were a change of weights
    city : the sectors of the city

    Returns
    -------
    weights, wards (rows, in order) by sectors (columns); rows sum to one
    """
    pairs = shares[shares["sector"].isin(list(sectors))]
    inside = pairs["sector"].isin(list(city))
    beyond = ~pairs["ward"].isin(pairs.loc[inside, "ward"])
    weights = pairs[inside | beyond].pivot(index="ward", columns="sector", values="postcodes")
    return weights.div(weights.sum(axis=1), axis=0).fillna(0.0)


def place_lsoas(place_areas: pd.DataFrame, lsoa21_ward22: pd.DataFrame) -> pd.DataFrame:
    """All LSOAs (2021) of each place.

    Parameters
    ----------
    place_areas : ``place, geography`` (ward22 or lsoa21), ``code``
    lsoa21_ward22 : ``lsoa21, ward22``

    Returns
    -------
    frame ``place, lsoa21``, each pair once

    Raises
    ------
    DataError
        Codes that the lookup does not hold, or another geography.
    """
    wards, lsoas = _by_geography(place_areas)
    faults: list[str] = []
    for part, column in ((wards, "ward22"), (lsoas, "lsoa21")):
        try:
            _require_known(part["code"], lsoa21_ward22[column], f"the lookup's {column}")
        except DataError as error:
            faults.extend(error.faults)
    if faults:
        raise DataError(faults)
    by_ward = wards.merge(lsoa21_ward22, left_on="code", right_on="ward22")[["place", "lsoa21"]]
    by_lsoa = lsoas.rename(columns={"code": "lsoa21"})[["place", "lsoa21"]]
    both = pd.concat([by_ward, by_lsoa]).drop_duplicates()
    return both.sort_values(["place", "lsoa21"], ignore_index=True)


def place_sectors(
    place_areas: pd.DataFrame,
    code_point: pd.DataFrame,
    postcode_lookup: pd.DataFrame,
    lsoa11_lsoa21: pd.DataFrame,
) -> pd.DataFrame:
    """The share of each sector's live postcodes that lies in each place.

    A place given by wards uses Code-Point's ward of each postcode; a place given by LSOAs uses the
    postcode lookup's LSOA 2011, and of one that was split in 2021 the fraction of its parts.

    Returns
    -------
    frame ``place, sector, share`` (0-1 of the sector's postcodes in ``code_point``, as in
    `shares_by_ward`); sectors without a postcode in the place are left out

    Raises
    ------
    DataError
        A place that mixes wards and LSOAs, since its postcodes could count twice.
    """
    wards, lsoas = _by_geography(place_areas)
    mixed = sorted(set(wards["place"]) & set(lsoas["place"]))
    if mixed:
        raise DataError(
            f"place areas: {first_values(mixed)} given by wards and by LSOAs. "
            "Give each place in one geography."
        )
    by_ward = wards.merge(code_point, left_on="code", right_on="ward").assign(part=1.0)
    parts = lsoa11_lsoa21[["lsoa11", "lsoa21"]].assign(
        part=1.0 / lsoa11_lsoa21.groupby("lsoa11")["lsoa21"].transform("size")
    )
    homes = code_point[["postcode"]].merge(postcode_lookup[["postcode", "lsoa11"]], on="postcode")
    by_lsoa = lsoas.merge(parts, left_on="code", right_on="lsoa21").merge(homes, on="lsoa11")
    columns = ["place", "postcode", "part"]
    inside = pd.concat([by_ward[columns], by_lsoa[columns]])
    inside["sector"] = sector_of(inside["postcode"])
    found = inside.groupby(["place", "sector"], as_index=False).agg(part=("part", "sum"))
    size = sector_of(code_point["postcode"]).value_counts()
    found["share"] = found["part"] / found["sector"].map(size)
    return found[["place", "sector", "share"]]


def centroids(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """The centroid of each area: ``code, easting, northing`` (metres)."""
    points = areas.geometry.centroid
    return pd.DataFrame(
        {"code": areas["code"].to_numpy(), "easting": points.x, "northing": points.y}
    ).reset_index(drop=True)


def within_distance(points: pd.DataFrame, areas: pd.DataFrame, metres: float) -> pd.DataFrame:
    """How many points lie within a radius of each area's centroid.

    Parameters
    ----------
    points : ``easting, northing``; rows without a position are not counted
    areas : ``code, easting, northing`` (see `centroids`)
    metres : the radius; a point on the circle counts

    Returns
    -------
    frame ``code, count`` in the order of ``areas``
    """
    grid = ["easting", "northing"]
    located = points[grid].dropna().to_numpy(dtype=float)
    counts = np.zeros(len(areas), dtype=np.int64)
    if len(located):
        tree = cKDTree(located)
        counts = np.asarray(
            tree.query_ball_point(areas[grid].to_numpy(dtype=float), metres, return_length=True)
        )
    return pd.DataFrame({"code": areas["code"].to_numpy(), "count": counts})


def simplify_for_print(areas: gpd.GeoDataFrame, vertices: int = 25) -> gpd.GeoDataFrame:
    """Polygons at print resolution, shared borders still shared.

    Parameters
    ----------
    areas : polygons of one geography in EPSG:27700
    vertices : the mean number of vertices an area may have; the finest tolerance that keeps to it
        is taken, to a metre and never above 128 m

    Returns
    -------
    the frame with simplified ``geometry``; an area that would vanish keeps its outline
    """
    import shapely

    shapes = areas.geometry.to_numpy()
    most = vertices * len(areas)
    if shapely.get_num_coordinates(shapes).sum() <= most:
        return areas.copy()
    fine, coarse = 0.0, _COARSEST
    while coarse - fine > 1:
        middle = (fine + coarse) / 2
        trial = shapely.coverage_simplify(shapes, middle)
        if shapely.get_num_coordinates(trial).sum() > most:
            fine = middle
        else:
            coarse = middle
    best = shapely.coverage_simplify(shapes, coarse)
    lost = shapely.is_empty(best) | ~shapely.is_valid(best)
    return areas.assign(geometry=np.where(lost, shapes, best))


def _by_geography(place_areas: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    other = sorted(set(place_areas["geography"]) - {"ward22", "lsoa21"})
    if other:
        raise DataError(
            f"place areas, column 'geography': {first_values(other)}. Expected ward22 or lsoa21."
        )
    areas = place_areas[["place", "geography", "code"]].drop_duplicates()
    is_ward = areas["geography"] == "ward22"
    return areas[is_ward], areas[~is_ward]


def _require_known(codes: pd.Series, known: pd.Series | pd.Index, where: str) -> None:
    strange = sorted(set(codes) - set(known))
    if strange:
        raise DataError(
            f"{len(strange)} codes are not in {where}: {first_values(strange)}. "
            "Check that both are of the same vintage and city."
        )
