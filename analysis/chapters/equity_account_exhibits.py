"""Exhibits of the equity account."""

from __future__ import annotations

import pandas as pd

from ...models.account.growth_split import GrowthSplit
from ...report_templates.exhibits import Column, Figure, Table
from ...report_templates.formats import format_number, format_unit
from ..equity import Account
from ..inputs import Inputs
from ..maps import city_map

HOMES = "Homes: households of the census of 2021 by type, without mobile homes."
LABEL = "Label: described."


def _prices(account: Account) -> str:
    """Where prices come from, in a sentence or two."""
    prices = account.prices
    later = (
        f" The relations of types after {prices.type_year} are those of {prices.type_year}."
        if prices.type_year < prices.years[-1]
        else ""
    )
    return (
        f"Price by type: {prices.basket}, with the UK HPI's relations of types in the city.{later}"
    )


def ward_map(inputs: Inputs, account: Account, wards: pd.DataFrame, source: str) -> Figure:
    """Worth of homes a resident."""
    year = account.prices.years[-1]
    first, last = wards.iloc[0], wards.iloc[-1]
    title = (
        f"Homes in {first['ward']} are worth {format_unit(first['per_resident'], 'pounds')} a "
        f"resident, in {last['ward']} {format_unit(last['per_resident'], 'pounds')}"
    )
    values = wards.rename(columns={"ward22": "code", "per_resident": "value"})[["code", "value"]]
    return city_map(
        inputs,
        "equity_account.map",
        title,
        values.round(0),
        "ward22",
        measure=f"Worth of homes a resident, pounds of {year}; wards (2022)",
        note=f"{HOMES} Residents at mid-2020. {LABEL}",
        source=source,
        format="pounds",
        alt=f"Map of wards in five classes of worth a resident. {title}.",
    )


def growth(account: Account, city: GrowthSplit, source: str) -> Table:
    """The city's growth and its parts."""
    years = account.prices.years
    price, volume, mix = city.whole
    rows = [(f"Worth in {years[0]}", city.first, None), ("Rise of prices", price, price)]
    if account.homes.by_year is None:
        how = "Homes of earlier years are not in the folder, so the same homes are priced twice."
    else:
        rows += [("More homes", volume, volume), ("Homes in dearer or cheaper places", mix, mix)]
        how = (
            f"Homes of {years[0]} lie on a straight line between two censuses, those after 2021 "
            "are those of 2021. Each area keeps its types of 2021."
        )
    rows.append((f"Worth in {years[-1]}", city.last, None))
    frame = pd.DataFrame(rows, columns=["part", "pounds", "of_rise"])
    frame["share"] = 100 * frame.pop("of_rise").astype(float) / city.rise
    times = format_number(city.last / city.first, "number1")
    return Table(
        "equity_account.growth",
        f"The worth of the city's homes is {times} times what it was in {years[0]}",
        frame,
        (
            Column("part", "Part"),
            Column("pounds", "£ million", "millions"),
            Column("share", "Of the rise", "percent1"),
        ),
        f"Pounds of the day; the city, {years[0]} to {years[-1]}",
        f"Bennet's split, exact to the pound. {how} {LABEL}",
        source,
        total_row=True,
    )


def holders(account: Account, fifths: pd.DataFrame, source: str) -> Table:
    """Who holds the worth, by fifths of wards."""
    city = fifths.iloc[-1]
    owners, social = (format_number(city[part], "percent0") for part in ("owners", "social"))
    return Table(
        "equity_account.holders",
        f"Owner-occupiers hold {owners} of the worth of homes, social landlords {social}",
        fifths[["name", "worth", "per_resident", "outright", "mortgaged", "private", "social"]],
        (
            Column("name", "Fifth of wards"),
            Column("worth", "Worth, £ million", "millions"),
            Column("per_resident", "A resident", "pounds"),
            Column("outright", "Owners outright", "percent0"),
            Column("mortgaged", "Owners, mortgaged", "percent0"),
            Column("private", "Private landlords", "percent0"),
            Column("social", "Social landlords", "percent0"),
        ),
        "Shares of worth, per cent; fifths of wards by worth a resident, "
        f"{account.prices.years[-1]}",
        "Worth of each small area divided by the tenure of its households in 2021, to the pound. "
        "Homes of a type in an area are taken to be worth the same whoever holds them. Debts are "
        "not taken off; shared owners stand with mortgaged owners, rent-free homes with private "
        f"landlords. {LABEL}",
        source,
        total_row=True,
    )


