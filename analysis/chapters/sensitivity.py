"""Section 3: how sure the controlled associations are, and what would undo them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...models.cluster_robust import cluster_robust, leave_one_cluster_out
from ...models.decomposition import Decomposition, gelbach
from ...models.multiplicity import holm, romano_wolf
from ...models.sensitivity import Bound, bounds, oster, robustness
from ...models.specification import Specification, SpecificationError
from ...models.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap
from ...report_templates.exhibits import Column, Table
from ..book import Book, ChapterNotes
from ..equations import hardly_varying, held_equal, specification
from ..findings import Unit, percent_effect
from ..inputs import Inputs
from ..study import CrossSection
from . import sensitivity_curve, sensitivity_ranges
from .valuing import CROSS_SECTION_SOURCES

DETECTABLE = 2.8
"""Standard errors of an effect found four times in five by a two-sided test at five per cent."""
POWER = 80
DRAWS = 9999
BENCHMARKS = ("income_deprivation", "owned")
TIMES = (1.0, 2.0)
RULES = {
    "cr1": "CR1",
    "cr2": "CR2, Satterthwaite",
    "wild": "Wild cluster bootstrap",
}


@dataclass(frozen=True, slots=True)
class Controlled:
    """The fully controlled equation, its rows, and the measures it can tell something about."""

    section: CrossSection
    areas: pd.DataFrame
    specification: Specification
    terms: tuple[str, ...]
    blocks: Mapping[str, tuple[str, ...]]
    """By the title of the step that adds them: columns held equal."""


def compute(inputs: Inputs, book: Book) -> None:
    """Inference, decomposition, robustness and ranges of the last step of the cross-section."""
    notes = book.chapter("sensitivity", inputs.cited(CROSS_SECTION_SOURCES))
    chosen = controlled(inputs, notes)
    _inference(chosen, inputs.study.seed, notes)
    _decompose(chosen, notes)
    _undoing(chosen, notes)
    _bounds(chosen, notes)
    sensitivity_ranges.units(inputs.areas, chosen.section, chosen.terms, notes)
    sensitivity_ranges.moderators(inputs.areas, chosen.section, chosen.terms, notes)
    sensitivity_curve.compute(inputs, chosen.specification, chosen.terms, chosen.blocks, notes)


def controlled(inputs: Inputs, notes: ChapterNotes) -> Controlled:
    """The last step as one equation; measures that hardly vary inside its effects are refused."""
    section = inputs.study.cross_section
    areas = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    step = section.steps[-1]
    every = (*section.social_capital, *section.coproduction)
    refused = hardly_varying(areas, every, step.effects)
    for term in every:
        if term in refused:
            notes.refuse(f"{term}.controlled", "percent", refused[term])
    terms = tuple(term for term in every if term not in refused)
    notes.quote("held_equal", held_equal(section, step), "text", label="adjusted")
    return Controlled(
        section=section,
        areas=areas,
        specification=specification(
            section, step, "sensitivity.controlled", step.title, section.outcome, terms
        ),
        terms=terms,
        blocks=_blocks(section),
    )


def _blocks(section: CrossSection) -> dict[str, tuple[str, ...]]:
    """What each step adds to those before it, by the step's title."""
    blocks: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for step in section.steps:
        added = tuple(name for name in (*step.controls, *step.effects) if name not in seen)
        if added:
            blocks[_sentence(step.title.removeprefix("plus "))] = added
            seen.update(added)
    return blocks


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _inference(chosen: Controlled, seed: int, notes: ChapterNotes) -> None:
    plain = cluster_robust(chosen.areas, chosen.specification, "CR1")
    fitting = cluster_robust(chosen.areas, chosen.specification, "CR2")
    wild = [
        # One seed for all measures: the draws are joint, as the family's test needs.
        wild_cluster_bootstrap(
            chosen.areas, chosen.specification, term, np.random.default_rng(seed), draws=DRAWS
        )
        for term in chosen.terms
    ]
    both = {"cr1": plain.tidy().set_index("term"), "cr2": fitting.tidy().set_index("term")}
    rows = [
        row
        for term, drawn in zip(chosen.terms, wild, strict=True)
        for row in _rules(term, {name: tidy.loc[term] for name, tidy in both.items()}, drawn)
    ]
    frame = pd.DataFrame(rows)
    for row in rows:
        ends = (row["percent_low"], row["percent_high"])
        _quote(notes, f"{row['term']}.{row['key']}", row["percent"], "percent", ends)
        _quote(notes, f"{row['term']}.p_{row['key']}", row["p_value"], "number")
    notes.quote("clusters", plain.clusters, "count")
    notes.quote("draws", wild[0].draws, "count")
    fewest = float(both["cr2"].loc[list(chosen.terms), "df"].min())
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
            f"{plain.n} areas, {plain.clusters} wards. {_sentence(plain.rule)}. "
            f"{_sentence(fitting.rule)}. {_sentence(wild[0].rule)}; interval by inversion. "
            "Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )
    _families(chosen, both["cr1"], wild, notes)


