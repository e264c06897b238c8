"""Whose equity: what the homes of each ward are worth, how that grew, and who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...models.account.equity_account import Interval, ratio_interval
from ...models.account.growth_split import GrowthSplit, whole_prices
from ..graph import result
from ..quantities import Count, Money, NotEstimable, Number, Ratio, Share, Year
from ..reasons import Reason, TooFewWards, TypesCountedOnce
from ..study import Study
from .account_cells import Account, by_ward_and_year, make_account
from .account_homes import CENSUS, HOLDERS, RESIDENTS
from .account_prices import Basket
from .small_area_prices import SmallAreaPrices

FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Growth:
    """The worth of the city's homes in the last year against the first.

    Parameters
    ----------
    times : how many times as much
    price, volume, mix : parts of the rise: dearer homes, more homes, homes in dearer places
    mix_of_types : homes of dearer types
    price_share, volume_share : of the rise, where homes are counted in both years
    """

    INLINE: ClassVar = ("times",)
    times: Ratio
    rise: Money
    price: Money
    volume: Money | NotEstimable
    mix: Money | NotEstimable
    mix_of_types: NotEstimable
    price_share: Share | None
    volume_share: Share | None


@dataclass(frozen=True, slots=True)
class WardWorth:
    """A ward at one end of the order by worth a resident; without a name in a city of one ward."""

    name: str
    per_resident: Money | NotEstimable
    per_home: Money | NotEstimable


@dataclass(frozen=True, slots=True)
class Fifth:
    """Who holds the worth in a fifth of the wards."""

    owners: Share | NotEstimable
    private: Share | NotEstimable
    social: Share | NotEstimable
    per_resident: Money | NotEstimable


@dataclass(frozen=True, slots=True)
class EquityAccount:
    """The account of a city.

    Parameters
    ----------
    index : worth a home if that of the first year is 100
    first_homes : where homes of the first year are counted
    check_published, check_own : the same homes at the published prices of the city by type, in the
        last year that has them, and by this account
    ward_reach, ward_reach_most : upper end of a ward's interval above its worth, in the middle ward
        and in ``ward_widest``
    ward_ratio : of the richest ward's worth a resident to the poorest's
    basket : what the measured price stands for
    census, counted_residents : years of the tables of homes and of residents
    border : wards priced by postcode sectors that lie mostly outside the city
    unpriced : wards of which an area has no price and is left out
    by_ward : one row a ward, the dearest a resident first; pounds, shares in per cent, index
    by_fifth : fifths of these wards, and the city below; empty where there are too few
    by_year : the account by ward and year, see `account_cells.by_ward_and_year`
    """

    year: Year
    first_year: Year
    total: Money
    per_dwelling: Money
    per_resident: Money
    first_total: Money
    homes: Count
    residents: Count
    first_homes: Count | None
    index: Number
    owner_share: Share
    mortgage_share: Share
    landlord_share: Share
    social_share: Share
    check_year: Year
    check_published: Money
    check_own: Money
    growth: Growth
    wards: Count
    ward_reach: Share
    ward_reach_most: Share
    richest: WardWorth
    poorest: WardWorth
    ward_ratio: Ratio | NotEstimable
    dearest: Fifth
    cheapest: Fifth
    ward_widest: str
    basket: Basket
    census: int
    counted_residents: int
    border: tuple[str, ...]
    unpriced: tuple[str, ...]
    by_ward: pd.DataFrame
    by_fifth: pd.DataFrame
    by_year: pd.DataFrame

    @property
    def counted(self) -> bool:
        """Whether homes are counted in the first year too."""
        return self.first_homes is not None


@result()
def equity_account(
    study: Study,
    folder: DataFolder,
    areas: pd.DataFrame,
    sectors: pd.DataFrame,
    small_area_prices: SmallAreaPrices,
) -> EquityAccount:
    """The account by ward, its growth and holders."""
    return summed(make_account(study, folder, areas, sectors, small_area_prices))


def summed(account: Account) -> EquityAccount:
    """An account by ward, its growth and holders."""
    city, splits = account.splits()
    wards = _wards(account, city, splits)
    fifths = _fifths(wards)
    first, total = (account.interval(account.everywhere, year) for year in (0, -1))
    prices = account.prices
    checked = prices.type_year - int(prices.years[0])
    homes, residents = int(account.counts[:, :, -1].sum()), int(account.homes.residents.sum())
    first_homes = int(account.counts[:, :, 0].sum())
    growth = _growth(account, city, ratio_interval(total, first))
    held = dict(zip(HOLDERS, 100 * account.held.sum(axis=0) / total.value, strict=True))
    reach = 100 * (wards["worth_high"] / wards["worth"] - 1)
    richest, poorest, ratio = _richest_and_poorest(wards)
    dearest, cheapest = _dearest_and_cheapest(fifths, len(wards))
    return EquityAccount(
        year=Year(int(prices.years[-1])),
        first_year=Year(int(prices.years[0])),
        total=_money(total),
        per_dwelling=_money(total, homes),
        per_resident=_money(total, residents),
        first_total=Money(city.first),
        homes=Count(homes),
        residents=Count(residents),
        first_homes=None if isinstance(account.homes.by_year, Reason) else Count(first_homes),
        index=Number(100 * city.last / city.first * first_homes / homes),
        owner_share=Share(float(held["outright"] + held["mortgaged"])),
        mortgage_share=Share(float(held["mortgaged"])),
        landlord_share=Share(float(held["private"])),
        social_share=Share(float(held["social"])),
        check_year=Year(prices.type_year),
        check_published=Money(
            float(account.counts[:, :, checked].sum(axis=0) @ prices.type_prices[:, checked])
        ),
        check_own=Money(int(account.worth[:, checked].sum())),
        growth=growth,
        wards=Count(len(wards)),
        ward_reach=Share(float(reach.median())),
        ward_reach_most=Share(float(reach.max())),
        richest=richest,
        poorest=poorest,
        ward_ratio=ratio,
        dearest=dearest,
        cheapest=cheapest,
        ward_widest=str(wards["ward"].iloc[int(reach.argmax())]),
        basket=prices.basket,
        census=CENSUS,
        counted_residents=RESIDENTS,
        border=_border(account),
        unpriced=account.unpriced,
        by_ward=wards,
        by_fifth=fifths,
        by_year=by_ward_and_year(account),
    )


@dataclass(frozen=True, slots=True)
class RealGrowth:
    """Growth with the rise of consumer prices taken out."""

    real: Ratio


@result(prefix="equity_account.growth")
def real_growth(folder: DataFolder, equity_account: EquityAccount) -> RealGrowth:
    """How many times the worth of the first year that of the last is, in pounds of one year."""
    cpi = folder.read("cpi")
    level = cpi.groupby(cpi["month"].dt.year)["cpi"].mean()
    dearer = float(level[equity_account.year.year] / level[equity_account.first_year.year])
    return RealGrowth(Ratio(equity_account.growth.times.value / dearer))


def _money(worth: Interval, over: int = 1) -> Money:
    """Pounds, or pounds for each of so many."""
    value = worth.value if over == 1 else worth.value / over
    return Money(value, worth.low / over, worth.high / over)


def _growth(account: Account, city: GrowthSplit, ends: tuple[float, float]) -> Growth:
    price, volume, mix = city.whole
    unknown = account.homes.by_year
    refused = NotEstimable(unknown, "pounds", "described") if isinstance(unknown, Reason) else None
    return Growth(
        times=Ratio(city.last / city.first, *ends),
        rise=Money(city.rise),
        price=Money(price),
        volume=refused or Money(volume),
        mix=refused or Money(mix),
        mix_of_types=NotEstimable(TypesCountedOnce(), "pounds", "described"),
        price_share=None if refused else Share(100 * price / city.rise),
        volume_share=None if refused else Share(100 * volume / city.rise),
    )


def _border(account: Account) -> tuple[str, ...]:
    areas = account.homes.areas
    named = areas.loc[areas["ward22"].isin(account.prices.border), "ward22_name"]
    return tuple(sorted(set(named)))


def _wards(account: Account, city: GrowthSplit, splits: list[GrowthSplit]) -> pd.DataFrame:
    """One row a ward, dearest a resident first, in whole pounds; shares in per cent."""
    held = account.by_ward(account.held)
    counts = account.by_ward(account.counts).sum(axis=1)
    worth = account.by_ward(account.worth)
    frame = pd.DataFrame(
        {
            "ward22": account.wards,
            "ward": account.ward_names,
            "homes": counts[:, -1],
            "residents": account.by_ward(account.homes.residents),
            "worth": worth[:, -1],
            **{f"held_{name}": held[:, k] for k, name in enumerate(HOLDERS)},
            "index": 100 * (worth[:, -1] / counts[:, -1]) / (worth[:, 0] / counts[:, 0]),
        }
    )
    spans = account.ward_intervals(-1)
    frame["worth_low"] = [span.low for span in spans]
    frame["worth_high"] = [span.high for span in spans]
    frame["by_price"] = whole_prices(splits, city)
    frame["by_homes"] = worth[:, -1] - worth[:, 0] - frame["by_price"]
    return _with_shares(frame).sort_values("per_resident", ascending=False, ignore_index=True)


def _with_shares(frame: pd.DataFrame) -> pd.DataFrame:
    owners = frame["held_outright"] + frame["held_mortgaged"]
    return frame.assign(
        per_home=frame["worth"] / frame["homes"],
        per_resident=frame["worth"] / frame["residents"],
        outright=100 * frame["held_outright"] / frame["worth"],
        mortgaged=100 * frame["held_mortgaged"] / frame["worth"],
        owners=100 * owners / frame["worth"],
        private=100 * frame["held_private"] / frame["worth"],
        social=100 * frame["held_social"] / frame["worth"],
    )


def _fifths(wards: pd.DataFrame) -> pd.DataFrame:
    """Fifths of the wards by worth a resident, the dearest first, and the city below."""
    if len(wards) < FIFTHS:
        return pd.DataFrame()
    place = FIFTHS * np.arange(len(wards)) // len(wards)
    columns = ["homes", "residents", "worth", *(f"held_{name}" for name in HOLDERS)]
    parts = wards.groupby(place)[columns].sum()
    whole = pd.concat([parts, wards[columns].sum().to_frame().T], ignore_index=True)
    return _with_shares(whole.astype("int64"))


def _richest_and_poorest(
    wards: pd.DataFrame,
) -> tuple[WardWorth, WardWorth, Ratio | NotEstimable]:
    if len(wards) == 1:
        money = NotEstimable(TooFewWards(1, 2), "pounds", "described")
        none = WardWorth("", money, money)
        return none, none, NotEstimable(TooFewWards(1, 2), "ratio", "described")
    ends = (wards.iloc[0], wards.iloc[-1])
    richest, poorest = (
        WardWorth(str(row["ward"]), Money(row["per_resident"]), Money(row["per_home"]))
        for row in ends
    )
    return richest, poorest, Ratio(ends[0]["per_resident"] / ends[1]["per_resident"])


def _dearest_and_cheapest(fifths: pd.DataFrame, wards: int) -> tuple[Fifth, Fifth]:
    if fifths.empty:
        share, money = (
            NotEstimable(TooFewWards(wards, FIFTHS), unit, "described")
            for unit in ("percent", "pounds")
        )
        none = Fifth(share, share, share, money)
        return none, none
    dearest, cheapest = (
        Fifth(
            owners=Share(row["owners"]),
            private=Share(row["private"]),
            social=Share(row["social"]),
            per_resident=Money(row["per_resident"]),
        )
        for row in (fifths.iloc[0], fifths.iloc[FIFTHS - 1])
    )
    return dearest, cheapest
