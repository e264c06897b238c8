"""What is shipped: the wheel's content, the locks, the versions and the top of the checkout."""

import importlib.metadata
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import neighbourhood_equity

HOUSE = Path(__file__).parents[1]
FOLDERS = ("analysis", "data", "models", "report_templates")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in FOLDERS
    for path in (HOUSE / folder).rglob("*.py")
)
TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "__init__.py",
    "analysis",
    "data",
    "docs",
    "models",
    "py.typed",
    "pyproject.toml",
    "report_templates",
    "reports",
    "requirements-dev.lock",
    "requirements.lock",
    "tests",
}
REQUIREMENT = re.compile(
    r"^([a-z0-9][a-z0-9.-]*)==([^ ]+)( ; [^/]+)?((?: --hash=sha256:[0-9a-f]{64})+)$"
)


def requirements(lock: str) -> list[re.Match[str] | None]:
    """Each requirement of a lock, its continued lines joined; None where it is not one."""
    text = (HOUSE / lock).read_text(encoding="utf-8")
    joined = re.sub(r" *\\\n *", " ", text)
    return [REQUIREMENT.match(line) for line in joined.splitlines()]


def pins(lock: str) -> set[tuple[str, str]]:
    return {(found[1], found[2]) for found in requirements(lock) if found}


def declared(names: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=~! ]", name)[0]) for name in names}


def normal(name: str) -> str:
    """A distribution's name as locks write it."""
    return name.lower().replace("_", "-")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of a copy of this checkout, tests and all, built without a network."""
    pytest.importorskip("setuptools", minversion="77", reason="the wheel needs setuptools 77")
    copy = tmp_path_factory.mktemp("checkout") / "house"
    passed_over = shutil.ignore_patterns(
        ".[a-z]*", "reports", "build", "dist", "*.egg-info", "__pycache__"
    )
    shutil.copytree(HOUSE, copy, ignore=passed_over)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(copy)],
        check=True,
        capture_output=True,
    )
    (built,) = (copy / "dist").glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_the_four_folders_and_nothing_else(wheel):
    shipped = {
        name.removeprefix("neighbourhood_equity/")
        for name in wheel.namelist()
        if ".dist-info/" not in name
    }
    files = (path for folder in FOLDERS for path in (HOUSE / folder).rglob("*") if path.is_file())
    ours = {path.relative_to(HOUSE).as_posix() for path in files if "__pycache__" not in path.parts}
    assert shipped == ours | {"__init__.py", "py.typed"}


def test_the_wheel_gives_the_command_and_the_licence(wheel):
    (entry,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "neighbourhood-equity = neighbourhood_equity.report_templates.commands.cli:main" in (
        wheel.read(entry).decode()
    )
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_one_version():
    changes = (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")
    (latest, *_) = re.findall(r"^## \[(\d[^\]]*)\]", changes, flags=re.MULTILINE)
    assert PROJECT["project"]["version"] == neighbourhood_equity.__version__ == latest


def test_what_is_imported_is_declared():
    provided = importlib.metadata.packages_distributions()
    modules = set(re.findall(r"^ *(?:from|import) ([a-z_0-9]+)", SOURCE, flags=re.MULTILINE))
    imported = {normal(name) for module in modules for name in provided.get(module, [])}
    assert imported - declared(PROJECT["project"]["dependencies"]) == set()


@pytest.mark.parametrize("dependency", sorted(declared(PROJECT["project"]["dependencies"])))
def test_what_is_declared_is_named_in_the_source(dependency):
    provided = importlib.metadata.packages_distributions()
    modules = [module for module, names in provided.items() if dependency in map(normal, names)]
    assert any(re.search(rf"\b{module}\b", SOURCE) for module in modules)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_line_of_a_lock_is_a_hashed_pin_without_an_address(lock):
    found = requirements(lock)
    assert len(found) > 50
    assert [number for number, match in enumerate(found, 1) if match is None] == []


def test_the_run_lock_covers_what_is_declared():
    locked = {name for name, _ in pins("requirements.lock")}
    assert declared(PROJECT["project"]["dependencies"]) <= locked
    assert "setuptools" in locked


def test_the_dev_lock_adds_to_the_run_lock():
    extra = declared(PROJECT["project"]["optional-dependencies"]["dev"])
    assert pins("requirements.lock") < pins("requirements-dev.lock")
    assert extra <= {name for name, _ in pins("requirements-dev.lock")}


def test_the_top_of_the_checkout_stays_small():
    if not (HOUSE / ".git").exists():
        pytest.skip("not a git checkout, so tracked files are not known")
    tracked = subprocess.run(
        ["git", "-C", str(HOUSE), "ls-files"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert {name.split("/")[0] for name in tracked} - TOP == set()


def test_without_pango_the_set_up_names_the_command_of_each_system(monkeypatch):
    script = runpy.run_path(str(HOUSE / ".ci" / "libraries.py"))
    faults = script["faults"]
    monkeypatch.setitem(faults.__globals__, "missing", lambda: ["Pango"])
    monkeypatch.setitem(faults.__globals__, "install_with_apt", lambda packages: False)
    (sentence,) = faults()
    assert "lacks Pango" in sentence
    assert all(system in sentence for system in ("Debian, Ubuntu", "Fedora", "macOS", "Windows"))


def test_a_library_that_no_system_has_does_not_load():
    script = runpy.run_path(str(HOUSE / ".ci" / "libraries.py"))
    assert not script["loads"](["libno-such-library.so.9"])
