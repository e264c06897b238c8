"""The tests behind the scorecard of Section 3, as the annex prints them from made records."""

from dataclasses import replace

import numpy as np
import pandas as pd
from made_chapter import Printed

from neighbourhood_equity.analysis.controlled import Block
from neighbourhood_equity.analysis.quantities import (
    Count,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
    Share,
)
from neighbourhood_equity.analysis.reasons import HardlyVaries, TooFewClusters
from neighbourhood_equity.analysis.results.area_sizes import AreaSizes, MeasureSizes
from neighbourhood_equity.analysis.results.controlled_inference import (
    ControlledInference,
    MeasureInference,
)
from neighbourhood_equity.analysis.results.moderators import (
    MeasureModerators,
    Moderated,
    Moderators,
)
from neighbourhood_equity.analysis.results.specification_curve import (
    MeasureCurve,
    SpecificationCurve,
    Still,
)
from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.analysis.verdicts import Check, Verdict
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.report_templates.chapters.tests_of_association import (
    choices,
)
from neighbourhood_equity.report_templates.chapters.tests_of_association import (
    inference as rules_of,
)

UP = PriceDifference(0.03, 0.01, 0.05, rule="clustered by msoa21, G = 9", label="adjusted")
UNSURE = PriceDifference(0.01, -0.01, 0.03, rule="clustered by ward22, G = 7", label="adjusted")
DOWN = PriceDifference(-0.03, -0.05, -0.01, label="adjusted")
NAMES = ("connectedness", "engagement")
DWELLINGS = Block(("flats",), "type of dwelling (census; 2021)")
NO_PLACE = NotEstimable(HardlyVaries("ward22", 1, 5))


def fitted(clusters="msoa21"):
    asked = Specification("a.b", "", "price", NAMES, weights="sales", clusters=clusters)
    return Estimate(asked, NAMES, np.zeros(2), np.eye(2), 8.0, 60, 9, 0.5, "")


def inference(name, *, rules=(UP, UP, UP)):
    p = PValue(0.02, label="adjusted")
    return MeasureInference(measure(name), *rules, rules[-1], p, p, p, UP, p, p, varying=7)


def refused(name):
    numbers = (NO_PLACE,) * 8
    return MeasureInference(measure(name), *numbers)


def controlled(*measures, **more):
    return replace(
        ControlledInference(
            measures=measures,
            power=Share(80),
            test_level=Share(5),
            wards=Count(7),
            clusters=Count(9),
            draws=Count(999),
            fewest_df=Number(6.0),
            family=Count(2),
            held_equal=("tenure",),
            wards_level="ward22",
            clusters_level="msoa21",
            areas=60,
        ),
        **more,
    )


def verdict(name, *passed):
    checks = tuple(Check("curve", Share(80.0), one) for one in passed)
    return Verdict(name, True, UP, checks)


def all_refused(why):
    return MeasureCurve(measure("engagement"), *(why,) * 6)


def curve(name, p=(0.01, 0.02), still=()):
    frame = pd.DataFrame(
        {
            "controls": ["", "0", "1", "0 1"],
            "effects": "",
            "weights": ["sales", "", "sales", ""],
            "minimum": [5.0, 10.0, 20.0, 5.0],
            "estimate": [0.01, 0.02, 0.03, 0.04],
            "ci_low": 0.0,
            "ci_high": 0.1,
        }
    )
    return MeasureCurve(
        measure(name),
        curve_median=UP,
        curve_usual=UNSURE,
        curve_estimated=Count(4),
        curve_sign=Share(100.0),
        curve_apart=Share(50.0),
        curve_p=PValue(0.015, 999, *p, label="adjusted"),
        p_apart=0.1,
        still=still,
        blocks=(Block(("connectedness",)), DWELLINGS),
        curve=frame,
    )


