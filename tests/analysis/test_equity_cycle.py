"""The cycle drawn from its records: an error in one link shows on its arrow alone."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from test_equity_links import areas, made, study

from neighbourhood_equity.analysis.quantities import NotEstimable
from neighbourhood_equity.analysis.reasons import NoTotal
from neighbourhood_equity.analysis.results.equity_cycle import LINKS, equity_cycle
from neighbourhood_equity.analysis.results.equity_loop import equity_loop
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


def figure(links, loop):
    cycle = equity_cycle(links, loop)
    text = rendered("equity_model/_cycle_captions.md.j2", equity_cycle=cycle)
    caption = read_captions(text, "cycle")["equity_model.cycle"]
    return cycle_figure(cycle, links).captioned(caption, "")


def arrows(links, loop):
    return figure(links, loop).frame.set_index("link").to_dict("index")


@pytest.mark.parametrize("key", LINKS)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_one_link_changes_its_arrow_alone(links, loop, key, error):
    before, after = arrows(links, loop), arrows(with_error(links, key, error), loop)
    differ = {name for name in before if before[name]["text"] != after[name]["text"]}
    if error == "label":
        assert differ == set()
        assert after[LINKS[key]]["label"] == "iv"
    else:
        assert differ == {LINKS[key]}


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
        "The cycle: three of five arrows with an estimate, one identified, three told from zero"
    )


def test_a_cycle_without_any_estimate_is_grey(links, loop):
    for key in LINKS:
        links = with_error(links, key, "no estimate")
    grey = figure(links, loop)
    assert (grey.frame["label"] == "").all()
    assert grey.title.endswith("none identified, none told from zero")
    assert draw(grey)
