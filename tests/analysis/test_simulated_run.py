"""The simulated study recovers what was planted; the real one refuses what cannot be had."""

import json
from pathlib import Path

import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.inputs import RECORD, Inputs, needed, open_folder, read_inputs
from neighbourhood_equity.analysis.run import compute
from neighbourhood_equity.analysis.study import find_study, read_study


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    study = read_study(find_study("simulated_city"))
    return read_inputs(study, open_folder(study, None))


@pytest.fixture(scope="module")
def book(inputs: Inputs) -> Book:
    return compute(inputs)


def test_every_planted_effect_lies_in_its_interval(book: Book) -> None:
    table = book.exhibits["planted_truth.effects"].frame.set_index("measure")
    outside = table[
        (table["planted"] < table["found_low"]) | (table["planted"] > table["found_high"])
    ]
    assert outside.empty, outside.to_string()


def test_the_raw_association_misses_what_was_planted(book: Book) -> None:
    truth = book.exhibits["planted_truth.effects"].frame.set_index("measure")["planted"]
    raw = book.findings["valuing.civic_assets.alone"]
    assert raw.ci_low is not None
    assert raw.ci_low > truth["Civic assets"]


def test_the_report_reads_the_sources_it_says_it_needs(book: Book, inputs: Inputs) -> None:
    assert {item.source.id for item in inputs.folder.provenance} == {
        *needed(inputs.study),
        *inputs.cited([RECORD]),
    }


def test_findings_are_the_same_in_two_runs(inputs: Inputs, book: Book) -> None:
    again = json.dumps(compute(inputs).findings.as_records())
    assert again == json.dumps(book.findings.as_records())


def test_every_estimate_names_its_variance_rule_and_label(book: Book) -> None:
    for estimate in book.estimates:
        glance = estimate.glance().iloc[0]
        prices = glance["specification"].startswith("house_prices.")
        assert glance["label"] == ("described" if prices else "adjusted")
        rules = ("CR1", "HC1", "maximum likelihood")
        assert any(rule in glance["variance_rule"] for rule in rules)


def test_real_data_are_read_and_the_hopeless_term_refused(shared_data: Path) -> None:
    study = read_study(find_study("birmingham"))
    book = compute(read_inputs(study, open_folder(study, shared_data)))
    refused = book.findings["valuing.coproduction_recorded.ward"]
    assert not refused.estimable
    assert refused.reason
    assert book.findings["social_capital.areas"].value == 659
    assert book.findings["house_prices.growth_correlation"].value == pytest.approx(0.93, abs=0.01)
    correlation = book.findings["house_prices.index_correlation"].value
    assert isinstance(correlation, float)
    assert correlation >= 0.96
