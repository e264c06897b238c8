"""The tidy tables that studies estimate on: areas, postcode sectors by year, recorded places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import coproduction, geography
from .catalogue import DataFolder
from .dated_prices import log_price_at_one_date, mean_sale_date

BRUSH = 0.1
"""A sector with less than this share of its postcodes in a place only brushes it."""
NEAR = 1000.0
"""Metres: about a quarter of an hour's walk."""
FLATS = ("purpose_built_flat", "converted_house", "converted_building", "commercial_building")


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """Which recorded places count as neighbourhood coproduction."""

    not_counted: Collection[str]
    began_before_data: Collection[str]
    first_year: int


def standardised(values: pd.Series) -> pd.Series:
    """z-scores over the areas given (mean 0, standard deviation 1)."""
    return (values - values.mean()) / values.std(ddof=0)


def place_events(folder: DataFolder) -> pd.DataFrame:
    """Recorded coproduction, one row an event, with ``located``: has it areas?

    Columns as `readers.coproduction_events`, of which the areas are those of the first row.
    """
    events = coproduction.events(folder)
    return (
        events.drop_duplicates("event")
        .assign(located=lambda rows: rows["area_code"] != "")
        .reset_index(drop=True)
    )


def programmes(folder: DataFolder) -> pd.DataFrame:
    """The events that are more than one service: a single library is no neighbourhood programme."""
    events = coproduction.events(folder)
    return events[events["kind"] != coproduction.SERVICE]


def places(folder: DataFolder, rules: PlaceRules) -> pd.DataFrame:
    """One row a recorded place: when its coproduction began, and its part in the estimates.

    Returns
    -------
    frame with ``place``, ``began`` (year, NaN if unknown), ``located`` and ``status``, one of
    "not counted", "not located", "undated", "before the data", "dated".
    """
    events = place_events(folder)
    events = events[events["kind"] != coproduction.SERVICE]
    frame = events.groupby("place", sort=False).agg(
        began=("start_year", "min"), located=("located", "any")
    )
    named_before = frame.index.isin(list(rules.began_before_data))
    frame["status"] = np.select(
        [
            frame.index.isin(list(rules.not_counted)),
            ~frame["located"],
            named_before | (frame["began"] <= rules.first_year),
            frame["began"].isna(),
        ],
        ["not counted", "not located", "before the data", "undated"],
        default="dated",
    )
    return frame.reset_index()


def place_lsoas(folder: DataFolder) -> pd.DataFrame:
    """The 2021 LSOAs of each located place: ``place``, ``lsoa21``."""
    return geography.place_lsoas(_programme_areas(folder), folder.read("lsoa21_ward22"))


def _programme_areas(folder: DataFolder) -> pd.DataFrame:
    return coproduction.place_areas(programmes(folder), folder.read("lsoa21_ward22"))


def area_table(folder: DataFolder, rules: PlaceRules, district: str) -> pd.DataFrame:
    """One row a 2021 LSOA with price, social capital, coproduction and controls.

    Social-capital domains are the Community Needs domains with the sign turned, so that more is
    better, as z-scores over the city's areas; ``social_capital`` is the z-score of their mean.
    Deprivation and safety are z-scores too (more deprivation, more safety); shares are 0 to 1.
    ``sale_date`` is the mean date of an area's sales, and ``log_dated_price`` its price at the last
    month of the house price index (`dated_prices`); ``log_median_price`` is the publisher's median
    of one year, missing where the folder holds none. ``place_or_ward`` is the place on record,
    which coproduction came to as a whole, or the ward of an area outside places. Rows are in the
    order of the codes, so that no draw hangs on the file's.
    """
    frame = folder.read("lsoa21_ward22").merge(
        folder.read("lsoa21_msoa21"), on="lsoa21", validate="1:1"
    )
    parts = [
        _prices(folder, district),
        _medians(folder),
        _social_capital(folder),
        _deprivation(folder),
        _outcomes(folder),
        _tenure(folder),
        _dwellings(folder),
        _assets(folder),
    ]
    for part in parts:
        frame = frame.merge(part, on="lsoa21", how="left", validate="1:1")
    frame = frame.sort_values("lsoa21", ignore_index=True)
    members = place_lsoas(folder).merge(places(folder, rules), on="place")
    counted = members[members["status"].isin(["before the data", "undated", "dated"])]
    place = frame["lsoa21"].map(counted.drop_duplicates("lsoa21").set_index("lsoa21")["place"])
    return frame.assign(
        coproduction_recorded=place.notna().astype(float),
        place_or_ward=place.fillna(frame["ward22"]),
    )


