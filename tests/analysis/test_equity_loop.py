"""The loop: refused in words without instruments or with bad ones, estimated with sound ones."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.derived import derived
from neighbourhood_equity.analysis.findings import Finding
from neighbourhood_equity.analysis.graph import Made, nodes
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.quantities import percent_effect
from neighbourhood_equity.analysis.results.equity_loop import EquityLoop, equity_loop
from neighbourhood_equity.analysis.study import Instrument, Loop, LoopEquation
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.report_templates.chapters.equity_model.loop_exhibits import loop_tables
from neighbourhood_equity.report_templates.reasons import reason_words

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from rendered import rendered

B, A = 0.05, 2.0
"""Planted: log price for one standard deviation of capital, capital for one log point of price."""
TENTH = np.log(1.1)


def equation(controls: list[str], *instruments: str) -> LoopEquation:
    return LoopEquation(
        controls=controls,
        instruments=[Instrument(column=name, reason="Made for the test.") for name in instruments],
    )


@dataclass(frozen=True)
class Run:
    """The loop for one declaration, as findings, tables and words."""

    loop: EquityLoop

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        return {one.id: one.frame for one in loop_tables(self.loop)}

    @property
    def text(self) -> str:
        template = "equity_model/_loop.md.j2"
        return rendered(template, loop_tables(self.loop), equity_loop=self.loop)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return self._derived.estimates

    def finding(self, name: str) -> Finding:
        found = {one.name: one for one in self._derived.findings}
        return found[f"equity_loop.{name}"]

    @cached_property
    def _derived(self):
        made = {"equity_loop": Made(nodes()["equity_loop"], self.loop, ())}
        return derived(made, (), reason_words)


def run_of(inputs: Inputs, loop: Loop, areas: pd.DataFrame | None = None) -> Run:
    study = inputs.study.model_copy(update={"loop": loop})
    return Run(equity_loop(study, inputs.areas if areas is None else areas))


@pytest.fixture(scope="module")
def looped(inputs: Inputs) -> pd.DataFrame:
    """The areas with a loop planted: terraces and clubs move capital, flats move price."""
    rng = np.random.default_rng(1)
    areas = inputs.areas
    z = {name: rng.normal(size=len(areas)) for name in ("terraced", "clubs", "flats")}
    u, v = rng.normal(size=(2, len(areas)))
    u, v = 0.1 * u, 0.6 * v + 0.6 * u
    shift = 0.1 * z["flats"] + u
    pull = 0.5 * z["terraced"] + 0.5 * z["clubs"] + v
    price = (shift + B * pull) / (1 - A * B)
    return areas.assign(
        log_price_per_sqm=8 + price,
        social_capital=A * price + pull,
        terraced=z["terraced"],
        clubs_within_1km=z["clubs"],
        flats=z["flats"],
        sales=30,
    )


SOUND = Loop(
    price=equation(["owned"], "terraced", "clubs_within_1km"),
    social_capital=equation(["owned"], "flats"),
)


@pytest.fixture(scope="module")
def none(inputs: Inputs) -> Run:
    return run_of(inputs, Loop())


@pytest.fixture(scope="module")
def bad(inputs: Inputs) -> Run:
    return run_of(
        inputs,
        Loop(
            price=equation(["owned", "flats"], "owned"),
            social_capital=equation(["owned"], "safety", "log_price_per_sqm"),
        ),
    )


@pytest.fixture(scope="module")
def sound(inputs: Inputs, looped: pd.DataFrame) -> Run:
    return run_of(inputs, SOUND, looped)


class TestWithoutInstruments:
    @pytest.mark.parametrize("side", ["price", "social_capital"])
    def test_each_step_is_refused(self, none: Run, side: str) -> None:
        assert not none.finding(side).estimable
        assert "nothing in these data is known to move" in str(none.finding(side).reason)

    def test_nothing_is_identified(self, none: Run) -> None:
        assert none.finding("identified").value == 0

    def test_the_report_says_so_in_words(self, none: Run) -> None:
        text = none.text
        assert "The loop is not identified." in text
        assert "not estimable, because nothing in these data is known to move" in text

    def test_only_the_candidates_are_shown(self, none: Run) -> None:
        assert set(none.tables) == {"equity_loop.candidates"}


class TestAnInstrumentThatIsAControl:
    def test_the_finding_is_a_refusal_and_no_number(self, bad: Run) -> None:
        finding = bad.finding("price")
        assert (finding.value, finding.ci_low, finding.ci_high) == (None, None, None)

    def test_the_reason_says_it_in_words(self, bad: Run) -> None:
        reason = str(bad.finding("price").reason)
        assert "homes owned is an instrument and also a control of the equation" in reason
        assert "order condition: 0 usable instruments for 1 endogenous regressor" in reason

    def test_the_report_says_it_in_words(self, bad: Run) -> None:
        text = bad.text
        assert "homes owned is an instrument and also a control of the equation" in text
        assert "The loop is not identified." in text

    def test_a_regressor_and_a_result_of_the_model_are_refused_together(self, bad: Run) -> None:
        reason = str(bad.finding("social_capital").reason)
        assert "price per square metre is an instrument and also a regressor" in reason
        assert "safety from crime is a result of coproduction" in reason

    def test_nothing_is_estimated(self, bad: Run) -> None:
        assert bad.finding("estimated").value == 0
        assert bad.estimates == ()


class TestSoundInstruments:
    @pytest.mark.parametrize(
        ("side", "planted"), [("price", percent_effect(B)), ("social_capital", A * TENTH)]
    )
    def test_the_interval_holds_what_was_planted(
        self, sound: Run, side: str, planted: float
    ) -> None:
        finding = sound.finding(side)
        assert finding.ci_low is not None
        assert finding.ci_high is not None
        assert finding.ci_low < planted < finding.ci_high

    @pytest.mark.parametrize("side", ["price", "social_capital"])
    def test_the_label_is_iv(self, sound: Run, side: str) -> None:
        assert sound.finding(side).label == "iv"

    def test_both_are_identified(self, sound: Run) -> None:
        assert sound.finding("identified").value == 2

    def test_least_squares_is_what_the_loop_mixes(self, sound: Run) -> None:
        table = sound.tables["equity_loop.estimates"]
        naive = table[table["estimator"].str.startswith("Least squares")]
        assert naive["estimate_low"].iloc[0] > percent_effect(B)

    def test_all_estimators_stand_in_the_table(self, sound: Run) -> None:
        table = sound.tables["equity_loop.estimates"]
        price = table[table["equation"].str.startswith("Social capital to price")]
        assert list(price["estimator"]) == [
            "Least squares, as if one way",
            "Two-stage least squares",
            "Limited information",
            "Two-step GMM",
            "Three-stage least squares",
        ]

    def test_the_other_instruments_are_held_equal(self, sound: Run) -> None:
        [price] = [e for e in sound.estimates if e.specification.name.endswith("ce.two_stage")]
        assert price.terms == ("social_capital", "owned", "flats", "constant")

    def test_instruments_that_agree_are_not_rejected(self, sound: Run) -> None:
        strengths = sound.tables["equity_loop.strengths"]
        assert strengths["j_p"].iloc[0] > 0.05
        assert np.isnan(strengths["j_p"].iloc[1])

    def test_three_stages_are_set_against_two(self, sound: Run) -> None:
        assert sound.finding("hausman_p").estimable

    def test_the_report_shows_every_exhibit(self, sound: Run) -> None:
        text = sound.text
        assert "Both steps of the loop are identified" in text
        assert all(name in text for name in sound.tables)


def test_one_step_of_two(inputs: Inputs, looped: pd.DataFrame) -> None:
    half = run_of(inputs, SOUND.model_copy(update={"social_capital": LoopEquation()}), looped)
    assert half.finding("identified").value == 1
    assert "identified in one of its two steps only" in half.text


def test_weak_instruments_are_a_refusal_and_a_table(inputs: Inputs, looped: pd.DataFrame) -> None:
    noise = looped.assign(flats=np.random.default_rng(5).normal(size=len(looped)))
    weak = run_of(inputs, Loop(social_capital=equation(["owned"], "flats")), noise)
    finding = weak.finding("social_capital")
    assert not finding.estimable
    assert "instruments" in str(finding.reason)
    assert (weak.finding("estimated").value, weak.finding("identified").value) == (1, 0)
    assert "The loop is not identified." in weak.text


def test_equations_that_hold_different_things_equal_have_no_three_stages(
    inputs: Inputs, looped: pd.DataFrame
) -> None:
    apart = SOUND.model_copy(update={"social_capital": equation([], "flats")})
    run = run_of(inputs, apart, looped)
    assert "does without homes owned" in str(run.finding("hausman_p").reason)


def test_an_ingredient_of_the_index_is_no_instrument(inputs: Inputs) -> None:
    run = run_of(inputs, Loop(price=equation([], "libraries_within_1km")))
    assert "built from the same records" in str(run.finding("price").reason)


def test_the_captions_ask_who_the_clusters_are(sound: Run) -> None:
    captions = rendered("equity_model/_loop_captions.md.j2", equity_loop=sound.loop)
    assert "Errors clustered by ward, 69 clusters, CR1" in captions