def wards(account: Account, frame: pd.DataFrame, source: str) -> Table:
    """The account of every ward, and the city."""
    years = account.prices.years
    parts = ["worth", "by_price", "by_homes", "homes", "residents"]
    total = frame[parts].sum()
    held = frame[["held_outright", "held_mortgaged", "held_private", "held_social"]].sum()
    worth, counts = account.worth.sum(axis=0), account.counts.sum(axis=(0, 1))
    city = {
        "ward": "City",
        **total,
        "per_home": total["worth"] / total["homes"],
        "per_resident": total["worth"] / total["residents"],
        "owners": 100 * (held.iloc[0] + held.iloc[1]) / total["worth"],
        "private": 100 * held.iloc[2] / total["worth"],
        "social": 100 * held.iloc[3] / total["worth"],
        "index": 100 * worth[-1] / counts[-1] / (worth[0] / counts[0]),
    }
    table = pd.concat([frame, pd.DataFrame([city])], ignore_index=True)
    columns = [
        Column("ward", "Ward"),
        Column("worth", "Worth, £m", "interval_millions"),
        Column("per_home", "£000 a home", "thousands"),
        Column("per_resident", "£000 a head", "thousands"),
        Column("owners", "Own", "percent0"),
        Column("private", "Let", "percent0"),
        Column("social", "Social", "percent0"),
        Column("index", "Index", "number0"),
        Column("by_price", "By price", "millions"),
    ]
    causes = "by price"
    if account.homes.by_year is not None:
        columns.append(Column("by_homes", "By homes", "millions"))
        causes = "by price and by number of homes"
    names = [column.name for column in columns]
    return Table(
        "equity_account.wards",
        f"The equity account of every ward, {years[-1]}",
        table[[*names[:2], "worth_low", "worth_high", *names[2:]]],
        tuple(columns),
        "Worth of homes with 95% interval; worth a home and a resident; shares held by "
        "owner-occupiers, private and social landlords; worth a home if that of "
        f"{years[0]} is 100; rise since {years[0]} {causes}, £m",
        f"In order of worth a resident. {HOMES} {_prices(account)} Intervals: sampling error of "
        "prices, that of homes not counted. Wards sum to the city to the pound; printed numbers "
        f"are rounded one by one. {LABEL}",
        source,
        total_row=True,
        dense=True,
    )


def attribution(frame: pd.DataFrame, told: int, source: str) -> Table:
    """Gains put down to dated programmes."""
    columns = [
        Column("place", "Place, start"),
        Column("homes", "Homes", "count"),
        Column("worth", "Worth then, £m", "millions"),
        Column("gain", "Gain, £m", "interval_millions"),
        Column("positive", "Chance of a gain", "percent0"),
    ]
    if "planted" in frame:
        columns.append(Column("planted", "Planted, £m", "millions"))
    spent = ""
    if frame["cost"].notna().any():
        spent = (
            " Spent: the recorded grant over all years, not deflated. If half was moved: a "
            "scenario in which neighbours lost half of the gain."
        )
        columns += [
            Column("cost", "Spent, £m", "millions"),
            Column("above", "Chance that it is more", "percent0"),
            Column("above_moved", "if half was moved", "percent0"),
        ]
    title = {
        0: "No gain that can be told from none is put down to a programme",
        len(frame): "A gain is put down to every programme compared",
    }.get(told, f"A gain or loss is put down to {told} of {len(frame)} programmes compared")
    return Table(
        "equity_account.attribution",
        title,
        frame,
        tuple(columns),
        "Worth of the place's homes in the year of the start, and the gain while the programme "
        "ran, in pounds of that year; middle 95% of draws in brackets",
        f"Gain: worth times the effect of Appendix 1, drawn with the errors of both.{spent} The "
        "effect is that of postcode sectors of which a quarter or more lies in the place. Label: "
        "synthetic control.",
        source,
    )
