"""How sure Section 3 is of its associations, as it is printed from made records."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
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
from neighbourhood_equity.analysis.reasons import HardlyVaries, Refused, TooFewClusters
from neighbourhood_equity.analysis.results.area_sizes import AreaSizes, MeasureSizes
from neighbourhood_equity.analysis.results.controlled_inference import (
    ControlledInference,
    MeasureInference,
)
from neighbourhood_equity.analysis.results.decomposition import MeasureSplit, Part, Split
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
from neighbourhood_equity.analysis.results.undoing import (
    Confounder,
    Confounders,
    MeasureBounds,
    MeasureUndoing,
    Undoing,
)
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.robustness.sensitivity import Bound
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.report_templates.chapters.valuing import choices, sensitivity

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


def bound(times):
    return Confounder(
        measure("owned"), times, Bound(("owned",), times, 0.1, 0.2, 0.01, 0.01, 1.0, -0.01, 0.03)
    )


def bounds(name, *confounders):
    return MeasureBounds(measure(name), UNSURE, measure("owned"), confounders)


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
    "decomposition": Split(
        tuple(
            MeasureSplit(
                measure(name),
                Number(6.0),
                Number(5.0, 1.0, 9.0),
                Number(5.0, 2.0, 8.0),
                DWELLINGS,
                (Part(DWELLINGS, 5.0, 2.0, 8.0),),
                1.0,
                "clustered by ward22, G = 7",
            )
            for name in NAMES
        )
    ),
    "undoing": Undoing(
        tuple(
            MeasureUndoing(
                measure(name),
                Share(6.0),
                Share(0.0),
                Share(1.0),
                Number(0.5),
                DOWN,
                UNSURE,
                UP,
                "Northend",
            )
            for name in NAMES
        ),
        Number(1.0),
        Number(0.9),
        40.0,
        1.3,
        None,
        "ward22",
    ),
    "confounders": Confounders(tuple(bounds(name, bound(1.0), bound(2.0)) for name in NAMES)),
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
    first, last = list(made)[:4], list(made)[4:]
    bodies = [
        *sensitivity.exhibits(**{name: made[name] for name in first}),
        *choices.exhibits(**{name: made[name] for name in last}),
    ]
    return Printed(made, bodies)


def said(**more):
    return printed(**more).text("valuing/_sensitivity.md.j2")


def frame(name, **more):
    return next(one.frame for one in printed(**more).bodies if one.id == f"sensitivity.{name}")


def test_two_measures_clustered_by_middle_area_get_their_own_words():
    text = said()
    assert "each middle area counts once: 9 clusters" in text
    assert "takes 7 wards as independent" in text
    assert "Who tests 2 measures" in text
    assert "civic" not in text
    assert "place counts" not in text


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ((UP, UP, UP), "All three rules tell it from zero."),
        ((UP, UNSURE, UP), "The rules do not agree"),
        ((UNSURE, UNSURE, UNSURE), "None of the three rules tells it from zero."),
    ],
)
def test_what_the_rules_say_is_told_together(rules, words):
    text = said(controlled_inference=controlled(*(inference(n, rules=rules) for n in NAMES)))
    assert text.count(words) == len(NAMES)


def test_coproduction_without_a_place_says_why():
    assert "**Recorded coproduction** has no place in these tables" in said()
    assert "it differs between areas of the same ward in 1 ward" in said()


def test_a_family_of_one_is_no_family():
    one = controlled(inference("connectedness"), refused("engagement"), family=Count(1))
    assert "Who tests" not in said(controlled_inference=one)


def test_a_refused_part_says_why_and_leaves_its_exhibits():
    why = NotEstimable(TooFewClusters("msoa21", 3, 5))
    none = Split(tuple(MeasureSplit(measure(name), why, why, why) for name in NAMES))
    text = said(decomposition=none)
    assert "not estimable, because the errors are clustered by middle area, and 3 clusters" in text
    assert "sensitivity.decomposition" not in printed(decomposition=none).captions(
        "valuing/_sensitivity_captions.md.j2"
    )


def test_a_title_with_signs_of_a_pattern_keeps_its_rows():
    choice = frame("choices")["choice"].tolist()
    assert choice[:4] == [
        "The other measures: held equal",
        "The other measures: not",
        "Type of dwelling (census; 2021): held equal",
        "Type of dwelling (census; 2021): not",
    ]
    assert frame("curve")["controls"].tolist()[:4] == [
        "",
        "The other measures",
        "Type of dwelling (census; 2021)",
        "The other measures; Type of dwelling (census; 2021)",
    ]


def test_a_choice_is_told_by_the_median_of_the_estimates_that_make_it():
    row = frame("choices").iloc[2]
    assert row["engagement"] == pytest.approx(PriceDifference(0.035).value)


def test_the_largest_part_is_named_by_its_block():
    assert "goes with type of dwelling (census; 2021): 5.00" in said()


def test_sizes_of_area_that_disagree_are_told():
    text = said()
    assert (
        "For access to services and jobs the estimate points the same way at all two sizes" in text
    )
    assert "engagement" not in text
    assert "the estimate changes its direction with the size of the areas" in text
    assert text.count("Compared inside wards, small areas point the other way") == 1


def test_a_study_without_area_effects_compares_nothing_inside_them():
    text = said(area_sizes=replace(RESULTS["area_sizes"], left_out=()))
    assert "cannot be held equal there" not in text
    assert "Compared inside" not in text


@pytest.mark.parametrize(
    ("p", "words"),
    [
        ((0.01, 0.02), "is rare if the measure means nothing"),
        ((0.06, 0.09), "gives such a gap often enough"),
        ((0.04, 0.06), "stands on the edge"),
    ],
)
def test_chance_in_the_permutations_decides_no_verdict(p, words):
    made = replace(RESULTS["specification_curve"], measures=(curve("engagement", p),))
    assert words in said(specification_curve=made)


def test_effects_that_were_no_choice_are_named_in_text_and_note():
    made = replace(
        RESULTS["specification_curve"],
        measures=(curve("engagement", still=(Still("msoa21", 0.06),)),),
    )
    words = "charities, grants and voting inside middle areas (6% of its standard deviation)"
    assert words in said(specification_curve=made)
    note = printed(specification_curve=made).captions("valuing/_choices_captions.md.j2")
    assert words in note["sensitivity.curve"].note


def test_a_dash_in_the_bounds_gives_the_models_own_reason():
    lost = Confounder(measure("owned"), 2.0, Refused("owned does not vary within ward22"))
    made = Confounders((bounds("engagement", bound(1.0), lost), bounds("connectedness")))
    note = printed(confounders=made).captions("valuing/_sensitivity_captions.md.j2")
    assert "A dash: homes owned does not vary within ward." in note["sensitivity.bounds"].note
    assert (
        "A dash"
        not in printed().captions("valuing/_sensitivity_captions.md.j2")["sensitivity.bounds"].note
    )


def test_the_rules_of_inference_are_told_with_their_levels():
    note = printed().captions("valuing/_sensitivity_captions.md.j2")["sensitivity.inference"].note
    assert "Clustered by middle area, G = 9" in note
    assert list(frame("inference")["rule"])[:3] == [
        "By ward, CR1",
        "By middle area, CR2",
        "By middle area, wild bootstrap",
    ]


def test_the_sizes_of_area_say_what_each_is_clustered_by():
    note = printed().captions("valuing/_choices_captions.md.j2")["sensitivity.units"].note
    assert "Weights: number of sales" in note
    assert "small areas clustered by middle area" in note
    assert "middle areas by the ward of most of their households." in note
