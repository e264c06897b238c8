"""The report's estimators on the sectors of a simulated town over the years.

Each function yields rows: estimator, effect, planted, estimate, interval or p.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import partial

import numpy as np
from city_town import DRAWS, NOMINAL, Row, Town, rows_of

from neighbourhood_equity.analysis.adoption import read_adoption
from neighbourhood_equity.analysis.results.case_effects import programme_ends
from neighbourhood_equity.analysis.synthetic_comparisons import CaseResult, evaluate, mean_effect
from neighbourhood_equity.analysis.synthetic_designs import CaseDesign, case_design, sector_market
from neighbourhood_equity.models.association.correlated_effects import correlated_effects
from neighbourhood_equity.models.association.group_means import WITHIN
from neighbourhood_equity.models.association.long_differences import long_differences
from neighbourhood_equity.models.association.panel import panel
from neighbourhood_equity.models.programmes.aggregation import aggregate
from neighbourhood_equity.models.programmes.alternative_estimators import (
    TERM,
    imputation,
    sun_abraham,
    two_stage_did,
)
from neighbourhood_equity.models.programmes.placebos import placebo_interval, rank_p
from neighbourhood_equity.models.programmes.staggered import group_time
from neighbourhood_equity.models.programmes.synthetic_control import (
    augmented_synthetic_control,
    synthetic_control,
)
from neighbourhood_equity.models.programmes.synthetic_did import (
    difference_in_differences,
    synthetic_did,
)
from neighbourhood_equity.models.specification import Specification

COMPARATORS = {
    "Synthetic difference-in-differences": synthetic_did,
    "Synthetic control, level left free": partial(synthetic_control, intercept=True),
    "Synthetic control, ridge-augmented": augmented_synthetic_control,
    "Difference in differences, one place": difference_in_differences,
}
STAGGERED = {
    "Sun-Abraham": sun_abraham,
    "Imputation": imputation,
    "Two-stage": two_stage_did,
}


def panel_specification(town: Town, weights: str | None) -> Specification:
    """Two-way fixed effects of sectors and years."""
    section = town.inputs.study.panel
    return Specification(
        name="panel",
        title="",
        outcome=section.outcome,
        regressors=(section.treatment,),
        effects=("sector", "year"),
        weights=weights,
        clusters=section.clusters,
    )


def panels(town: Town) -> Iterator[Row]:
    """Two-way fixed effects."""
    section = town.inputs.study.panel
    planted = {section.treatment: town.truth.coproduction_total}
    for name, weights in (("weighted", section.weights), ("unweighted", None)):
        found = panel(town.sectors, panel_specification(town, weights))
        yield from rows_of(f"Two-way panel, {name}", found.tidy(), planted)


def changes(town: Town) -> Iterator[Row]:
    """Sectors within and between, and over the long run."""
    study = town.inputs.study
    term, planted = study.panel.treatment, town.truth.coproduction_total
    for name, weights in (("weighted", study.panel.weights), ("unweighted", None)):
        asked = panel_specification(town, weights)
        split = correlated_effects(town.sectors, asked).tidy()
        within = {term + WITHIN: planted}
        yield from rows_of(f"Correlated random effects, {name}", split, within)
    long = long_differences(
        town.sectors, panel_specification(town, study.panel.weights), study.prices.window
    )
    yield from rows_of("Long differences", long.tidy(), {term: planted})


def staggered(town: Town) -> Iterator[Row]:
    """Group-time effects and their peers; of fewer places than a report would ask for."""
    inputs = town.inputs
    starts = read_adoption(inputs.sectors, inputs.folder, inputs.rules)
    starts = starts.with_planted(town.truth.coproduction_total)
    sample = starts.panel("towns", "", starts.treated, few=2)
    noiseless = starts.with_outcome(sample, "planted")
    true = aggregate(group_time(noiseless))
    planted = dict(zip(true.terms, true.coefficients, strict=True))
    yield from rows_of("Callaway-Sant'Anna", aggregate(group_time(sample)).tidy(), planted)
    for name, estimator in STAGGERED.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no noise, no error
            planted = dict(zip((TERM,), estimator(noiseless).coefficients, strict=True))
        yield from rows_of(name, estimator(sample).tidy(), planted)


def comparators(town: Town) -> Iterator[Row]:
    """Dated places against placebo places: the first alone, and all together."""
    places = town.inputs.places
    market = sector_market(town.inputs.sectors, town.inputs.folder, town.inputs.rules, 0.25)
    dated = places.loc[places["status"] == "dated", ["place", "began"]]
    ends = programme_ends(town.inputs.folder)
    made = [case_design(at, int(began), ends.get(at), market) for at, began in dated.to_numpy()]
    designs = [design for design in made if isinstance(design, CaseDesign)]
    for name, how in COMPARATORS.items():
        results = [evaluate(design, how) for design in designs]
        effects = [_planted_in(result, town) for result in results]
        found, placebos = _effects(results[0])
        yield from _among(name, "one place", effects[0], found, placebos)
        mean, drawn = mean_effect(results, "running", town.rng(name).random((DRAWS, len(results))))
        yield from _among(name, "all places", float(np.mean(effects)), mean, drawn)


def _among(
    name: str, effect: str, planted: float, found: float, placebos: np.ndarray
) -> Iterator[Row]:
    """The interval by placebos, and the test by rank with the size that so few ranks can have."""
    yield Row(name, effect, planted, found, *placebo_interval(found, placebos))
    ranks = len(placebos) + 1
    level = np.floor(NOMINAL * ranks + 1e-9) / ranks
    none = (np.nan,) * 4
    yield Row(f"{name}, rank", effect, *none, rank_p(found, placebos), float(level))


def _effects(result: CaseResult) -> tuple[float, np.ndarray]:
    span = result.design.windows()["running"]
    return result.found.effect(span), result.effects(span)


def _planted_in(result: CaseResult, town: Town) -> float:
    """What the planted effect comes to in sectors that lie in the place in part."""
    sectors, design = town.inputs.sectors, result.design
    rows = sectors[sectors["sector"].isin(design.true.sectors)]
    years = rows.assign(exposed=rows["exposure"] * rows["sales"]).groupby("year")
    exposure = (years["exposed"].sum() / years["sales"].sum()).to_numpy()
    change = exposure[design.windows()["running"]].mean() - exposure[: design.before].mean()
    return town.truth.coproduction_total * float(change)
