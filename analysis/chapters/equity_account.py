"""Whose equity: what the homes of each ward are worth, how that grew, and who holds it."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd

from ...data import tables
from ...models.account.attribution import Attribution, Exposed, attribute
from ...models.account.growth_split import GrowthSplit, whole_prices
from ...models.specification import NotEstimable
from ..book import Book, ChapterNotes, source_line
from ..equity import HOLDERS, Account, by_ward_and_year, make_account
from ..findings import Finding
from ..inputs import RECORD, Inputs
from . import equity_account_exhibits as exhibits

SOURCES = (
    "census_2021_accommodation",
    "census_2021_tenure",
    "lsoa11_population",
    "uk_hpi",
)
PRICES = {"sales": ("price_paid", "epc_sales"), "sectors": ("sector_prices", "code_point_open")}
OPTIONAL = ("sales_by_type", "census_households")
REACH = NormalDist().inv_cdf(0.975)
DRAWS = 200_000
DISPLACED = 0.5
"""Share of a gain that a scenario takes to be moved from neighbours."""
FIFTHS = 5
NO_CENSUS = "households of earlier censuses are not in the folder"
NO_TYPES = "no census before 2021 in the folder counts homes by type and area"
NO_RING = "the comparison leaves the neighbours of a place out"


def compute(inputs: Inputs, book: Book) -> None:
    """The account by ward, its growth and holders, and what may be put down to programmes."""
    optional = tuple(name for name in OPTIONAL if inputs.folder.holds(name))
    notes = book.chapter(
        "equity_account", (*PRICES[inputs.study.prices.small_areas], *SOURCES, *optional)
    )
    account = make_account(inputs, book)
    city, splits = account.splits()
    wards = _wards(account, city, splits)
    _quote_city(account, city, notes)
    _quote_growth(inputs, account, city, notes)
    _quote_wards(account, wards, notes)
    book.account = by_ward_and_year(account)
    paid = PRICES[inputs.study.prices.small_areas]
    held = source_line((*paid, "census_2021_tenure"))
    stock = (*paid, "census_2021_accommodation")
    peopled = source_line((*stock, "lsoa11_population"))
    counted = source_line((*stock, *(name for name in optional if name == "census_households")))
    book.show(exhibits.ward_map(inputs, account, wards, peopled))
    book.show(exhibits.growth(account, city, counted))
    with notes.part("dearest", "cheapest", "holders"):
        fifths = _fifths(wards)
        _quote_fifths(fifths, notes)
        book.show(exhibits.holders(account, fifths, held))
    book.show(exhibits.wards(account, wards, notes.source_line))
    _attribution(inputs, account, book, notes)


def _wards(account: Account, city: GrowthSplit, splits: list[GrowthSplit]) -> pd.DataFrame:
    """One row a ward, dearest a resident first, in whole pounds; shares in per cent."""
    names = account.homes.areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
    held = account.by_ward(account.held)
    counts = account.by_ward(account.counts).sum(axis=1)
    worth = account.by_ward(account.worth)
    frame = pd.DataFrame(
        {
            "ward22": account.wards,
            "ward": names.loc[account.wards].to_numpy(),
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
    """Fifths of the wards by worth a resident, and the city below."""
    if len(wards) < FIFTHS:
        raise NotEstimable(f"fifths of wards take {FIFTHS} wards or more")
    place = FIFTHS * np.arange(len(wards)) // len(wards)
    columns = ["homes", "residents", "worth", *(f"held_{name}" for name in HOLDERS)]
    parts = wards.groupby(place)[columns].sum()
    whole = pd.concat([parts, wards[columns].sum().to_frame().T], ignore_index=True)
    names = ["Dearest", "Second", "Middle", "Fourth", "Cheapest", "City"]
    return _with_shares(whole.astype("int64").assign(name=names))


def _quote_city(account: Account, city: GrowthSplit, notes: ChapterNotes) -> None:
    everywhere = np.ones(len(account.ward), dtype=bool)
    total = account.interval(everywhere, -1)
    homes = int(account.counts[:, :, -1].sum())
    residents = int(account.homes.residents.sum())
    notes.quote("year", int(account.prices.years[-1]), "year")
    notes.quote("first_year", int(account.prices.years[0]), "year")
    for name, over in (("total", 1), ("per_dwelling", homes), ("per_resident", residents)):
        value = total.value if over == 1 else total.value / over
        notes.quote(name, value, "pounds", interval=(total.low / over, total.high / over))
    notes.quote("first_total", city.first, "pounds")
    notes.quote("homes", homes, "count")
    notes.quote("residents", residents, "count")
    notes.quote("basket", account.prices.basket, "text")
    notes.quote("border", " and ".join(_border(account)), "text")
    notes.quote("unpriced", " and ".join(account.unpriced), "text")
    held = dict(zip(HOLDERS, 100 * account.held.sum(axis=0) / total.value, strict=True))
    notes.quote("owner_share", float(held["outright"] + held["mortgaged"]), "percent")
    notes.quote("mortgage_share", float(held["mortgaged"]), "percent")
    notes.quote("landlord_share", float(held["private"]), "percent")
    notes.quote("social_share", float(held["social"]), "percent")
    _quote_check(account, notes)


def _border(account: Account) -> list[str]:
    areas = account.homes.areas
    return sorted(set(areas.loc[areas["ward22"].isin(account.prices.border), "ward22_name"]))


def _quote_check(account: Account, notes: ChapterNotes) -> None:
    """The same homes at the published prices of the city by type."""
    prices = account.prices
    year = prices.type_year - int(prices.years[0])
    published = float(account.counts[:, :, year].sum(axis=0) @ prices.type_prices[:, year])
    notes.quote("check_year", prices.type_year, "year")
    notes.quote("check_published", published, "pounds")
    notes.quote("check_own", int(account.worth[:, year].sum()), "pounds")


def _quote_growth(inputs: Inputs, account: Account, city: GrowthSplit, notes: ChapterNotes) -> None:
    everywhere = np.ones(len(account.ward), dtype=bool)
    first_error, last_error = (account.interval(everywhere, year).std_error for year in (0, -1))
    reach = REACH * math.hypot(first_error, last_error)
    growth = city.last / city.first
    span = (growth * float(np.exp(-reach)), growth * float(np.exp(reach)))
    notes.quote("growth", growth, "ratio", interval=span)
    cpi = inputs.folder.read("cpi")
    level = cpi.groupby(cpi["month"].dt.year)["cpi"].mean()
    dearer = float(level[account.prices.years[-1]] / level[account.prices.years[0]])
    notes.quote("growth.real", growth / dearer, "ratio")
    notes.quote("growth.rise", city.rise, "pounds")
    price, volume, mix = city.whole
    first = account.counts[:, :, 0].sum()
    notes.quote("index", 100 * growth * first / account.counts[:, :, -1].sum(), "count")
    notes.quote("growth.price", price, "pounds")
    notes.refuse("growth.mix_of_types", "pounds", NO_TYPES, "described")
    if account.homes.by_year is None:
        notes.refuse("growth.volume", "pounds", NO_CENSUS, "described")
        notes.refuse("growth.mix", "pounds", NO_CENSUS, "described")
        return
    notes.quote("growth.volume", volume, "pounds")
    notes.quote("growth.mix", mix, "pounds")
    notes.quote("growth.price_share", 100 * price / city.rise, "percent")
    notes.quote("growth.volume_share", 100 * volume / city.rise, "percent")
    notes.quote("first_homes", int(first), "count")


def _quote_wards(account: Account, wards: pd.DataFrame, notes: ChapterNotes) -> None:
    notes.quote("wards", len(wards), "count")
    reach = 100 * (wards["worth_high"] / wards["worth"] - 1)
    notes.quote("ward_reach", float(reach.median()), "percent")
    notes.quote("ward_reach_most", float(reach.max()), "percent")
    notes.quote("ward_widest", str(wards["ward"].iloc[int(reach.argmax())]), "text")
    with notes.part("richest", "poorest", "ward_ratio", "fastest", "slowest"):
        _quote_ends(wards, notes)


def _quote_ends(wards: pd.DataFrame, notes: ChapterNotes) -> None:
    """The richest and the poorest ward, the fastest and the slowest."""
    if len(wards) == 1:
        raise NotEstimable("the city has one ward")
    for name, row in (("richest", wards.iloc[0]), ("poorest", wards.iloc[-1])):
        notes.quote(name, str(row["ward"]), "text")
        for part in ("per_resident", "per_home"):
            notes.quote(f"{name}.{part}", float(row[part]), "pounds")
    ratio = wards["per_resident"].iloc[0] / wards["per_resident"].iloc[-1]
    notes.quote("ward_ratio", float(ratio), "ratio")
    for name, place in (("fastest", wards["index"].argmax()), ("slowest", wards["index"].argmin())):
        notes.quote(name, str(wards["ward"].iloc[int(place)]), "text")
        notes.quote(f"{name}.index", float(wards["index"].iloc[int(place)]), "count")


def _quote_fifths(fifths: pd.DataFrame, notes: ChapterNotes) -> None:
    for name, row in (("dearest", fifths.iloc[0]), ("cheapest", fifths.iloc[FIFTHS - 1])):
        for part in ("owners", "private", "social"):
            notes.quote(f"{name}.{part}", float(row[part]), "percent")
        notes.quote(f"{name}.per_resident", float(row["per_resident"]), "pounds")


def _attribution(inputs: Inputs, account: Account, book: Book, notes: ChapterNotes) -> None:
    """Gains put down to the dated programmes that could be compared."""
    notes.refuse("spillovers", "pounds", NO_RING, "synthetic_control")
    estimated = [one.key for one in book.results["case_effects"].estimated]
    members = {slug: _members(inputs, account, _name(book, slug)) for slug in estimated}
    slugs = [slug for slug in estimated if members[slug].any()]
    notes.quote("attributed", " ".join(slugs), "text")
    if not slugs:
        return
    rng = np.random.default_rng(inputs.study.seed)
    frame = pd.DataFrame(
        [_place(inputs, account, book, slug, members[slug], rng, notes) for slug in slugs]
    )
    notes.quote("displaced", 100 * DISPLACED, "percent")
    told = int(((frame["gain_low"] > 0) | (frame["gain_high"] < 0)).sum())
    notes.quote("gains_told", told, "count")
    source = source_line((*PRICES[inputs.study.prices.small_areas], *inputs.cited((RECORD,))))
    book.show(exhibits.attribution(frame, told, source))


def _name(book: Book, slug: str) -> str:
    return str(book.results["case_effects"].of(slug).name)


def _members(inputs: Inputs, account: Account, name: str) -> np.ndarray:
    """Which small areas of the account lie in a place, by its short name."""
    places = tables.place_lsoas(inputs.folder)
    own = places.loc[places["place"].str.split(" (", regex=False).str[0] == name, "lsoa21"]
    return account.homes.areas["lsoa21"].isin(own).to_numpy()


def _place(
    inputs: Inputs,
    account: Account,
    book: Book,
    slug: str,
    members: np.ndarray,
    rng: np.random.Generator,
    notes: ChapterNotes,
) -> dict[str, object]:
    name = _name(book, slug)
    began = int(str(book.findings[f"case_effects.{slug}.began"].value))
    running = book.findings[f"case_effects.{slug}.running"]
    year = began - int(account.prices.years[0])
    worth = account.interval(members, year)
    exposed = Exposed(worth.value, worth.std_error, *_in_logs(running))
    cost = _cost(inputs, name, began)
    found = attribute(exposed, rng, DRAWS, cost=cost)
    moved = attribute(exposed, rng, DRAWS, cost=cost, displaced=DISPLACED)
    _quote_place(slug, name, began, worth.value, cost, found, notes)
    row = {
        "place": f"{name}, {began}",
        "homes": int(account.counts[members][:, :, year].sum()),
        "worth": worth.value,
        "effect": running.value,
        "gain": found.gain,
        "gain_low": found.low,
        "gain_high": found.high,
        "positive": 100 * found.positive,
        "cost": cost,
        "above": None if found.above_cost is None else 100 * found.above_cost,
        "above_moved": None if moved.above_cost is None else 100 * moved.above_cost,
    }
    if inputs.study.simulated:
        planted = book.findings[f"case_effects.{slug}.planted"].value
        row["planted"] = worth.value * float(str(planted)) / 100
    return row


def _in_logs(effect: Finding) -> tuple[float, float]:
    """An effect in per cent as log points, with a standard error from its interval's width."""
    if effect.value is None or effect.ci_low is None or effect.ci_high is None:
        raise ValueError(f"{effect.name} has no interval, and no gain can be drawn from it")
    middle, low, high = (
        float(np.log1p(float(end) / 100)) for end in (effect.value, effect.ci_low, effect.ci_high)
    )
    return middle, (high - low) / (2 * REACH)


