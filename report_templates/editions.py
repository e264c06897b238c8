"""The parts of each edition: order, names, numbers, titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of a report.

    Parameters
    ----------
    name : its name throughout the house, and its folder's
    number : "Section 1", "Appendix 2" or empty
    title : the title after the number, with ``{city}`` for the study's city
    prefix : what numbers its exhibits, as in "Figure A4.1"; empty if it can have none
    prose : whether it may hold literal digits (theory and literature)
    """

    name: str
    number: str
    title: str
    prefix: str
    prose: bool = False

    @property
    def template(self) -> str:
        """The name of the template that holds its words."""
        return f"{self.name}/text.md.j2"

    def full_title(self, city: str) -> str:
        """Number and title: "Appendix 4: House Prices Variations in Birmingham"."""
        title = self.title.format(city=city)
        return f"{self.number}: {title}" if self.number else title


FULL = (
    Chapter("foreword", "", "Foreword", "F", prose=True),
    Chapter("summary", "", "Summary", "S"),
    Chapter("recommendations", "", "Recommendations", "R"),
    Chapter("theory", "Section 1", "Coproduction in Theory", "1", prose=True),
    Chapter(
        "practice_research",
        "Section 2",
        "Coproduction in Practice. Insights from research",
        "2",
        prose=True,
    ),
    Chapter(
        "practice_policy",
        "Section 2",
        "Coproduction in Practice. Linking with other areas of policy",
        "2",
        prose=True,
    ),
    Chapter("valuing", "Section 3", "Valuing Coproduction", "3"),
    Chapter("equity_model", "", "Neighbourhood Equity Model", "N"),
    Chapter("references", "", "References", "", prose=True),
    Chapter("case_studies", "Appendix 1", "Case Studies", "A1"),
    Chapter("alternative_valuation", "Appendix 2", "Alternative Approaches to Valuation", "A2"),
    Chapter(
        "social_capital",
        "Appendix 3",
        "Measures of Social Capital and National Indicators",
        "A3",
    ),
    Chapter("house_prices", "Appendix 4", "House Prices Variations in {city}", "A4"),
    Chapter("technical_annex", "", "Technical annex", "T"),
)
EDITIONS: Mapping[str, tuple[Chapter, ...]] = {"full": FULL}


def chapters_of(edition: str) -> tuple[Chapter, ...]:
    """The parts of an edition in order.

    Raises
    ------
    ValueError
        The edition is not known.
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition {edition!r} is not one of {', '.join(EDITIONS)}")
    return EDITIONS[edition]
