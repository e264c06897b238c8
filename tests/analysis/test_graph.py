"""Results are ordered by what their functions ask for."""

import pytest

from neighbourhood_equity.analysis import graph, second_core
from neighbourhood_equity.analysis.quantities import Count
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


def test_what_asks_nothing_of_one_another_is_made_apart(registry):
    @graph.result()
    def ground():
        return 1

    @graph.result()
    def walls(ground):
        return ground

    @graph.result()
    def roof(walls, ground):
        return walls + ground

    @graph.result()
    def garden():
        return 2

    groups = graph.families(graph.order(["roof", "garden"]))
    assert groups == [("ground", "walls", "roof"), ("garden",)]


def squared(number):
    def made():
        return number**2

    made.__name__ = f"r{number}"
    graph.result()(made)


@pytest.mark.parametrize("cores", [1, 2])
def test_one_core_or_two_make_the_same_in_the_same_order(registry, monkeypatch, cores):
    monkeypatch.setattr(second_core, "lent", lambda: cores == 2)
    for number in range(6):
        squared(number)
    made = graph.make(["r5", "r1", "r3", "r0"], {"folder": DataFolder(None)})
    assert {name: one.record for name, one in made.items()} == {"r0": 0, "r1": 1, "r3": 9, "r5": 25}
    assert list(made) == sorted(made)


def test_what_the_second_process_read_is_remembered(registry, monkeypatch, tmp_path):
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "ons_cpi_d7bt.csv").write_text("date,cpi\n2024-01,100\n")
    folder = DataFolder(tmp_path)

    @graph.result()
    def inflation(folder):
        return folder.read("cpi")["cpi"].iloc[0]

    graph.make(["inflation"], {"folder": folder})
    assert [item.source.id for item in folder.provenance] == ["cpi"]


def test_a_result_that_gathers_others_holds_their_very_quantities(registry, monkeypatch):
    monkeypatch.setattr(graph, "MANY", 2)

    @graph.result()
    def walls():
        return Count(4)

    @graph.result()
    def roofs():
        return Count(1)

    @graph.result()
    def house(walls, roofs):
        return (walls, roofs)

    @graph.result()
    def street(walls, roofs):
        return (roofs, walls)

    made = graph.make(["house", "street"], {"folder": DataFolder(None)})
    assert graph.gathering(graph.order(["house", "street"])) == ["house", "street"]
    for name, parts in (("house", ("walls", "roofs")), ("street", ("roofs", "walls"))):
        held = made[name].record
        assert [id(part) for part in held] == [id(made[part].record) for part in parts]
