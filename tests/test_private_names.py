"""What the package uses of libraries beyond what they promise: named here, and bounded above.

A new release of a library may drop such a name without a word. So the requirement stops before the
first release that nobody has looked at, and these tests say what to look for in it.
"""

import ast
import tomllib
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pydyf
import pytest
from diff_diff import CallawaySantAnnaResults
from weasyprint import HTML

HOUSE = Path(__file__).parents[1]
FOLDERS = ("analysis", "data", "models", "report_templates")
NAMES = {"_aggregation_kit": "diff-diff", "_page_box": "weasyprint"}
"""Private names, and whose they are."""
MODULES = {
    "diff_diff.utils": ("diff-diff", "compute_sdid_unit_weights", "compute_time_weights"),
    "weasyprint.formatting_structure.boxes": ("weasyprint", "BlockContainerBox"),
    "weasyprint.layout": ("weasyprint", "block", "page"),
    "weasyprint.layout.block": ("weasyprint", "block_level_layout", "float_layout"),
    "weasyprint.layout.page": ("weasyprint", "block_level_layout", "float_layout"),
    "weasyprint.pdf": ("weasyprint", "fonts"),
    "weasyprint.pdf.fonts": ("weasyprint", "harfbuzz_subset"),
    "weasyprint.pdf.stream": ("weasyprint", "Stream"),
}
"""Modules that no documentation names: whose they are, and what is taken from them."""
DOCUMENTED = {"weasyprint", "weasyprint.text.fonts", "weasyprint.urls", "diff_diff", "pydyf"}
REPLACED = {"harfbuzz_subset": "weasyprint", "page_references": "pydyf"}
"""What is replaced while a PDF is written, and whose it is."""
NOT_PRIVATE = {"_replace", "_asdict", "_fields", "_exit"}
"""Documented names of the standard library that only look so."""
LIBRARIES = {*NAMES.values(), *REPLACED.values(), *(of for of, *_ in MODULES.values())}
TREES = [
    ast.parse(path.read_text(encoding="utf-8"))
    for folder in FOLDERS
    for path in sorted((HOUSE / folder).rglob("*.py"))
]


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in NOT_PRIVATE


def our_own() -> set[str]:
    """Private names that the package itself defines or assigns."""
    names = set()
    for node in (node for tree in TREES for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.id if isinstance(node, ast.Name) else node.attr)
    return names


def test_no_other_private_name_of_a_library_is_used():
    used = {
        node.attr
        for tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and private(node.attr)
    }
    assert used - our_own() == set(NAMES)


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_with_such_names_is_bounded_above(library):
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (requirement,) = (one for one in project["dependencies"] if one.startswith(library))
    assert ",<" in requirement


def test_no_other_undocumented_module_is_imported():
    modules = {
        node.module
        for tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level and node.module
    }
    libraries = {name.split(".")[0] for name in MODULES}
    used = {name for name in modules if name.split(".")[0] in libraries}
    assert used - DOCUMENTED <= set(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_an_undocumented_module_holds_what_is_taken_from_it(module):
    _, *names = MODULES[module]
    assert [name for name in names if not hasattr(import_module(module), name)] == []


def test_a_pdf_lists_its_pages_by_a_property():
    assert isinstance(pydyf.PDF.page_references, property)


def test_a_page_holds_its_boxes():
    (page,) = HTML(string="<table><tr><td>1</td></tr></table>").render().pages
    assert any(box.is_table_wrapper for box in page._page_box.descendants())


def test_a_fit_of_starts_holds_its_influence():
    assert "_aggregation_kit" in {field.name for field in fields(CallawaySantAnnaResults)}
