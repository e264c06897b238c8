"""Why a result cannot be had, as records; `report_templates.reasons` alone puts them in words."""

from __future__ import annotations

from dataclasses import dataclass

from ..models.loop.anderson_rubin import ConfidenceSet


@dataclass(frozen=True, slots=True)
class Reason:
    """What stands in the way of a result."""


@dataclass(frozen=True, slots=True)
class HardlyVaries(Reason):
    """A measure differs inside fewer areas of a level than an estimate needs."""

    level: str
    varying: int
    needed: int


@dataclass(frozen=True, slots=True)
class SameEverywhere(Reason):
    """A measure is the same in every area."""


@dataclass(frozen=True, slots=True)
class LoneCluster(Reason):
    """A measure differs in one cluster alone."""

    level: str


@dataclass(frozen=True, slots=True)
class TooFewClusters(Reason):
    """There are fewer clusters than errors clustered by them need."""

    level: str
    clusters: int
    needed: int


@dataclass(frozen=True, slots=True)
class NoMeasureDiffers(Reason):
    """With all this held equal, no measure of the study can be told."""

    held_equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoFiniteSolution(Reason):
    """A result's equation has no finite solution."""


@dataclass(frozen=True, slots=True)
class NotHeldEqual(Reason):
    """A result is asked of columns that must be among the controls, and none of them is."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnlyInsideAreas(Reason):
    """An equation without area effects is asked, and every step of the study has some."""


@dataclass(frozen=True, slots=True)
class NoPrePeriod(Reason):
    """Coproduction began before or as the prices begin."""

    first_year: int


@dataclass(frozen=True, slots=True)
class StartUnknown(Reason):
    """The record does not say when coproduction began."""


@dataclass(frozen=True, slots=True)
class NotLocated(Reason):
    """The record does not say where a place lies."""


@dataclass(frozen=True, slots=True)
class NotCounted(Reason):
    """A study does not count what is recorded as a neighbourhood programme."""


@dataclass(frozen=True, slots=True)
class LeftOutForSpace(Reason):
    """More places are recorded than have pages."""

    pages: int


@dataclass(frozen=True, slots=True)
class NoSectorInside(Reason):
    """No postcode sector has so large a share of its postcodes in a place."""

    share: float


@dataclass(frozen=True, slots=True)
class TooFewSales(Reason):
    """In one year fewer homes were sold in a place than are asked for."""

    sales: int
    needed: int


@dataclass(frozen=True, slots=True)
class TooFewYearsBefore(Reason):
    """A start leaves fewer years of prices before it than are asked for."""

    years: int
    needed: int


@dataclass(frozen=True, slots=True)
class NoYearAfter(Reason):
    """A start is followed by no year of prices."""


@dataclass(frozen=True, slots=True)
class NoYearRunning(Reason):
    """No year of prices lies between a start and its end."""


@dataclass(frozen=True, slots=True)
class TooFewDonors(Reason):
    """Fewer sectors can be compared with a place than are asked for."""

    donors: int
    needed: int


@dataclass(frozen=True, slots=True)
class NoEnd(Reason):
    """No end of a programme is recorded inside the data."""


@dataclass(frozen=True, slots=True)
class NoPlaceCompared(Reason):
    """No place has a design."""


@dataclass(frozen=True, slots=True)
class NoneAlone(Reason):
    """A change is asked from an estimate with nothing held equal, and there is none."""


@dataclass(frozen=True, slots=True)
class MeasuredOnce(Reason):
    """Change over time is asked of something that was measured at one date."""


@dataclass(frozen=True, slots=True)
class NoSlopes(Reason):
    """Slopes of each group's own are asked of a fit that has none."""


@dataclass(frozen=True, slots=True)
class NoDoseCurve(Reason):
    """Effects by share are asked of sectors whose shares differ too little."""


@dataclass(frozen=True, slots=True)
class TooFewAreas(Reason):
    """There are too few areas for the terms of each and of its neighbours."""

    areas: int


@dataclass(frozen=True, slots=True)
class EffectInEveryStep(Reason):
    """A model takes no absorbed effect, and every step of the study has one."""


@dataclass(frozen=True, slots=True)
class TooFewMeasures(Reason):
    """A study names fewer measures of social capital than something is made of."""

    named: int
    needed: int


@dataclass(frozen=True, slots=True)
class NoProperSolution(Reason):
    """The one-factor model of the measures ends at the edge of what can be."""


@dataclass(frozen=True, slots=True)
class LittleLeft(Reason):
    """Too small a part of what is left of the index is not error."""

    left: float
    needed: float


@dataclass(frozen=True, slots=True)
class TooFewToRank(Reason):
    """There are fewer areas than a rank correlation takes."""

    areas: int
    needed: int


