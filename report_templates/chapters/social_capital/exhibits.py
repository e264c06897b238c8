"""The tables and figures of Appendix 3."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.base_map import BaseMap
from ....analysis.results.capital_by_ward import CapitalByWard, CapitalRelations, WardTurnout
from ....analysis.results.index_prices import IndexPrices
from ....analysis.results.national_indicators import NationalIndicators
from ....analysis.results.own_survey import OwnSurvey
from ....analysis.results.social_index import SocialIndex
from ....data.measures import measure
from ...exhibits import Body, Column, Missing, TableBody
from ...maps import map_body
from . import index


def exhibits(
    national_indicators: NationalIndicators,
    own_survey: OwnSurvey,
    social_index: SocialIndex,
    index_prices: IndexPrices,
    ward_turnout: WardTurnout,
    capital_by_ward: CapitalByWard,
    capital_relations: CapitalRelations,
    base_map: BaseMap,
) -> Iterator[Body | Missing]:
    """The indicators, the survey, the index with its error, and the measures by ward."""
    yield from _indicators(national_indicators)
    yield _survey(own_survey)
    yield from index.exhibits(social_index, index_prices, base_map)
    yield map_body(
        "social_capital.map_turnout",
        ward_turnout.by_ward.rename(columns={"ward22": "code", "turnout": "value"})[
            ["code", "value"]
        ],
        "ward22",
        base_map,
        shows=(ward_turnout,),
        format="percent0",
    )
    yield _wards(capital_by_ward, ward_turnout)
    yield _relations(capital_relations)


def _indicators(national: NationalIndicators) -> Iterator[Body]:
    yield TableBody(
        "social_capital.indicators",
        national.definitions,
        (
            Column("indicator", "Indicator"),
            Column("statement", "Statement"),
            Column("social_capital_form", "Form"),
            Column("measures", "What it measures"),
            Column("does_not_measure", "What it does not"),
        ),
        shows=(national,),
    )
    yield TableBody(
        "social_capital.headlines",
        national.values,
        (
            Column("indicator", "Indicator"),
            Column("measure", "Measure"),
            Column("period", "Year", "year"),
            Column("percent", "Per cent", "number0"),
            Column("survey", "Survey"),
            Column("note", "Remark"),
        ),
        shows=(national,),
        group_by="area",
    )


def _survey(survey: OwnSurvey) -> Body | Missing:
    if isinstance(survey.survey, NotEstimable):
        return Missing("social_capital.survey", survey.survey)
    return TableBody(
        "social_capital.survey",
        survey.predicted,
        (
            Column("ward", "Ward"),
            Column("n", "Asked", "count"),
            Column("direct", "Direct, per cent", "number1"),
            Column("estimate", "Predicted, per cent", "interval_percent1"),
            Column("shrinkage", "Weight of the direct answer", "number2"),
        ),
        shows=(survey,),
        group_by="question",
    )


def _wards(wards: CapitalByWard, turnout: WardTurnout) -> Body:
    together = (Column("social_index", "Together", "number2"),)
    return TableBody(
        "social_capital.wards",
        wards.by_ward,
        (
            Column("name", "Ward"),
            *(Column(one.column, one.words, "number2") for one in wards.measures),
            *(together if "social_index" in wards.by_ward else ()),
            Column("turnout", "Turnout", "percent1"),
        ),
        shows=(wards, turnout),
    )


def _relations(relations: CapitalRelations) -> Body:
    words = {column: measure(column).words for column in relations.ranks.index}
    table = relations.ranks.rename(index=words, columns=words).rename_axis("measure")
    return TableBody(
        "social_capital.relations",
        pd.DataFrame(table).reset_index(),
        (
            Column("measure", "Measure"),
            *(Column(name, name, "number2") for name in table.columns),
        ),
        shows=(relations,),
    )
