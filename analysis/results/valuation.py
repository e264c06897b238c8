"""What other approaches would say of coproduction's worth, side by side, and why there is no sum.

All illustrations stand on the same ground: the money of one year, a home at the mean price of those
sold, an average ward. The hedonic values rest on the study's own associations; the others are
scenarios, which suppose a change that nothing in the data shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, get_args

import pandas as pd

from ...data.catalogue import DataFolder
from ...data.measures import Measure
from ...data.reference_tables import valuation_approaches, valuation_parameters
from ...models.specification import NotEstimable as Inestimable
from ...models.valuation.cost_avoidance import Kind, UnitCost, avoided_cost
from ...models.valuation.points import Scale, Score, score
from ...models.valuation.values import Valuation, total
from ...models.valuation.wellbeing_value import wellbeing_value
from ..graph import result
from ..quantities import Count, Money, NotEstimable, Number, PriceDifference, Ratio, Year
from ..reasons import NoPaymentSurvey, NoTwoValues, OnlyMovement, PointsRank, Reason, Refused
from ..study import Study
from ..valuation_parameters import Parameters, parameters
from .cross_section import CrossSection


@dataclass(frozen=True, slots=True)
class Ground:
    """What every illustration stands on.

    Parameters
    ----------
    home_price : mean of the homes sold in the year
    ward_homes, ward_residents : of an average ward, rounded
    homes, residents : the same, not rounded
    """

    price_year: Year
    home_price: Money
    ward_homes: Count
    ward_residents: Count
    homes: float
    residents: float


@dataclass(frozen=True, slots=True)
class MeasureWorth:
    """What a measure's association with price comes to for one home."""

    INLINE: ClassVar = ("home",)
    measure: Measure
    home: Money | NotEstimable

    @property
    def key(self) -> str:
        return self.measure.column


