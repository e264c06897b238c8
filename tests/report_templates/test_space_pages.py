"""Neighbouring areas as the annex prints them, from made records of two measures."""

from dataclasses import replace

import pandas as pd
from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import (
    Coefficient,
    Count,
    Number,
    PriceDifference,
    PValue,
)
from neighbourhood_equity.analysis.reasons import EffectInEveryStep, TooFewAreas
from neighbourhood_equity.analysis.results.neighbour_effects import no_inside
from neighbourhood_equity.analysis.results.neighbour_errors import Likeness
from neighbourhood_equity.analysis.results.spatial import (
    Impacts,
    InSpace,
    Spatial,
    nothing_in_space,
)
from neighbourhood_equity.analysis.spatial_views import View
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.report_templates.chapters.tests_of_association.neighbours import exhibits
from neighbourhood_equity.report_templates.exhibits import Missing

TERMS = ("engagement", "coproduction_recorded")
STEP = Step(name="tenure", title="plus tenure", controls=["owned"])
ASKED = Specification(
    "spatial.made", "", "log_price_per_sqm", TERMS, clusters="ward22", variance="bias_reduced"
)
VIEWS = tuple(View(key, STEP, ("tenure",), ASKED) for key in ("open", "held"))
SURE, UNSURE = PriceDifference(0.05, 0.02, 0.08), PriceDifference(0.05, -0.02, 0.12)


def by_view(kind, number):
    return {"open": kind(number), "held": kind(number)}


def likeness(error_p=0.01, lag_p=0.5):
    return Likeness(
        moran=by_view(Number, 0.3),
        moran_expected=by_view(Number, -0.01),
        moran_p={"open": PValue(0.001), "held": PValue(0.4)},
        robust_error=by_view(Number, 9.0),
        robust_error_p=by_view(PValue, error_p),
        robust_lag=by_view(Number, 1.0),
        robust_lag_p=by_view(PValue, lag_p),
        tests=pd.DataFrame({"view": ["open"], "test": ["moran"], "value": 0.3, "p": 0.001}),
    )


def in_space(term, conley=SURE, total=SURE):
    impacts = Impacts(SURE, UNSURE, total)
    return InSpace(measure(term), conley, Number(2.5), impacts, impacts, impacts, Count(2))


def wide(**keys):
    ends = {f"{part}{end}": 1.0 for part in ("direct", "total") for end in ("", "_low", "_high")}
    return pd.DataFrame([{"term": term, **keys, **ends} for term in TERMS])


def spatial(**more):
    made = Spatial(
        areas=Count(40),
        joined=Count(0),
        neighbours=Number(5.0),
        nearest=6,
        band=1.5,
        views=VIEWS,
        furthest=Number(5.0),
        likeness=likeness(),
        curves=pd.DataFrame(
            {"term": TERMS, "cut_off": 500.0, "std_error": 0.01, "series": "clustered"}
        ),
        intervals=wide(view="held"),
        measures=tuple(map(in_space, TERMS)),
        rho=by_view(Coefficient, 0.4) | {"held": Coefficient(0.4, 0.2, 0.6)},
        inside=no_inside(EffectInEveryStep()),
        rules=Count(3),
        effects=wide(model="lags", view="held"),
        weights=wide(rule="nearest", rho=0.4),
        planted=None,
        estimates=(),
    )
    return replace(made, **more)


def printed(record):
    return Printed({"spatial": record}, list(exhibits(record)))


def said(record):
    return printed(record).text("tests_of_association/_neighbours.md.j2", "tests_of_association")


def captions(record):
    return printed(record).captions("tests_of_association/_neighbours_captions.md.j2")


def test_too_few_areas_refuse_every_part():
    record = nothing_in_space(TooFewAreas(9), TERMS, None)
    text = said(record)
    assert text.count("not estimable, because 9 areas with enough sales are too few") == 2
    assert {type(one) for one in exhibits(record)} == {Missing}
    assert captions(record) == {}


def test_every_exhibit_has_its_caption():
    made = {one.id for one in exhibits(spatial())}
    assert made == set(captions(spatial()))


def test_the_title_says_where_errors_are_alike():
    assert "until the most is held equal" in captions(spatial())["spatial.tests"].title


def test_neighbours_with_which_prices_differ_are_counted():
    near = Impacts(SURE, SURE, SURE)
    first = replace(in_space("engagement"), lags=near)
    found = spatial(measures=(first, in_space("coproduction_recorded")))
    assert captions(found)["spatial.effects"].title.startswith("One measure of the neighbours goes")
    assert captions(spatial())["spatial.effects"].title.startswith("No measure of the neighbours")


def test_what_was_planted_is_told_with_what_was_found():
    assert "Moran's I finds it" in said(spatial(planted=Number(0.5)))
