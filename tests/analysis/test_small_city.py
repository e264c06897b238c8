"""A city too small for most estimates has a report that says so, and no draw hangs on its rows."""

import random
import re
from pathlib import Path

import pandas as pd
import pytest
import small_city
from pedigree import require_pedigree

from neighbourhood_equity.analysis.inputs import Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.report_templates.commands.report import compute_for, report_of
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.publisher_texts import PublisherTexts
from neighbourhood_equity.report_templates.render import (
    Report,
    render_html,
    unused_exhibits,
    with_chapter_exhibits,
)

WARDS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated city cut to a few wards, told as a real one."""
    target = tmp_path_factory.mktemp("cut")
    city = open_folder(read_study(find_study("simulated_city")), None)
    wards = sorted(city.read("lsoa21_ward22")["ward22"].unique())[:WARDS]
    small_city.cut(city.root, target, wards)
    small_city.record(target, [("Old Mill", "ward22", wards[:1], 2001)])
    return target


@pytest.fixture(scope="module")
def study() -> Study:
    whole = read_study(find_study("simulated_city"))
    geography = whole.geography.model_copy(update={"expected": {}, "named_places": []})
    prices = whole.prices.model_copy(update={"small_areas": "sectors"})
    return whole.model_copy(update={"simulated": False, "geography": geography, "prices": prices})


@pytest.fixture(scope="module")
def small(folder: Path, study: Study) -> Inputs:
    return read_inputs(study, open_folder(study, folder))


@pytest.fixture(scope="module")
def found(small: Inputs) -> Run:
    return compute_for(FULL, small)


def page_of(report: Report) -> str:
    report = with_chapter_exhibits(report)
    figures = (name for name, one in report.exhibits.items() if isinstance(one, Figure))
    html = render_html(report, FULL, dict.fromkeys(figures, "<svg/>"))
    assert unused_exhibits(report, html) == ()
    return re.sub(r"<[^>]+>", "", html)


@pytest.fixture(scope="module")
def page(small: Inputs, found: Run) -> str:
    return page_of(report_of(small.study, small.folder, found, PublisherTexts()))


def test_what_cannot_be_estimated_is_refused_in_words(found: Run) -> None:
    refused = found.findings["sensitivity.engagement.curve_p"]
    assert refused.reason == (
        "the errors are clustered by place, and by ward outside places, and 3 clusters are fewer "
        "than the 5 asked for"
    )


def test_the_reports_other_chapters_stand(page: str) -> None:
    assert "The homes of the city’s 3 wards were worth" in page
    assert "The mean price paid rose from" in page


def test_a_chapter_says_why_it_has_no_estimate(page: str) -> None:
    assert "This is not estimable, because the errors are clustered by place" in page


def test_the_order_of_the_rows_changes_nothing_that_is_read(
    folder: Path, study: Study, small: Inputs, tmp_path: Path
) -> None:
    shuffle = random.Random(1).shuffle
    for path in folder.glob("*/*.csv*"):
        copy = tmp_path / path.relative_to(folder)
        copy.parent.mkdir(exist_ok=True)
        rows = small_city.rows_of(path)
        body = rows[1:] if rows[0] else rows
        shuffle(body)
        small_city.write(copy, small_city.text_of([rows[0], *body]))
    for path in folder.glob("*/*.geojson*"):
        (tmp_path / path.relative_to(folder)).write_bytes(path.read_bytes())
    again = read_inputs(study, open_folder(study, tmp_path))
    pd.testing.assert_frame_equal(again.areas, small.areas)
    pd.testing.assert_frame_equal(again.sectors, small.sectors)


def test_the_function_that_a_finding_names_returns_it(small: Inputs, found: Run) -> None:
    require_pedigree(small, found)
