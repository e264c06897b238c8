"""The simulated study recovers what was planted; the real one refuses what cannot be had."""

import pytest

from neighbourhood_equity.analysis.checks import scope_of
from neighbourhood_equity.analysis.inputs import RECORD, Inputs, join_tables
from neighbourhood_equity.analysis.run import Run


def test_every_planted_effect_lies_in_its_interval(book: Run) -> None:
    assert [one.key for one in book.results["planted_truth"].every if not one.inside] == []


def test_the_raw_association_misses_what_was_planted(book: Run) -> None:
    raw = book.findings["valuing.civic_assets.alone"]
    assert raw.ci_low is not None
    assert raw.ci_low > book.findings["planted_truth.civic_assets.planted"].value


def test_the_report_reads_the_sources_it_says_it_needs(book: Run, inputs: Inputs) -> None:
    assert {item.source.id for item in inputs.folder.provenance} == {
        *scope_of(inputs.study).needed,
        *inputs.cited([RECORD]),
    }


def test_every_estimate_names_its_variance_rule_and_label(book: Run) -> None:
    for estimate in book.estimates:
        glance = estimate.glance().iloc[0]
        chapter = glance["specification"].split(".")[0]
        labels = {"house_prices": "described", "staggered": "did"}
        assert glance["label"] == labels.get(chapter, "adjusted")
        rules = ("CR1", "CR2", "HC1", "likelihood", "score", "clustered by ", "no error: ")
        assert any(rule in glance["variance_rule"] for rule in rules)


def test_real_data_are_read_and_the_hopeless_term_refused(real: Run) -> None:
    refused = real.findings["valuing.coproduction_recorded.ward"]
    assert not refused.estimable
    assert refused.reason
    assert real.findings["social_capital.areas"].value == 659
    assert real.findings["house_prices.growth_correlation"].value == pytest.approx(0.93, abs=0.01)
    correlation = real.findings["house_prices.index_correlation"].value
    assert isinstance(correlation, float)
    assert correlation >= 0.96


def test_social_capital_is_that_of_the_study_s_own_measures(inputs: Inputs) -> None:
    two = ["civic_assets", "clubs_within_1km"]
    section = inputs.study.cross_section.model_copy(update={"social_capital": two})
    study = inputs.study.model_copy(update={"cross_section": section})
    areas = join_tables(study, inputs.folder).areas
    assets, clubs = (areas[name] for name in two)
    mean = (assets - assets.mean()) / assets.std() + (clubs - clubs.mean()) / clubs.std()
    assert areas["social_capital"].corr(mean) == pytest.approx(1.0)
    assert areas["social_capital"].std(ddof=0) == pytest.approx(1.0)
