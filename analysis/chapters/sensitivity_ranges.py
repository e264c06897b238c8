"""Section 3: the controlled associations at sizes of area, and in poorer and richer places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from ...data.reference_tables import words_of
from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.specification import NotEstimable
from ...report_templates.exhibits import Column, Table
from ..book import ChapterNotes
from ..equations import specification
from ..quantities import percent_effect
from ..study import CrossSection

UNITS = {"lsoa21": "Small areas (LSOA)", "msoa21": "Middle areas (MSOA)", "ward22": "Wards"}
MODERATORS = {"income_deprivation": "Income deprivation", "owned": "Homes owned"}
QUARTERS = (0.25, 0.75)


def units(
    areas: pd.DataFrame, section: CrossSection, terms: Sequence[str], notes: ChapterNotes
) -> None:
    """One equation, without effects, at every areal unit, from the same sales.

    Parameters
    ----------
    areas : all areas, see `Inputs.areas`
    terms : measures that the last step can tell something about
    """
    step = next(step for step in reversed(section.steps) if not step.effects)
    sold = areas[areas["sales"] >= section.minimum_sales]
    sold = sold.dropna(subset=[*terms, *step.controls, section.outcome])
    rows = []
    for unit, words in UNITS.items():
        title = f"{words}, {step.title}"
        asked = specification(
            section, step, f"sensitivity.units.{unit}", title, section.outcome, terms
        )
        frame = sold
        if unit != "lsoa21":
            frame = carried(sold, unit, section, terms, step.controls)
            asked = replace(asked, clusters=section.wards)
        with notes.part(*(f"{term}.{unit}" for term in terms)):
            estimate = notes.fitted(cross_section(frame, asked))
            for term in terms:
                notes.effect(f"{term}.{unit}", estimate, term)
                found = _percent(estimate, term)
                rows.append({"term": term, "unit": words, "n": estimate.n, **found})
    with notes.part("units"):
        _show_units(rows, terms, notes)


def _show_units(
    rows: Sequence[Mapping[str, object]], terms: Sequence[str], notes: ChapterNotes
) -> None:
    if not rows:
        raise NotEstimable("there are too few areas of any size")
    frame = pd.DataFrame(rows)
    order = {term: place for place, term in enumerate(terms)}
    frame = frame.sort_values("term", key=lambda names: names.map(order), kind="stable")
    notes.book.show(
        Table(
            "sensitivity.units",
            "The same equation at three sizes of area",
            frame.assign(measure=frame["term"].map(words_of)),
            (
                Column("unit", "Areas"),
                Column("percent", "Difference in price", "interval_percent1"),
                Column("n", "Areas", "count"),
            ),
            "Difference in price per square metre, per cent, for one standard deviation (of small "
            "areas) more of the measure, with 95% interval",
            "Held equal: all controls, without area effects. Larger areas are means of the small "
            "ones: prices by sales, all else by households. Weights: sales. CR2: small areas "
            "clustered by place, and by ward outside places, middle areas by the ward of most of "
            "their households, wards one by one. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def carried(
    areas: pd.DataFrame,
    unit: str,
    section: CrossSection,
    terms: Sequence[str],
    controls: Sequence[str],
) -> pd.DataFrame:
    """Means over larger areas: the outcome by sales, the rest by households; sales are summed."""
    columns = list(dict.fromkeys((*terms, *controls)))
    parts = (
        areas[columns]
        .mul(areas["households"], axis=0)
        .assign(
            households=areas["households"],
            sales=areas["sales"],
            outcome=areas[section.outcome] * areas["sales"],
        )
    )
    sums = parts.groupby(areas[unit]).sum()
    most = areas.groupby([unit, section.wards])["households"].sum().groupby(level=0).idxmax()
    return (
        sums[columns]
        .div(sums["households"], axis=0)
        .assign(
            **{
                "sales": sums["sales"],
                section.outcome: sums["outcome"] / sums["sales"],
                section.wards: most.map(lambda pair: pair[1]),
            }
        )
    )


def _percent(estimate: Estimate, term: str) -> dict[str, float]:
    row = estimate.tidy().set_index("term").to_dict("index")[term]
    names = {"percent": "estimate", "percent_low": "ci_low", "percent_high": "ci_high"}
    return {name: percent_effect(float(row[of])) for name, of in names.items()}


def moderators(
    areas: pd.DataFrame, section: CrossSection, terms: Sequence[str], notes: ChapterNotes
) -> None:
    """Whether a measure's association depends on deprivation or on tenure; as `units`."""
    step = section.steps[-1]
    sold = areas[areas["sales"] >= section.minimum_sales]
    rows = []
    for moderator, words in MODERATORS.items():
        if moderator not in step.controls:
            for term in terms:
                reason = f"{words.lower()} is not among what the study holds equal"
                notes.refuse(f"{term}.by_{moderator}", "percent", reason)
            continue
        low, high = (float(sold[moderator].quantile(share)) for share in QUARTERS)
        for term in terms:
            name = f"{term}.by_{moderator}"
            with notes.part(name, f"{name}_low", f"{name}_high"):
                product = f"{term}_by_{moderator}"
                title = f"{words_of(term)} by {words.lower()}"
                base = specification(
                    section, step, f"sensitivity.{name}", title, section.outcome, terms
                )
                estimate = notes.fitted(
                    cross_section(
                        sold.assign(**{product: sold[term] * sold[moderator]}),
                        replace(base, regressors=(*base.regressors, product)),
                    )
                )
                parts = {
                    "low": _combined(estimate, {term: 1.0, product: low}),
                    "high": _combined(estimate, {term: 1.0, product: high}),
                    "gap": _combined(estimate, {product: high - low}),
                }
                for key, (value, reach) in parts.items():
                    notes.quote(
                        name if key == "gap" else f"{name}_{key}",
                        percent_effect(value),
                        "percent",
                        label="adjusted",
                        interval=(percent_effect(value - reach), percent_effect(value + reach)),
                        specification=base.name,
                    )
                rows.append({"moderator": words, "measure": words_of(term), **_ends(parts)})
    with notes.part("moderators"):
        _show_moderators(rows, notes)


