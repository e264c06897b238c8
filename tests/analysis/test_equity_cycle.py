"""The cycle drawn from its records: an error in one link shows on its arrow alone."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from test_equity_links import areas, judged, made, study

from neighbourhood_equity.analysis.quantities import NotEstimable, PriceDifference, Share
from neighbourhood_equity.analysis.reasons import NoTotal
from neighbourhood_equity.analysis.results.equity_cycle import LINKS, equity_cycle
from neighbourhood_equity.analysis.results.equity_loop import equity_loop
from neighbourhood_equity.analysis.verdicts import Check, Verdict
from neighbourhood_equity.report_templates.captions import read_captions
from neighbourhood_equity.report_templates.chapters.equity_model.cycle_exhibits import (
    cycle_figure,
)
from neighbourhood_equity.report_templates.figures import draw

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from rendered import rendered

NUMBERS = {"price": ("log", "log_low", "log_high"), "other": ("number", "lower", "upper")}


def told(held, change):
    parts = NUMBERS["price" if hasattr(held, "log") else "other"]
    value, low, high = change(getattr(held, parts[0]))
    return replace(held, **dict(zip(parts, (value, low, high), strict=True)))


def near(value):
    return value, value - 0.001, value + 0.001


ERRORS = {
    "coefficient": lambda held: told(held, lambda value: near(3 * value)),
    "sign": lambda held: told(held, lambda value: near(-value)),
    "label": lambda held: replace(held, label="iv"),
    "no longer told": lambda held: told(held, lambda value: (value, value - 9, value + 9)),
    "no estimate": lambda held: NotEstimable(NoTotal()),
}


@pytest.fixture(scope="module")
def links():
    return made(areas())[0]


@pytest.fixture(scope="module")
def loop():
    return equity_loop(study(), areas())


def with_error(links, key, error):
    changed = (
        replace(one, held=ERRORS[error](one.held)) if one.key == key else one for one in links.links
    )
    return replace(links, links=tuple(changed))


def figure(made_links, loop, **verdicts):
    judgement = replace(judged(made_links), **verdicts)
    cycle = equity_cycle(made_links, loop, judgement)
    text = rendered("equity_model/_cycle_captions.md.j2", equity_cycle=cycle)
    caption = read_captions(text, "cycle")["equity_model.cycle"]
    return cycle_figure(cycle, made_links, judgement).captioned(caption, "")


def arrows(links, loop, **verdicts):
    return figure(links, loop, **verdicts).frame.set_index("link").to_dict("index")


@pytest.mark.parametrize("key", LINKS)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_one_verdict_changes_its_arrow_alone(links, loop, key, error):
    before, after = arrows(links, loop), arrows(with_error(links, key, error), loop)
    differ = {name for name in before if before[name]["text"] != after[name]["text"]}
    if error == "label":
        assert differ == set()
        assert after[LINKS[key]]["label"] == "iv"
    else:
        assert differ == {LINKS[key]}


@pytest.mark.parametrize("key", LINKS)
def test_a_failed_check_changes_the_answer_on_its_arrow(links, loop, key):
    failed = Check("leverage", Share(1.0), passed=False)
    changed = tuple(
        replace(one, checks=(failed,)) if one.key == key else one for one in judged(links).links
    )
    made = figure(links, loop, links=changed)
    answers = made.frame.set_index("link")["text"].str.split("\n").str[0]
    assert answers[LINKS[key]] == "cannot be told"
    assert made.title.startswith("The data support two of the five steps")


def test_the_measure_that_tests_the_model_answers_for_prices(links, loop):
    testing = Verdict(
        "engagement", True, PriceDifference(-0.01, -0.02, -0.005, label="adjusted"), ()
    )
    amenity = Verdict(
        "civic_assets", False, PriceDifference(0.05, 0.04, 0.06, label="adjusted"), ()
    )
    made = figure(links, loop, measures=(amenity, testing))
    text = made.frame.set_index("link").loc[LINKS["asset_values"], "text"]
    assert text == "contradicted\n−1.0% (−2.0% to −0.5%)"
    assert made.title.startswith(
        "The data contradict one of the five steps of the cycle and support"
    )


def test_where_several_measures_test_the_model_the_link_answers(links, loop):
    two = tuple(
        Verdict(key, True, PriceDifference(-0.01, -0.02, -0.005, label="adjusted"), ())
        for key in ("engagement", "civic_assets")
    )
    text = [
        figure(links, loop, **asked).frame["text"].tolist() for asked in ({"measures": two}, {})
    ]
    assert text[0] == text[1]


@pytest.mark.parametrize("key", LINKS)
def test_a_link_three_times_as_strong_is_three_times_as_wide(links, loop, key):
    wide = arrows(with_error(links, key, "coefficient"), loop)[LINKS[key]]["size"]
    assert wide == pytest.approx(3 * arrows(links, loop)[LINKS[key]]["size"])


def test_an_identified_link_is_drawn_solid_and_counted(links, loop):
    wrong = figure(with_error(links, "outcomes", "label"), loop)
    assert (
        draw(wrong).count("stroke-dasharray")
        == draw(figure(links, loop)).count("stroke-dasharray") - 1
    )
    assert wrong.title == (
        "The data support three of the five steps of the cycle; one is identified as an effect"
    )


def test_a_cycle_without_any_estimate_is_grey(links, loop):
    for key in LINKS:
        links = with_error(links, key, "no estimate")
    grey = figure(links, loop)
    assert (grey.frame["label"] == "").all()
    assert grey.title.endswith(
        "none of the five steps of the cycle; none is identified as an effect"
    )
    assert draw(grey)
