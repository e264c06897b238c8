"""The house stands in one direction: data, models, analysis, report templates."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PACKAGE = "neighbourhood_equity"
MAY_IMPORT = {
    "data": set(),
    "models": set(),
    "report_templates": {"analysis", "data", "models"},
    "analysis": {"data", "models"},
}
MODULES = sorted(
    module.relative_to(HOUSE) for folder in MAY_IMPORT for module in (HOUSE / folder).rglob("*.py")
)


def _imports(module: Path) -> Iterator[tuple[int, str]]:
    """Dots and dotted name of every import of a module, those inside functions too."""
    for node in ast.walk(ast.parse((HOUSE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.level, node.module
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, alias.name) for alias in node.names)


def _folder(module: Path, dots: int, name: str) -> str:
    """The folder of the house that a relative import reaches ("" for the root)."""
    inside = module.parent.parts
    reached = (*inside[: len(inside) - dots + 1], *name.split("."))
    return reached[0] if reached[0] in MAY_IMPORT else ""


def _wrong(module: Path) -> list[str]:
    allowed = MAY_IMPORT[module.parts[0]] | {module.parts[0], ""}
    reached = [(name, _folder(module, dots, name)) for dots, name in _imports(module) if dots]
    return [name for name, folder in reached if folder not in allowed]


def test_modules_are_found():
    assert {module.parts[0] for module in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_go_one_way(module):
    assert _wrong(module) == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_inside_the_package_are_relative(module):
    ours = {PACKAGE, *MAY_IMPORT}
    absolute = [name for dots, name in _imports(module) if not dots]
    assert [name for name in absolute if name.split(".")[0] in ours] == []


def test_report_templates_use_the_records_of_models_alone():
    templates = [module for module in MODULES if module.parts[0] == "report_templates"]
    reached = {
        name
        for module in templates
        for dots, name in _imports(module)
        if dots and _folder(module, dots, name) == "models"
    }
    assert reached <= {"models.estimate", "models.specification"}


@pytest.mark.parametrize(
    ("module", "dots", "name", "folder"),
    [
        ("models/association/panel.py", 2, "sample", "models"),
        ("models/association/panel.py", 3, "data.reading", "data"),
        ("analysis/results/panel.py", 3, "models.association.panel", "models"),
        ("report_templates/commands/report.py", 3, "analysis.doors", "analysis"),
        ("report_templates/commands/cli.py", 3, "__version__", ""),
    ],
)
def test_relative_names_are_followed(module, dots, name, folder):
    assert _folder(Path(module), dots, name) == folder
