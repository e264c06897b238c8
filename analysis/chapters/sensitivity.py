"""Section 3: how sure the controlled associations are, and what would undo them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...models.association.decomposition import Decomposition, gelbach
from ...models.inference.cluster_robust import cluster_robust
from ...models.inference.detectable import minimum_detectable
from ...models.inference.multiplicity import holm, romano_wolf
from ...models.inference.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap
from ...report_templates.exhibits import Column, Table
from ..book import Book, ChapterNotes
from ..controlled import Controlled, controlled, lower, quote_finite
from ..equations import CROSS_SECTION_SOURCES
from ..inputs import Inputs
from ..quantities import percent_effect
from . import sensitivity_curve, sensitivity_ranges, sensitivity_undoing

POWER = 80
DRAWS = 9999
RULES = {
    "cr1": "By ward, CR1",
    "cr2": "By place or ward, CR2",
    "wild": "By place or ward, wild bootstrap",
}


def compute(inputs: Inputs, book: Book) -> None:
    """Inference, decomposition, robustness and ranges of the last step of the cross-section."""
    notes = book.chapter("sensitivity", inputs.cited(CROSS_SECTION_SOURCES))
    chosen = controlled(inputs, notes)
    notes.quote("power", POWER, "percent")
    by_rule = [f"{kind}{rule}" for rule in RULES for kind in ("", "p_")]
    adjusted = ("controlled", "detectable", "p_holm", "p_romano_wolf")
    with notes.part(*chosen.names(*by_rule, *adjusted), "inference", "families"):
        _inference(chosen, inputs.study.seed, notes)
    with notes.part(*chosen.names("raw", "taken", "most_by", "most"), "decomposition"):
        _decompose(chosen, notes)
    with notes.part(*chosen.names(*sensitivity_undoing.QUOTED), "undoing"):
        sensitivity_undoing.undoing(chosen, notes)
    with notes.part(*chosen.names("bound", "bound_by"), "bounds"):
        sensitivity_undoing.under_confounders(chosen, notes)
    sensitivity_ranges.units(inputs.areas, chosen.section, chosen.terms, notes)
    sensitivity_ranges.moderators(inputs.areas, chosen.section, chosen.terms, notes)
    with notes.part(*chosen.names(*sensitivity_curve.QUOTED), "curve", "joint", "choices"):
        sensitivity_curve.compute(inputs, chosen.specification, chosen.terms, chosen.blocks, notes)


def _inference(chosen: Controlled, seed: int, notes: ChapterNotes) -> None:
    plain = cluster_robust(chosen.areas, chosen.by_ward, "CR1")
    fitting = cluster_robust(chosen.areas, chosen.specification, "CR2")
    wild = [
        # One seed for all measures: the draws are joint, as the family's test needs.
        wild_cluster_bootstrap(
            chosen.areas, chosen.specification, term, np.random.default_rng(seed), draws=DRAWS
        )
        for term in chosen.terms
    ]
    by_term = {
        name: fit.tidy().set_index("term").to_dict("index")
        for name, fit in (("cr1", plain), ("cr2", fitting))
    }
    rows = [
        row
        for term, drawn in zip(chosen.terms, wild, strict=True)
        for row in _rules(term, {name: table[term] for name, table in by_term.items()}, drawn)
    ]
    frame = pd.DataFrame(rows)
    for row in rows:
        ends = (row["percent_low"], row["percent_high"])
        quote_finite(notes, f"{row['term']}.{row['key']}", row["percent"], "percent", ends)
        quote_finite(notes, f"{row['term']}.p_{row['key']}", row["p_value"], "p")
    for term in chosen.terms:
        notes.again(f"{term}.controlled", f"{term}.wild")
    notes.quote("wards", plain.clusters, "count")
    notes.quote("clusters", fitting.clusters, "count")
    notes.quote("draws", wild[0].draws, "count")
    fewest = min(by_term["cr2"][term]["df"] for term in chosen.terms)
    notes.quote("fewest_df", fewest, "number")
    notes.book.show(
        Table(
            "sensitivity.inference",
            "The controlled associations under three rules of inference",
            frame,
            (
                Column("rule", "Rule"),
                Column("percent", "Difference in price", "interval_percent1"),
                Column("df", "Degrees of freedom", "number1"),
                Column("p_value", "p", "number3"),
            ),
            "Difference in price per square metre, per cent, for one standard deviation more of "
            "the measure, with 95% interval",
            f"{plain.n} areas. {chosen.in_words(plain.rule)}. {chosen.in_words(fitting.rule)}. "
            f"{chosen.in_words(wild[0].rule)}; interval by inversion. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )
    least = {
        term: minimum_detectable(by_term["cr2"][term]["std_error"], by_term["cr2"][term]["df"])
        for term in chosen.terms
    }
    _families(chosen, least, wild, notes)


def _rules(
    term: str, tidy: Mapping[str, Mapping[Any, Any]], drawn: WildBootstrap
) -> list[dict[str, Any]]:
    """One row a rule; estimates and ends in per cent."""
    ends = {name: (row["ci_low"], row["ci_high"]) for name, row in tidy.items()}
    ends["wild"] = (drawn.low, drawn.high)
    p_values = {**{name: row["p_value"] for name, row in tidy.items()}, "wild": drawn.p_value}
    df = {**{name: row["df"] for name, row in tidy.items()}, "wild": float("nan")}
    rows = []
    for key, rule in RULES.items():
        low, high = (percent_effect(end) for end in ends[key])
        rows.append(
            {
                "term": term,
                "key": key,
                "measure": words_of(term),
                "rule": rule,
                "percent": percent_effect(drawn.estimate),
                "percent_low": low,
                "percent_high": high,
                "df": df[key],
                "p_value": float(p_values[key]),
            }
        )
    return rows


def _families(
    chosen: Controlled,
    least: Mapping[str, float],
    wild: Sequence[WildBootstrap],
    notes: ChapterNotes,
) -> None:
    """Minimum detectable effects, and p values adjusted over the family of domains."""
    family = [i for i, term in enumerate(chosen.terms) if term in chosen.section.social_capital]
    plain = [wild[i].p_value for i in family]
    stepped = romano_wolf(
        [wild[i].statistic for i in family], np.column_stack([wild[i].statistics for i in family])
    )
    adjusted = dict(zip(family, zip(holm(plain), stepped, strict=True), strict=True))
    rows = []
    for i, term in enumerate(chosen.terms):
        detectable = percent_effect(least[term])
        by_holm, by_steps = adjusted.get(i, (float("nan"), float("nan")))
        rows.append(
            {
                "measure": words_of(term),
                "estimate": percent_effect(wild[i].estimate),
                "detectable": detectable,
                "varying": _varying(chosen, term),
                "p_wild": wild[i].p_value,
                "p_holm": by_holm,
                "p_romano_wolf": by_steps,
            }
        )
        notes.quote(f"{term}.detectable", detectable, "percent", label="adjusted")
        if i in adjusted:
            notes.quote(f"{term}.p_holm", float(by_holm), "p", label="adjusted")
            notes.quote(f"{term}.p_romano_wolf", float(by_steps), "p", label="adjusted")
    notes.quote("family", len(family), "count")
    notes.book.show(
        Table(
            "sensitivity.families",
            "What could have been found, and what is left when the measures are one family",
            pd.DataFrame(rows),
            (
                Column("measure", "Measure"),
                Column("detectable", "Detectable", "percent1"),
                Column("estimate", "Estimate", "percent1"),
                Column("varying", "Wards in which it varies", "count"),
                Column("p_wild", "p, alone", "number3"),
                Column("p_holm", "p, Holm", "number3"),
                Column("p_romano_wolf", "p, Romano-Wolf", "number3"),
            ),
            "Per cent of the price per square metre; p values two-sided",
            f"Detectable: the effect found with a chance of {POWER}% by a test at the 5% level, "
            f"errors by place or ward, CR2. p from the wild cluster bootstrap; family: "
            "the domains of social capital. Label: adjusted.",
            notes.source_line,
        )
    )


def _varying(chosen: Controlled, term: str) -> int:
    clusters = chosen.areas.groupby(chosen.section.wards)[term]
    return int((clusters.nunique() > 1).sum())


def _decompose(chosen: Controlled, notes: ChapterNotes) -> None:
    rows: list[dict[str, Any]] = []
    for term in chosen.terms:
        others = tuple(name for name in chosen.terms if name != term)
        blocks = {"The other measures": others, **chosen.blocks}
        split = gelbach(chosen.areas, chosen.by_ward, term, blocks)
        rows += _parts(split)
        parts = split.blocks.drop(index="total")["estimate"]
        notes.quote(f"{term}.raw", 100 * split.raw, "number", label="adjusted")
        notes.quote(
            f"{term}.taken",
            100 * (split.raw - split.controlled),
            "number",
            label="adjusted",
            interval=_hundred(split.blocks.loc["total"]),
        )
        # The block that moved the estimate most in the direction in which it moved in all.
        most = str((parts * np.sign(split.raw - split.controlled)).idxmax())
        notes.quote(f"{term}.most_by", lower(most), "text", label="adjusted")
        notes.quote(
            f"{term}.most",
            100 * float(parts[most]),
            "number",
            label="adjusted",
            interval=_hundred(split.blocks.loc[most]),
        )
    notes.book.show(
        Table(
            "sensitivity.decomposition",
            "Which of the things held equal took the raw association away",
            pd.DataFrame(rows),
            (
                Column("block", "Part"),
                Column("part", "Hundredths of a log point", "interval_number2"),
            ),
            "Association with the log of the price per square metre, times a hundred (about per "
            "cent), with 95% interval; parts add up exactly",
            f"Gelbach's decomposition, which does not depend on the order of blocks. "
            f"{chosen.in_words(split.rule)}. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def _hundred(row: Any) -> tuple[float, float]:
    return 100 * float(row["ci_low"]), 100 * float(row["ci_high"])


def _parts(split: Decomposition) -> list[dict[str, Any]]:
    ends: dict[str, Any] = {"part_low": float("nan"), "part_high": float("nan")}
    rows: list[dict[str, Any]] = [{"block": "Alone", "part": 100 * split.raw, **ends}]
    for name, row in split.blocks.drop(index="total").iterrows():
        low, high = _hundred(row)
        rows.append(
            {
                "block": f"of which {lower(str(name))}",
                "part": 100 * float(row["estimate"]),
                "part_low": low,
                "part_high": high,
            }
        )
    rows.append({"block": "Left with all held equal", "part": 100 * split.controlled, **ends})
    return [{"measure": words_of(split.term), **row} for row in rows]
