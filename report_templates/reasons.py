"""The one place in which a reason why a result cannot be had becomes words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from ..analysis.reasons import (
    AllNeighbours,
    BuiltAlike,
    ByDefinition,
    DataEndBefore,
    EffectInEveryStep,
    EndlessLoop,
    HardlyVaries,
    LeftOutForSpace,
    LittleLeft,
    LoneCluster,
    LoopNotIdentified,
    MeasuredOnce,
    MissingSource,
    NeedsBothSteps,
    NeighboursLeftOut,
    NoAmountSpent,
    NoCurve,
    NoDoseCurve,
    NoEarlierCensus,
    NoEnd,
    NoFamily,
    NoFiniteSolution,
    NoHeadline,
    NoInstrument,
    NoMeasure,
    NoMeasureDiffers,
    NoneAlone,
    NoneInAPlace,
    NoPaymentSurvey,
    NoPlaceCompared,
    NoPrePeriod,
    NoProperSolution,
    NoSectorInside,
    NoSlopes,
    NoSurvey,
    NotAboutPrices,
    NotCounted,
    NotHeldEqual,
    NothingCaptured,
    NothingToSpare,
    NotLocated,
    NoTotal,
    NotWithinWards,
    NoTwoValues,
    NoWholeCycle,
    NoYearAfter,
    NoYearRunning,
    OnlyInsideAreas,
    OnlyMovement,
    PointsRank,
    Reason,
    Refused,
    ResultOfModel,
    SameEverywhere,
    Several,
    StartUnknown,
    SurveyNotByWard,
    TooFewAreas,
    TooFewClusters,
    TooFewDonors,
    TooFewMeasures,
    TooFewSales,
    TooFewToRank,
    TooFewWards,
    TooFewYearsBefore,
    TypesCountedOnce,
    Unbounded,
)
from ..data.catalogue import catalogue
from ..data.levels import level
from ..data.measures import measure
from .formats import format_unit, listed
from .messages import in_words

PLAIN: Mapping[type[Reason], str] = {
    SameEverywhere: "the measure is the same in every area",
    NoFiniteSolution: "its equation has no finite solution",
    OnlyInsideAreas: "every step of the study compares areas inside larger ones",
    StartUnknown: "the record does not say in which year work began there",
    NoHeadline: "no headline estimate could be made",
    NotLocated: "the record does not say which small areas the place covers",
    NotCounted: "the study does not count it as a neighbourhood programme",
    NoYearAfter: "no year of prices follows it",
    NoYearRunning: "no year of prices lies between its start and its end",
    NoEnd: "no end is recorded inside the data",
    NoPlaceCompared: "no place can be compared",
    NoneAlone: "there is no estimate of it alone",
    MeasuredOnce: (
        "social capital is measured once, and a panel with area effects uses change alone"
    ),
    NotWithinWards: "the headline compares wards itself",
    NoFamily: "it is asked by itself",
    NotAboutPrices: "its outcome is not a price",
    NoCurve: "there is no curve of its specifications",
    NoSlopes: "the fit bears no slopes by ward",
    NoDoseCurve: (
        "sectors of one start differ too little in their share, and the library's dose curve "
        "knows no clusters"
    ),
    EffectInEveryStep: (
        "a likelihood takes no absorbed effect, and every step of the study has one"
    ),
    NoProperSolution: "the one-factor model of the items has no proper solution",
    LittleLeft: "the error of the index leaves too little of it once this much is held equal",
    NoSurvey: "no survey that asked residents by neighbourhood is in the data folder",
    DataEndBefore: "the data end before it",
    NoTotal: "the total cannot be told from zero, and no share of nothing can be given",
    NeedsBothSteps: "three stages need an estimate of both equations",
    NothingToSpare: "no equation has an instrument to spare",
    ByDefinition: (
        "equity is the worth of the homes, so this step is a definition and not an estimate"
    ),
    NothingCaptured: (
        "no record here shows that a rise in worth was captured and spent on coproduction"
    ),
    LoopNotIdentified: "the loop between prices and social capital is not identified",
    EndlessLoop: (
        "the interval of the loop's gain reaches one or leaves the range in which a loop dies"
        " out, and the data do not exclude an endless one"
    ),
    NoPaymentSurvey: "no survey of willingness to pay is in the data",
    OnlyMovement: "it says how prices moved, and not what moved them",
    NoTwoValues: "there are not two values to add",
    TypesCountedOnce: "no census before 2021 in these data counts homes by type and area",
    NeighboursLeftOut: "the comparison leaves the neighbours of a place out",
    NoAmountSpent: "the record gives no amount spent",
}
"""Words of the reasons that hold nothing but their kind."""


@singledispatch
def reason_words(reason: Reason) -> str:
    """A reason as a clause: small first letter, no full stop.

    >>> reason_words(HardlyVaries("ward22", 1, 5))
    'it differs between areas of the same ward in 1 ward, and at least 5 are asked for'
    """
    return PLAIN[type(reason)]


@reason_words.register
def _hardly_varies(reason: HardlyVaries) -> str:
    where = level(reason.level)
    return (
        f"it differs between areas of the same {where.singular} in "
        f"{where.count(reason.varying)}, and at least {reason.needed} are asked for"
    )


@reason_words.register
def _lone_cluster(reason: LoneCluster) -> str:
    return (
        "one cluster alone differs from the others in it, and tells nothing of chance "
        f"(errors are clustered by {level(reason.level).clustered})"
    )


@reason_words.register
def _too_few_clusters(reason: TooFewClusters) -> str:
    clusters = "1 cluster is" if reason.clusters == 1 else f"{reason.clusters} clusters are"
    return (
        f"the errors are clustered by {level(reason.level).clustered}, and {clusters} fewer than "
        f"the {reason.needed} asked for"
    )


@reason_words.register
def _no_measure_differs(reason: NoMeasureDiffers) -> str:
    return f"with {listed(reason.held_equal)} held equal, no measure differs between areas enough"


@reason_words.register
def _not_held_equal(reason: NotHeldEqual) -> str:
    names = [measure(column).in_sentence for column in reason.columns]
    said = f"{names[0]} is not" if len(names) == 1 else f"none of {listed(names)} is"
    return f"{said} among what the study holds equal"


@reason_words.register
def _no_pre_period(reason: NoPrePeriod) -> str:
    return (
        f"coproduction there is as old as the price data, which begin in {reason.first_year}, so "
        "no earlier path can be compared"
    )


@reason_words.register
def _left_out_for_space(reason: LeftOutForSpace) -> str:
    pages = "1 place has" if reason.pages == 1 else f"{reason.pages} places have"
    return f"it is left out for space: {pages} pages here"


@reason_words.register
def _no_sector_inside(reason: NoSectorInside) -> str:
    return (
        "no postcode sector with prices has as large a share of its postcodes in the place as "
        f"{reason.share:.0%}"
    )


@reason_words.register
def _too_few_sales(reason: TooFewSales) -> str:
    homes = "1 home was" if reason.sales == 1 else f"{reason.sales} homes were"
    return f"in one year only {homes} sold there, and at least {reason.needed} are asked for"


@reason_words.register
def _too_few_years_before(reason: TooFewYearsBefore) -> str:
    years = "1 year of prices lies" if reason.years == 1 else f"{reason.years} years of prices lie"
    return (
        f"only {years} before the end of its first year, and at least {reason.needed} are asked for"
    )


@reason_words.register
def _too_few_donors(reason: TooFewDonors) -> str:
    return (
        f"only {reason.donors} other sectors can be compared with it, and at least "
        f"{reason.needed} are asked for"
    )


@reason_words.register
def _too_few_areas(reason: TooFewAreas) -> str:
    return (
        f"{reason.areas} areas with enough sales are too few for the measures and controls of "
        "each area and of its neighbours"
    )


@reason_words.register
def _too_few_measures(reason: TooFewMeasures) -> str:
    measures = "1 measure" if reason.named == 1 else f"{reason.named} measures"
    return f"the study names {measures} of social capital, and this takes {reason.needed} or more"


@reason_words.register
def _too_few_to_rank(reason: TooFewToRank) -> str:
    return f"a rank correlation takes {reason.needed} areas or more"


@reason_words.register
def _too_few_wards(reason: TooFewWards) -> str:
    return f"the city has {level('ward22').count(reason.wards)}, and this takes {reason.needed}"


@reason_words.register
def _no_earlier_census(reason: NoEarlierCensus) -> str:
    return (
        "no earlier censuses in these data count the homes of every area back to "
        f"{reason.first_year}"
    )


@reason_words.register
def _survey_not_by_ward(reason: SurveyNotByWard) -> str:
    where = level("ward22").full
    return f"the survey in the data folder does not ask by {where}, for which it is predicted"


@reason_words.register
def _none_in_a_place(reason: NoneInAPlace) -> str:
    return f"no {level(reason.level).singular} with prices lies in a case-study place"


@reason_words.register
def _all_neighbours(reason: AllNeighbours) -> str:
    return f"every {level(reason.level).singular} is a neighbour of every other"


@reason_words.register
def _missing_source(reason: MissingSource) -> str:
    return f"'{catalogue()[reason.source].title}' is not among the data"


@reason_words.register
def _refused(reason: Refused) -> str:
    return in_words(reason.message.split("; ")[0])


@reason_words.register
def _no_measure(reason: NoMeasure) -> str:
    return f"the study names no measure of {reason.role.replace('_', ' ')}"


@reason_words.register
def _several(reason: Several) -> str:
    return "; ".join(map(reason_words, reason.reasons))


@reason_words.register
def _no_instrument(reason: NoInstrument) -> str:
    ends = ("social capital", "prices")
    moved, reached = ends if reason.step == "price" else reversed(ends)
    return f"nothing in these data is known to move {moved} and to reach {reached} in no other way"


@reason_words.register
def _result_of_model(reason: ResultOfModel) -> str:
    column = measure(reason.column).in_sentence
    return f"{column} is a result of {reason.cause} and so no cause from outside the model"


@reason_words.register
def _built_alike(reason: BuiltAlike) -> str:
    column, side = (measure(name).in_sentence for name in (reason.column, reason.side))
    return (
        f"{column} and {side} are built from the same records, so they go together by construction"
    )


@reason_words.register
def _unbounded(reason: Unbounded) -> str:
    if reason.region.kind == "empty":
        return "no value fits all its instruments at once, so at least one of them is wrong"
    if reason.region.kind == "line":
        return "its instruments are too weak to rule out any value"
    left = reason.region.in_words(lambda end: format_unit(end, reason.unit))
    return f"its instruments do not bound it: what they leave is {left}"


@reason_words.register
def _no_whole_cycle(reason: NoWholeCycle) -> str:
    return f"{reason_words(LoopNotIdentified())}, and {reason_words(NothingCaptured())}"


@reason_words.register
def _points_rank(reason: PointsRank) -> str:
    return (
        f"{reason.points:g} points cannot be turned into pounds: points rank proposals, and no "
        "payment stands behind a point"
    )
