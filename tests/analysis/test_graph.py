"""Results are ordered by what their functions ask for."""

import pytest

from neighbourhood_equity.analysis import graph
from neighbourhood_equity.data.catalogue import DataFolder


@pytest.fixture
def registry(monkeypatch):
    made = {}
    monkeypatch.setattr(graph, "_NODES", made)
    monkeypatch.setattr(graph, "nodes", lambda: made)
    return made


def test_a_result_comes_after_what_its_parameters_name(registry):
    @graph.result()
    def roof(walls, study):
        return f"{walls}, roof of {study}"

    @graph.result()
    def walls(ground):
        return f"{ground}, walls"

    @graph.result()
    def ground():
        return "ground"

    assert graph.order(["roof"]) == ("ground", "walls", "roof")


def test_what_nobody_asks_for_is_not_made(registry):
    @graph.result()
    def asked():
        return 1

    @graph.result()
    def other():
        raise AssertionError

    made = graph.make(["asked"], {"folder": DataFolder(None)})
    assert list(made) == ["asked"]


def test_a_need_that_no_function_makes_is_named_with_who_asks(registry):
    @graph.result()
    def roof(wals):
        return wals

    with pytest.raises(LookupError, match="roof asks for 'wals'"):
        graph.order(["roof"])


def test_every_result_of_the_house_can_be_ordered():
    assert set(graph.order(graph.nodes())) == set(graph.nodes())


def test_a_result_knows_the_sources_that_its_function_read(registry, tmp_path):
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "ons_cpi_d7bt.csv").write_text("date,cpi\n2024-01,100\n")

    @graph.result()
    def inflation(folder):
        return folder.read("cpi")["cpi"].iloc[0]

    @graph.result()
    def again(inflation):
        return inflation

    made = graph.make(["again"], {"folder": DataFolder(tmp_path)})
    assert made["inflation"].sources == ("cpi",)
    assert made["again"].sources == ()