def _cost(inputs: Inputs, name: str, began: int) -> float | None:
    """Pounds of the programmes that began then, where the record gives an amount."""
    events = tables.place_events(inputs.folder)
    own = events[
        (events["place"].str.split(" (", regex=False).str[0] == name)
        & (events["start_year"] == began)
        & events["intensity_unit"].str.startswith("million pounds")
    ]
    return 1e6 * float(own["intensity"].sum()) if len(own) else None


def _quote_place(
    slug: str,
    name: str,
    began: int,
    worth: int,
    cost: float | None,
    found: Attribution,
    notes: ChapterNotes,
) -> None:
    notes.quote(f"{slug}.name", name, "text")
    notes.quote(f"{slug}.began", began, "year")
    notes.quote(f"{slug}.worth", worth, "pounds")
    span = (found.low, found.high)
    notes.quote(f"{slug}.gain", found.gain, "pounds", interval=span, label="synthetic_control")
    if cost is None or found.above_cost is None:
        reason = "the record gives no amount spent"
        notes.refuse(f"{slug}.above_cost", "percent", reason, "synthetic_control")
        return
    notes.quote(f"{slug}.cost", cost, "pounds")
    chance = 100 * found.above_cost
    notes.quote(f"{slug}.above_cost", chance, "percent", label="synthetic_control")
