"""The report's estimators on one simulated town whose effects are known.

Each function yields rows: estimator, effect, planted, estimate, interval or p. The towns come
through the files and the readers, as the report's data do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from neighbourhood_equity.analysis.chapters import sensitivity_curve, sensitivity_ranges, spatial
from neighbourhood_equity.analysis.comparisons import CaseResult, case_designs, evaluate
from neighbourhood_equity.analysis.controlled import blocks_by_step
from neighbourhood_equity.analysis.equations import equations
from neighbourhood_equity.analysis.inputs import TRUTH, Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.data import geography
from neighbourhood_equity.data.simulated_city import PLANTED, CitySize, Planted, Truth, make_city
from neighbourhood_equity.models.cluster_robust import cluster_robust
from neighbourhood_equity.models.conley import ConleyRule, conley, conley_curve
from neighbourhood_equity.models.cross_section import cross_section
from neighbourhood_equity.models.errors_in_variables import errors_in_variables
from neighbourhood_equity.models.moran import queen_neighbours
from neighbourhood_equity.models.multiplicity import holm, romano_wolf
from neighbourhood_equity.models.panel import panel
from neighbourhood_equity.models.placebos import joint_placebos, placebo_interval, rank_p
from neighbourhood_equity.models.simex import simex
from neighbourhood_equity.models.spatial_models import (
    impacts,
    impacts_of_lags,
    lags_of_x,
    spatial_model,
)
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.models.specification_curve import joint_test
from neighbourhood_equity.models.synthetic_control import (
    augmented_synthetic_control,
    synthetic_control,
)
from neighbourhood_equity.models.synthetic_did import difference_in_differences, synthetic_did
from neighbourhood_equity.models.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap

DRAWS = 999
PERMUTATIONS = 39
"""The least with which a test at 5% can have that size: two of forty."""
ERROR = 0.25
"""Variance of the error with which one domain is seen, whose own variance is one."""
SEEN = "connectedness"
NONE = replace(
    PLANTED,
    social_capital=(0.0, 0.0, 0.0),
    coproduction=0.0,
    coproduction_on_outcome=0.0,
    coproduction_on_social_capital=(0.0, 0.0, 0.0),
    outcome_on_social_capital=(0.0, 0.0, 0.0),
)
COMPARATORS = {
    "Synthetic difference-in-differences": synthetic_did,
    "Synthetic control, level left free": partial(synthetic_control, intercept=True),
    "Synthetic control, ridge-augmented": augmented_synthetic_control,
    "Difference in differences, one place": difference_in_differences,
}


class Row(NamedTuple):
    """What an estimator says of one effect; ``p`` is NaN where the interval is the test."""

    estimator: str
    effect: str
    planted: float
    estimate: float
    low: float
    high: float
    p: float = np.nan


@dataclass(frozen=True)
class Town:
    """A town as a study reads it."""

    inputs: Inputs
    truth: Truth

    def rng(self, purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that none depends on what ran before."""
        return np.random.default_rng([self.truth.seed, *purpose.encode()])

    @property
    def terms(self) -> tuple[str, ...]:
        section = self.inputs.study.cross_section
        return (*section.social_capital, *section.coproduction)

    @property
    def planted(self) -> dict[str, float]:
        """On price, all measures held equal."""
        return {
            **self.truth.social_capital_on_price,
            "coproduction_recorded": self.truth.coproduction_on_price,
        }

    @cached_property
    def steps(self) -> dict[str, Specification]:
        """The equations of the cross-section by step."""
        found = equations(self.inputs.study.cross_section, self.areas)
        return {one.step.name: one.specification for one in found if not one.step.separately}

    @cached_property
    def shapes(self) -> pd.DataFrame:
        boundaries = self.inputs.folder.read("boundaries_lsoa21").set_index("code")
        return boundaries.loc[list(self.areas["lsoa21"])].reset_index()

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Areas with enough sales."""
        section = self.inputs.study.cross_section
        return self.inputs.areas[self.inputs.areas["sales"] >= section.minimum_sales]

    @cached_property
    def placed(self) -> pd.DataFrame:
        """The same with their centres."""
        centres = geography.centroids(self.shapes)
        return self.areas.assign(
            easting=centres["easting"].to_numpy(), northing=centres["northing"].to_numpy()
        )


def study_of(size: CitySize) -> Study:
    """The simulated study, for a city of another size and without single sales."""
    study = read_study(find_study("simulated_city"))
    expected = {"lsoa21": size.areas, "msoa21": size.middle_areas, "ward22": size.wards}
    return study.model_copy(
        update={
            "geography": study.geography.model_copy(update={"expected": expected}),
            "prices": study.prices.model_copy(update={"small_areas": "sectors"}),
        }
    )


def make_town(folder: Path, seed: int, size: CitySize, plant: Planted) -> Town:
    """Write a city and read it again."""
    study = study_of(size)
    make_city(folder, seed, size, plant, single_sales=False)
    inputs = read_inputs(study, open_folder(study, folder))
    return Town(inputs, Truth.read(folder / TRUTH))


def rows_of(estimator: str, tidy: pd.DataFrame, planted: Mapping[str, float]) -> Iterator[Row]:
    """The rows of a tidy table for the effects with a planted value."""
    for row in tidy[tidy["term"].isin(planted)].itertuples():
        ends = (row.ci_low, row.ci_high)
        yield Row(estimator, row.term, planted[row.term], row.estimate, *ends)


def controlled_rules(town: Town) -> Iterator[Row]:
    """The fully controlled equation under each rule of inference."""
    spec, areas = town.steps["ward"], town.areas
    yield from rows_of("Least squares, CR1", cross_section(areas, spec).tidy(), town.planted)
    robust = cross_section(areas, replace(spec, variance="robust"))
    yield from rows_of("Least squares, HC1", robust.tidy(), town.planted)
    for kind, words in (("CR2", "CR2, Satterthwaite"), ("CR3", "CR3")):
        fit = cluster_robust(areas, spec, kind)  # type: ignore[arg-type]
        yield from rows_of(f"Least squares, {words}", fit.tidy(), town.planted)
    for term, wild in _wild(town).items():
        name, ends = "Least squares, wild cluster bootstrap", (wild.low, wild.high)
        yield Row(name, term, town.planted[term], wild.estimate, *ends, wild.p_value)
    yield from _by_distance(town, spec)


def _wild(town: Town) -> dict[str, WildBootstrap]:
    """Each measure's bootstrap; all with the same draws, as the family's test needs."""
    return {
        term: wild_cluster_bootstrap(
            town.areas, town.steps["ward"], term, town.rng("wild"), draws=DRAWS
        )
        for term in town.terms
    }


def families(town: Town) -> Iterator[Row]:
    """Whether any of the three domains is found where none matters, p values adjusted or not."""
    drawn = _wild(town)
    family = [drawn[term] for term in town.inputs.study.cross_section.social_capital]
    statistics = np.column_stack([wild.statistics for wild in family])
    plain = [wild.p_value for wild in family]
    adjusted = {
        "Each domain by itself": plain,
        "Holm": holm(plain),
        "Romano-Wolf": romano_wolf([wild.statistic for wild in family], statistics),
    }
    for name, p_values in adjusted.items():
        yield _test(name, "any of three domains", float(min(p_values)))


def _test(name: str, effect: str, p_value: float) -> Row:
    return Row(name, effect, np.nan, np.nan, np.nan, np.nan, p_value)


def _by_distance(town: Town, spec: Specification) -> Iterator[Row]:
    rule = ConleyRule(kernel="bartlett")
    near = conley(town.placed, spec, 1000.0, rule)
    yield from rows_of("Least squares, Conley 1 km", near.tidy(), town.planted)
    curve = conley_curve(town.placed, spec, spatial.CUT_OFFS, rule)
    widest = curve.loc[curve.groupby("term")["std_error"].idxmax()]
    yield from rows_of("Least squares, Conley widest to 5 km", widest, town.planted)


def other_equations(town: Town) -> Iterator[Row]:
    """The links before price, an interaction that is not there, and a domain seen with error."""
    spec, areas, truth = town.steps["ward"], town.areas, town.truth
    place = "coproduction_recorded"
    links: list[tuple[str, str, tuple[str, ...], dict[str, float]]] = [
        (
            "Price, without social capital",
            spec.outcome,
            (place,),
            {place: truth.coproduction_total},
        ),
        ("Outcome", "safety", (place,), {place: truth.coproduction_on_outcome}),
        (
            "Social capital",
            SEEN,
            ("safety", place),
            {
                "safety": truth.outcome_on_social_capital[SEEN],
                place: truth.coproduction_on_social_capital_direct[SEEN],
            },
        ),
    ]
    for name, outcome, regressors, planted in links:
        weights = spec.weights if outcome == spec.outcome else "households"
        asked = replace(spec, outcome=outcome, regressors=regressors, weights=weights)
        yield from rows_of(f"{name}, CR1", cross_section(areas, asked).tidy(), planted)
    product = areas.assign(by_deprivation=areas[SEEN] * areas["income_deprivation"])
    asked = replace(spec, regressors=(*spec.regressors, "by_deprivation"))
    crossed = cross_section(product, asked).tidy()
    yield from rows_of("Interaction with deprivation, CR1", crossed, {"by_deprivation": 0.0})
    yield from _seen_with_error(town, spec)


def _seen_with_error(town: Town, spec: Specification) -> Iterator[Row]:
    noise = np.sqrt(ERROR) * town.rng("noise").normal(size=len(town.areas))
    areas = town.areas.assign(**{SEEN: town.areas[SEEN] + noise})
    planted = {SEEN: town.planted[SEEN]}
    naive = cross_section(areas, spec)
    yield from rows_of("Seen with error, as measured", naive.tidy(), planted)
    mended = errors_in_variables(areas, spec, error_variance={SEEN: ERROR})
    yield from rows_of("Seen with error, errors in variables", mended.tidy(), planted)
    drawn = simex(areas, spec, {SEEN: ERROR}, town.rng("simex"), draws=30)
    yield from rows_of("Seen with error, SIMEX", drawn.tidy(), planted)


def panels(town: Town) -> Iterator[Row]:
    """Two-way fixed effects of sectors and years."""
    section = town.inputs.study.panel
    kept = town.inputs.sectors[~town.inputs.sectors["excluded"]]
    for name, weights in (("weighted", section.weights), ("unweighted", None)):
        asked = Specification(
            name="panel",
            title="",
            outcome=section.outcome,
            regressors=(section.treatment,),
            effects=("sector", "year"),
            weights=weights,
            clusters=section.clusters,
        )
        planted = {section.treatment: town.truth.coproduction_total}
        yield from rows_of(f"Two-way panel, {name}", panel(kept, asked).tidy(), planted)


def neighbours(town: Town, step: str) -> Iterator[Row]:
    """Own and neighbours' values: lags of the regressors, and Durbin; nothing spills over."""
    spec, areas = town.steps[step], town.areas
    queen = queen_neighbours(town.shapes)
    within = "within wards" if spec.effects else "no ward effects"
    slx = impacts_of_lags(lags_of_x(areas, spec, queen, "lsoa21"))
    durbin = spatial_model(areas, spec, queen, "lsoa21")
    tables = {"SLX": slx, "Spatial Durbin": impacts(durbin, town.rng("impacts"))}
    for name, table in tables.items():
        for effect in ("direct", "indirect"):
            planted = town.planted if effect == "direct" else dict.fromkeys(town.planted, 0.0)
            some = {term: planted[term] for term in (SEEN, "coproduction_recorded")}
            own = table[table["effect"] == effect]
            yield from rows_of(f"{name}, {effect}, {within}", own, some)
    if not spec.effects:
        error = spatial_model(areas, spec, queen, "lsoa21", "error", durbin.eigenvalues)
        wanted = {**town.planted, "lambda": town.truth.spatial_rho}
        yield from rows_of("Spatial error model", error.estimate.tidy(), wanted)


