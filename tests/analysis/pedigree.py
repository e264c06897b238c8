"""Whether the function that each finding names returns it, when it is called again."""

from collections import defaultdict
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest

from neighbourhood_equity.analysis.graph import GIVEN, Node, nodes
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.record_tree import leaves
from neighbourhood_equity.analysis.refused_result import kept
from neighbourhood_equity.analysis.run import Run

PACKAGE = "neighbourhood_equity"


def called(node: Node, inputs: Inputs, run: Run) -> Any:
    """What the function gives when it is called with what its parameters name."""
    given = {one.name: getattr(inputs, one.name) for one in fields(inputs)} | {"inputs": inputs}
    module, _, name = node.module.rpartition(".")
    function = getattr(import_module(f"{PACKAGE}.{module}"), name)
    return function(
        **{need: given[need] if need in GIVEN else run.results[need] for need in node.needs}
    )


def require_pedigree(inputs: Inputs, run: Run) -> None:
    """Fail where a finding is not what the function of its pedigree returns."""
    named = defaultdict(dict)
    for finding in run.findings.values():
        named[finding.pedigree.module][finding.name] = finding.value
    made = [one for one in nodes().values() if one.name in run.results]
    for node in made:
        if not kept(run.results[node.name]):
            continue
        again = {leaf.path: leaf.thing for leaf in leaves(called(node, inputs, run), node.prefix)}
        findings = named.pop(node.module, {})
        found = {name: again[name].value for name in findings}
        assert found == pytest.approx(findings, nan_ok=True), node.module
    assert not [name for name in named if name not in {one.module for one in made}]
