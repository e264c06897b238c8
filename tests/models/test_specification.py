"""A specification is refused for every fault at once."""

import dataclasses

import pytest

from neighbourhood_equity.models.specification import Specification, SpecificationError


def _specification(**changes: object) -> Specification:
    base: dict[str, object] = {
        "name": "test",
        "title": "a test",
        "outcome": "price",
        "regressors": ("capital",),
        "clusters": "ward",
    }
    return Specification(**{**base, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"regressors": ()}, "no regressor is named"),
        ({"regressors": "capital"}, "regressors is the text 'capital'"),
        ({"regressors": ("capital", "capital")}, "capital stand twice among the regressors"),
        ({"controls": ("capital",)}, "capital stand among the regressors and the controls"),
        ({"controls": ("price",)}, "the outcome price is also on the right-hand side"),
        ({"outcome": ""}, "no outcome is named: write outcome="),
        ({"clusters": None, "variance": "clustered"}, "no cluster column is named"),
        ({"variance": "bootstrap"}, "variance 'bootstrap' is not one of classical, robust"),
        ({"variance": "CR2"}, "CR2 is written bias_reduced"),
        ({"label": "causal"}, "label 'causal' is not one of described"),
    ],
)
def test_fault_is_named(changes, words):
    with pytest.raises(SpecificationError, match=words):
        _specification(**changes)


def test_all_faults_are_told_at_once():
    with pytest.raises(SpecificationError) as caught:
        _specification(regressors=(), outcome="", label="causal")
    assert str(caught.value).count(";") == 2


def test_columns_are_named_once_and_in_order():
    specification = _specification(
        controls=("rooms",), effects=("ward", "year"), weights="sales", clusters="ward"
    )
    assert specification.columns == ("price", "capital", "rooms", "ward", "year", "sales")


def test_terms_are_regressors_then_controls():
    assert _specification(controls=("rooms",)).terms == ("capital", "rooms")


def test_a_specification_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        _specification().outcome = "rent"


@pytest.mark.parametrize(("clusters", "rule"), [("ward", "clustered"), (None, "robust")])
def test_the_rule_not_asked_for_follows_the_clusters(clusters, rule):
    assert _specification(clusters=clusters).variance == rule


def test_outcome_and_regressors_are_enough():
    specification = Specification(outcome="price", regressors=("capital", "rooms"))
    assert specification.name == "price on capital and rooms"


def test_a_list_of_columns_is_taken_as_a_tuple():
    assert _specification(controls=["rooms"]).controls == ("rooms",)
