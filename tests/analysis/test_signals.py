"""However a run is ended, no process goes on, and no folder stays beyond the next run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from neighbourhood_equity.analysis import second_core
from neighbourhood_equity.analysis.output import replacing

pytestmark = pytest.mark.skipif(not second_core.lent(), reason="no second process here")

RUN = """
import os, sys, time
from pathlib import Path
from neighbourhood_equity.report_templates.commands import cli, report
from neighbourhood_equity.analysis.output import replacing
from neighbourhood_equity.analysis.second_core import alongside

out = Path(sys.argv.pop())

def work():
    (out / "second").write_text(str(os.getpid()))
    time.sleep(60)

def run_study(*words):
    with replacing(out / "reports" / "town") as new:
        wait = alongside(work)
        (new / "half.txt").write_text("half")
        wait()

report.run_study = run_study
sys.argv[1:] = ["report"]
cli.main()
"""
"""The command, with a run that waits for its second process."""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in the middle, whose second process has written its number."""
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)], stderr=subprocess.PIPE, start_new_session=True
    )
    until(lambda: (tmp_path / "second").exists() and (tmp_path / "second").read_text() != "")
    yield run
    run.kill()
    run.communicate()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def goes_on(process: int) -> bool:
    """Whether a process still runs (a dead one that none has waited for does not)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def second(folder: Path) -> int:
    return int((folder / "second").read_text())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_run_that_is_ended_clears_up(
    number: int, started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    os.killpg(started.pid, number) if number == signal.SIGINT else started.send_signal(number)
    told = started.communicate(timeout=30)[1].decode()
    assert "Traceback" not in told
    assert started.returncode == 128 + number
    until(lambda: not goes_on(second(tmp_path)))
    assert list((tmp_path / "reports").iterdir()) == []


def test_the_second_process_ends_with_a_run_that_is_killed(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert goes_on(second(tmp_path))
    started.kill()
    until(lambda: not goes_on(second(tmp_path)))


def test_the_next_run_clears_what_a_killed_one_left_and_no_more(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    (held,) = (tmp_path / "reports").iterdir()
    with pytest.raises(RuntimeError), replacing(tmp_path / "reports" / "town"):
        raise RuntimeError
    assert held.exists()
    started.kill()
    until(lambda: not goes_on(second(tmp_path)))
    assert held.exists()
    with replacing(tmp_path / "reports" / "town"):
        pass
    assert not held.exists()