@dataclass(frozen=True, slots=True)
class NoSurvey(Reason):
    """No researcher's survey is in the data folder."""


@dataclass(frozen=True, slots=True)
class SurveyNotByWard(Reason):
    """The survey does not ask by the wards for which it is predicted."""


@dataclass(frozen=True, slots=True)
class DataEndBefore(Reason):
    """Something had not come about when the data end."""


@dataclass(frozen=True, slots=True)
class NoneInAPlace(Reason):
    """No area of a level that has prices lies in a case-study place."""

    level: str


@dataclass(frozen=True, slots=True)
class AllNeighbours(Reason):
    """Every area of a level is a neighbour of every other."""

    level: str


@dataclass(frozen=True, slots=True)
class NoHeadline(Reason):
    """The ends of a chapter's headline estimates are asked, and none could be made."""


@dataclass(frozen=True, slots=True)
class MissingSource(Reason):
    """A source that is not in the data folder; its id in the catalogue."""

    source: str


@dataclass(frozen=True, slots=True)
class NotWithinWards(Reason):
    """The difference between wards is asked beside a headline that compares them itself."""


@dataclass(frozen=True, slots=True)
class NoCurve(Reason):
    """A measure has no curve of specifications."""


@dataclass(frozen=True, slots=True)
class NoFamily(Reason):
    """A question is asked by itself, and none of a family."""


@dataclass(frozen=True, slots=True)
class NotAboutPrices(Reason):
    """A check with other prices is asked of what is none."""


@dataclass(frozen=True, slots=True)
class Refused(Reason):
    """An estimator refused; the message is its own sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class NoMeasure(Reason):
    """The study names no measure of a role that the result is about."""

    role: str


@dataclass(frozen=True, slots=True)
class NoTotal(Reason):
    """A share is asked of a total that cannot be told from zero."""


@dataclass(frozen=True, slots=True)
class Several(Reason):
    """More than one thing stands in the way."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NoInstrument(Reason):
    """A step of the loop, by the left side of its equation, has no declared instrument."""

    step: str


@dataclass(frozen=True, slots=True)
class ResultOfModel(Reason):
    """An instrument is a result of what the model asks about."""

    column: str
    cause: str


@dataclass(frozen=True, slots=True)
class BuiltAlike(Reason):
    """An instrument and a side of its equation are built from the same records."""

    column: str
    side: str


@dataclass(frozen=True, slots=True)
class Unbounded(Reason):
    """Instruments leave no interval with two ends, but this set, in a unit of findings."""

    region: ConfidenceSet
    unit: str


@dataclass(frozen=True, slots=True)
class NeedsBothSteps(Reason):
    """A system is asked of a loop without an estimate of both its equations."""


@dataclass(frozen=True, slots=True)
class NothingToSpare(Reason):
    """Two estimators are to be compared, and without an instrument to spare they are one."""


@dataclass(frozen=True, slots=True)
class ByDefinition(Reason):
    """Equity is the worth of homes, so a step from one to the other cannot be estimated."""


@dataclass(frozen=True, slots=True)
class NothingCaptured(Reason):
    """No record shows that a rise in worth came back as coproduction."""


@dataclass(frozen=True, slots=True)
class LoopNotIdentified(Reason):
    """A step of the loop between prices and social capital is not identified."""


@dataclass(frozen=True, slots=True)
class NoWholeCycle(Reason):
    """Neither the loop inside the cycle is identified, nor its last step on record."""


@dataclass(frozen=True, slots=True)
class EndlessLoop(Reason):
    """The interval of a loop's gain leaves the range in which its rounds die out."""


@dataclass(frozen=True, slots=True)
class NoPaymentSurvey(Reason):
    """No survey asked what people would pay."""


@dataclass(frozen=True, slots=True)
class OnlyMovement(Reason):
    """An approach says how prices moved, and not why."""


@dataclass(frozen=True, slots=True)
class PointsRank(Reason):
    """Pounds are asked of points."""

    points: float


@dataclass(frozen=True, slots=True)
class NoTwoValues(Reason):
    """A sum is asked, and there are not two values."""


@dataclass(frozen=True, slots=True)
class TooFewWards(Reason):
    """A city has fewer wards than a comparison of wards takes."""

    wards: int
    needed: int


@dataclass(frozen=True, slots=True)
class NoEarlierCensus(Reason):
    """No earlier census in the folder counts homes back to the first year in every area."""

    first_year: int


@dataclass(frozen=True, slots=True)
class TypesCountedOnce(Reason):
    """No earlier census counts homes by type and area."""


@dataclass(frozen=True, slots=True)
class NeighboursLeftOut(Reason):
    """A comparison leaves out the neighbours of a place, and tells nothing of them."""


@dataclass(frozen=True, slots=True)
class NoAmountSpent(Reason):
    """The record gives no amount that a programme spent."""
