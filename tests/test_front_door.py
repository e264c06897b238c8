"""The names of a notebook: cheap to import, typed, listed, and the README's lines do as it says."""

import ast
import inspect
import re
import subprocess
import sys
import typing
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import pytest

import neighbourhood_equity as ne
from neighbourhood_equity.data import simulated_city
from neighbourhood_equity.models.record import Record

HOUSE = Path(__file__).parents[1]
ROOT = ast.parse((HOUSE / "__init__.py").read_text(encoding="utf-8"))
README = (HOUSE / "README.md").read_text(encoding="utf-8")
LINES = re.search(r"## In a notebook\n\n```python\n(.*?)```", README, flags=re.DOTALL)[1]
FUNCTIONS = [name for name in ne.__all__ if inspect.isfunction(getattr(ne, name))]
OTHER_RESULTS = {
    "holm", "romano_wolf", "neighbours", "market_sales", "anderson_rubin",
    "read_study", "run", "simulate_city", "typeset",
}  # fmt: skip
"""Functions that return arrays, sets, paths, or what another function takes."""
EFFECT, GROWTH, RISE = 0.3, 0.05, 0.4


def test_the_import_brings_no_library_with_it():
    script = (
        "import sys; before = set(sys.modules); import neighbourhood_equity as ne; dir(ne);"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    roots = set(told.stdout.split())
    assert roots - set(sys.stdlib_module_names) == {"neighbourhood_equity"}
    assert len(roots) < 10


def test_the_type_checker_is_told_the_same_as_python():
    (block,) = [node for node in ROOT.body if isinstance(node, ast.If) and not node.orelse][:1]
    told = {
        alias.asname: f"{node.module}:{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == ne._BEHIND


def test_every_name_is_there_and_no_other():
    assert set(ne.__all__) == {*ne._BEHIND, "NeighbourhoodEquityError", "__version__"}
    assert all(getattr(ne, name) is not None for name in dir(ne))
    with pytest.raises(AttributeError, match="no attribute 'panell'"):
        ne.panell  # noqa: B018


def test_the_reference_lists_every_name():
    page = (HOUSE / "docs" / "front_door.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)", page, flags=re.MULTILINE)
    assert sorted([*listed, "__version__"]) == sorted(ne.__all__)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - OTHER_RESULTS))
def test_what_a_function_gives_shows_itself(name):
    given = typing.get_type_hints(getattr(ne, name))["return"]
    assert issubclass(given, Record | pd.DataFrame)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_does_and_takes(name):
    assert len(inspect.getdoc(getattr(ne, name)) or "") > 40


def _homes() -> pd.DataFrame:
    """A panel with a known effect; Acton rises in 2018 besides."""
    rng = np.random.default_rng(2)
    areas, years = ["Acton", *(f"Area {number}" for number in range(1, 40))], range(2008, 2024)
    homes = pd.MultiIndex.from_product([areas, years], names=["area", "year"]).to_frame(index=False)
    number, n = homes["area"].map(areas.index), len(homes)
    homes["ward"] = "Ward " + (number // 4).astype(str)
    homes["tenure"] = rng.choice(["owned", "rented", "social"], n)
    homes["coproduction"] = rng.normal(0, 1, n)
    later = (homes["area"] == "Acton") & (homes["year"] >= 2018)
    noise = 0.02 * rng.normal(size=n)
    homes["log_price"] = 12 + 0.02 * number + EFFECT * homes["coproduction"] * (number > 0) + noise
    return homes.assign(log_price=homes["log_price"] + RISE * later)


def _price_paid() -> pd.DataFrame:
    """Sixteen columns without a header, as the publisher writes them; prices grow by 5% a year."""
    rng = np.random.default_rng(3)
    n = 1200
    year, kind = rng.integers(2015, 2021, n), rng.choice(list("DSTF"), n)
    logs = 12 + GROWTH * (year - 2015) + 0.3 * (kind == "D") + rng.normal(0, 0.1, n)
    sector = rng.choice(["B1 1", "B2 4", "B3 9", "B4 6"], n)
    days = [f"{each}-06-01" for each in year]
    ids = [f"{{{number:08X}-0000-0000-0000-000000000000}}" for number in range(n)]
    return pd.DataFrame(
        {
            "id": ids, "price": np.exp(logs).astype(int), "date": days,
            "postcode": [f"{each}AA" for each in sector], "type": kind,
            "new": rng.choice(["Y", "N"], n, p=[0.1, 0.9]), "tenure": rng.choice(["F", "L"], n),
            "paon": range(n), "saon": "", "street": "HIGH STREET", "locality": "", "town": "TOWN",
            "district": "DISTRICT", "county": "COUNTY", "category": "A", "status": "A",
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> dict[str, typing.Any]:
    """What the names of the README's lines hold, run beside two small made files."""
    folder = tmp_path_factory.mktemp("notebook")
    _homes().to_csv(folder / "homes.csv", index=False)
    _price_paid().to_csv(folder / "price_paid.csv", index=False, header=False, quoting=1)
    names: dict[str, typing.Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(LINES, names)
    return names


def test_each_task_takes_at_most_three_lines():
    _, *tasks = LINES.replace("import pandas as pd\n\n", "import pandas as pd\n").split("\n\n")
    first = ast.parse(LINES.split("\n\n")[1]).body
    assert [len(first), *(len(ast.parse(task).body) for task in tasks)] == [3, 2, 2]


def test_the_panel_has_cr2_and_finds_the_planted_effect(notebook):
    estimate = notebook["estimate"]
    assert "CR2" in estimate.variance_rule
    assert estimate.terms == ("coproduction", "tenure[rented]", "tenure[social]")
    assert estimate["coproduction"].estimate == pytest.approx(EFFECT, abs=0.03)


def test_the_index_grows_as_planted(notebook):
    tidy = notebook["index"].tidy()
    assert list(tidy["period"]) == list(range(2015, 2020))
    assert np.log(tidy["index"].iloc[-1] / 100) == pytest.approx(4 * GROWTH, abs=0.04)


def test_the_placebos_stand_by_area(notebook):
    placebos = notebook["placebos"]
    assert len(placebos.effects) == 40
    assert placebos.effects["Acton"] == pytest.approx(RISE, abs=0.15)
    assert placebos.p_value == pytest.approx(1 / 40)


@pytest.mark.parametrize("name", ["estimate", "index", "comparison", "placebos"])
def test_a_notebook_shows_the_record_as_a_table(notebook, name):
    page = notebook[name]._repr_html_()
    assert page.count("<tr") > 1
    assert "nan" not in page


def test_a_shipped_study_is_read_by_its_name_and_a_near_one_is_hinted_at():
    assert ne.read_study("birmingham").city == "Birmingham"
    with pytest.raises(ne.NeighbourhoodEquityError, match="Did you mean 'birmingham'"):
        ne.read_study("brimingham")


def test_a_city_of_a_seed_is_made_small_for_a_try(monkeypatch, tmp_path):
    made = MagicMock(return_value=tmp_path)
    monkeypatch.setattr(simulated_city, "make_city", made)
    assert ne.simulate_city("city", seed=1, small=True) == tmp_path
    made.assert_called_once_with(Path("city"), 1, simulated_city.SMALL)


def test_a_city_made_gives_an_index(small_city):
    paid = ne.read_price_paid(small_city / "prices" / "pp-complete.csv.gz")
    index = ne.price_index(ne.market_sales(paid).frame)
    assert len(index.tidy()) > 5
