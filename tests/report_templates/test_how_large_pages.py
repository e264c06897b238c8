"""The close of Section 3, from made records: what is gathered, and the warning of a large one."""

from types import SimpleNamespace

import pytest
from made_chapter import Printed

from neighbourhood_equity.analysis.plausible import LARGE, PLAUSIBLE, is_large, is_plausible
from neighbourhood_equity.analysis.quantities import Count, NotEstimable, PriceDifference
from neighbourhood_equity.analysis.reasons import Refused
from neighbourhood_equity.analysis.refused_result import RefusedResult
from neighbourhood_equity.analysis.results.coproduction_record import published_effects
from neighbourhood_equity.analysis.results.cross_section import CrossSection, MeasureSteps
from neighbourhood_equity.analysis.results.how_large import HowLarge, how_large
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.report_templates.chapters.valuing.headlines import MEASURE, table

STEP = Step(name="alone", title="Each alone")
REFUSED = NotEstimable(Refused("it does not vary"))
NAMES = ("civic_assets", "connectedness", "engagement")
TWO_WAY = "Start of a programme: sectors and years held equal"


def difference(percent, reach=0.5, label="adjusted"):
    log = percent / 100
    return PriceDifference(log, log - reach / 100, log + reach / 100, label=label)


def steps(column, held):
    return MeasureSteps(measure(column), {}, held, STEP, (), REFUSED)


def gathered(measures=None, coproduction=REFUSED, **results) -> HowLarge:
    """The headlines of a study with these measures, all else refused."""
    held = {name: difference(3.0) for name in NAMES} if measures is None else measures
    every = (
        *(steps(name, one) for name, one in held.items()),
        steps("coproduction_recorded", coproduction),
    )
    section = CrossSection(every, *(Count(1) for _ in range(5)), last=None, weights=None)
    made = {
        "panel": SimpleNamespace(weighted=REFUSED, enough_places=True),
        "staggered": SimpleNamespace(main=SimpleNamespace(effect=REFUSED)),
        "sector_changes": SimpleNamespace(long=REFUSED),
        "case_effects": SimpleNamespace(overall=REFUSED),
    }
    return how_large(section, published_effects=published_effects(), **(made | results))


def said(record: HowLarge, told=("a measure",)) -> str:
    shown = [SimpleNamespace(id=name) for name in ("sensitivity.undoing", "sensitivity.curve")]
    also = {"how_large.estimates": None, "practice_research.benchmarks": None}
    printed = Printed({"how_large": record}, [*shown, *(SimpleNamespace(id=name) for name in also)])
    sensitivity = SimpleNamespace(told=told)
    return printed.text("valuing/_how_large.md.j2", controlled_inference=sensitivity)


def rows(record: HowLarge):
    return table(record).frame.set_index("what")


@pytest.mark.parametrize("percent", [14.0, -12.5])
def test_a_large_estimate_is_printed_with_a_warning(percent):
    record = gathered({"civic_assets": difference(percent)})
    assert "**Warning.** *Places to meet (civic assets)* stands at" in said(record)


def test_a_large_estimate_of_starts_is_named_by_its_comparison():
    panel = SimpleNamespace(weighted=difference(14.0), enough_places=True)
    assert f"**Warning.** *{TWO_WAY}* stands at" in said(gathered(panel=panel))


def test_the_warning_points_to_the_sensitivity_pages_that_were_made():
    record = gathered({"civic_assets": difference(14.0)})
    assert "says what would undo" in said(record)
    assert "says what would undo" not in said(record, told=())


def test_a_small_estimate_has_no_warning():
    assert "Warning" not in said(gathered())


@pytest.mark.parametrize(("log", "large"), [(0.095, False), (0.096, True), (-0.106, True)])
def test_what_is_large(log, large):
    assert is_large(PriceDifference(log)) == large


@pytest.mark.parametrize(("percent", "inside"), [(2.0, True), (7.1, False), (-3.0, False)])
def test_what_is_plausible(percent, inside):
    assert is_plausible(difference(percent)) == inside


def test_what_is_refused_is_neither():
    assert not is_large(REFUSED)
    assert not is_plausible(REFUSED)


def test_the_range_ends_below_the_warning():
    assert PLAUSIBLE[1] < LARGE


def test_published_effects_head_our_own_with_how_they_were_read():
    heading = rows(gathered())["group"].iloc[-1]
    assert heading.split(": ")[1] == "0% to 10% (8 effects, 4 read at their source)"


@pytest.mark.parametrize("count", [1, 2])
def test_every_measure_of_the_study_stands_in_the_table(count):
    record = gathered({name: difference(3.0) for name in NAMES[:count]})
    assert (rows(record)["group"] == MEASURE).sum() == count
    assert record.headlines.value == count + 5


def test_a_refused_headline_stands_without_a_number():
    row = rows(gathered()).loc["Start of a programme: over the long run"]
    assert row["sure"] == "not estimable"
    assert row.isna()["size"]


def test_a_result_refused_whole_leaves_its_row():
    record = gathered(staggered=RefusedResult("nothing varies"), panel=RefusedResult("no sector"))
    assert rows(record).loc["Start of a programme: against sectors without any", "sure"] == (
        "not estimable"
    )
    assert rows(record).loc[TWO_WAY, "sure"] == "not estimable"


def test_an_interval_of_few_places_is_not_trusted():
    panel = SimpleNamespace(weighted=difference(5.0), enough_places=False)
    record = gathered({}, panel=panel)
    assert rows(record).loc[TWO_WAY, "sure"] == "too narrow to say"
    assert record.sure.value == 0


def test_an_association_is_counted_apart_from_an_effect_on_a_condition():
    effect = SimpleNamespace(main=SimpleNamespace(effect=difference(5.0, label="did")))
    record = gathered({"engagement": difference(3.0)}, staggered=effect)
    assert (record.associations.value, record.conditional.value) == (1, 1)


def test_the_ends_are_those_of_the_headlines_that_were_made():
    record = gathered({"engagement": difference(3.0), "civic_assets": difference(-2.0)})
    assert record.lowest is record.every[1].size
    assert record.highest is record.every[0].size


def test_where_nothing_could_be_made_no_range_is_told():
    assert "They run from" not in said(gathered({}))
