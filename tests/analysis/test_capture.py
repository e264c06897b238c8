"""What is printed of scenarios and of routes of capture."""

import sys
from pathlib import Path

from neighbourhood_equity.analysis.results.capture import capture_routes, capture_scenarios

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from rendered import rendered


def test_routes_that_were_not_read_at_their_source_are_named_below_the_table():
    routes = capture_routes()
    captions = rendered(
        "equity_model/_capture_captions.md.j2",
        capture_routes=routes,
        capture_scenarios=capture_scenarios(),
    )
    unseen = routes.table.loc[~routes.table["verified"], "route"].str.lower()
    assert f"Not verified at the source: {', '.join(unseen)}." in captions
