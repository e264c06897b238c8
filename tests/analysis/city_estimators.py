"""The report's estimators on one simulated town whose effects are known.

Each function yields rows: estimator, effect, planted, estimate, interval or p. The towns come
through the files and the readers, as the report's data do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from city_town import DRAWS, Row, Town, rows_of

from neighbourhood_equity.analysis.controlled import Controlled
from neighbourhood_equity.analysis.equations import by_ward
from neighbourhood_equity.analysis.results.area_sizes import carried
from neighbourhood_equity.analysis.results.neighbour_errors import CUT_OFFS
from neighbourhood_equity.analysis.results.specification_curve import (
    blocks_of,
    no_choice,
    universe,
)
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.group_means import WITHIN, split_by_group
from neighbourhood_equity.models.association.multilevel import multilevel
from neighbourhood_equity.models.inference.cluster_robust import cluster_robust
from neighbourhood_equity.models.inference.multiplicity import holm, romano_wolf
from neighbourhood_equity.models.inference.wild_bootstrap import (
    WildBootstrap,
    wild_cluster_bootstrap,
)
from neighbourhood_equity.models.loop.path_model import path_model
from neighbourhood_equity.models.measurement.errors_in_variables import errors_in_variables
from neighbourhood_equity.models.measurement.simex import simex
from neighbourhood_equity.models.robustness.specification_curve import joint_test
from neighbourhood_equity.models.spatial.conley import ConleyRule, conley, conley_curve
from neighbourhood_equity.models.spatial.impacts import impacts, impacts_of_lags
from neighbourhood_equity.models.spatial.moran import queen_neighbours
from neighbourhood_equity.models.spatial.spatial_models import (
    durbin_error,
    lags_of_x,
    spatial_model,
)
from neighbourhood_equity.models.specification import Specification

PERMUTATIONS = 39
"""The least with which a test at 5% can have that size: two of forty."""
ERROR = 0.25
"""Variance of the error with which one domain is seen, whose own variance is one."""
SEEN = "connectedness"
UNITS = {"lsoa21": "Small areas (LSOA)", "msoa21": "Middle areas (MSOA)", "ward22": "Wards"}


def controlled_rules(town: Town) -> Iterator[Row]:
    """The fully controlled equation under the rules that the report's words rest on."""
    spec = town.steps["ward"]
    found = cross_section(town.areas, spec).tidy()
    yield from rows_of("CR2, by place or ward", found, town.planted)
    for term, wild in _wild(town).items():
        name, ends = "Wild bootstrap, by place or ward", (wild.low, wild.high)
        yield Row(name, term, town.planted[term], wild.estimate, *ends, wild.p_value)
    curve = conley_curve(town.placed, spec, CUT_OFFS, ConleyRule(kernel="bartlett"))
    widest = curve.loc[curve.groupby("term", sort=False)["std_error"].idxmax()]
    yield from rows_of("Conley, widest to 5 km", widest, town.planted)


def rules_beside(town: Town) -> Iterator[Row]:
    """The same equation under rules that leave out something that is in these towns."""
    spec, areas = town.steps["ward"], town.areas
    by_wards = by_ward(town.inputs.study.cross_section, spec)
    yield from rows_of("CR1, by ward", cross_section(areas, by_wards).tidy(), town.planted)
    for kind in ("CR2", "CR3"):
        fit = cluster_robust(areas, by_wards, kind)  # type: ignore[arg-type]
        yield from rows_of(f"{kind}, by ward", fit.tidy(), town.planted)
    robust = cross_section(areas, replace(spec, variance="robust"))
    yield from rows_of("HC1", robust.tidy(), town.planted)
    near = conley(town.placed, spec, 1000.0, ConleyRule(kernel="bartlett"))
    yield from rows_of("Conley, 1 km", near.tidy(), town.planted)
    queen = queen_neighbours(town.shapes)
    slx = impacts_of_lags(lags_of_x(areas, spec, queen, "lsoa21"))
    yield from _own_and_neighbours("SLX, CR2", slx, town)
    naive = cross_section(_noisy(town), spec).tidy()
    yield from rows_of("Seen with error, as measured", naive, {SEEN: town.planted[SEEN]})
    family = town.inputs.study.cross_section.social_capital
    drawn = _wild(town)
    plain = [drawn[term].p_value for term in family]
    yield _test("Each domain by itself", "any of three domains", float(min(plain)))


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
        "Holm": holm(plain),
        "Romano-Wolf": romano_wolf([wild.statistic for wild in family], statistics),
    }
    for name, p_values in adjusted.items():
        yield _test(name, "any of three domains", float(min(p_values)))


def _test(name: str, effect: str, p_value: float) -> Row:
    return Row(name, effect, np.nan, np.nan, np.nan, np.nan, p_value)


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
        yield from rows_of(f"{name}, CR2", cross_section(areas, asked).tidy(), planted)
    product = areas.assign(by_deprivation=areas[SEEN] * areas["income_deprivation"])
    asked = replace(spec, regressors=(*spec.regressors, "by_deprivation"))
    crossed = cross_section(product, asked).tidy()
    yield from rows_of("Interaction with deprivation, CR2", crossed, {"by_deprivation": 0.0})
    yield from _seen_with_error(town, spec)


