"""A study is free: other measures, clusters, weights and steps give a report that says so."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neighbourhood_equity.analysis.graph import make
from neighbourhood_equity.analysis.inputs import Inputs, in_deviations, open_folder, read_inputs
from neighbourhood_equity.analysis.quantities import NotEstimable
from neighbourhood_equity.analysis.reasons import NoMeasure
from neighbourhood_equity.analysis.results.cross_section import CrossSection
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.levels import OF_AREAS, level
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.report_templates.commands.report import compute_for, report_of
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.publisher_texts import PublisherTexts
from neighbourhood_equity.report_templates.render import render_html, with_chapter_exhibits
from neighbourhood_equity.report_templates.rules import errors_words, weights_words

FIVE = ("civic_assets", "connectedness", "engagement", "clubs_within_1km", "libraries_within_1km")
MEASURES = 'social_capital = ["civic_assets", "connectedness", "engagement"]'
RECORD = 'coproduction = ["coproduction_recorded"]'
NO_RECORD = (RECORD, "coproduction = []")
FIVE_MEASURES = (MEASURES, f"social_capital = {list(FIVE)}")
NO_WEIGHTS = ("[cross_section]", '[cross_section]\nweights = ""')
RENAMED = (('name = "ward"', 'name = "inside_wards"'), ('name = "alone"', 'name = "raw"'))
QUICK = ("cross_section", "planted_truth", "social_index", "equity_links")


def clustered(by: str) -> tuple[str, str]:
    return "[cross_section]\n", f'[cross_section]\nclusters = "{by}"\n'


def odd(folder: Path, *changes: tuple[str, str]) -> Study:
    """The simulated city's study with some of its text replaced."""
    text = find_study("simulated_city").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "odd.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


@pytest.fixture(scope="module")
def small(small_city: Path) -> Inputs:
    """A small city, read."""
    plain = read_study(find_study("simulated_city"))
    geography = plain.geography.model_copy(update={"expected": {}})
    return read_inputs(plain.model_copy(update={"geography": geography}), DataFolder(small_city))


def quick(study: Study, small: Inputs) -> Mapping[str, Any]:
    """What a study finds in the small city, of results that take little."""
    given = {name: getattr(small, name) for name in small.__dataclass_fields__}
    made = make(QUICK, {**given, "study": study, "inputs": replace(small, study=study)})
    return {name: one.record for name, one in made.items()}


@pytest.mark.parametrize(
    "changes",
    [
        (FIVE_MEASURES,),
        ((MEASURES, 'social_capital = ["engagement"]'),),
        ((MEASURES, 'social_capital = ["social_capital"]'),),
        RENAMED,
        ((RECORD, f"{RECORD}\nminimum_sales = 40"),),
    ],
)
def test_each_measure_has_every_step_by_the_studys_own_names(
    changes: tuple[tuple[str, str], ...], small: Inputs, tmp_path: Path
) -> None:
    study = odd(tmp_path, *changes)
    section: CrossSection = quick(study, small)["cross_section"]
    assert [one.key for one in section.social_capital] == study.cross_section.social_capital
    for one in section.measures:
        assert list(one.steps) == [step.name for step in study.cross_section.steps]


@pytest.mark.parametrize("column", OF_AREAS)
def test_any_level_of_the_areas_can_be_the_cluster(
    column: str, small: Inputs, tmp_path: Path
) -> None:
    found = quick(odd(tmp_path, clustered(column)), small)
    words = errors_words(found["cross_section"].estimates)
    assert words.startswith(f"Errors clustered by {level(column).clustered}, ")


def test_without_weights_every_area_weighs_the_same(small: Inputs, tmp_path: Path) -> None:
    found = quick(odd(tmp_path, NO_WEIGHTS), small)
    section, links = found["cross_section"], found["equity_links"]
    assert {one.specification.weights for one in (*section.estimates, *links.estimates)} == {None}
    assert weights_words(section.last) == "Each area weighs the same"


def test_without_coproduction_what_is_asked_of_it_has_a_reason(
    small: Inputs, tmp_path: Path
) -> None:
    found = quick(odd(tmp_path, NO_RECORD), small)
    section, links = found["cross_section"], found["equity_links"]
    assert section.no_coproduction == NotEstimable(NoMeasure("coproduction"))
    assert section.coproduction == ()
    assert links.of("outcomes").held.reason == NoMeasure("coproduction")
    assert "coproduction_recorded" not in {one.key for one in found["planted_truth"].every}


