"""The output folder is replaced whole or not at all, and only where a run of ours wrote it."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.analysis.output import replacing
from neighbourhood_equity.data.errors import InputError

OURS = {"study": "town", "packages": {"neighbourhood-equity": "0.1.0"}}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A former report."""
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "full.pdf").write_text("former")
    (folder / "manifest.json").write_text(json.dumps(OURS))
    return folder


def run(target: Path) -> None:
    with replacing(target) as new:
        (new / "full.pdf").write_text("new")
        (new / "manifest.json").write_text(json.dumps(OURS))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_that_ends_well_replaces_the_former_folder(target: Path) -> None:
    run(target)
    assert (target / "full.pdf").read_text() == "new"
    assert names(target.parent) == ["town"]


def test_a_run_that_fails_leaves_the_former_folder_as_it_was(target: Path) -> None:
    with pytest.raises(RuntimeError), replacing(target) as new:
        _write_half(new)
    assert (target / "full.pdf").read_text() == "former"
    assert names(target.parent) == ["town"]


def _write_half(folder: Path) -> None:
    (folder / "half.txt").write_text("half")
    raise RuntimeError


def test_a_folder_without_a_manifest_of_ours_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "town" / "prices").mkdir(parents=True)
    (tmp_path / "town" / "prices" / "hpi.csv").write_text("the user's own")
    with pytest.raises(InputError, match=r"'prices/hpi.csv'.*--out DIR"):
        run(tmp_path / "town")
    assert (tmp_path / "town" / "prices" / "hpi.csv").read_text() == "the user's own"
    assert names(tmp_path) == ["town"]


@pytest.mark.parametrize("text", ["{", "[]", '{"study": "town"}', '{"packages": {"npm": "1"}}'])
def test_a_manifest_of_another_program_is_not_ours(target: Path, text: str) -> None:
    (target / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="no run wrote"):
        run(target)
    assert (target / "full.pdf").read_text() == "former"


def test_a_file_put_beside_the_report_is_not_lost(target: Path) -> None:
    (target / "manifest.json").write_text(
        json.dumps(OURS | {"files": ["full.pdf", "manifest.json"]})
    )
    (target / "notes.txt").write_text("my notes")
    with pytest.raises(InputError, match=r"notes\.txt"):
        run(target)
    assert (target / "notes.txt").read_text() == "my notes"


def test_what_the_desktop_leaves_in_a_folder_is_no_file_of_the_user(target: Path) -> None:
    (target / "manifest.json").write_text(
        json.dumps(OURS | {"files": ["full.pdf", "manifest.json"]})
    )
    (target / ".DS_Store").touch()
    run(target)
    assert names(target) == ["full.pdf", "manifest.json"]


def test_an_empty_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    run(tmp_path / "town")
    assert (tmp_path / "town" / "full.pdf").read_text() == "new"


def test_what_came_to_the_place_during_the_run_is_not_replaced(tmp_path: Path) -> None:
    def put_a_thesis() -> None:
        (tmp_path / "town").mkdir()
        (tmp_path / "town" / "thesis.txt").write_text("mine")

    with pytest.raises(InputError, match=r"thesis\.txt"), replacing(tmp_path / "town"):
        put_a_thesis()
    assert names(tmp_path / "town") == ["thesis.txt"]
    assert names(tmp_path) == ["town"]


@pytest.mark.parametrize("whole", [True, False], ids=["link", "dangling link"])
def test_a_link_is_not_replaced(tmp_path: Path, whole: bool) -> None:
    if whole:
        (tmp_path / "elsewhere").mkdir()
    (tmp_path / "town").symlink_to(tmp_path / "elsewhere")
    before = names(tmp_path)
    with pytest.raises(InputError, match="is a link"):
        run(tmp_path / "town")
    assert names(tmp_path) == before
    assert (tmp_path / "town").is_symlink()


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "town").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        run(tmp_path / "town")
    assert (tmp_path / "town").read_text() == "mine"
    assert names(tmp_path) == ["town"]


def failing(
    monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Path], object] = lambda place: None
) -> None:
    """Let the rename fail that puts the new folder in place."""
    rename, calls = Path.rename, []

    def second_fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            meanwhile(target)
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)


def test_a_failed_rename_puts_the_former_folder_back(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch)
    with pytest.raises(InputError, match="could not be written"):
        run(target)
    assert (target / "full.pdf").read_text() == "former"
    assert names(target.parent) == ["town"]


def test_a_report_that_another_run_put_there_meanwhile_stays_whole(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another(place: Path) -> None:
        place.mkdir()
        (place / "full.pdf").write_text("another run's")

    failing(monkeypatch, another)
    with pytest.raises(InputError, match="could not be written"):
        run(target)
    assert (target / "full.pdf").read_text() == "another run's"
    assert names(target.parent) == ["town"]


def test_a_former_report_that_cannot_come_back_is_kept_for_the_next_run(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, calls = Path.rename, []

    def only_the_first(self: Path, place: Path) -> Path:
        calls.append(place)
        if len(calls) > 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(place))
        return rename(self, place)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", only_the_first)
        with pytest.raises(InputError, match="could not be written"):
            run(target)
    with pytest.raises(RuntimeError), replacing(target) as new:
        _write_half(new)
    assert (target / "full.pdf").read_text() == "former"
    assert names(target.parent) == ["town"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_is_a_sentence(target: Path, code: int) -> None:
    def refuse(new: Path) -> None:
        (new / "half.txt").write_text("half")
        raise OSError(code, os.strerror(code))

    with pytest.raises(InputError, match=os.strerror(code)), replacing(target) as new:
        refuse(new)
    assert (target / "full.pdf").read_text() == "former"
    assert names(target.parent) == ["town"]


@pytest.mark.skipif(os.name == "nt", reason="this system has no umask")
def test_the_folder_follows_the_umask(tmp_path: Path) -> None:
    former = os.umask(0o077)
    try:
        run(tmp_path / "town")
    finally:
        os.umask(former)
    assert (tmp_path / "town").stat().st_mode & 0o777 == 0o700


def test_two_runs_at_once_leave_one_whole_report(target: Path) -> None:
    with replacing(target) as first:
        (first / "manifest.json").write_text(json.dumps(OURS))
        run(target)
        (first / "full.pdf").write_text("the last one's")
    assert (target / "full.pdf").read_text() == "the last one's"
    assert names(target.parent) == ["town"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_the_next_run_clears_what_a_killed_one_left(target: Path) -> None:
    child = os.fork()
    if not child:
        with replacing(target) as new:
            (new / "half.txt").write_text("half")
            os._exit(9)
    os.waitpid(child, 0)
    assert len(names(target.parent)) == 2
    run(target)
    assert names(target.parent) == ["town"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_run_killed_between_the_renames_loses_no_report(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = os.fork()
    if not child:
        failing(monkeypatch, lambda place: os._exit(9))
        run(target)
    os.waitpid(child, 0)
    assert not target.exists()
    with pytest.raises(RuntimeError), replacing(target) as new:
        _write_half(new)
    assert (target / "full.pdf").read_text() == "former"
    assert names(target.parent) == ["town"]


def test_a_users_own_hidden_folder_stays(target: Path) -> None:
    (target.parent / ".town-old_data").mkdir()
    run(target)
    shutil.rmtree(target)
    assert names(target.parent) == [".town-old_data"]


def test_the_memory_of_the_program_that_starts_a_run_is_not_the_runs() -> None:
    held = np.ones(60_000_000)
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from neighbourhood_equity.analysis import output; print(output._peak_memory_mb())",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(told.stdout) < held.nbytes / 2**20
