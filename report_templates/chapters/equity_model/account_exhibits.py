"""The tables and the map of the equity account."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.attribution import Attribution
from ....analysis.results.base_map import BaseMap
from ....analysis.results.equity_account import EquityAccount
from ...exhibits import Body, Column, Missing, TableBody
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
    grown = account.growth
    parts = {
        "Rise of prices": grown.price,
        "More homes": grown.volume,
        "Homes in dearer or cheaper places": grown.mix,
    }
    rises = [
        (name, one.value, 100 * one.value / grown.rise.value)
        for name, one in parts.items()
        if not isinstance(one, NotEstimable)
    ]
    first = (f"Worth in {account.first_year.year}", account.first_total.value, None)
    last = (f"Worth in {account.year.year}", account.total.value, None)
    frame = pd.DataFrame([first, *rises, last], columns=["part", "pounds", "share"])
    return TableBody(
        "equity_account.growth",
        frame.astype({"share": float}),
        (
            Column("part", "Part"),
            Column("pounds", "£ million", "millions"),
            Column("share", "Of the rise", "percent1"),
        ),
        shows=(account,),
        total_row=True,
    )


def _holders(account: EquityAccount) -> Body | Missing:
    if isinstance(account.dearest.owners, NotEstimable):
        return Missing("equity_account.holders", account.dearest.owners)
    held = ["worth", "per_resident", "outright", "mortgaged", "private", "social"]
    frame = account.by_fifth[held].copy()
    frame.insert(0, "name", list(FIFTHS))
    return TableBody(
        "equity_account.holders",
        frame,
        (
            Column("name", "Fifth of wards"),
            Column("worth", "Worth, £ million", "millions"),
            Column("per_resident", "A resident", "pounds"),
            Column("outright", "Owners outright", "percent0"),
            Column("mortgaged", "Owners, mortgaged", "percent0"),
            Column("private", "Private landlords", "percent0"),
            Column("social", "Social landlords", "percent0"),
        ),
        shows=(account,),
        total_row=True,
    )


def _wards(account: EquityAccount) -> Body:
    """Every ward, and the city below."""
    by_homes = (Column("by_homes", "By homes", "millions"),)
    columns = (
        Column("ward", "Ward"),
        Column("worth", "Worth, £m", "interval_millions"),
        Column("per_home", "£000 a home", "thousands"),
        Column("per_resident", "£000 a head", "thousands"),
        Column("owners", "Own", "percent0"),
        Column("private", "Let", "percent0"),
        Column("social", "Social", "percent0"),
        Column("index", "Index", "number0"),
        Column("by_price", "By price", "millions"),
        *(by_homes if account.counted else ()),
    )
    table = pd.concat([account.by_ward, _city(account)], ignore_index=True)
    names = [column.name for column in columns]
    return TableBody(
        "equity_account.wards",
        table[[*names[:2], "worth_low", "worth_high", *names[2:]]],
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
    spent = (
        Column("cost", "Spent, £m", "millions"),
        Column("above", "Draws with more", "percent0"),
        Column("above_moved", "if half was moved", "percent0"),
    )
    frame = pd.DataFrame(
        {
            "place": f"{one.name}, {one.began.year}",
            "homes": one.homes,
            "worth": one.worth.value,
            "gain": one.gain.value,
            "gain_low": one.gain.low,
            "gain_high": one.gain.high,
            "positive": one.positive,
            "planted": one.planted,
            "cost": one.cost and one.cost.value,
            "above": None if isinstance(one.above_cost, NotEstimable) else one.above_cost.value,
            "above_moved": one.above_moved,
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
            Column("positive", "Draws with a gain", "percent0"),
            *(planted if frame["planted"].notna().any() else ()),
            *(spent if attribution.costed else ()),
        ),
        shows=(attribution,),
    )
