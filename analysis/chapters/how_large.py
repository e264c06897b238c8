"""Section 3, its close: headline estimates beside published ones, and a warning of large ones."""

from __future__ import annotations

import pandas as pd

from ...data.reference_tables import published_benchmarks, words_of
from ...report_templates.exhibits import Column, Table
from ...report_templates.formats import format_number
from ...report_templates.words import found
from ..book import Book, ChapterNotes
from ..equations import CROSS_SECTION_SOURCES, PANEL_SOURCES
from ..findings import Finding
from ..inputs import Inputs
from ..plausible import LARGE, PLAUSIBLE, is_large, is_plausible
from ..results.panel import FEW_PLACES

STARTS = {
    "valuing.panel.weighted": "Start of a programme: sectors and years held equal",
    "staggered.simple": "Start of a programme: against sectors without any",
    "within_between.long": "Start of a programme: over the long run",
    "case_effects.together": "Dated programmes against synthetic comparators",
}
"""What the start of a programme goes with, by the finding that says it."""
NEAREST = ("renewal -> price", "community asset -> price", "business improvement district -> price")
"""Links of published effects of acting on a place, as a programme does."""
MEASURE = "A measure higher by one standard deviation; no published effect stands beside it"
CONDITION = "effect, on a condition"
KINDS = {"adjusted": "association", "did": CONDITION, "synthetic_control": CONDITION}


def compute(inputs: Inputs, book: Book) -> None:
    """Gather the headlines, after all chapters that make them."""
    sources = dict.fromkeys((*CROSS_SECTION_SOURCES, *PANEL_SOURCES))
    notes = book.chapter("how_large", inputs.cited(tuple(sources)))
    headlines = _headlines(inputs, book)
    few = int((inputs.places["status"] == "dated").sum()) < FEW_PLACES
    _counts(headlines, few, notes)
    notes.quote("plausible_low", PLAUSIBLE[0], "percent")
    notes.quote("plausible_high", PLAUSIBLE[1], "percent")
    notes.quote("beyond", LARGE, "percent")
    measures = set(map(words_of, inputs.study.cross_section.social_capital))
    _show(headlines, measures, few, _published(notes), notes)


def _headlines(inputs: Inputs, book: Book) -> dict[str, Finding]:
    """The findings that carry the chapter, by their words."""
    section = inputs.study.cross_section
    names = {f"valuing.{term}.held": words_of(term) for term in section.social_capital}
    recorded = {f"valuing.{term}.held": words_of(term) for term in section.coproduction}
    return {
        words: book.findings[name]
        for name, words in (names | recorded | STARTS).items()
        if name in book.findings
    }


def _counts(headlines: dict[str, Finding], few: bool, notes: ChapterNotes) -> None:
    made = {words: one for words, one in headlines.items() if one.estimable}
    notes.quote("headlines", len(headlines), "count")
    notes.quote("made", len(made), "count")
    notes.quote("inside", sum(map(is_plausible, made.values())), "count")
    notes.quote("sure", sum(_sure(one, few) == "yes" for one in made.values()), "count")
    notes.quote("associations", sum(one.label == "adjusted" for one in made.values()), "count")
    notes.quote("conditional", sum(one.label != "adjusted" for one in made.values()), "count")
    sizes = [float(one.value) for one in made.values() if isinstance(one.value, (int, float))]
    for name, ends in (("lowest", min), ("highest", max)):
        if sizes:
            notes.quote(name, ends(sizes), "percent", label="adjusted")
        else:
            notes.refuse(name, "percent", "no headline estimate could be made")
    large = {one.name: words for words, one in made.items() if is_large(one)}
    notes.quote("large", " ".join(large), "text")
    for name, words in large.items():
        notes.quote(f"words.{name}", words, "text")


def _sure(finding: Finding, few: bool) -> str:
    if not finding.estimable:
        return "not estimable"
    if few and finding.name.startswith("valuing.panel."):
        return "too narrow to say"
    return "yes" if found(finding) else "no"


def _published(notes: ChapterNotes) -> str:
    """Published effects on prices of acting on a place, as the heading of ours."""
    every = published_benchmarks()
    near = every[every["link"].isin(NEAREST) & (every["unit"] == "% of price")]
    low, high = float(near["low"].min()), float(near["high"].max())
    seen = int(near["verified"].sum())
    notes.quote("published", len(near), "count")
    notes.quote("published_seen", seen, "count")
    notes.quote("published_low", low, "percent")
    notes.quote("published_high", high, "percent")
    ends = (format_number(end, "percent0") for end in (low, high))
    return (
        f"A programme of coproduction; published for acting on a place: {' to '.join(ends)} "
        f"({len(near)} effects, {seen} read at their source)"
    )


def _show(
    headlines: dict[str, Finding],
    measures: set[str],
    few: bool,
    programme: str,
    notes: ChapterNotes,
) -> None:
    rows = [
        {
            "group": MEASURE if words in measures else programme,
            "what": words,
            "size": one.value,
            "size_low": one.ci_low,
            "size_high": one.ci_high,
            "sure": _sure(one, few),
            "kind": KINDS.get(one.label, one.label),
        }
        for words, one in headlines.items()
    ]
    notes.book.show(
        Table(
            "how_large.estimates",
            "The headline estimates beside what was published",
            pd.DataFrame(rows),
            (
                Column("what", "What is compared"),
                Column("size", "Difference in price", "interval_percent1"),
                Column("sure", "Told from zero?"),
                Column("kind", "What it is"),
            ),
            "Difference in price, per cent, with 95% interval",
            "Each with as much held equal as the data bear; its own table gives sample and "
            "variance rule. Published: renewal, community gardens and business improvement "
            "districts, on prices of homes; zero where none was found; no standard error was seen.",
            f"{notes.source_line}; the works named in Section 2",
            group_by="group",
        )
    )
