"""The measures of social capital by ward, turnout, and how the measures go with each other."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...data.catalogue import DataFolder
from ...data.circularity import shared_inputs
from ...data.measures import Measure, measure
from ..graph import result
from ..quantities import Count, NotEstimable, Number, Share, Year
from ..reasons import TooFewToRank
from ..study import Study
from .social_index import SocialIndex

TURNOUT, ELECTION = "ward_turnout_2022", 2022
INDEX = "social_index"
"""The column of the index, beside those of its measures."""
FEWEST = 3
"""Areas that a rank correlation takes."""
BESIDE = ("income_deprivation", "safety")
"""What the measures are set beside, with the study's price."""


@dataclass(frozen=True, slots=True)
class WardTurnout:
    """Turnout by ward: ``ward22, name, turnout``."""

    election: Year
    highest_turnout: Share
    highest_turnout_ward: str
    lowest_turnout: Share
    lowest_turnout_ward: str
    by_ward: pd.DataFrame


@dataclass(frozen=True, slots=True)
class CapitalByWard:
    """The measures, the index and turnout by ward, the highest first.

    Parameters
    ----------
    by_ward : ``ward22, name``, the measures, `INDEX` where there is one, ``turnout``
    with_turnout : the measures that are built from turnout
    """

    wards: Count
    measures: tuple[Measure, ...]
    by_ward: pd.DataFrame
    with_turnout: tuple[Measure, ...]

    @property
    def highest_ward(self) -> str:
        return str(self.by_ward["name"].iloc[0])

    @property
    def lowest_ward(self) -> str:
        return str(self.by_ward["name"].iloc[-1])


@dataclass(frozen=True, slots=True)
class CapitalRelations:
    """Rank correlations of the measures.

    Parameters
    ----------
    areas_related : areas with all of them
    correlation_deprivation : of the index with income deprivation, over areas
    correlation_turnout : over wards, of the measure that is built from turnout; None without one
    ranks : over areas; one row a measure or what they are set beside, one column a measure
    """

    areas_related: Count
    correlation_deprivation: Number | NotEstimable
    correlation_turnout: Number | NotEstimable | None
    ranks: pd.DataFrame


@result(prefix="social_capital")
def ward_turnout(folder: DataFolder, areas: pd.DataFrame) -> WardTurnout:
    """Turnout in the wards of the city's areas."""
    table = folder.read(TURNOUT)
    wards = table[table["ward22"].isin(areas["ward22"])].reset_index(drop=True)
    top, low = wards.iloc[wards["turnout"].argmax()], wards.iloc[wards["turnout"].argmin()]
    return WardTurnout(
        election=Year(ELECTION),
        highest_turnout=Share(float(top["turnout"])),
        highest_turnout_ward=str(top["name"]),
        lowest_turnout=Share(float(low["turnout"])),
        lowest_turnout_ward=str(low["name"]),
        by_ward=wards,
    )


@result(prefix="social_capital")
def capital_by_ward(
    study: Study, areas: pd.DataFrame, social_index: SocialIndex, ward_turnout: WardTurnout
) -> CapitalByWard:
    """Means over areas, weighted by households."""
    names = study.cross_section.social_capital
    frame = areas.assign(**{INDEX: areas["lsoa21"].map(social_index.values)})
    columns = [*names, *([INDEX] if social_index.made else [])]
    weighted = frame[columns].mul(frame["households"], axis=0).assign(ward22=frame["ward22"])
    households = frame.groupby("ward22")["households"].sum()
    means = weighted.groupby("ward22")[columns].sum().div(households, axis=0).reset_index()
    wards = means.merge(ward_turnout.by_ward, on="ward22", how="left", validate="1:1")
    built = [one for one in names if shared_inputs(TURNOUT, [one])]
    return CapitalByWard(
        wards=Count(len(wards), columns=(*names, "households")),
        measures=tuple(map(measure, names)),
        by_ward=wards.sort_values(columns[-1], ascending=False).reset_index(drop=True),
        with_turnout=tuple(map(measure, built)),
    )


@result(prefix="social_capital")
def capital_relations(
    study: Study, areas: pd.DataFrame, social_index: SocialIndex, capital_by_ward: CapitalByWard
) -> CapitalRelations:
    """Rank correlations over areas, and over wards with turnout."""
    names = study.cross_section.social_capital
    related = list(dict.fromkeys([*names, *BESIDE, study.cross_section.outcome]))
    ranks = areas[related].corr(method="spearman")[names]
    deprivation = areas[["lsoa21", BESIDE[0]]].set_index("lsoa21")[BESIDE[0]]
    turnout: Number | NotEstimable | None = None
    for one in capital_by_ward.with_turnout[:1]:
        wards = capital_by_ward.by_ward
        turnout = _ranked(wards[one.column], wards["turnout"], ())
    return CapitalRelations(
        areas_related=Count(len(areas[related].dropna()), columns=tuple(related)),
        correlation_deprivation=_ranked(social_index.values, deprivation, (*names, BESIDE[0]))
        if isinstance(social_index.areas, Count)
        else social_index.areas,
        correlation_turnout=turnout,
        ranks=ranks,
    )


def _ranked(first: pd.Series, second: pd.Series, columns: tuple[str, ...]) -> Number | NotEstimable:
    if len(first) < FEWEST:
        return NotEstimable(TooFewToRank(len(first), FEWEST), "number", "described")
    return Number(float(first.corr(second, method="spearman")), columns=columns)
