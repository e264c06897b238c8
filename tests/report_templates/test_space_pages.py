"""Neighbouring areas as Section 3 prints them, from made records of two measures."""

from dataclasses import replace

import pandas as pd
import pytest
from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import (
    Coefficient,
    Count,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
)
from neighbourhood_equity.analysis.reasons import EffectInEveryStep, Refused, TooFewAreas
from neighbourhood_equity.analysis.results.cross_section import CrossSection, MeasureSteps
from neighbourhood_equity.analysis.results.neighbour_effects import Inside, no_inside
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
from neighbourhood_equity.report_templates.chapters.valuing.space import exhibits
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
        effects=wide(model="durbin", view="held"),
        weights=wide(rule="nearest", rho=0.4),
        planted=None,
        estimates=(),
    )
    return replace(made, **more)


def steps(term, held):
    return MeasureSteps(measure(term), {}, held, STEP, ("tenure",), NotEstimable(Refused("no")))


def printed(record, held=SURE):
    section = CrossSection(
        tuple(steps(term, held) for term in TERMS),
        *(Count(1) for _ in range(5)),
        last=None,
        weights=None,
    )
    results = {"spatial": record, "cross_section": section}
    return Printed(
        results, [*exhibits(record), Missing("valuing.path", section.measures[0].change)]
    )


def said(record, held=SURE):
    return printed(record, held).text("valuing/_spatial.md.j2")


def test_one_measure_of_each_kind_is_told_once():
    text = said(spatial())
    assert text.count("By the Durbin model") == 1
    assert text.count("A record everywhere against none") == 1
    assert "civic" not in text


def test_clusters_are_those_of_the_study():
    text = said(spatial(measures=tuple(in_space(term, UNSURE) for term in TERMS)))
    assert "with errors clustered by ward, can no longer be told" in text


@pytest.mark.parametrize(
    ("error_p", "lag_p", "words"),
    [
        (0.01, 0.01, "both tests reject"),
        (0.01, 0.5, "only the test for shared errors"),
        (0.5, 0.01, "only the test for prices"),
        (0.5, 0.5, "neither test rejects"),
    ],
)
def test_the_kind_of_likeness_follows_both_tests(error_p, lag_p, words):
    assert words in said(spatial(likeness=likeness(error_p, lag_p)))


def test_a_likeness_that_controls_take_away_is_told():
    assert "until the most is held equal" in said(spatial())


def test_a_study_with_an_effect_in_every_step_has_no_models_inside():
    assert "because a likelihood takes no absorbed effect" in said(spatial())


def test_an_interval_of_the_error_model_that_leaves_out_what_was_planted_is_told():
    models = Inside(
        *(Coefficient(0.7, 0.6, 0.8) for _ in range(3)), Number(0.6), PValue(0.2), PValue(0.01)
    )
    text = said(spatial(planted=Number(0.5), inside=models))
    assert "leaves out what was planted" in text
    assert "cannot rule it out (p 0.200)" in text
    assert "Nor is it enough to let prices alone go together" in text


def test_too_few_areas_refuse_every_part():
    record = nothing_in_space(TooFewAreas(9), TERMS, None)
    text = said(record)
    assert text.count("not estimable, because 9 areas with enough sales are too few") > 3
    assert {type(one) for one in exhibits(record)} == {Missing}
    assert printed(record).captions("valuing/_spatial_captions.md.j2") == {}


def test_every_exhibit_has_its_caption():
    made = {one.id for one in exhibits(spatial())}
    assert made == set(printed(spatial()).captions("valuing/_spatial_captions.md.j2"))


def test_rules_of_who_is_a_neighbour_name_their_size():
    weights = list(exhibits(spatial()))[-1]
    assert set(weights.frame["rule"]) == {"6 nearest"}
