"""The way to another city is told as the code has it."""

import re
from pathlib import Path

from neighbourhood_equity.analysis.checks import NEEDED
from neighbourhood_equity.data.catalogue import catalogue
from neighbourhood_equity.report_templates.passages import ABOUT_A_PLACE, PASSAGES

TEXT = (Path(__file__).parents[1] / "docs" / "how_to_your_own_city.md").read_text(encoding="utf-8")


def test_every_file_that_a_report_needs_is_named_and_no_other() -> None:
    needed = {re.sub(r"\*$", "", catalogue()[name].files[0]) for name in NEEDED}
    assert set(re.findall(r"^\| `(\w+/[^`]+)`", TEXT, re.MULTILINE)) == needed


def test_every_passage_is_named_with_its_place() -> None:
    told = dict(re.findall(r"^\| `(\w+)\.md` \| (.+) \|$", TEXT, re.MULTILINE))
    assert told == dict(PASSAGES)
    assert f"`{ABOUT_A_PLACE}<key>.md`" in TEXT