def _rules(term: str, tidy: Mapping[str, pd.Series], drawn: WildBootstrap) -> list[dict[str, Any]]:
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
    chosen: Controlled, tidy: pd.DataFrame, wild: Sequence[WildBootstrap], notes: ChapterNotes
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
        detectable = percent_effect(DETECTABLE * float(tidy.loc[term, "std_error"]))
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
            notes.quote(f"{term}.p_holm", float(by_holm), "number", label="adjusted")
            notes.quote(f"{term}.p_romano_wolf", float(by_steps), "number", label="adjusted")
    notes.quote("family", len(family), "count")
    notes.quote("power", POWER, "percent")
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
            f"Detectable: {DETECTABLE} standard errors (CR1), the effect found with a chance of "
            f"{POWER}% by a test at the 5% level. p from the wild cluster bootstrap; family: "
            "the domains of social capital. Label: adjusted.",
            notes.source_line,
        )
    )


def _varying(chosen: Controlled, term: str) -> int:
    clusters = chosen.areas.groupby(chosen.section.clusters)[term]
    return int((clusters.nunique() > 1).sum())


def _decompose(chosen: Controlled, notes: ChapterNotes) -> None:
    rows: list[dict[str, Any]] = []
    for term in chosen.terms:
        others = tuple(name for name in chosen.terms if name != term)
        blocks = {"The other measures": others, **chosen.blocks}
        split = gelbach(chosen.areas, chosen.specification, term, blocks)
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
        notes.quote(f"{term}.most_by", _lower(most), "text", label="adjusted")
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
            f"{_sentence(split.rule)}. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _hundred(row: pd.Series) -> tuple[float, float]:
    return 100 * float(row["ci_low"]), 100 * float(row["ci_high"])


def _parts(split: Decomposition) -> list[dict[str, Any]]:
    ends: dict[str, Any] = {"part_low": float("nan"), "part_high": float("nan")}
    rows: list[dict[str, Any]] = [{"block": "Alone", "part": 100 * split.raw, **ends}]
    for name, row in split.blocks.drop(index="total").iterrows():
        low, high = _hundred(row)
        rows.append(
            {
                "block": f"of which {_lower(str(name))}",
                "part": 100 * float(row["estimate"]),
                "part_low": low,
                "part_high": high,
            }
        )
    rows.append({"block": "Left with all held equal", "part": 100 * split.controlled, **ends})
    return [{"measure": words_of(split.term), **row} for row in rows]


def _undoing(chosen: Controlled, notes: ChapterNotes) -> None:
    """Robustness values, Oster's numbers and the range without each ward in turn."""
    without = leave_one_cluster_out(chosen.areas, chosen.specification)
    names = chosen.areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
    rows = []
    for term in chosen.terms:
        sure = robustness(chosen.areas, chosen.specification, term)
        selection = oster(chosen.areas, chosen.specification, term)
        low, high = float(without[term].min()), float(without[term].max())
        farthest = (without[term] - sure.estimate).abs().idxmax()
        rows.append(
            {
                "measure": words_of(term),
                "partial_r2": 100 * sure.partial_r2,
                "value": 100 * sure.value,
                "value_alpha": 100 * sure.value_alpha,
                "delta": selection.delta,
                "adjusted": percent_effect(selection.adjusted),
                "without_low": percent_effect(low),
                "without_high": percent_effect(high),
            }
        )
        for name in ("value", "value_alpha", "partial_r2"):
            notes.quote(f"{term}.{name}", float(rows[-1][name]), "percent", label="adjusted")
        _quote(notes, f"{term}.delta", selection.delta, "number")
        _quote(notes, f"{term}.adjusted", percent_effect(selection.adjusted), "percent")
        notes.quote(f"{term}.without_low", percent_effect(low), "percent", label="adjusted")
        notes.quote(f"{term}.without_high", percent_effect(high), "percent", label="adjusted")
        notes.quote(f"{term}.without_ward", str(names[farthest]), "text", label="adjusted")
    notes.quote("r_max", selection.r_max, "number")
    notes.quote("controlled_r2", selection.controlled_r2, "number")
    notes.book.show(
        Table(
            "sensitivity.undoing",
            "What would undo each association",
            pd.DataFrame(rows),
            (
                Column("measure", "Measure"),
                Column("partial_r2", "Partial R²", "percent1"),
                Column("value", "Robustness value", "percent1"),
                Column("value_alpha", "for its sign to be sure", "percent1"),
                Column("delta", "Oster's delta", "number2"),
                Column("adjusted", "Estimate at delta one", "percent1"),
                Column("without_low", "Lowest without a ward", "percent1"),
                Column("without_high", "Highest without a ward", "percent1"),
            ),
            "Shares of residual variance, per cent; delta is a ratio; estimates in per cent of the "
            "price per square metre",
            f"Robustness values with classical errors, {sure.df:.0f} degrees of freedom, weighted; "
            "clustered errors are larger, so the second is an upper limit. Oster: R² of everything "
            f"{selection.r_max:.2f}, the lesser of one and 1.3 times the controlled R² of "
            f"{selection.controlled_r2:.2f}. Label: adjusted.",
            notes.source_line,
        )
    )


