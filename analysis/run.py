"""The results of a run: made, and found under their names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..models.estimate import Estimate
from .derived import derived
from .findings import Finding, Findings, Pedigree
from .graph import Made, make
from .inputs import RECORD, Inputs
from .reasons import Reason, Refused
from .refused_result import RefusedResult

Worded = Callable[[Reason], str]
"""A reason in words."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found.

    Parameters
    ----------
    results : typed records by name, see `analysis.graph`
    findings, estimates : what stands in them, see `analysis.derived`
    """

    results: Mapping[str, Any]
    findings: Findings
    estimates: Sequence[Estimate] = ()


def compute(inputs: Inputs, wanted: Collection[str], worded: Worded) -> Run:
    """The results wanted and all that they need, with their findings and estimates.

    Parameters
    ----------
    wanted : names of results, see `analysis.graph`
    worded : puts into words why a finding could not be had
    """
    given = {one.name: getattr(inputs, one.name) for one in fields(inputs)} | {"inputs": inputs}
    made = make(wanted, given)
    found = derived(made, inputs.cited((RECORD,)), worded)
    findings = Findings(found.findings)
    for one in made.values():
        if isinstance(one.record, RefusedResult) and one.node.prefix not in findings:
            findings.refuse_part(_refusal(one, one.record, worded))
    return Run({name: one.record for name, one in made.items()}, findings, found.estimates)


def _refusal(made: Made, record: RefusedResult, worded: Worded) -> Finding:
    """The refusal of every finding of a result."""
    reason = worded(Refused(record.message.split("; ")[0]))
    pedigree = Pedigree(made.node.module, made.sources)
    return Finding(made.node.prefix, None, "text", "described", pedigree, reason=reason)
