"""The kept simulated city is whole, or made anew, or refused in words that name the setting."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.simulated_city import cached_city

MAKING = "neighbourhood_equity.data.simulated_city.make_city"
SETTING = "NEIGHBOURHOOD_EQUITY_CACHE"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, for cities of two files."""
    monkeypatch.setenv(SETTING, str(tmp_path / "cache"))
    monkeypatch.setattr(MAKING, make)
    return tmp_path / "cache"


def make(folder: Path, seed: int) -> Path:
    (folder / "prices").mkdir()
    (folder / "prices" / "sectors.csv").write_text("sector,price\nB1 1,100000\n")
    (folder / "truth.json").write_text(f'{{"seed": {seed}}}')
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_kept_city_is_not_made_again(cache: Path) -> None:
    kept = cached_city(3)
    made = (kept / "truth.json").stat().st_mtime_ns
    assert kept.parent == cache
    assert cached_city(3) == kept
    assert (kept / "truth.json").stat().st_mtime_ns == made
    assert list(cache.iterdir()) == [kept]


def a_price_file(city: Path) -> Path:
    return next(city.glob("prices/*.csv*"))


SPOILT: dict[str, Callable[[Path], object]] = {
    "changed": lambda city: a_price_file(city).write_bytes(b"other"),
    "missing": lambda city: a_price_file(city).unlink(),
    "truncated": lambda city: a_price_file(city).write_bytes(a_price_file(city).read_bytes()[:-9]),
    "more": lambda city: (city / "prices" / "second.csv").write_text("a,b"),
    "truth broken": lambda city: (city / "truth.json").write_text("["),
    "truth missing": lambda city: (city / "truth.json").unlink(),
    "without checksums": lambda city: (city / "SHA256SUMS").unlink(),
    "checksums no text": lambda city: (city / "SHA256SUMS").write_bytes(b"\xff\xfe"),
}


def test_a_kept_city_that_has_changed_is_made_anew_and_said(
    cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = cached_city(3)
    whole = contents(kept)
    assert not caplog.messages
    for how, spoil in SPOILT.items():
        caplog.clear()
        spoil(kept)
        assert contents(cached_city(3)) == whole, how
        assert len(caplog.messages) == 1, how
        assert str(kept) in caplog.text
    assert list(cache.iterdir()) == [kept]


def test_a_folder_of_something_else_is_left_alone(cache: Path) -> None:
    other = cache / cached_city(3).name.replace("-3", "-4")
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match=f"holds something else.*{SETTING}"):
        cached_city(4)
    assert contents(other) == {"thesis.txt": b"mine"}


def test_a_home_that_cannot_be_written_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "home").touch()
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "home" / name)
    with pytest.raises(DataError, match=f"home is a file, not a folder.*{SETTING}"):
        cached_city(3)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_place_where_nothing_can_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "/proc/cache")
    with pytest.raises(DataError, match=f"nothing can be written in /proc .*{SETTING}"):
        cached_city(3)


def test_a_cache_that_is_a_dangling_link_is_told(cache: Path) -> None:
    cache.symlink_to(cache.parent / "unplugged")
    with pytest.raises(DataError, match=f"cache is a link to a place that is not there.*{SETTING}"):
        cached_city(3)


def test_a_disk_that_fills_up_is_told_and_leaves_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, seed: int) -> Path:
        (folder / "half.csv").touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(MAKING, full)
    with pytest.raises(DataError, match=f"No space left.*{SETTING}"):
        cached_city(3)
    assert list(cache.iterdir()) == []


def test_a_disk_without_room_is_told_before_the_city_is_made(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 12_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda place: usage)
    with pytest.raises(DataError, match=f"12 MB left, and 100 MB are needed.*{SETTING}"):
        cached_city(3)
    assert not cache.exists()


def test_a_city_that_another_run_has_just_kept_is_taken(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(folder: Path, seed: int) -> Path:
        monkeypatch.setattr(MAKING, make)
        stamps.append((cached_city(seed) / "truth.json").stat().st_mtime_ns)
        return make(folder, seed)

    stamps: list[int] = []
    monkeypatch.setattr(MAKING, overtaken)
    kept = cached_city(3)
    assert [(kept / "truth.json").stat().st_mtime_ns] == stamps
    assert list(cache.iterdir()) == [kept]
