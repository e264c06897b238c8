"""A study file's mistakes are told at once, each with its key and what is allowed."""

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


def test_years_out_of_order_are_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, ("last_year = 2024", "last_year = 1990"))
    with pytest.raises(StudyError, match="last_year must come after first_year"):
        read_study(path)


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
