"""Section 3, within and between: sectors against themselves and others, areas inside their ward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...data.simulated_city import Truth
from ...data.tables import BRUSH
from ...models.association.correlated_effects import correlated_effects
from ...models.association.group_means import BETWEEN, WITHIN, equal_parts, split_by_group
from ...models.association.long_differences import long_differences
from ...models.association.multilevel import Multilevel, SingularFit, multilevel, slope_spread
from ...models.estimate import Estimate
from ...models.sample import take_sample
from ...models.specification import Specification
from ...report_templates.exhibits import Column, Table
from ..book import Book, ChapterNotes
from ..controlled import lower
from ..equations import (
    CROSS_SECTION_SOURCES,
    PANEL_SOURCES,
    hardly_varying,
    held_equal,
    rule_in_short,
)
from ..inputs import TRUTH, Inputs
from ..quantities import percent_effect
from ..results.panel import FEW_PLACES
from ..study import CrossSection

INDEX = "social_capital"
WARD = "ward22"
START = "log_price_at_start"
HALF = 0.5
"""Share of a sector's postcodes inside a dated place from which its prices describe the place."""
VARIANTS = {"weighted": "weighted by sales", "unweighted": "each sector equal"}


@dataclass(frozen=True, slots=True)
class Fit:
    """One estimate of the start's association: name of its finding, words, model."""

    name: str
    group: str
    words: str
    estimate: Estimate
    term: str


def compute(inputs: Inputs, book: Book) -> None:
    """Sectors by year, then areas in wards."""
    _sectors(inputs, book.chapter("within_between", inputs.cited(PANEL_SOURCES)))
    _wards(inputs, book.chapter("within_between", inputs.cited(CROSS_SECTION_SOURCES)))


def _sectors(inputs: Inputs, notes: ChapterNotes) -> None:
    """Correlated random effects and long differences, or why there are none."""
    kept = inputs.sectors[~inputs.sectors["excluded"]]
    places = int((inputs.places["status"] == "dated").sum())
    notes.quote("places", places, "count")
    notes.quote("sectors", int(kept["sector"].nunique()), "count")
    touched = kept.loc[kept["ever_exposed"] > BRUSH, "sector"]
    notes.quote("sectors_inside", int(touched.nunique()), "count")
    notes.quote("window", inputs.study.prices.window, "count")
    _growth(kept, inputs.study.prices.window, notes)
    names = [f"{part}.{one}" for part in ("within", "between", "hausman_p") for one in VARIANTS]
    if places < FEW_PLACES:
        for name in (*names, "long", "long_from_start"):
            notes.refuse(name, "p" if "hausman" in name else "percent", _too_few(places))
        return
    with notes.part(*names, "long", "long_from_start", "sectors"):
        fits = [*_correlated(kept, inputs, notes), *_long(kept, inputs, notes)]
        for fit in fits:
            notes.effect(fit.name, fit.estimate, fit.term)
        _show_sectors(fits, places, inputs, notes)


def _too_few(places: int) -> str:
    return (
        f"{places} place{'' if places == 1 else 's'} with a dated start cannot show how far places "
        f"differ by chance, and at least {FEW_PLACES} are asked for"
    )


def _growth(kept: pd.DataFrame, window: int, notes: ChapterNotes) -> None:
    """Growth of mean prices over all years, in sectors half inside a dated place and in others."""
    years = np.sort(kept["year"].unique())
    mean = {
        end: kept[kept["year"].isin(at)].groupby("sector")["log_price"].mean()
        for end, at in (("first", years[:window]), ("last", years[-window:]))
    }
    change = (mean["last"] - mean["first"]).dropna()
    share = kept.groupby("sector")["ever_exposed"].first().reindex(change.index)
    groups = {"inside": share >= HALF, "outside": share <= BRUSH}
    for name, chosen in groups.items():
        notes.quote(f"growth_{name}.sectors", int(chosen.sum()), "count")
        if chosen.any():
            notes.quote(f"growth_{name}", percent_effect(change[chosen].mean()), "percent")
        else:
            reason = "no postcode sector lies there with prices at both ends"
            notes.refuse(f"growth_{name}", "percent", reason, "described")
    notes.quote("first_until", int(years[window - 1]), "year")
    notes.quote("last_from", int(years[-window]), "year")


def _specification(inputs: Inputs, name: str, title: str, weighted: bool = True) -> Specification:
    section = inputs.study.panel
    return Specification(
        name=f"within_between.{name}",
        title=title,
        outcome=section.outcome,
        regressors=(section.treatment,),
        controls=(START,) if name == "long_from_start" else (),
        effects=("sector", "year"),
        weights=section.weights if weighted else None,
        clusters=section.clusters,
    )


