"""The main job end to end, on the simulated city and on the real data."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from page_fill import page_fill
from pypdf import PdfReader

from neighbourhood_equity.analysis import stored
from neighbourhood_equity.analysis.output import RESULTS
from neighbourhood_equity.report_templates.commands.report import run_study, typeset_run
from neighbourhood_equity.report_templates.editions import FULL

MARK = "SIMULATED DATA"
UNSAID = ("this package", "the package ", "not verified", "UNVERIFIED", "To be named", "not opened")


def by_command(out: Path) -> Path:
    """The folder that the command leaves, in a process of its own: its memory is not the tests'."""
    command = "from neighbourhood_equity.report_templates.commands.cli import main; main()"
    subprocess.run([sys.executable, "-c", command, "report", "--out", str(out)], check=True)
    return out / "simulated_city"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run of the embedded default leaves."""
    return by_command(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """The folder that a run on the real data leaves."""
    return run_study("birmingham", shared_data, tmp_path_factory.mktemp("out"), "full", quiet=True)


def texts(folder: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(folder / "full.pdf").pages]


def test_a_run_leaves_all_it_should(simulated: Path) -> None:
    names = {path.name for path in simulated.iterdir()}
    assert names == {
        "full.pdf",
        "findings.json",
        "estimates.csv",
        "estimates.parquet",
        "prices.csv",
        "prices.parquet",
        "social_capital_index.csv",
        "equity_account.csv",
        "manifest.json",
        "results",
        "tables",
        "figures",
    }


def test_every_page_of_the_simulated_report_says_so(simulated: Path) -> None:
    unmarked = [number for number, text in enumerate(texts(simulated), 1) if MARK not in text]
    assert unmarked == []


def test_no_page_of_the_real_report_says_simulated(real: Path) -> None:
    assert [number for number, text in enumerate(texts(real), 1) if MARK in text] == []


@pytest.mark.parametrize("run", ["simulated", "real"])
def test_no_chapter_speaks_of_software_or_of_what_nobody_supplied(
    request: pytest.FixtureRequest, run: str
) -> None:
    pages = texts(request.getfixturevalue(run))
    annex = next(
        number for number, text in enumerate(pages) if "The data, their publishers" in text
    )
    chapters = " ".join(" ".join(pages[2:annex]).split())
    assert [word for word in UNSAID if word in chapters] == []


@pytest.mark.parametrize("run", ["simulated", "real"])
def test_each_data_set_and_each_work_leads_out_of_the_report(
    request: pytest.FixtureRequest, run: str
) -> None:
    folder: Path = request.getfixturevalue(run)
    links = {
        link.get_object()["/A"]["/URI"]
        for page in PdfReader(folder / "full.pdf").pages
        for link in page.get("/Annots", [])
        if "/URI" in link.get_object().get("/A", {})
    }
    pages = set(stored.read(folder / RESULTS).sources["page"]) - {""}
    assert pages <= links
    assert any(link.startswith("https://doi.org/") for link in links)


def test_every_page_of_a_report_without_a_publisher_is_a_drafts(real: Path) -> None:
    pages = [text for text in texts(real) if "DRAFT" in text]
    assert len(pages) == len(texts(real))


def test_the_real_report_is_a_whole_report(real: Path) -> None:
    reader = PdfReader(real / "full.pdf")
    assert len(reader.pages) >= 50
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    parts = [chapter.full_title("Birmingham") for chapter in FULL.chapters[1:]]
    assert [title for title in titles if title in parts] == parts


@pytest.mark.parametrize("run", ["simulated", "real"])
def test_each_case_study_has_three_pages_at_most(request: pytest.FixtureRequest, run: str) -> None:
    folder: Path = request.getfixturevalue(run)
    names = {of.name for of in stored.read(folder / RESULTS).results["case_studies"].chosen}
    reader = PdfReader(folder / "full.pdf")
    headings = [entry for part in reader.outline if isinstance(part, list) for entry in part]
    begins = [
        reader.get_destination_page_number(entry) for entry in headings if entry.title in names
    ]
    assert len(begins) == len(names)
    assert all(after - before <= 3 for before, after in pairwise(begins))


def test_no_page_is_under_seven_tenths_full_but_where_a_part_ends(simulated: Path) -> None:
    of = stored.read(simulated / RESULTS).results["case_studies"]
    parts = {chapter.full_title("Simulated City") for chapter in FULL.chapters}
    begins = parts | {one.name for one in of.chosen}
    reader = PdfReader(simulated / "full.pdf")
    starts = {
        reader.get_destination_page_number(entry)
        for entry in _entries(reader.outline)
        if entry.title in begins
    }
    fill = page_fill(simulated / "full.pdf")
    ends = {start - 1 for start in starts} | {len(fill) - 1}
    # The annex lists data and wards: its tables begin where they are called.
    annex = max(starts)
    inside = range(min(starts), annex)
    assert {page + 1: fill[page] for page in inside if fill[page] < 0.7 and page not in ends} == {}


def _entries(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(entry)
        else:
            yield entry


def test_two_runs_give_the_same_bytes(simulated: Path, tmp_path: Path) -> None:
    again = by_command(tmp_path)
    for name in ("full.pdf", "findings.json", "estimates.csv", "estimates.parquet"):
        assert (again / name).read_bytes() == (simulated / name).read_bytes(), name


def test_the_manifest_names_what_went_in(simulated: Path) -> None:
    manifest = json.loads((simulated / "manifest.json").read_text())
    assert manifest["seed"] == 20100731
    assert manifest["peak_memory_mb"] < 1500
    assert all(len(item["sha256"]) == 64 for item in manifest["inputs"])
    assert manifest["study_text"].startswith('name = "simulated_city"')


def test_the_estimates_are_the_same_in_both_files(simulated: Path) -> None:
    parquet = pd.read_parquet(simulated / "estimates.parquet")
    assert len(parquet) == len(pd.read_csv(simulated / "estimates.csv"))
    assert {"term", "estimate", "std_error", "ci_low", "ci_high", "label"} <= set(parquet.columns)


def test_each_exhibit_has_its_file(simulated: Path) -> None:
    drawn = {path.stem for path in (simulated / "figures").glob("*.svg")}
    assert drawn == {path.stem for path in (simulated / "figures").glob("*.csv")}
    assert "valuing.scorecard.csv" in {path.name for path in (simulated / "tables").iterdir()}


def test_a_run_typeset_again_is_the_same_bytes(simulated, tmp_path):
    run = tmp_path / simulated.name
    shutil.copytree(simulated, run)
    typeset_run(run, "full", quiet=True)
    assert _files(run) == _files(simulated)


def _files(folder: Path) -> dict[str, bytes]:
    every = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in every}