def _show_moderators(rows: Sequence[Mapping[str, object]], notes: ChapterNotes) -> None:
    if not rows:
        raise NotEstimable("no association can be let differ between places")
    notes.book.show(
        Table(
            "sensitivity.moderators",
            "Does it matter more in some places than in others?",
            pd.DataFrame(rows),
            (
                Column("measure", "Measure"),
                Column("low", "At the lower quartile", "interval_percent1"),
                Column("high", "At the upper quartile", "interval_percent1"),
                Column("gap", "Upper against lower", "interval_percent1"),
            ),
            "Difference in price per square metre, per cent, for one standard deviation more of "
            "the measure, where income deprivation (or the share of homes owned) is at the city's "
            "quartiles, with 95% interval",
            "One interaction at a time in the fully controlled equation. Clustered by place, and "
            "by ward outside places, CR2, t with Satterthwaite degrees of freedom. "
            "Label: adjusted.",
            notes.source_line,
            group_by="moderator",
        )
    )


def _combined(estimate: Estimate, shares: Mapping[str, float]) -> tuple[float, float]:
    """A sum of coefficients and how far its 95% interval reaches on either side."""
    loading = np.array([shares.get(term, 0.0) for term in estimate.terms])
    variance = float(loading @ estimate.covariance @ loading)
    reach = stats.t.ppf(0.975, estimate.df_of_contrast(shares)) * np.sqrt(variance)
    return float(loading @ estimate.coefficients), float(reach)


def _ends(parts: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    row = {}
    for key, (value, reach) in parts.items():
        row[key] = percent_effect(value)
        row[f"{key}_low"] = percent_effect(value - reach)
        row[f"{key}_high"] = percent_effect(value + reach)
    return row