def _correlated(kept: pd.DataFrame, inputs: Inputs, notes: ChapterNotes) -> list[Fit]:
    fits = []
    for key, words in VARIANTS.items():
        title = f"Sectors by year, correlated random effects, {words}"
        asked = _specification(inputs, f"correlated.{key}", title, key == "weighted")
        estimate = notes.fitted(correlated_effects(kept, asked))
        notes.quote(
            f"hausman_p.{key}",
            estimate.diagnostics["hausman_p"],
            "p",
            label="adjusted",
            specification=asked.name,
        )
        group = f"Correlated random effects, {words}"
        for part, said in (
            (WITHIN, "Within a sector: after the start against before"),
            (BETWEEN, "Between sectors: inside a place against outside"),
        ):
            term = inputs.study.panel.treatment + part
            fits.append(Fit(f"{part[1:]}.{key}", group, said, estimate, term))
    return fits


def _long(kept: pd.DataFrame, inputs: Inputs, notes: ChapterNotes) -> list[Fit]:
    window = inputs.study.prices.window
    early = kept[kept["year"] < kept["year"].min() + window]
    rows = kept.assign(**{START: kept["sector"].map(early.groupby("sector")["log_price"].mean())})
    group = f"Long differences, mean of the last {window} years less that of the first {window}"
    fits = []
    for name, words in (("long", "Change alone"), ("long_from_start", "plus price at the start")):
        asked = _specification(inputs, name, f"Sectors, long differences. {words}")
        estimate = notes.fitted(long_differences(rows, asked, window))
        fits.append(Fit(name, group, words, estimate, inputs.study.panel.treatment))
    return fits


def _show_sectors(fits: list[Fit], places: int, inputs: Inputs, notes: ChapterNotes) -> None:
    rows = []
    for fit in fits:
        row = fit.estimate.tidy().set_index("term").to_dict("index")[fit.term]
        rows.append(
            {
                "group": fit.group,
                "comparison": fit.words,
                "estimate": percent_effect(row["estimate"]),
                "estimate_low": percent_effect(row["ci_low"]),
                "estimate_high": percent_effect(row["ci_high"]),
                "n": fit.estimate.n,
                "clusters": fit.estimate.clusters,
            }
        )
    if inputs.study.simulated:
        planted = percent_effect(Truth.read(inputs.folder.root / TRUTH).coproduction_total)
        notes.quote("planted", planted, "percent", label="simulated")
    notes.book.show(
        Table(
            "within_between.sectors",
            "A sector against itself, against others, and over the long run",
            pd.DataFrame(rows),
            (
                Column("comparison", "Comparison"),
                Column("estimate", "Difference in price", "interval_percent1"),
                Column("n", "Rows", "count"),
                Column("clusters", "Sectors", "count"),
            ),
            "Difference in mean price, per cent, for a postcode sector wholly inside a place after "
            "the year of the recorded start, with 95% interval",
            f"{places} places with a start inside the data. {rule_in_short(fits[0].estimate)}. "
            "Within equals fixed effects of sectors and years. Long differences are weighted by "
            "sales. Label: adjusted.",
            notes.source_line,
            group_by="group",
        )
    )


def _wards(inputs: Inputs, notes: ChapterNotes) -> None:
    """Levels and slopes by ward for the index alone and for each domain beside the others."""
    section = inputs.study.cross_section
    sold = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    inside = [step for step in section.steps if not step.effects]
    notes.quote("held_equal", held_equal(section, inside[-1]), "text", label="adjusted")
    still = hardly_varying(sold, section.coproduction, ())
    recorded = tuple(name for name in section.coproduction if name not in still)
    rows = []
    for key in (INDEX, *section.social_capital):
        measures = (INDEX,) if key == INDEX else section.social_capital
        asked = Specification(
            name=f"within_between.wards.{key}",
            title=f"Areas in wards, slopes by ward: {lower(words_of(key))}",
            outcome=section.outcome,
            regressors=(*measures, *recorded),
            controls=tuple(inside[-1].controls),
            effects=(WARD,),
            variance="classical",
        )
        with notes.part(key, *(("lowest_ward", "highest_ward") if key == INDEX else ())):
            sample = take_sample(sold, asked, absorbed=())
            split = split_by_group(sample.rows, asked, WARD, (WARD,))
            line, found = _measure(key, split.rows, split.specification, notes)
            if key == INDEX:
                _extremes(found, sold.set_index(WARD)["ward22_name"], notes)
            wards, areas = sample.rows[WARD].nunique(), len(sample.rows)
            rows.append({**line, "wards": wards, "areas": areas})
    with notes.part("wards", "areas", "measures", "measures_varying"):
        _show_wards(pd.DataFrame(rows), section, notes)


