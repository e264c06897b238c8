"""A second city runs from its study's file and folder alone, and nothing of the first is in it."""

import csv
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from pypdf import PdfReader

from neighbourhood_equity.report_templates.commands.report import run_study

MANCHESTER = Path(__file__).parents[3] / "docs" / "examples" / "manchester.toml"
BIRMINGHAM = files("neighbourhood_equity.analysis").joinpath("studies", "birmingham")
INDEX = "HM Land Registry and ONS, UK House Price Index"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, second_city_data: Path) -> list[str]:
    """The text of each page of Manchester's report, on the record beside its study."""
    data = tmp_path_factory.mktemp("data") / "manchester"
    theirs = shutil.ignore_patterns("coproduction_events*")
    shutil.copytree(second_city_data, data, ignore=theirs)
    run = run_study(str(MANCHESTER), data, tmp_path_factory.mktemp("out"), "full", quiet=True)
    return [page.extract_text() for page in PdfReader(run / "full.pdf").pages]


@pytest.fixture(scope="module")
def text(pages: list[str]) -> str:
    """All pages, their white space made single."""
    return " ".join(" ".join(pages).split())


def rows(name: str) -> list[dict[str, str]]:
    with BIRMINGHAM.joinpath(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_report_is_whole(pages: list[str], text: str) -> None:
    assert len(pages) >= 60
    assert "Appendix 4: House Prices Variations in Manchester" in text


def test_birmingham_is_named_only_where_the_text_speaks_of_the_report_of_2010(
    pages: list[str],
) -> None:
    named = [(line, page) for page in pages for line in page.split("\n") if "Birmingham" in line]
    assert 0 < len(named) <= 10
    assert all("Slatter" in page for _, page in named)


def test_no_recorded_place_organisation_or_fact_of_birmingham_is_printed(text: str) -> None:
    events, areas, facts = (
        rows(f"{name}.csv") for name in ("coproduction_events", "place_areas", "place_facts")
    )
    theirs = {
        *(row["place"] for row in areas),
        *(row["name"] for row in areas),
        *(row["organisation"] for row in events),
        *(row["fact"] for row in facts),
    }
    assert len(theirs) > 40
    assert [name for name in theirs if name in text] == []


def test_its_own_passages_and_places_are_printed(text: str) -> None:
    assert text.count("What else moved prices.") == 2
    assert "none of its neighbourhood agencies is on this record" in text
    assert "Beswick and Openshaw (2000)" in text


def test_a_stand_in_is_said_to_be_one_wherever_its_numbers_are(text: str) -> None:
    assert text.count(INDEX) == text.count(f"{INDEX} (a stand-in") > 1
    assert text.count("UK House Price Index: a stand-in") >= 4
