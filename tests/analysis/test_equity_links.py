"""The links and the routes along them, on made areas in which the truth is planted."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.quantities import NotEstimable
from neighbourhood_equity.analysis.reasons import NoMeasure, NoTotal, TooFewClusters
from neighbourhood_equity.analysis.results.equity_chain import equity_chain
from neighbourhood_equity.analysis.results.equity_cycle import EquityCycle
from neighbourhood_equity.analysis.results.equity_links import equity_links
from neighbourhood_equity.analysis.results.social_index import social_index
from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.analysis.study import Step, find_study, read_study
from neighbourhood_equity.analysis.verdicts import Verdict
from neighbourhood_equity.report_templates.chapters.equity_model.chain_exhibits import (
    chain_table,
    links_table,
)

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from rendered import rendered

LINKS = (0.8, 0.5, 0.1)
"""Planted: coproduction to safety, safety to social capital, social capital to log price."""
STEPS = [
    Step(name="alone", title="Each measure alone", separately=True),
    Step(name="deprivation", title="plus deprivation", controls=["income_deprivation"]),
    Step(name="ward", title="plus the ward", controls=["income_deprivation"], effects=["ward22"]),
]


def study(**changes):
    whole = read_study(find_study("simulated_city"))
    section = whole.cross_section.model_copy(
        update={"steps": STEPS, "clusters": "ward22", **changes}
    )
    return whole.model_copy(update={"cross_section": section})


@cache
def areas(wards=40, first=LINKS[0], *, whole_wards=False):
    """Areas of wards, coproduction on record in every other one, or in every other ward."""
    rng = np.random.default_rng(3)
    n = 12 * wards
    ward = np.arange(n) // 12
    poor, safety, capital, price = rng.normal(size=(4, n))
    treated = (ward % 2 if whole_wards else (ward + np.arange(n)) % 2).astype(float)
    safety = first * treated + 0.3 * safety - 0.2 * poor
    capital = LINKS[1] * safety + 0.3 * capital
    price = 8 + LINKS[2] * capital + 0.05 * price - 0.1 * poor
    return pd.DataFrame(
        {
            "lsoa21": [f"E{place:05d}" for place in range(n)],
            "ward22": [f"W{place:02d}" for place in ward],
            "ward22_name": [f"Ward {place}" for place in ward],
            "households": 600,
            "sales": 30,
            "coproduction_recorded": treated,
            "safety": safety,
            "social_capital": capital,
            study().cross_section.outcome: price,
            "income_deprivation": poor,
            **dict(
                zip(
                    ("civic_assets", "connectedness", "engagement"),
                    capital + 0.2 * rng.normal(size=(3, n)),
                    strict=True,
                )
            ),
        }
    )


def made(rows, **changes):
    asked = study(**changes)
    index = social_index(asked, rows)
    links = equity_links(asked, rows, index)
    return links, equity_chain(asked, rows, links, index)


def judged(links):
    """The verdicts of links whose first estimates answer and pass every check."""
    none = Verdict("programmes", True, NotEstimable(NoTotal()), ())
    return Verdicts(
        (), (), tuple(Verdict(one.key, True, one.held, ()) for one in links.links), none
    )


def said(links, chain, template="equity_model/_chain.md.j2"):
    verdicts = judged(links)
    return rendered(
        template,
        (links_table(links, verdicts), chain_table(chain)),
        equity_links=links,
        equity_chain=chain,
        verdicts=verdicts,
        equity_cycle=EquityCycle(()),
    )


@pytest.fixture(scope="module")
def whole():
    return made(areas())


def test_each_link_finds_what_was_planted(whole):
    outcomes, capital, values = whole[0].links
    assert outcomes.held.low < LINKS[0] < outcomes.held.high
    assert capital.held.low < LINKS[1] < capital.held.high
    assert values.held.log_low < LINKS[2] < values.held.log_high


def test_the_routes_and_the_direct_part_add_up_to_the_whole(whole):
    chain = whole[1]
    through = sum(route.difference.log for route in chain.through)
    assert through == pytest.approx(chain.indirect.log, abs=1e-12)
    assert chain.indirect.log + chain.direct.log == pytest.approx(chain.total.log, abs=1e-12)


def test_the_product_is_that_of_the_links(whole):
    outcomes, capital, values = whole[0].links
    product = outcomes.held.value * capital.held.value * values.held.log
    assert whole[1].product.log == pytest.approx(product, rel=1e-9)


def test_every_equation_has_the_same_areas(whole):
    sizes = {one.n for link in whole[0].links for one in link.estimates.values()}
    assert sizes == {whole[1].areas.value}


def test_the_table_of_routes_ends_with_the_whole(whole):
    table = chain_table(whole[1]).frame
    assert table["route"].tolist()[-3:] == ["all routes through a station", "directly", "in all"]


def test_the_table_says_what_is_held_equal_and_how_errors_are_clustered(whole):
    captions = said(*whole, "equity_model/_chain_captions.md.j2")
    assert "the stations before, deprivation and the ward." in captions
    assert "Errors clustered by ward, 40 clusters" in captions


def test_the_table_gives_the_answer_of_the_verdict(whole):
    links = whole[0]
    unclear = replace(judged(links).links[1], headline=replace(links.links[1].held, lower=-1.0))
    changed = replace(
        judged(links), links=(judged(links).links[0], unclear, judged(links).links[2])
    )
    answers = links_table(links, changed).frame["answer"].tolist()
    assert answers == ["supported", "cannot be told", "supported"]


def test_a_chain_of_supported_links_is_printed_with_its_routes(whole):
    text = said(*whole)
    assert "Along all links, areas with a recorded programme show prices" in text
    assert "too uncertain to measure" not in text


def test_the_product_of_a_link_that_is_not_clear_is_not_printed(whole):
    links, chain = whole
    wide = replace(links.links[0], held=replace(links.links[0].held, lower=-1.0))
    text = said(replace(links, links=(wide, *links.links[1:])), chain)
    assert "It is too uncertain to measure." in text
    assert "Along all links" not in text
    assert "are required" not in text


def test_a_chain_from_few_wards_with_coproduction_is_not_printed():
    text = said(*made(areas(30, whole_wards=True)))
    assert "It is too uncertain to measure." in text
    assert "on record in 15 of the 30 wards, where at least 20 are required" in text


def test_a_study_without_coproduction_keeps_the_other_links():
    links, chain = made(areas(), coproduction=[])
    outcomes, capital, values = links.links
    assert outcomes.held.reason == NoMeasure("coproduction")
    assert chain.product.reason == NoMeasure("coproduction")
    assert capital.held.value == pytest.approx(LINKS[1], abs=0.1)
    assert values.before.column == "social_capital"


def test_a_study_without_coproduction_is_told_so_in_words():
    assert "because the study names no measure of coproduction" in said(
        *made(areas(), coproduction=[])
    )


def test_coproduction_of_whole_wards_is_held_equal_as_far_as_it_varies():
    links, _ = made(areas(30, whole_wards=True))
    assert links.held_equal == ("deprivation",)
    assert isinstance(links.of("outcomes").inside, NotEstimable)
    assert links_table(links, judged(links)).frame["inside"].isna().tolist()[0]


def test_a_share_of_a_total_that_is_not_told_from_zero_is_refused():
    rows = areas(30, 0.0)
    assert made(rows)[1].share.reason == NoTotal()


def test_an_estimator_s_own_reason_is_printed_and_no_guess():
    """Where the known error leaves nothing of the index, the words are those of the estimator."""
    rng = np.random.default_rng(1)
    noisy = areas().assign(
        **{name: rng.normal(size=len(areas())) for name in ("civic_assets", "connectedness")}
    )
    links, chain = made(noisy)
    assert "error stated is as large as the variation left" in said(links, chain)
    assert "error of the index leaves too little" not in said(links, chain)


def test_too_few_clusters_refuse_every_link_for_that_reason():
    links, chain = made(areas(4))
    assert {link.held.reason for link in links.links} == {TooFewClusters("ward22", 4, 5)}
    assert links_table(links, judged(links)).because is links.links[0].held
    assert "clustered by ward, and 4 clusters are fewer" in said(links, chain)


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        (
            ["civic_assets", "engagement"],
            "where areas stand higher on the measures of social capital together?",
        ),
        (["civic_assets"], "where areas stand higher on places to meet?"),
    ],
)
def test_the_station_of_social_capital_is_of_the_study_s_own_measures(measures, words):
    text = said(*made(areas(), social_capital=measures))
    assert words in text
    assert "three" not in text