def _measure(
    key: str, rows: pd.DataFrame, asked: Specification, notes: ChapterNotes
) -> tuple[dict[str, float | str], Multilevel]:
    """One measure's line: slopes inside and between wards, and how far the former differ."""
    term = key + WITHIN
    spread = slope_spread(rows, asked, term)
    found, singular = _fitted(rows, asked, term)
    estimate = notes.fitted(found.estimate) if key == INDEX else found.estimate
    line: dict[str, float | str] = {"measure": words_of(key), "p": spread.p_value}
    for part in (WITHIN, BETWEEN):
        notes.effect(f"{key}{part}", estimate, key + part)
        row = estimate.tidy().set_index("term").to_dict("index")[key + part]
        ends = {"": "estimate", "_low": "ci_low", "_high": "ci_high"}
        line |= {part[1:] + side: percent_effect(row[name]) for side, name in ends.items()}
    equal = equal_parts(estimate, (key,)).p_value
    notes.quote(f"{key}.equal_p", equal, "p", label="adjusted")
    sds = [percent_effect(sd) for sd in (spread.sd, spread.low, spread.high)]
    notes.quote(f"{key}.spread", sds[0], "percent", interval=(sds[1], sds[2]), label="adjusted")
    notes.quote(f"{key}.spread_most", sds[2], "percent", label="adjusted")
    notes.quote(f"{key}.spread_p", spread.p_value, "p", label="adjusted")
    line |= dict(zip(("spread", "spread_low", "spread_high"), sds, strict=True))
    for end, name in zip(found.middle, ("lowest", "highest"), strict=True):
        line[name] = percent_effect(end)
        if singular:
            notes.refuse(f"{key}.{name}", "percent", singular)
        else:
            notes.quote(f"{key}.{name}", percent_effect(end), "percent", label="adjusted")
    notes.quote(f"{key}.share", 100 * found.share, "percent", label="adjusted")
    notes.quote(f"{key}.marginal_r2", found.marginal_r2, "number", label="adjusted")
    notes.quote(f"{key}.conditional_r2", found.conditional_r2, "number", label="adjusted")
    return line, found


def _extremes(found: Multilevel, names: pd.Series, notes: ChapterNotes) -> None:
    """The wards with the lowest and the highest predicted slope, where slopes differ."""
    slopes = found.groups.dropna(subset=["slope"]).sort_values("slope")
    if slopes.empty:
        for name in ("lowest_ward", "highest_ward"):
            notes.refuse(name, "text", "the fit bears no slopes by ward")
        return
    known = names[~names.index.duplicated()]
    for name, row in (("lowest_ward", slopes.iloc[0]), ("highest_ward", slopes.iloc[-1])):
        notes.quote(name, str(known[row["group"]]), "text", label="adjusted")
        notes.quote(f"{name}.slope", percent_effect(row["slope"]), "percent", label="adjusted")


def _fitted(rows: pd.DataFrame, asked: Specification, term: str) -> tuple[Multilevel, str]:
    """With slopes by ward if the data bear them, else with levels alone and the reason in words."""
    try:
        return multilevel(rows, asked, term), ""
    except SingularFit as reason:
        measure = lower(words_of(term.removesuffix(WITHIN)))
        words = str(reason).replace(term, measure).replace(f"{WARD}s", "wards")
        return multilevel(rows, asked), words


def _show_wards(frame: pd.DataFrame, section: CrossSection, notes: ChapterNotes) -> None:
    if frame.empty:
        notes.value(f"{INDEX}.within")
    wards, areas = int(frame["wards"].iloc[-1]), int(frame["areas"].iloc[-1])
    notes.quote("wards", wards, "count")
    notes.quote("areas", areas, "count")
    domains = frame[frame["measure"] != words_of(INDEX)]
    notes.quote("measures_varying", int((domains["p"] <= 0.05).sum()), "count", label="adjusted")
    notes.quote("measures", len(section.social_capital), "count")
    notes.book.show(
        Table(
            "within_between.wards",
            "Inside a ward, between wards, and how far wards differ",
            frame.drop(columns=["wards", "areas"]),
            (
                Column("measure", "Measure"),
                Column("within", "Inside a ward", "interval_percent1"),
                Column("between", "Between wards", "interval_percent1"),
                Column("spread", "Spread over wards", "interval_percent1"),
                Column("p", "p of none", "number3"),
                Column("lowest", "95% of wards: from", "percent1"),
                Column("highest", "to", "percent1"),
            ),
            "Difference in price per square metre, per cent, for one standard deviation more of "
            "the measure, with 95% interval; spread: standard deviation of the wards' slopes",
            f"{areas} areas in {wards} wards, each area equal. Levels and slopes of wards are "
            "random; every measure and control is split into the ward's mean and the distance from "
            "it. Restricted maximum likelihood, the model's own variance; interval of the spread "
            "from the profile likelihood. A dash: the fit bears no range. Label: adjusted.",
            notes.source_line,
        )
    )