RESULTS = {
    "controlled_inference": controlled(
        *map(inference, NAMES), refused("coproduction_recorded"), family=Count(2)
    ),
    "verdicts": Verdicts(
        tuple(map(verdict, NAMES, (True, False))), (), (), Verdict("programmes", True, UP, ())
    ),
    "area_sizes": AreaSizes(
        (
            MeasureSizes(measure("connectedness"), {"lsoa21": UP, "msoa21": UP}),
            MeasureSizes(measure("engagement"), {"lsoa21": DOWN, "msoa21": UP}),
        ),
        {"lsoa21": fitted(), "msoa21": fitted("ward22")},
        ("ward22",),
    ),
    "moderators": Moderators(
        tuple(
            MeasureModerators(
                measure(name),
                tuple(
                    Moderated(
                        measure(by),
                        {f"by_{by}": gap, f"by_{by}_low": UP, f"by_{by}_high": UNSURE},
                        fitted(),
                    )
                    for by, gap in (("income_deprivation", UP), ("owned", UNSURE))
                ),
            )
            for name in NAMES
        )
    ),
    "specification_curve": SpecificationCurve(
        tuple(map(curve, NAMES)),
        Count(999),
        99,
        ("msoa21", "ward22"),
        (5.0, 10.0, 20.0),
        "sales",
        "ward22",
    ),
}


def printed(**more):
    made = RESULTS | more
    bodies = [
        *rules_of.exhibits(made["controlled_inference"]),
        *choices.exhibits(made["area_sizes"], made["moderators"], made["specification_curve"]),
    ]
    return Printed(made, bodies)


def said(part="choices", **more):
    return printed(**more).text(f"tests_of_association/_{part}.md.j2", "tests_of_association")


def captions(part="choices", **more):
    return printed(**more).captions(f"tests_of_association/_{part}_captions.md.j2")


def frame(name, **more):
    return next(one.frame for one in printed(**more).bodies if one.id == f"sensitivity.{name}")


def test_two_measures_clustered_by_middle_area_get_their_own_words():
    text = said("inference")
    assert "each middle area counts once: 9 clusters" in text
    assert "takes 7 wards as independent" in text
    assert "any of the two measures" in text
    assert "civic" not in text
    assert "place counts" not in text


def test_the_rules_of_inference_are_told_with_their_levels():
    note = captions("inference")["sensitivity.inference"].note
    assert "Clustered by middle area, G = 9" in note
    assert list(frame("inference")["rule"])[:3] == [
        "By ward, CR1",
        "By middle area, CR2",
        "By middle area, wild bootstrap",
    ]


def test_the_sizes_of_area_say_what_each_is_clustered_by():
    note = captions()["sensitivity.units"].note
    assert "Weights: number of sales" in note
    assert "small areas clustered by middle area" in note
    assert "middle areas by the ward of most of their households." in note


def test_a_family_of_one_is_no_family():
    one = controlled(inference("connectedness"), refused("engagement"), family=Count(1))
    assert "pass by luck" in said("inference")
    assert "pass by luck" not in said("inference", controlled_inference=one)


def test_a_refused_curve_says_why_and_leaves_its_figure():
    why = NotEstimable(TooFewClusters("msoa21", 3, 5))
    none = replace(RESULTS["specification_curve"], measures=(all_refused(why),))
    assert "because the errors are clustered by middle area" in said(specification_curve=none)
    assert "sensitivity.curve" not in captions(specification_curve=none)


def test_the_curve_names_the_blocks_that_each_equation_holds_equal():
    assert frame("curve")["controls"].tolist()[:4] == [
        "",
        "The other measures",
        "Type of dwelling (census; 2021)",
        "The other measures; Type of dwelling (census; 2021)",
    ]


def test_effects_that_were_no_choice_are_named_in_the_note():
    still = replace(
        RESULTS["specification_curve"],
        measures=(curve("engagement", still=(Still("msoa21", 0.06),)),),
    )
    words = "charities, grants and voting inside middle areas (6% of its standard deviation)"
    assert words in captions(specification_curve=still)["sensitivity.curve"].note


def test_the_title_of_the_curve_counts_what_keeps_its_sign():
    title = captions()["sensitivity.curve"].title
    assert title.startswith("One association keeps its sign")


def test_what_matters_more_in_poorer_places_is_answered():
    assert "In two of four comparisons the difference is clear" in said()
    assert "which is what the theory expects" not in said()


def test_where_no_difference_is_clear_the_theory_is_not_borne_out():
    moderated = RESULTS["moderators"].measures[0].by[1]
    flat = Moderators((MeasureModerators(measure("engagement"), (moderated,)),))
    assert "No comparison shows a clear difference" in said(moderators=flat)
    assert "which is what the theory expects" in said(moderators=flat)
