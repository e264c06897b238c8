"""From the postcode of a sale to its small area of 2021, what cannot be placed counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

_PLACED = (
    "by the lookup",
    "in a split area: by the postcode's point",
    "in a split area: to the part with most postcodes",
    "postcode newer than the lookup: by its point",
)
_NOT_PLACED = (
    "no postcode",
    "postcode not in the lookup",
    "outside the city",
    "in a split area: part not known",
)
_BY_LOOKUP, _BY_POINT, _BY_SHARE, _NEW = _PLACED
_BLANK, _UNKNOWN, _OUTSIDE, _NO_PART = _NOT_PLACED


@dataclass(frozen=True, slots=True, eq=False)
class PlacedSales:
    """The sales that have an area, and how many have it in which way or have none."""

    frame: pd.DataFrame
    placed: Mapping[str, int]
    """Sales kept, by how they were placed."""
    counts: Mapping[str, int]
    """Sales left out, by reason."""
    rows_in: int

    def __post_init__(self) -> None:
        if len(self.frame) != sum(self.placed.values()):
            raise ValueError("the sales placed do not add up")
        if self.rows_in != len(self.frame) + sum(self.counts.values()):
            raise ValueError("the sales left out do not add up")


def place_sales(
    sales: pd.DataFrame,
    postcode_lookup: pd.DataFrame,
    lsoa11_lsoa21: pd.DataFrame,
    code_point: pd.DataFrame | None = None,
    boundaries_lsoa21: gpd.GeoDataFrame | None = None,
) -> PlacedSales:
    """The sales with ``area``, the LSOA of 2021 that holds their postcode.

    A postcode, live or terminated, has its LSOA of 2011 by the lookup, and that has its LSOA of
    2021. Where several of 2021 come from one of 2011, the postcode's point decides; without a
    point (a terminated postcode) the part that holds most of the area's postcodes with a point.
    A postcode that is not in the lookup but has a point (introduced since) is placed by it.

    Parameters
    ----------
    sales : with ``postcode`` ("B1 1AA", blank if none)
    postcode_lookup : ``postcode, lsoa11`` of `ons.postcode_lookup`
    lsoa11_lsoa21 : pairs of the city's areas, which define the city
    code_point : ``postcode, easting, northing``; several releases below one another add the
        points of terminated postcodes, the first row of a postcode counts
    boundaries_lsoa21 : ``code, geometry`` in EPSG:27700
    """
    number, postcodes = pd.factorize(sales["postcode"])
    points = _areas_of_points(code_point, boundaries_lsoa21, postcode_lookup, lsoa11_lsoa21)
    places = _place_postcodes(
        pd.Index(postcodes), postcode_lookup.set_index("postcode")["lsoa11"], lsoa11_lsoa21, points
    )
    ways = [*_PLACED, *_NOT_PLACED]
    way = places["way"].to_numpy()[number]
    tally = dict(zip(ways, np.bincount(way, minlength=len(ways)).tolist(), strict=True))
    kept = way < len(_PLACED)
    frame = sales[kept].assign(area=places["area"].array[number[kept]])
    return PlacedSales(
        frame.reset_index(drop=True),
        placed={name: tally[name] for name in _PLACED},
        counts={name: tally[name] for name in _NOT_PLACED},
        rows_in=len(sales),
    )


def _place_postcodes(
    postcodes: pd.Index, lsoa11_of: pd.Series, pairs: pd.DataFrame, points: pd.Series
) -> pd.DataFrame:
    """One row a postcode: ``area`` and ``way``, its place in `_PLACED` and `_NOT_PLACED`."""
    lsoa11 = pd.Series(lsoa11_of.reindex(postcodes).to_numpy(), index=postcodes, dtype=object)
    whole = pairs.drop_duplicates("lsoa11", keep=False).set_index("lsoa11")["lsoa21"]
    split = pairs[pairs.duplicated("lsoa11", keep=False)]
    by_lookup = lsoa11.map(whole)
    point = pd.Series(points.reindex(postcodes).to_numpy(), index=postcodes, dtype=object)
    in_split = lsoa11.isin(split["lsoa11"])
    fits = (lsoa11 + point).isin(split["lsoa11"] + split["lsoa21"])
    by_share = lsoa11.map(_largest_parts(split, lsoa11_of, points))
    choices: list[tuple[str, pd.Series, pd.Series | None]] = [
        (_BLANK, pd.Series(postcodes == "", index=postcodes), None),
        (_BY_LOOKUP, by_lookup.notna(), by_lookup),
        (_BY_POINT, in_split & fits, point),
        (_BY_SHARE, in_split & by_share.notna(), by_share),
        (_NO_PART, in_split, None),
        (_NEW, lsoa11.isna() & point.notna(), point),
        (_UNKNOWN, lsoa11.isna(), None),
    ]
    ways = [*_PLACED, *_NOT_PLACED]
    conditions = [condition.to_numpy(dtype=bool) for _, condition, _ in choices]
    way = np.select(conditions, [ways.index(name) for name, *_ in choices], ways.index(_OUTSIDE))
    area = pd.Series(None, index=postcodes, dtype=object)
    for name, _, source in choices:
        if source is not None:
            area = area.mask(way == ways.index(name), source)
    return pd.DataFrame({"area": area.astype("str"), "way": way})


def _largest_parts(split: pd.DataFrame, lsoa11_of: pd.Series, points: pd.Series) -> pd.Series:
    """The part of each split area that holds most of its postcodes with a point."""
    located = pd.DataFrame({"lsoa21": points, "lsoa11": lsoa11_of.reindex(points.index)})
    inside = located.merge(split[["lsoa11", "lsoa21"]], on=["lsoa11", "lsoa21"])
    sizes = inside.value_counts(["lsoa11", "lsoa21"]).reset_index()
    sizes = sizes.sort_values(["count", "lsoa21"], ascending=[False, True])
    return sizes.drop_duplicates("lsoa11").set_index("lsoa11")["lsoa21"]


def _areas_of_points(
    code_point: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None,
    lookup: pd.DataFrame,
    pairs: pd.DataFrame,
) -> pd.Series:
    """The LSOA of 2021 around the point of each postcode that the lookup does not settle."""
    if code_point is None or boundaries is None:
        return pd.Series([], index=pd.Index([], dtype="str"), dtype="str")
    import shapely

    whole = pairs.drop_duplicates("lsoa11", keep=False)["lsoa11"]
    settled = lookup.loc[lookup["lsoa11"].isin(whole), "postcode"]
    open_ones = code_point.dropna(subset=["easting", "northing"]).drop_duplicates("postcode")
    open_ones = open_ones[~open_ones["postcode"].isin(settled)]
    shapes = shapely.STRtree(boundaries.geometry.to_numpy())
    dots = shapely.points(open_ones[["easting", "northing"]].to_numpy(dtype=float))
    dot, shape = shapes.query(dots, predicate="intersects")
    # A point on a shared border lies in two areas; the first counts.
    dot, first = np.unique(dot, return_index=True)
    return pd.Series(
        boundaries["code"].to_numpy()[shape[first]],
        index=pd.Index(open_ones["postcode"].to_numpy()[dot]),
    )
