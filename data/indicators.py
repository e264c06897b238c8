"""One tidy table of every indicator of social capital that a data folder holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from .catalogue import DataFolder, catalogue
from .errors import DataError, first_values

COLUMNS = (
    "area",
    "geography",
    "vintage",
    "period",
    "indicator",
    "value",
    "unit",
    "variance",
    "n",
    "source",
    "direction",
)
DIRECTIONS = {
    "NI 1": 1,
    "NI 2": 1,
    "NI 3": 1,
    "NI 4": 1,
    "NI 5": 1,
    "NI 6": 1,
    "NI 7": 1,
    "NI 17": -1,
    "NI 21": 1,
    "NI 22": 1,
    "NI 27": 1,
    "NI 138": 1,
}
"""Sign of each National Indicator: +1 where more agreement is more social capital.

NI 23 has none: surveys ask of respect as well as of the lack of it.
"""
WHOLE_AREAS = ("lad", "county", "region", "england")
"""Geographies that are never smaller than an authority."""
_DOMAINS = {
    "need": "Community need",
    "need_civic_assets": "Community need: civic assets",
    "need_connectedness": "Community need: connectedness",
    "need_engagement": "Community need: active and engaged community",
}
# The 95% limits of a share lie this many standard errors from it.
_REACH = 1.959964
_AREAS_OF_CODE = {
    "E06": "lad",
    "E07": "lad",
    "E08": "lad",
    "E09": "lad",
    "E10": "county",
    "E12": "region",
    "E92": "england",
}
_ISOLATION = "Social Isolation: percentage of "
_NEW_CONSTITUENCIES = 2024
_NEW_WARDS = 2018


def indicator_table(folder: DataFolder) -> pd.DataFrame:
    """Every indicator of the sources that are in the folder, one row an area, period, indicator.

    Sources that are not there are left out. Values keep the publisher's sign. No count of voters
    has a variance: all electors were counted, none sampled, so p(1-p)/n would be a variance of
    something that did not happen.

    Returns
    -------
    frame of `COLUMNS`: ``geography`` is lsoa21, ward22, ward17, constituency10, constituency24 or
    one of `WHOLE_AREAS`; ``variance`` is that of sampling, in squared units, missing where none
    was published; ``n`` is electors for turnout, charities for their density, otherwise missing;
    ``source`` is the catalogue's id; ``direction`` is +1 where more is more social capital, -1
    where it is less, 0 where it is neither (a count without its base, a council's own service)
    """
    parts = [maker(folder) for ids, maker in _MAKERS if all(_is_there(folder, i) for i in ids)]
    if not parts:
        raise DataError(
            f"{folder.root}: no source of an indicator of social capital is there. Expected one "
            f"of {', '.join(ids[0] for ids, _ in _MAKERS)}."
        )
    return pd.concat(parts, ignore_index=True)


def require_local(frame: pd.DataFrame) -> None:
    """Refuse indicators that have one value for a whole authority.

    An authority's figure copied to its neighbourhoods is a constant: it says nothing of how they
    differ, and its error would be counted once for each of them.

    Parameters
    ----------
    frame : ``area, geography, period, indicator, value`` (`indicator_table` and the like)

    Raises
    ------
    DataError
        Rows of an authority or more, an indicator with a single area, and one whose value is the
        same in every area of a period.
    """
    faults = []
    for indicator, rows in frame.groupby("indicator"):
        whole = sorted(set(rows["geography"]) & set(WHOLE_AREAS))
        cells = rows.groupby(["geography", "period"])["value"].agg(["size", "nunique"])
        if whole:
            told = f"its figures are of {first_values(whole)}"
        elif (cells["size"] == 1).any():
            told = "it is known for a single area"
        elif (cells["nunique"] == 1).any():
            told = "all areas have the same value, as if a larger area's figure had been copied"
        else:
            continue
        faults.append(
            f"indicator '{indicator}': {told}. It cannot tell neighbourhoods apart; use estimates "
            "of areas smaller than the authority."
        )
    if faults:
        raise DataError(faults)


def _is_there(folder: DataFolder, source_id: str) -> bool:
    source = catalogue()[source_id]
    return any(True for pattern in source.files for _ in folder.root.glob(pattern))


def _rows(areas: pd.Series, values: pd.Series, **fields: object) -> pd.DataFrame:
    """Rows of the table; fields that are not given are missing."""
    frame = pd.DataFrame({"area": areas, "value": values.astype(float)}).assign(**fields)  # type: ignore[arg-type]
    for column in ("variance", "n"):
        frame[column] = frame[column].astype(float) if column in frame else np.nan
    return frame[list(COLUMNS)]


def _need(source: str, geography: str, vintage: str, year: str) -> Callable[..., pd.DataFrame]:
    def made(folder: DataFolder) -> pd.DataFrame:
        frame = folder.read(source)
        return pd.concat(
            _rows(
                frame[geography],
                frame[column],
                geography=geography,
                vintage=vintage,
                period=year,
                indicator=indicator,
                unit="index score",
                source=source,
                direction=-1,
            )
            for column, indicator in _DOMAINS.items()
        )

    return made


def _ward_turnout(folder: DataFolder) -> pd.DataFrame:
    frame = folder.read("ward_turnout_2022")
    return _rows(
        frame["ward22"],
        frame["turnout"],
        n=frame["electorate"],
        geography="ward22",
        vintage="ward 2022",
        period="2022",
        indicator="Turnout, local election",
        unit="percent",
        source="ward_turnout_2022",
        direction=1,
    )


def _ballots(folder: DataFolder) -> pd.DataFrame:
    """Ballots of wards of one and of several seats are two indicators: they are not comparable."""
    frame = folder.read("ward_valid_ballots")
    old = frame["year"] < _NEW_WARDS
    coded = frame["code"].str.startswith("E05")
    # Later elections name the ballot instead of the ward; names are of the wards since 2018.
    codes = frame[coded & ~old].drop_duplicates("name").set_index("name")["code"]
    area = frame["code"].where(coded, frame["name"].map(codes))
    if area.isna().any():
        raise DataError(
            f"valid ballots by ward: {first_values(frame.loc[area.isna(), 'name'].tolist())} has "
            "no ward of that name in an election with codes. Correct the name or give the code."
        )
    yearly = frame.groupby("year")["code"].transform("size")
    normal = yearly == yearly.groupby(old).transform("max")
    one, several = "Valid ballots, one seat", "Valid ballots, several seats (too low)"
    return _rows(
        area,
        frame["valid_ballots"],
        geography=np.where(old, "ward17", "ward22"),
        vintage=np.where(old, "ward 2017", "ward 2022"),
        period=frame["year"].astype(str),
        indicator=np.where(
            normal, np.where(frame["seats"] == 1, one, several), "Valid ballots, by-election"
        ),
        unit="ballots",
        source="ward_valid_ballots",
        direction=0,
    )


def _general_elections(folder: DataFolder) -> pd.DataFrame:
    frame = folder.read("general_elections")
    new = frame["year"] >= _NEW_CONSTITUENCIES
    return _rows(
        frame["constituency"],
        100 * (frame["valid"] + frame["invalid"]) / frame["electorate"],
        n=frame["electorate"],
        geography=np.where(new, "constituency24", "constituency10"),
        vintage=np.where(new, "constituency 2024", "constituency 2010"),
        period=frame["year"].astype(str),
        indicator="Turnout, general election",
        unit="percent",
        source="general_elections",
        direction=1,
    )


def _charities(folder: DataFolder) -> pd.DataFrame:
    frame = folder.read("charity_density")
    return _rows(
        frame["lad19"],
        frame["per_1000"],
        n=frame["charities"],
        geography="lad",
        vintage="local authority 2019",
        period="2020",
        indicator="Charities per 1,000 residents",
        unit="per 1,000 residents",
        source="charity_density",
        direction=1,
    )


def _isolation(folder: DataFolder) -> pd.DataFrame:
    frame = folder.read("social_isolation")
    return _rows(
        frame["code"],
        frame["percent"],
        variance=((frame["high"] - frame["low"]) / (2 * _REACH)) ** 2,
        geography=frame["code"].str[:3].map(_AREAS_OF_CODE),
        vintage="as published for the period",
        period=frame["period"],
        indicator=frame["measure"].str.removeprefix(_ISOLATION).str.capitalize(),
        unit="percent",
        source="social_isolation",
        direction=1,
    )


def _headlines(folder: DataFolder) -> pd.DataFrame:
    """Headlines as published; a figure whose note calls it a misprint is left out."""
    frame = folder.read("national_indicators")
    frame = frame[~frame["note"].str.contains("misprint")]
    region = frame["area"].str.endswith(" region")
    known = frame["indicator"] != ""
    return _rows(
        frame["area"],
        frame["percent"],
        geography=np.select([frame["area"] == "England", region], ["england", "region"], "lad"),
        vintage="by name",
        period=frame["period"].astype(str),
        indicator=frame["indicator"].where(known, frame["measure"]),
        unit="percent",
        source="national_indicators",
        direction=frame["indicator"].map(DIRECTIONS).fillna(0).astype(int),
    )


def _counts(
    folder: DataFolder, points: pd.DataFrame, indicator: str, **fields: object
) -> pd.DataFrame:
    """Points by ward, through the ward of their postcode; a ward without any has none."""
    ward_of = folder.read("code_point_open").set_index("postcode")["ward"]
    wards = pd.Series(sorted(folder.read("lsoa21_ward22")["ward22"].unique()))
    counts = points["postcode"].map(ward_of).value_counts().reindex(wards, fill_value=0)
    return _rows(
        wards,
        counts.reset_index(drop=True),
        geography="ward22",
        vintage="ward 2022",
        indicator=indicator,
        unit="count",
        **fields,
    )


def _libraries(folder: DataFolder) -> pd.DataFrame:
    """Open libraries by who runs them; the list holds mobile and archive services too."""
    frame = folder.read("libraries")
    opened = frame[frame["closed"].isna()]
    groups: Sequence[tuple[str, pd.Series, int]] = (
        ("Libraries run by the council", opened["operation"] == "LA", 0),
        ("Libraries run by the community", opened["operation"] == "CR", 1),
        ("Libraries run by others", ~opened["operation"].isin(["LA", "CR"]), 0),
    )
    return pd.concat(
        _counts(folder, opened[chosen], name, period="2023", source="libraries", direction=sign)
        for name, chosen, sign in groups
    )


def _clubs(folder: DataFolder) -> pd.DataFrame:
    clubs = folder.read("sports_clubs")
    return _counts(
        folder,
        clubs[clubs["active"]],
        "Amateur sports clubs",
        period="2026",
        source="sports_clubs",
        direction=1,
    )


_PLACED = ("code_point_open", "lsoa21_ward22")
_MAKERS: tuple[tuple[tuple[str, ...], Callable[..., pd.DataFrame]], ...] = (
    (("cni_2019",), _need("cni_2019", "ward17", "ward 2017", "2019")),
    (("cni_2023",), _need("cni_2023", "lsoa21", "LSOA 2021", "2023")),
    (("ward_turnout_2022",), _ward_turnout),
    (("ward_valid_ballots",), _ballots),
    (("general_elections",), _general_elections),
    (("libraries", *_PLACED), _libraries),
    (("sports_clubs", *_PLACED), _clubs),
    (("charity_density",), _charities),
    (("social_isolation",), _isolation),
    (("national_indicators",), _headlines),
)
"""What each indicator needs, and what makes its rows."""