def without_wards(town: Town) -> Iterator[Row]:
    """The equation without ward effects, at three sizes of area."""
    spec, section = town.steps["dwellings"], town.inputs.study.cross_section
    for unit, words in sensitivity_ranges.UNITS.items():
        frame = town.areas
        if unit != "lsoa21":
            frame = sensitivity_ranges.carried(frame, unit, section, town.terms, spec.controls)
        fit = cross_section(frame, spec)
        yield from rows_of(f"{words}, no ward effects", fit.tidy(), town.planted)


def curve(town: Town) -> Iterator[Row]:
    """The joint test of the declared specifications of one domain."""
    section, spec = town.inputs.study.cross_section, town.steps["ward"]
    blocks = blocks_by_step(section)
    declared = sensitivity_curve.universe(section, spec, SEEN, town.terms, blocks, town.areas)
    null = replace(spec, weights=None)
    test = joint_test(town.areas, declared, null, section.clusters, town.rng("curve"), PERMUTATIONS)
    yield _test("Specification curve, median", SEEN, test.p_median)
    yield _test("Specification curve, intervals", SEEN, test.p_share_apart)


def comparators(town: Town) -> Iterator[Row]:
    """Dated places against placebo places: the first alone, and all together."""
    places = town.inputs.places
    designs, _ = case_designs(town.inputs, list(places.loc[places["status"] == "dated", "place"]))
    for name, how in COMPARATORS.items():
        results = [evaluate(design, how) for design in designs]
        effects = [_planted_in(result, town) for result in results]
        found, placebos = _effects(results[0])
        ends = placebo_interval(found, placebos)
        yield Row(name, "one place", effects[0], found, *ends, rank_p(found, placebos))
        both = [_effects(result) for result in results]
        drawn = joint_placebos([own for _, own in both], town.rng(name).random((DRAWS, len(both))))
        mean = float(np.mean([effect for effect, _ in both]))
        ends = placebo_interval(mean, drawn)
        planted = float(np.mean(effects))
        yield Row(name, "all places", planted, mean, *ends, rank_p(mean, drawn))


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
