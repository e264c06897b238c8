"""A result that the data do not bear is refused whole, with what rests on it, and ends nothing."""

import pytest

from neighbourhood_equity.analysis import graph, stored
from neighbourhood_equity.analysis.record_tree import leaves
from neighbourhood_equity.analysis.refused_result import RefusedResult, kept
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.models.specification import NotEstimable


@pytest.fixture
def registry(monkeypatch):
    made = {}
    monkeypatch.setattr(graph, "_NODES", made)
    monkeypatch.setattr(graph, "nodes", lambda: made)
    return made


def test_what_rests_on_a_refused_result_is_refused_with_its_reason(registry):
    @graph.result()
    def ground():
        raise NotEstimable("one ward tells nothing of how wards differ")

    @graph.result()
    def walls(ground):
        return ground.height + 1

    @graph.result()
    def garden():
        return "green"

    made = graph.make(["walls", "garden"], {"folder": DataFolder(None)})
    assert made["walls"].record == RefusedResult("one ward tells nothing of how wards differ")
    assert made["garden"].record == "green"


def test_a_fault_of_ours_still_surfaces(registry):
    @graph.result()
    def broken():
        raise KeyError("typo")

    with pytest.raises(KeyError):
        graph.make(["broken"], {"folder": DataFolder(None)})


def test_a_refused_result_has_no_findings_and_is_kept_on_disk(tmp_path):
    refused = RefusedResult("too few")
    assert list(leaves({"a": refused})) == []
    assert not kept(refused)
    stored.write(refused, tmp_path / "results")
    assert stored.read(tmp_path / "results") == refused
