"""Bad input ends in a sentence and exit code 2, without a traceback and without a half report."""

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from neighbourhood_equity.analysis.checks import NEEDED, SALES
from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.simulated_city import cached_city
from neighbourhood_equity.report_templates.commands import cli

SEED = 20100731


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a command."""
    monkeypatch.setattr("sys.argv", ["neighbourhood-equity", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A copy of the simulated city's needed files whose files a test may spoil."""
    origin = DataFolder(cached_city(SEED))
    for source in (*NEEDED, *SALES, "coproduction_sites", "place_areas"):
        path = origin.locate(source)
        target = tmp_path / "city" / path.relative_to(origin.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(origin.root / "truth.json", tmp_path / "city" / "truth.json")
    return tmp_path / "city"


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(gzip.compress(b"") if path.suffix == ".gz" else b"")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        packed = path.suffix == ".gz"
        text = (gzip.decompress(path.read_bytes()) if packed else path.read_bytes()).decode()
        assert old in text
        changed = text.replace(old, new, 1).encode()
        path.write_bytes(gzip.compress(changed) if packed else changed)

    return replace


FAULTS = {
    "missing file": ("cni_2023", remove, ["Community Needs Index", "Download it"]),
    "renamed column": (
        "uk_hpi",
        replaced("AveragePrice", "MeanPrice"),
        ["uk_hpi_simulated", "AveragePrice", "renamed"],
    ),
    "code not in the lookup": (
        "cni_2023",
        replaced("E01900001", "E01999999"),
        ["E01999999", "Community Needs Index", "Boundaries", "vintage"],
    ),
    "text in a price": (
        "uk_hpi",
        replaced("E08900001,", "E08900001,dear"),
        ["uk_hpi_simulated", "AveragePrice", "dear"],
    ),
    "empty file": ("cpi", empty, ["ons_cpi_d7bt", "empty"]),
    "truncated gzip": ("cpi", truncate, ["ons_cpi_d7bt", "cut short"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_data_is_one_clear_message(
    fault: str,
    city: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source, spoil, words = FAULTS[fault]
    spoil(DataFolder(city).locate(source))
    former = tmp_path / "out" / "simulated_city"
    former.mkdir(parents=True)
    (former / "manifest.json").write_text(
        '{"study": "simulated_city", "packages": {"neighbourhood-equity": "0.1.0"}}'
    )
    code = run(
        "report", "--data", str(city), "--out", str(tmp_path / "out"), monkeypatch=monkeypatch
    )
    told = capsys.readouterr().err
    assert code == 2
    assert "Traceback" not in told
    for word in words:
        assert word in told
    assert [path.name for path in (tmp_path / "out").rglob("*")] == [
        "simulated_city",
        "manifest.json",
    ]


def test_a_mistyped_study_is_one_clear_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "simulated_citi", monkeypatch=monkeypatch) == 2
    assert "Did you mean 'simulated_city'" in capsys.readouterr().err


def test_the_real_study_asks_for_its_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "birmingham", monkeypatch=monkeypatch) == 2
    assert "--data DIR" in capsys.readouterr().err


def test_simulated_data_cannot_pass_as_real(
    city: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "birmingham", "--data", str(city), monkeypatch=monkeypatch) == 2
    assert "holds a simulated city" in capsys.readouterr().err


def test_the_simulated_city_passes_its_checks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("data", "check", monkeypatch=monkeypatch) == 0
    assert ", 0 failed." in capsys.readouterr().out


@pytest.mark.parametrize("words", [["report"], ["data"], ["data", "list"], ["data", "check"]])
def test_every_command_has_help(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, "--help", monkeypatch=monkeypatch) == 0
    assert "Usage" in capsys.readouterr().out


def command(*words: str, into: str = os.devnull, **setting: str) -> tuple[int, str]:
    """Exit code and standard error of the command as a process of its own."""
    code = "from neighbourhood_equity.report_templates.commands.cli import main; main()"
    with open(into, "wb") as output:
        ended = subprocess.run(
            [sys.executable, "-c", code, *words],
            stdout=output,
            stderr=subprocess.PIPE,
            env=os.environ | setting,
            check=False,
        )
    return ended.returncode, ended.stderr.decode(errors="replace")


def test_the_version_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--version", monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out.strip() == version("neighbourhood-equity")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["data", "list"], ["data", "template", "survey"]])
def test_an_output_that_takes_nothing_is_a_sentence(words: list[str]) -> None:
    code, told = command(*words, into="/dev/full")
    assert (code, told) == (2, "Error: The system refused: No space left on device.\n")


def test_a_locale_without_our_letters_prints_all_the_same() -> None:
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    assert command("data", "list", **locale) == (0, "")


def test_an_unreadable_data_folder_is_not_said_to_be_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", closed)
    assert run("data", "check", "birmingham", "--data", str(tmp_path), monkeypatch=monkeypatch) == 2
    told = capsys.readouterr().err
    assert f"{tmp_path} cannot be read" in told
    assert "Download" not in told
