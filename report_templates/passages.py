"""The passages in which a study says what is true of its own city alone.

A chapter asks for each by name, ``{{ passage("influence") }}``, as a paragraph or more of its own;
a study that has none prints nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping

FOLDER = "passages"
"""Where they lie in a study's own folder: ``influence.md``, of a shipped study ``.md.j2``."""
PASSAGES: Mapping[str, str] = {
    "programmes": "Section 2, after the programmes that were studied: which of them were here",
    "influence": "Section 2, a section with its heading: whether people here feel heard",
    "recorded_places": "Section 2, before the map of what is recorded: what the places are",
    "housing": "Section 2, housing and estate renewal",
    "asset_transfer": "Section 2, planning and the transfer of assets",
    "local_democracy": "Section 2, local democracy",
    "place_budgets": "Section 2, place-based budgets",
    "national_indicators": "Appendix 3, after the headline values that could be found",
    "decided": "The technical annex, what was decided before the run: what had been seen by then",
    "valuation": "Appendix 2, after the approaches: how the council has valued such things",
}
"""Name of each passage, and where it stands."""
ABOUT_A_PLACE = "place_"
"""Before the key of a recorded place: what its pages in Appendix 1 say beside its dated facts."""


def template_of(shipped: str, name: str) -> str:
    """The template of a passage of a study that ships with the package."""
    return f"{shipped}/{FOLDER}/{name}.md.j2"