def _bounds(chosen: Controlled, notes: ChapterNotes) -> None:
    """The estimate under a confounder as strong as named covariates, where the study holds them."""
    known = [name for name in BENCHMARKS if name in chosen.specification.controls]
    rows: list[dict[str, Any]] = []
    for term in chosen.terms:
        under: list[Bound] = []
        for name in known:
            under += _bound_rows(chosen, term, name, rows)
        worst = min(
            (bound for bound in under if bound.times == TIMES[0]),
            key=lambda bound: bound.estimate * np.sign(under[0].estimate or 1),
            default=None,
        )
        if worst is None:
            reason = "no named covariate bounds a confounder: each would explain the whole measure"
            notes.refuse(f"{term}.bound", "percent", reason)
            notes.quote(f"{term}.bound_by", "none", "text", label="adjusted")
            continue
        ends = (percent_effect(worst.low), percent_effect(worst.high))
        _quote(notes, f"{term}.bound", percent_effect(worst.estimate), "percent", ends)
        words = _lower(words_of(worst.benchmark[0]))
        notes.quote(f"{term}.bound_by", words, "text", label="adjusted")
    notes.book.show(
        Table(
            "sensitivity.bounds",
            "The estimate if something unmeasured were as strong as what is measured",
            pd.DataFrame(rows),
            (
                Column("confounder", "As strong as"),
                Column("r2_term", "Of the measure", "percent1"),
                Column("r2_outcome", "Of the price", "percent1"),
                Column("percent", "Estimate then", "interval_percent1"),
            ),
            "Shares of residual variance that the confounder would explain; estimate in per cent "
            "of the price per square metre with 95% interval",
            "Bounds of Cinelli and Hazlett, classical errors. A dash: a confounder so strong would "
            "explain the whole measure. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def _bound_rows(
    chosen: Controlled, term: str, name: str, rows: list[dict[str, Any]]
) -> list[Bound]:
    found = []
    for times in TIMES:
        row: dict[str, Any] = {
            "measure": words_of(term),
            "confounder": f"{words_of(name)}, {'once' if times == 1 else 'twice'}",
        }
        try:
            bound = bounds(chosen.areas, chosen.specification, term, (name,), (times,))[0]
        except SpecificationError:
            keys = ("r2_term", "r2_outcome", "percent", "percent_low", "percent_high")
            rows.append({**row, **dict.fromkeys(keys, float("nan"))})
            continue
        found.append(bound)
        rows.append(
            {
                **row,
                "r2_term": 100 * bound.r2_term,
                "r2_outcome": 100 * bound.r2_outcome,
                "percent": percent_effect(bound.estimate),
                "percent_low": percent_effect(bound.low),
                "percent_high": percent_effect(bound.high),
            }
        )
    return found


def _quote(
    notes: ChapterNotes,
    name: str,
    value: float,
    unit: Unit,
    interval: tuple[float, float] | None = None,
) -> None:
    """A finding, or a refusal where the number does not exist; an endless interval is left out."""
    if not np.isfinite(value):
        notes.refuse(name, unit, "its equation has no finite solution")
        return
    ends = interval if interval and np.isfinite(interval).all() else None
    notes.quote(name, float(value), unit, label="adjusted", interval=ends)
