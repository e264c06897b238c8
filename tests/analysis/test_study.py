"""A study file's mistakes are told at once, each with its key and what is allowed."""

import re
from pathlib import Path

import pytest

from neighbourhood_equity.analysis.study import (
    SHIPPED,
    StudyError,
    find_study,
    read_study,
)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_studies_are_valid(name: str) -> None:
    assert read_study(find_study(name)).name == name


def test_a_mistyped_study_name_suggests_the_right_one() -> None:
    with pytest.raises(StudyError, match="Did you mean 'birmingham'"):
        find_study("birmigham")


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The shipped study with some of its text replaced."""
    text = find_study("birmingham").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        ("first_year = 1995", 'first_year = "early"'),
        ('city = "Birmingham"', 'citty = "Birmingham"'),
        ("sector_share_at_least = 0.5", "sector_share_at_least = 5"),
    )
    with pytest.raises(StudyError) as fault:
        read_study(path)
    told = "\n".join(fault.value.faults)
    assert "period.first_year" in told
    assert "key 'citty' is not known. Did you mean 'city'?" in told
    assert "key 'city' is missing" in told
    assert "geography.sector_share_at_least" in told


def test_broken_toml_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text("name = ", encoding="utf-8")
    with pytest.raises(StudyError, match=r"study\.toml: not a readable TOML file"):
        read_study(path)


WARD_STEP = 'effects = ["ward22"]'
INCOME = 'controls = ["sale_date", "income_deprivation", "employment_deprivation"]'
MEASURES = 'social_capital = ["civic_assets", "connectedness", "engagement"]'
PANEL_AND_LOOP = '[panel]\n[[loop.price.instruments]]\ncolumn = "librarys_within_1km"\nreason = "x"'
RECORD = 'coproduction = ["coproduction_recorded"]'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("last_year = 2024", "last_year = 1990", "last_year must come after first_year"),
        ("last_year = 2024", "last_year = 2100", "its period ends in 2100; expected a date"),
        ("date = 2026-11-24", "date = 0001-01-01", "the report is of 0001-01-01"),
        ("seed = 20100731", "seed = -1", "'seed' is -1: Input should be greater than or equal"),
        ("seed = 20100731", "seed = true", "'seed' is True: Input should be a valid integer"),
        ("window = 3", "window = 16", "averages 16 years at each end.*30 in all.*at most half"),
        ('"E08000025"', '"xxE08000025yy"', "'geography.district' is 'xxE08000025yy'"),
        (
            '"Perry Common"]',
            '"Castle Vale"]',
            "coproduction.case_studies': names 'Castle Vale' more than once",
        ),
        (
            'name = "tenure"',
            'name = "together"',
            "cross_section.steps': names 'together' more than once",
        ),
        (WARD_STEP, WARD_STEP + "\nseparately = true", "the last step, 'ward', takes each"),
        (WARD_STEP, 'effects = ["ward99"]', r"effects.0' is 'ward99'.*'ward22'\?"),
        (WARD_STEP, 'effects = ["lsoa21"]', "'lsoa21': Input should be 'ward22'"),
        (WARD_STEP, 'effects = ["ward22", "msoa21"]', "absorbs several effects"),
        (
            '"civic_assets", ',
            '"engagement", ',
            "social_capital': names 'engagement' more than once",
        ),
        (
            "[cross_section]",
            '[cross_section]\nclusters = "owned"',
            r"'owned': \(Homes owned\) cannot",
        ),
        ("[cross_section]", '[cross_section]\nclusters = "wardd"', "Did you mean 'ward22'"),
        ("[cross_section]", '[cross_section]\nwards = "ward99"', "Did you mean 'ward22'"),
        ("[cross_section]", '[cross_section]\nweights = "homes"', "should be 'sales'"),
        (INCOME, INCOME.replace('["', '["safety", "'), "'safety': is a result of coproduction"),
        (INCOME, INCOME.replace('["', '["log_price", "'), r"'log_price': \(Mean price.*should be"),
        (INCOME, INCOME.replace('["', '["ownd", "'), "controls.0' is 'ownd'.*Did you mean 'owned'"),
        ('outcome = "log_dated_price"', 'outcome = "safety"', r"\(Safety from crime\) cannot"),
        (MEASURES, "social_capital = []", "is empty; the report asks.*civic_assets, connectedness"),
        (MEASURES, 'social_capital = ["owned"]', "social_capital.0' is 'owned'.*'civic_assets'"),
        (MEASURES, 'social_capital = ["social_capital", "engagement"]', "name it alone or leave"),
        (RECORD, 'coproduction = ["coproduction_recordd"]', "Did you mean 'coproduction_recorded'"),
        ("[panel]", '[panel]\noutcome = "mean_price"', "'panel.outcome'.*'log_price'"),
        ("[panel]", '[panel]\ntreatment = "nonsense"', "'panel.treatment'.*'exposure'"),
        (
            "[panel]",
            '[panel]\n[loop.price]\ncontrols = ["safety"]',
            "loop.price.controls.0' is 'saf",
        ),
        ("[panel]", PANEL_AND_LOOP, "instruments.0.column' is 'librarys_.*Did you mean 'lib"),
        ("[panel]", '[panel]\nclusters = "year"', "'panel.clusters'.*'sector'"),
        ("[panel]", '[panel]\nweights = "x"', "'panel.weights'.*'sales'"),
    ],
)
def test_a_study_that_cannot_be_run_is_told_by_key(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = changed(tmp_path, (old, new))
    with pytest.raises(StudyError, match=told):
        read_study(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MEASURES, 'social_capital = ["engagement"]'),
        (MEASURES, 'social_capital = ["social_capital"]'),
        (MEASURES, MEASURES.replace('"]', '", "clubs_within_1km", "libraries_within_1km"]')),
        (RECORD, "coproduction = []"),
        ("[cross_section]", '[cross_section]\nweights = ""'),
        ("[cross_section]", '[cross_section]\nclusters = "lsoa21"'),
        ('name = "ward"', 'name = "inside_wards"'),
        ('title = "plus tenure"', 'title = "plus tenure (census)"'),
    ],
)
def test_a_study_is_free_in_what_it_asks(tmp_path: Path, old: str, new: str) -> None:
    assert read_study(changed(tmp_path, (old, new))).name == "birmingham"


def test_slips_in_columns_and_in_the_path_are_told_with_all_others(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        (MEASURES, 'social_capital = ["civic"]'),
        ("[cross_section]", '[cross_section]\nclusters = "wardd"'),
        ('name = "tenure"', 'name = "together"'),
        ("window = 3", "window = 16"),
        ("last_year = 2024", "last_year = 2100"),
    )
    with pytest.raises(StudyError) as fault:
        read_study(path)
    keys = [re.search(r"key '([a-z_.0-9]+)'", one).group(1) for one in fault.value.faults]
    assert keys == [
        "period",
        "cross_section.social_capital.0",
        "cross_section.clusters",
        "cross_section.steps",
    ]


@pytest.mark.parametrize(
    "name",
    ["../victim", "/tmp/victim", "reports/mine", "Mine", "mine ", "mine\\n", "1st", "x" * 300],
)
def test_a_name_that_is_no_plain_name_is_refused(tmp_path: Path, name: str) -> None:
    path = changed(tmp_path, ('name = "birmingham"', f'name = "{name}"'))
    with pytest.raises(StudyError, match="key 'name'"):
        read_study(path)


def test_a_file_of_another_ending_is_told_so(tmp_path: Path) -> None:
    path = changed(tmp_path).rename(tmp_path / "study.TOML")
    with pytest.raises(StudyError, match=r"does not end in '\.toml'"):
        find_study(str(path))


def test_a_step_that_gives_up_what_was_held_equal_is_refused(tmp_path: Path) -> None:
    former = (
        'controls = ["sale_date", "income_deprivation", "employment_deprivation", "owned", '
        '"social_rented"]'
    )
    path = changed(tmp_path, (former, 'controls = ["owned", "social_rented"]'))
    with pytest.raises(StudyError) as fault:
        read_study(path)
    (told,) = fault.value.faults
    assert "step 'tenure' leaves out 'employment_deprivation', 'income_deprivation'" in told
    assert "which step 'deprivation' holds equal" in told


def test_a_study_saved_with_a_mark_at_its_start_is_read(tmp_path: Path) -> None:
    path = changed(tmp_path)
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_study(path).name == "birmingham"