@dataclass(frozen=True, slots=True)
class Hedonic:
    """The study's associations in pounds.

    Parameters
    ----------
    first : for one home, of the first of ``measures``: one of coproduction, where there is any
    ward : the same for the homes of an average ward
    """

    INLINE: ClassVar = ("first", "measures")
    first: Money | NotEstimable
    ward: Money | NotEstimable
    measures: tuple[MeasureWorth, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a supposed change would be worth; the ends are those of its parameters' range, if any,
    and no confidence interval."""

    INLINE: ClassVar = ("central",)
    central: Money | NotEstimable
    low: Money | None = None
    high: Money | None = None


@dataclass(frozen=True, slots=True)
class Wellbeing:
    """A year of the supposed rise in life satisfaction."""

    resident: Scenario
    ward: Scenario


@dataclass(frozen=True, slots=True)
class Avoided:
    """The supposed burglaries, to public bodies and to society with them."""

    fiscal: Scenario
    economic: Scenario


@dataclass(frozen=True, slots=True)
class AlternativeValuation:
    """Every approach on the same ground.

    Parameters
    ----------
    satisfaction, burglaries : the changes that the scenarios suppose
    points, points_most : of an example bid, of at most so many
    sum : of the values of an average ward; always a refusal
    own_choices, unverified : of the parameters, those without and those not read at a source
    approaches_compared : as `valuation_approaches` gives them
    parameters_listed : as `valuation_parameters` gives them
    """

    INLINE: ClassVar = ("ground",)
    approaches: Count
    ground: Ground
    satisfaction: Ratio
    burglaries: Count
    hedonic: Hedonic
    repeat_sales: NotEstimable
    wellbeing: Wellbeing
    contingent: NotEstimable
    avoided: Avoided
    points: Number
    points_most: Count
    points_in_pounds: NotEstimable
    sum: NotEstimable
    parameters: Count
    own_choices: Count
    unverified: Count
    approaches_compared: pd.DataFrame
    parameters_listed: pd.DataFrame

    @property
    def last_checked(self) -> date:
        """When the parameters were last looked at."""
        last: pd.Timestamp = self.parameters_listed["checked"].max()
        return last.date()


@result(prefix="alternative_valuation")
def valuation(
    study: Study,
    folder: DataFolder,
    areas: pd.DataFrame,
    sectors: pd.DataFrame,
    cross_section: CrossSection,
) -> AlternativeValuation:
    """Each approach by itself; the sum is asked for, and its refusal kept."""
    given = parameters(folder, study.period.last_year)
    ground = _ground(folder, areas, sectors, given.year)
    hedonic = _hedonic(cross_section, ground)
    resident, ward = (_had(_wellbeing, given, people) for people in (1, ground.residents))
    fiscal, economic = (_had(_avoided, given, kind) for kind in get_args(Kind))
    compared, listed, bid = valuation_approaches(), valuation_parameters(), _bid(given)
    own = listed["kind"] == "scenario"
    return AlternativeValuation(
        approaches=Count(len(compared)),
        ground=ground,
        satisfaction=Ratio(given.number("scenario_satisfaction")),
        burglaries=Count(round(given.number("scenario_burglaries"))),
        hedonic=hedonic,
        repeat_sales=_none(OnlyMovement()),
        wellbeing=Wellbeing(_scenario(resident), _scenario(ward)),
        contingent=_none(NoPaymentSurvey()),
        avoided=Avoided(_scenario(fiscal), _scenario(economic)),
        points=Number(bid.points),
        points_most=Count(round(bid.highest)),
        points_in_pounds=_none(PointsRank(bid.points)),
        sum=_none(_why_no_sum([_priced(hedonic.ward, given), ward, fiscal, economic])),
        parameters=Count(len(listed)),
        own_choices=Count(int(own.sum())),
        unverified=Count(int((~listed["verified"] & ~own).sum())),
        approaches_compared=compared,
        parameters_listed=listed,
    )


def _ground(folder: DataFolder, areas: pd.DataFrame, sectors: pd.DataFrame, year: int) -> Ground:
    sold = sectors[sectors["year"] == year]
    wards = areas["ward22"].nunique()
    homes = float(areas["households"].sum() / wards)
    residents = float(folder.read("lsoa11_population")["population"].sum() / wards)
    price = float((sold["mean_price"] * sold["sales"]).sum() / sold["sales"].sum())
    return Ground(
        price_year=Year(year),
        home_price=Money(price, columns=("log_price",)),
        ward_homes=Count(round(homes), columns=("households",)),
        ward_residents=Count(round(residents)),
        homes=homes,
        residents=residents,
    )


def _hedonic(section: CrossSection, ground: Ground) -> Hedonic:
    """The associations on the price of one home; the first for a ward's homes too."""
    measures = (*section.coproduction, *section.social_capital)
    homes = [MeasureWorth(one.measure, _in_pounds(one.held, ground.home_price)) for one in measures]
    return Hedonic(
        first=homes[0].home,
        ward=_in_pounds(measures[0].held, ground.home_price, ground.homes),
        measures=tuple(homes),
    )


def _in_pounds(
    held: PriceDifference | NotEstimable, price: Money, homes: float = 1
) -> Money | NotEstimable:
    """A difference in per cent on the price of so many average homes."""
    if isinstance(held, NotEstimable):
        return NotEstimable(held.reason, "pounds", held.label)
    central, low, high = (
        None if end is None else end / 100 * price.value * homes
        for end in (held.value, held.low, held.high)
    )
    assert central is not None
    return Money(
        central,
        low,
        high,
        label=held.label,
        specification=held.specification,
        columns=price.columns,
    )


def _wellbeing(given: Parameters, people: float) -> Valuation:
    """The worth of the supposed rise in life satisfaction for one year."""
    rise = given.number("scenario_satisfaction")
    return wellbeing_value(
        (rise, rise, rise),
        people,
        1,
        given.pounds("wellby"),
        schedule=given.schedule,
        unit=f"pounds of {given.year} a year",
        gain_of="residents",
        basis="scenario",
    )


def _avoided(given: Parameters, kind: Kind) -> Valuation:
    """The cost of the supposed burglaries, to public bodies or to society."""
    low, central, high = given.pounds(f"burglary_{kind}")
    unit = f"pounds of {given.year} a year"
    cost = UnitCost("burglary in a dwelling", kind, low, central, high, unit)
    return avoided_cost(given.number("scenario_burglaries"), cost, "scenario")


def _had(make: Callable[..., Valuation], *given: Any) -> Valuation | Refused:
    try:
        return make(*given)
    except Inestimable as fault:
        return Refused(str(fault))


def _scenario(value: Valuation | Refused) -> Scenario:
    if isinstance(value, Refused):
        return Scenario(_none(value))
    if value.low == value.high:
        return Scenario(Money(value.central))
    return Scenario(Money(value.central), Money(value.low), Money(value.high))


def _bid(given: Parameters) -> Score:
    """The example bid on both scales of points."""
    rows = {name: given.rows[name] for name in ("points_capital", "points_revenue")}
    return score(
        [Scale(row["words"], row["low"], row["high"]) for row in rows.values()],
        {row["words"]: given.number(f"scenario_{name}") for name, row in rows.items()},
    )


def _priced(ward: Money | NotEstimable, given: Parameters) -> Valuation | None:
    """The hedonic value of a ward's homes as one that may be asked to add up."""
    if isinstance(ward, NotEstimable):
        return None
    low, high = (ward.value if end is None else end for end in (ward.low, ward.high))
    unit = f"pounds of {given.year}, once"
    return Valuation("hedonic price", low, ward.value, high, unit, "owners of homes", ward.label)


def _why_no_sum(values: Sequence[Valuation | Refused | None]) -> Reason:
    """In the model's words, why the values of an average ward are not added."""
    had = [value for value in values if isinstance(value, Valuation)]
    try:
        total(had)
    except Inestimable as fault:
        return Refused(str(fault))
    return NoTwoValues()


def _none(reason: Reason) -> NotEstimable:
    return NotEstimable(reason, "pounds", "described")
