"""What was planted beside what was found, from made records."""

from types import SimpleNamespace

from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import Count, NotEstimable, PriceDifference
from neighbourhood_equity.analysis.reasons import Refused
from neighbourhood_equity.analysis.results.cross_section import CrossSection, MeasureSteps
from neighbourhood_equity.analysis.results.planted_truth import planted_truth
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.report_templates.chapters.valuing.planted import exhibits

STEP = Step(name="alone", title="Each alone")
FOUND = {
    "engagement": PriceDifference(0.02, 0.01, 0.03),
    "coproduction_recorded": NotEstimable(Refused("it does not vary")),
}
SECTION = CrossSection(
    tuple(
        MeasureSteps(measure(name), {}, held, STEP, (), NotEstimable(Refused("none")))
        for name, held in FOUND.items()
    ),
    *(Count(1) for _ in range(5)),
    last=None,
    weights=None,
)
PANEL = SimpleNamespace(weighted=PriceDifference(0.1, 0.08, 0.12))
TRUTH = SimpleNamespace(
    social_capital_on_price={"engagement": 0.025, "civic_assets": 0.02},
    coproduction_on_price=0.01,
    coproduction_total=0.05,
)


def test_a_real_city_has_no_planted_truth_and_no_table():
    assert planted_truth(SECTION, PANEL, None) is None
    assert list(exhibits(None, SECTION, PANEL)) == []


def test_planted_effects_of_the_study_are_counted_with_those_inside():
    found = planted_truth(SECTION, PANEL, TRUTH)
    assert (found.effects.value, found.inside.value) == (3, 1)


def test_an_effect_that_could_not_be_estimated_stands_without_a_number():
    (table,) = exhibits(planted_truth(SECTION, PANEL, TRUTH), SECTION, PANEL)
    rows = table.frame.set_index("measure")
    assert rows["inside"].tolist() == ["yes", "no", "no"]
    assert rows.loc["Recorded coproduction, directly"].isna()["found"]


def test_the_caption_names_the_city_that_is_made_up():
    found = planted_truth(SECTION, PANEL, TRUTH)
    captions = Printed({"planted_truth": found}).captions("valuing/_planted_captions.md.j2")
    assert captions["planted_truth.effects"].source == "The simulated city"
