"""Editions are read from a file; some chapters alone ask for less, and link to what is there."""

import pytest
from made_report import DRAWINGS, loader, report

from neighbourhood_equity.analysis.graph import nodes, order
from neighbourhood_equity.data.errors import InputError
from neighbourhood_equity.report_templates.chapter_parts import needs
from neighbourhood_equity.report_templates.editions import EDITIONS, FULL, edition_of
from neighbourhood_equity.report_templates.environment import environment_of
from neighbourhood_equity.report_templates.render import render_html


def test_the_full_edition_shows_every_chapter_once():
    names = [chapter.name for chapter in FULL.chapters]
    assert len(names) == len(set(names))
    assert FULL.whole


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_no_two_chapters_number_their_exhibits_alike_but_the_parts_of_a_section(edition):
    marks = {(one.number, one.prefix) for one in edition.chapters if one.prefix}
    assert len({prefix for _, prefix in marks}) == len(marks)


def test_an_unknown_edition_is_told_with_those_there_are():
    with pytest.raises(InputError, match=r"no edition 'short'.*full"):
        edition_of("short")


def test_chapters_are_chosen_in_the_editions_own_order():
    chosen = FULL.of(["house_prices", "theory"])
    assert [chapter.name for chapter in chosen.chapters] == ["theory", "house_prices"]
    assert not chosen.whole


def test_all_unknown_chapters_are_named_with_those_there_are():
    with pytest.raises(InputError, match=r"'annex', 'prices'.*house_prices"):
        FULL.of(["annex", "prices", "theory"])


def test_chapters_alone_ask_for_what_they_show_alone():
    alone = order(needs(FULL.of(["house_prices"]).chapters, nodes(), environment_of()))
    every = order(needs(FULL.chapters, nodes(), environment_of()))
    assert set(alone) < set(every)
    assert "panel" not in alone


def alone(words: str) -> str:
    chosen = FULL.of(["valuing"])
    return render_html(report(), chosen, DRAWINGS, loader(valuing=words))


def test_a_link_to_a_chapter_that_is_not_shown_is_its_words():
    html = alone("See [the theory](#chapter-theory) and [here](#chapter-valuing).")
    assert "See the theory and" in html
    assert '<a href="#chapter-valuing">here</a>' in html


def test_an_exhibit_of_a_chapter_that_is_not_shown_is_named_without_a_number():
    assert "See an exhibit of the full report." in alone('See {{ ref("theory.map") }}.')


def test_the_cover_says_that_chapters_are_left_out():
    assert "Some chapters of the" in alone("Words.")
    assert "Some chapters of the report" not in render_html(report(), FULL, DRAWINGS, loader())
