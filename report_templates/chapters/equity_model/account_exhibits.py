"""The tables and the map of the equity account."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.attribution import Attribution
from ....analysis.results.base_map import BaseMap
from ....analysis.results.equity_account import EquityAccount
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...maps import map_body

FIFTHS = ("Dearest", "Second", "Middle", "Fourth", "Cheapest", "City")


def account_exhibits(account: EquityAccount, base: BaseMap) -> Iterator[Body | Missing]:
    """What the homes are worth, how that grew and who holds it."""
    yield _map(account, base)
    yield _growth(account)
    yield _holders(account)
    yield _wards(account)


def _map(account: EquityAccount, base: BaseMap) -> Body:
    wards = account.by_ward.rename(columns={"ward22": "code", "per_resident": "value"})
    values = wards[["code", "value"]].round(0)
    return map_body("equity_account.map", values, "ward22", base, (account,), format="pounds")


def _growth(account: EquityAccount) -> Body:
    """The parts between the first year's worth and the last's, in billions of pounds."""
    grown = account.growth
    parts = {
        f"Worth in {account.first_year.year}": account.first_total,
        "Rise of prices": grown.price,
        "More homes": grown.volume,
        "Homes in dearer or cheaper places": grown.mix,
        f"Worth in {account.year.year}": account.total,
    }
    made = {name: one for name, one in parts.items() if not isinstance(one, NotEstimable)}
    return FigureBody(
        "equity_account.growth",
        "bars",
        pd.DataFrame({"category": list(made), "value": [one.value / 1e9 for one in made.values()]}),
        shows=(account,),
        options={"horizontal": True, "format": "number1"},
    )


def _holders(account: EquityAccount) -> Body | Missing:
    if isinstance(account.dearest.owners, NotEstimable):
        return Missing("equity_account.holders", account.dearest.owners)
    held = ["per_resident", "outright", "mortgaged", "private", "social"]
    frame = account.by_fifth[held].copy()
    frame.insert(0, "name", list(FIFTHS))
    return TableBody(
        "equity_account.holders",
        frame,
        (
            Column("name", "Fifth of wards"),
            Column("per_resident", "£000 per resident", "thousands"),
            Column("outright", "Owners without a mortgage", "percent0"),
            Column("mortgaged", "Owners with one", "percent0"),
            Column("private", "Private landlords", "percent0"),
            Column("social", "Social landlords", "percent0"),
        ),
        shows=(account,),
        total_row=True,
    )


def _wards(account: EquityAccount) -> Body:
    """Every ward by its name, and the city below; an interval as the share by which it reaches."""
    by_homes = (Column("by_homes", "By homes, £m", "millions"),)
    columns = (
        Column("ward", "Ward"),
        Column("worth", "Worth, £m", "millions"),
        Column("reach", "±", "percent0"),
        Column("per_home", "£000 per home", "thousands"),
        Column("per_resident", "£000 per resident", "thousands"),
        Column("owners", "Owners", "percent0"),
        Column("private", "Private landlords", "percent0"),
        Column("social", "Social landlords", "percent0"),
        Column("index", f"{account.first_year.year} = 100", "number0"),
        Column("by_price", "By price, £m", "millions"),
        *(by_homes if account.counted else ()),
    )
    wards = account.by_ward.sort_values("ward", ignore_index=True)
    table = pd.concat([wards, _city(account)], ignore_index=True)
    half = (table["worth_high"] - table["worth_low"]) / 2
    return TableBody(
        "equity_account.wards",
        table.assign(reach=100 * half / table["worth"])[[column.name for column in columns]],
        columns,
        shows=(account,),
        total_row=True,
        dense=True,
    )


def _city(account: EquityAccount) -> pd.DataFrame:
    parts = account.by_ward[["worth", "by_price", "by_homes", "homes", "residents"]].sum()
    return pd.DataFrame(
        [
            {
                "ward": "City",
                **parts,
                "worth_low": account.total.low,
                "worth_high": account.total.high,
                "per_home": account.per_dwelling.value,
                "per_resident": account.per_resident.value,
                "owners": account.owner_share.value,
                "private": account.landlord_share.value,
                "social": account.social_share.value,
                "index": account.index.value,
            }
        ]
    )


def attribution_table(attribution: Attribution) -> Body:
    """Gains put down to dated programmes."""
    planted = (Column("planted", "Planted, £m", "millions"),)
    spent = (Column("cost", "Spent, £m", "millions"),)
    frame = pd.DataFrame(
        {
            "place": f"{one.name}, {one.began.year}",
            "homes": one.homes,
            "worth": one.worth.value,
            "gain": one.gain.value,
            "gain_low": one.gain.low,
            "gain_high": one.gain.high,
            "planted": one.planted,
            "cost": one.cost and one.cost.value,
        }
        for one in attribution.places
    )
    return TableBody(
        "equity_account.attribution",
        frame,
        (
            Column("place", "Place, start"),
            Column("homes", "Homes", "count"),
            Column("worth", "Worth then, £m", "millions"),
            Column("gain", "Gain, £m", "interval_millions"),
            *(planted if frame["planted"].notna().any() else ()),
            *(spent if attribution.costed else ()),
        ),
        shows=(attribution,),
    )