def _prices(folder: DataFolder, district: str) -> pd.DataFrame:
    pooled = folder.read("lsoa_price_per_sqm")
    nominal, real = pooled["price_per_sqm"], pooled["real_price_per_sqm"]
    date = mean_sale_date(nominal, real, folder.read("cpi"))
    index = house_price_index(folder, district)
    return pooled[["lsoa21", "sales", "price_per_sqm"]].assign(
        log_price_per_sqm=np.log(nominal),
        sale_date=date,
        log_dated_price=log_price_at_one_date(nominal, date, index),
    )


def _medians(folder: DataFolder) -> pd.DataFrame:
    """The publisher's median price of one year, where the folder holds it."""
    if not folder.holds("lsoa_median_price"):
        return folder.read("lsoa21_ward22")[["lsoa21"]].assign(log_median_price=np.nan)
    carried = _to_lsoa21(folder, folder.read("lsoa_median_price"), ["median_price"])
    return pd.DataFrame(
        {"lsoa21": carried["lsoa21"], "log_median_price": np.log(carried["median_price"])}
    )


def _to_lsoa21(folder: DataFolder, frame: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    """Values of 2011 areas carried to those of 2021, by residents."""
    people = folder.read("lsoa11_population").set_index("lsoa11")["population"]
    lookup = folder.read("lsoa11_lsoa21")
    return geography.convert(frame, lookup, "lsoa11", "lsoa21", values=values, weights=people)


def _social_capital(folder: DataFolder) -> pd.DataFrame:
    needs = folder.read("cni_2023")
    domains = pd.DataFrame(
        {
            name: standardised(-needs[f"need_{name}"])
            for name in ("civic_assets", "connectedness", "engagement")
        }
    )
    together = standardised(domains.mean(axis=1))
    return domains.assign(lsoa21=needs["lsoa21"], social_capital=together)


def _deprivation(folder: DataFolder) -> pd.DataFrame:
    carried = _to_lsoa21(folder, folder.read("imd_2019_scores"), ["income", "employment"])
    return pd.DataFrame(
        {
            "lsoa21": carried["lsoa21"],
            "income_deprivation": standardised(carried["income"]),
            "employment_deprivation": standardised(carried["employment"]),
        }
    )


def _outcomes(folder: DataFolder) -> pd.DataFrame:
    crime = folder.read("imd_2025")
    return pd.DataFrame({"lsoa21": crime["lsoa21"], "safety": standardised(-crime["crime"])})


def _tenure(folder: DataFolder) -> pd.DataFrame:
    tenure = folder.read("census_2021_tenure")
    return pd.DataFrame(
        {
            "lsoa21": tenure["lsoa21"],
            "households": tenure["households"],
            "owned": tenure["owned_outright"]
            + tenure["owned_mortgage"]
            + tenure["shared_ownership"],
            "social_rented": tenure["social_council"] + tenure["social_other"],
        }
    )


def _dwellings(folder: DataFolder) -> pd.DataFrame:
    dwellings = folder.read("census_2021_accommodation")
    kinds = dwellings[["lsoa21", "detached", "semi_detached", "terraced"]]
    return kinds.assign(flats=dwellings[list(FLATS)].sum(axis=1))


def _assets(folder: DataFolder) -> pd.DataFrame:
    """Open libraries and registered sports clubs within a kilometre of the area's centre."""
    centres = geography.centroids(folder.read("boundaries_lsoa21"))
    counts = {"lsoa21": centres["code"]}
    for name, points in (("libraries", open_libraries(folder)), ("clubs", active_clubs(folder))):
        near = geography.within_distance(points, centres, NEAR)
        counts[f"{name}_within_1km"] = near["count"]
    return pd.DataFrame(counts)


def open_libraries(folder: DataFolder) -> pd.DataFrame:
    """Libraries not closed, with easting and northing where the postcode is known."""
    libraries = folder.read("libraries")
    return _located(folder, libraries[libraries["closed"].isna()])


def active_clubs(folder: DataFolder) -> pd.DataFrame:
    """Registered amateur sports clubs still active, with easting and northing."""
    clubs = folder.read("sports_clubs")
    return _located(folder, clubs[clubs["active"]])


def _located(folder: DataFolder, frame: pd.DataFrame) -> pd.DataFrame:
    points = folder.read("code_point_open")[["postcode", "easting", "northing"]]
    return frame.merge(points, on="postcode", how="left")


def house_price_index(folder: DataFolder, district: str) -> pd.DataFrame:
    """The rows of the UK House Price Index that are of the district; its file may hold more."""
    rows = folder.read("uk_hpi")
    return rows[rows["area_code"] == district].reset_index(drop=True)


def sector_panel(
    folder: DataFolder, rules: PlaceRules, last_year: int, share_at_least: float
) -> pd.DataFrame:
    """Postcode sectors of the city by year, with the share exposed to dated coproduction.

    ``exposure`` is the share of the sector's postcodes in places whose coproduction began in an
    earlier year; ``ever_exposed`` the share in dated places. Sectors that touch a place whose
    coproduction began before the data or at an unknown date are marked ``excluded``. Rows are in
    the order of sectors and years.
    """
    shares = folder.read("sector_share")
    city = shares.loc[shares["share"] >= share_at_least, "sector"]
    prices = folder.read("sector_prices")
    inside = prices["sector"].isin(city) & prices["year"].between(rules.first_year, last_year)
    panel = prices[inside].sort_values(["sector", "year"])
    touched = sector_places(folder, rules)
    dated = touched[touched["status"] == "dated"]
    panel = panel.merge(_exposure(panel, dated), on=["sector", "year"], how="left", validate="1:1")
    ever = dated.groupby("sector")["share"].sum()
    early = touched["status"].isin(["before the data", "undated"]) & (touched["share"] > BRUSH)
    hazy = touched.loc[early, "sector"]
    return panel.assign(
        log_price=np.log(panel["mean_price"]),
        exposure=panel["exposure"].fillna(0.0),
        ever_exposed=panel["sector"].map(ever).fillna(0.0),
        excluded=panel["sector"].isin(hazy),
        district=panel["sector"].str.split(" ").str[0],
    ).reset_index(drop=True)


def sector_places(folder: DataFolder, rules: PlaceRules) -> pd.DataFrame:
    """The share of each postcode sector in each place: ``sector, place, share, began, status``."""
    shares = geography.place_sectors(
        _programme_areas(folder),
        folder.read("code_point_open"),
        folder.read("postcode_lookup"),
        folder.read("lsoa11_lsoa21"),
    )
    return shares.merge(places(folder, rules), on="place", validate="m:1")


def _exposure(panel: pd.DataFrame, dated: pd.DataFrame) -> pd.DataFrame:
    pairs = panel[["sector", "year"]].merge(dated[["sector", "share", "began"]], on="sector")
    started = pairs[pairs["year"] > pairs["began"]]
    return started.groupby(["sector", "year"])["share"].sum().rename("exposure").reset_index()