def _noisy(town: Town) -> pd.DataFrame:
    noise = np.sqrt(ERROR) * town.rng("noise").normal(size=len(town.areas))
    return town.areas.assign(**{SEEN: town.areas[SEEN] + noise})


def _seen_with_error(town: Town, spec: Specification) -> Iterator[Row]:
    areas, planted = _noisy(town), {SEEN: town.planted[SEEN]}
    by_wards = by_ward(town.inputs.study.cross_section, spec)
    mended = errors_in_variables(areas, by_wards, error_variance={SEEN: ERROR})
    yield from rows_of("Seen with error, errors in variables", mended.tidy(), planted)
    drawn = simex(areas, by_wards, {SEEN: ERROR}, town.rng("simex"), draws=30)
    yield from rows_of("Seen with error, SIMEX", drawn.tidy(), planted)


def neighbours(town: Town, step: str) -> Iterator[Row]:
    """Own and neighbours' values, errors or prices alike; nothing spills over."""
    spec, areas = town.steps[step], town.areas
    queen = queen_neighbours(town.shapes)
    within = "within wards" if spec.effects else "no ward effects"
    errors = impacts_of_lags(durbin_error(areas, spec, queen, "lsoa21"))
    durbin = spatial_model(areas, spec, queen, "lsoa21", score="adjusted")
    tables = {"Durbin error model": errors, "Spatial Durbin": impacts(durbin, town.rng("impacts"))}
    for name, table in tables.items():
        yield from _own_and_neighbours(f"{name}, {within}", table, town)
    if not spec.effects:
        error = spatial_model(areas, spec, queen, "lsoa21", "error", durbin.eigenvalues)
        yield from rows_of("Spatial error model", error.estimate.tidy(), town.planted)


def _own_and_neighbours(name: str, table: pd.DataFrame, town: Town) -> Iterator[Row]:
    for effect in ("direct", "indirect"):
        planted = town.planted if effect == "direct" else dict.fromkeys(town.planted, 0.0)
        some = {term: planted[term] for term in (SEEN, "coproduction_recorded")}
        yield from rows_of(f"{name}, {effect}", table[table["effect"] == effect], some)


def without_wards(town: Town) -> Iterator[Row]:
    """The equation without ward effects, at three sizes of area."""
    spec, section = town.steps["dwellings"], town.inputs.study.cross_section
    for unit, words in UNITS.items():
        frame = town.areas
        if unit != "lsoa21":
            frame = carried(frame, unit, section, town.terms, spec.controls)
            spec = replace(spec, clusters=section.wards)
        fit = cross_section(frame, spec)
        yield from rows_of(f"{words}, no ward effects", fit.tidy(), town.planted)


def levels_by_ward(town: Town) -> Iterator[Row]:
    """Random levels of wards, with every term split into the ward's mean and the rest."""
    spec = replace(
        town.steps["dwellings"],
        effects=("ward22",),
        weights=None,
        clusters=None,
        variance="classical",
    )
    split = split_by_group(town.areas, spec, "ward22", ("ward22",))
    found = multilevel(split.rows, split.specification).estimate.tidy()
    inside = {term + WITHIN: planted for term, planted in town.planted.items()}
    yield from rows_of("Random levels of wards, REML", found, inside)


def chain(town: Town) -> Iterator[Row]:
    """From coproduction through the outcome and the domains to price."""
    truth, spec = town.truth, town.steps["ward"]
    place, domains = "coproduction_recorded", town.inputs.study.cross_section.social_capital
    asked = replace(spec, regressors=(place, "safety", *domains))
    by_wards = by_ward(town.inputs.study.cross_section, asked)
    paths = path_model(town.areas, by_wards, town.rng("chain"), draws=DRAWS)
    whole = cross_section(town.areas, replace(spec, regressors=(place,))).tidy()
    yield from rows_of("Path model, in all, CR2", whole, {place: truth.coproduction_total})
    past = cross_section(town.areas, asked).tidy()
    yield from rows_of("Path model, directly, CR2", past, {place: truth.coproduction_on_price})
    route = (
        truth.coproduction_on_outcome
        * truth.outcome_on_social_capital[SEEN]
        * truth.social_capital_on_price[SEEN]
    )
    measures = {
        "all routes": (paths.indirect, truth.coproduction_total - truth.coproduction_on_price),
        f"by safety and {SEEN}": (paths.route(place, "safety", SEEN, spec.outcome), route),
    }
    for effect, (found, planted) in measures.items():
        ends = (found.low, found.high)
        yield Row("Path model, draws of wards", effect, planted, found.estimate, *ends)


def curve(town: Town) -> Iterator[Row]:
    """The joint test of the declared specifications of one domain."""
    section, spec = town.inputs.study.cross_section, town.steps["ward"]
    blocks = blocks_of(Controlled(section, town.areas, {}, None), SEEN)
    declared = universe(section, spec, SEEN, blocks, no_choice(section, town.areas, SEEN))
    null = replace(spec, weights=None)
    test = joint_test(town.areas, declared, null, section.wards, town.rng("curve"), PERMUTATIONS)
    yield _test("Specification curve, median", SEEN, test.p_median)
    yield _test("Specification curve, intervals", SEEN, test.p_share_apart)
