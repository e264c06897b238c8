"""What is printed of routes of capture."""

import sys
from pathlib import Path

import pytest

from neighbourhood_equity.analysis.results.capture import capture_routes
from neighbourhood_equity.report_templates.chapters.equity_model.capture_exhibits import (
    routes_table,
)

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from rendered import rendered


def test_every_route_printed_was_read_at_its_source():
    assert capture_routes().table["verified"].all()


def test_the_source_line_names_each_source_without_its_address():
    captions = rendered("equity_model/_capture_captions.md.j2", capture_routes=capture_routes())
    assert "Guidance on Business Improvement Districts, sections 1 and 2" in captions
    assert "http" not in captions


@pytest.mark.parametrize(
    ("route", "part"),
    [
        ("Council tax", "none"),
        ("Business improvement district", "none"),
        ("Community infrastructure levy", "none"),
        ("Community land trust", "all of what it owns"),
        ("Sale of public land with overage", "depends on the contract"),
    ],
)
def test_a_route_takes_none_what_it_owns_or_what_is_agreed(route, part):
    table = routes_table(capture_routes()).frame.set_index("route")
    assert table.loc[route, "part"] == part
