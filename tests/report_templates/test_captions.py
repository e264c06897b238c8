"""Captions by exhibit."""

import pytest

from neighbourhood_equity.report_templates.captions import Caption, read_captions
from neighbourhood_equity.report_templates.errors import TemplateFault

TEXT = """
# a.b
title: One
measure: Per cent;
  of prices
note: Two words. Title: not a new part.
alt: A line

# a.c
title: Two
measure: Pounds
note: None
"""


def test_parts_go_on_over_lines():
    assert read_captions(TEXT, "t")["a.b"] == Caption(
        "One", "Per cent; of prices", "Two words. Title: not a new part.", "A line"
    )


def test_a_table_needs_no_alternative_text():
    assert read_captions(TEXT, "t")["a.c"].alt == ""


def test_a_missing_part_is_named():
    with pytest.raises(TemplateFault, match=r"a\.b has no measure, note"):
        read_captions("# a.b\ntitle: One\n", "t")


def test_an_exhibit_is_captioned_once():
    with pytest.raises(TemplateFault, match="captioned twice"):
        read_captions(TEXT + TEXT, "t")
