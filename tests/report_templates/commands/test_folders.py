"""Folders that a run cannot use are told before anything is read or computed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from neighbourhood_equity.data.errors import InputError
from neighbourhood_equity.report_templates.commands.report import run_study

SETTING = "NEIGHBOURHOOD_EQUITY_CACHE"


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a run gets as far as reading its data."""

    def reading(*words: object) -> None:
        raise AssertionError("the data were read before the folders were checked")

    monkeypatch.setattr(f"{run_study.__module__}.read_inputs", reading)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A user's folder of data."""
    (tmp_path / "data" / "prices").mkdir(parents=True)
    (tmp_path / "data" / "prices" / "hpi.csv").write_text("the publisher's")
    return tmp_path / "data"


def refused(out: Path, data: Path | None, study: str = "birmingham") -> tuple[str, ...]:
    with pytest.raises(InputError) as fault:
        run_study(study, data, out, "full", quiet=True)
    return fault.value.faults


def test_a_report_never_takes_the_place_of_its_data(data: Path) -> None:
    data = data.rename(data.with_name("birmingham"))
    told = "\n".join(refused(data.parent, data))
    assert "'prices/hpi.csv'" in told
    assert "are one, or one lies in the other" in told
    assert (data / "prices" / "hpi.csv").read_text() == "the publisher's"


def test_a_report_is_not_written_into_its_data(data: Path) -> None:
    assert "one lies in the other" in refused(data / "reports", data)[0]
    assert not (data / "reports").exists()


def test_a_link_does_not_hide_that_folders_lie_in_one_another(data: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(data)
    assert "one lies in the other" in refused(tmp_path / "link", data)[0]


def test_an_out_that_is_a_file_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    assert "out is a file, not a folder" in refused(tmp_path / "out", data)[0]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_an_out_that_cannot_be_written_is_refused(data: Path) -> None:
    assert "nothing can be written in /proc" in refused(Path("/proc/out"), data)[0]


def test_an_out_that_is_a_dangling_link_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "unplugged")
    assert "out is a link to a place that is not there" in refused(tmp_path / "out", data)[0]


def test_an_out_without_room_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: type("Usage", (), {"free": 3_000_000}))
    assert "3 MB left, and 50 MB are needed" in refused(tmp_path / "out", data)[0]


def test_a_data_folder_that_may_not_be_read_is_told_with_the_right_advice(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Path.iterdir

    def closed(folder: Path) -> Iterator[Path]:
        if folder == data / "prices":
            raise PermissionError(13, os.strerror(13), str(folder))
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", closed)
    (told,) = refused(tmp_path / "out", data)
    assert f"{data / 'prices'} cannot be read (Permission denied)" in told
    assert "Download" not in told


def test_a_cache_that_cannot_be_written_is_told_with_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").touch()
    (tmp_path / "out").touch()
    monkeypatch.setenv(SETTING, str(tmp_path / "home" / "cache"))
    out, cache = refused(tmp_path / "out", None, "simulated_city")
    assert "--out DIR" in out
    assert SETTING in cache


def test_a_report_is_not_written_into_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path))
    (told,) = refused(tmp_path / "reports", None, "simulated_city")
    assert SETTING in told
    assert list(tmp_path.iterdir()) == []