def test_a_measure_that_counts_is_told_by_the_standard_deviation(small: Inputs) -> None:
    areas = in_deviations(small.areas, ["engagement", "clubs_within_1km"])
    assert areas["clubs_within_1km"].std(ddof=0) == pytest.approx(1)
    assert areas["clubs_within_1km"].mean() == pytest.approx(0, abs=1e-12)
    assert areas["engagement"].equals(small.areas["engagement"])


def whole(study: Study) -> tuple[Run, dict[str, str]]:
    """The whole report of a study on the simulated city, its text by chapter."""
    inputs = read_inputs(study, open_folder(study, None))
    run = compute_for(FULL, inputs)
    report = with_chapter_exhibits(report_of(study, inputs.folder, run, PublisherTexts()))
    figures = (name for name, one in report.exhibits.items() if isinstance(one, Figure))
    pages = re.split(r'id="chapter-', render_html(report, FULL, dict.fromkeys(figures, "<svg/>")))
    plain = (html.unescape(re.sub(r"<[^>]*>", "", f'<a id="{page}')) for page in pages)
    plain = (" ".join(page.split()) for page in plain)  # no line's end, no blank that holds
    names = ["front", *(re.match(r"\w+", page).group() for page in pages[1:])]
    return run, dict(zip(names, plain, strict=True))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, str]]:
    """Wards for clusters, no weights, and no measure of coproduction."""
    return whole(odd(tmp_path_factory.mktemp("bare"), clustered("ward22"), NO_WEIGHTS, NO_RECORD))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, str]]:
    """Five measures, steps of other names, and errors by middle area."""
    changes = (FIVE_MEASURES, clustered("msoa21"), *RENAMED)
    return whole(odd(tmp_path_factory.mktemp("many"), *changes))


@pytest.mark.parametrize(
    "false",
    [
        "by place ",
        "wards outside",
        "weighted by sales or not",
        "weighted by the number of sales",
        "more sales weigh more",
        "against one without",
        "Areas with a recorded programme",
        "a place counts once",
    ],
)
def test_a_bare_study_says_nothing_of_what_it_does_not_have(
    bare: tuple[Run, dict[str, str]], false: str
) -> None:
    assert {name for name, page in bare[1].items() if false in page} == set()


@pytest.mark.parametrize(
    ("chapter", "true"),
    [
        ("valuing", "Errors clustered by ward, 69 clusters, CR2"),
        ("valuing", "Each area weighs the same."),
        ("valuing", "is not estimable, because the study names no measure of coproduction"),
        ("equity_model", "is not estimable, because the study names no measure of coproduction"),
    ],
)
def test_a_bare_study_says_how_it_is(
    bare: tuple[Run, dict[str, str]], chapter: str, true: str
) -> None:
    assert true in bare[1][chapter]


def test_a_bare_study_has_no_number_of_recorded_coproduction(
    bare: tuple[Run, dict[str, str]],
) -> None:
    assert [name for name in bare[0].findings if "coproduction_recorded" in name] == []


@pytest.mark.parametrize(
    "false",
    ["by place ", "wards outside", "Three measures", "hree domains", "the three measures"],
)
def test_five_measures_are_never_called_three(many: tuple[Run, dict[str, str]], false: str) -> None:
    about = ("summary", "valuing", "social_capital", "equity_model", "recommendations")
    assert {name for name in about if false in many[1][name]} == set()


@pytest.mark.parametrize("chapter", ["valuing", "social_capital"])
def test_every_measure_is_spoken_of(many: tuple[Run, dict[str, str]], chapter: str) -> None:
    page = many[1][chapter].lower()
    assert [one for one in FIVE if measure(one).words.lower() not in page] == []


def test_errors_are_told_by_the_studys_clusters(many: tuple[Run, dict[str, str]]) -> None:
    assert "Errors clustered by middle area, 130 clusters" in many[1]["valuing"]


def test_a_step_of_another_name_gives_findings_by_that_name(
    many: tuple[Run, dict[str, str]],
) -> None:
    assert {"valuing.engagement.inside_wards", "valuing.engagement.raw"} <= set(many[0].findings)
