import os
import signal

import pytest

from neighbourhood_equity.analysis import second_core
from neighbourhood_equity.analysis.second_core import alongside, halved
from neighbourhood_equity.data.errors import DataError, InputError


@pytest.fixture(params=[True, False], ids=["a second core", "one core"])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param and not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    monkeypatch.setattr(second_core, "lent", lambda: request.param)
    return request.param


def test_the_result_comes_back(cores: bool) -> None:
    assert alongside(lambda: sum(range(10)))() == 45


def test_the_work_is_done_elsewhere() -> None:
    if not second_core.lent():
        pytest.skip("no second core")
    assert alongside(os.getpid)() != os.getpid()


def test_a_fault_comes_back_with_all_its_sentences(cores: bool) -> None:
    def fail() -> None:
        raise DataError(["one.csv: no rows.", "two.csv: no rows."])

    with pytest.raises(DataError) as caught:
        alongside(fail)()
    assert caught.value.faults == ("one.csv: no rows.", "two.csv: no rows.")


def test_a_process_that_dies_is_told() -> None:
    if not second_core.lent():
        pytest.skip("no second core")
    with pytest.raises(InputError, match=r"ended from outside \(code -9\)"):
        alongside(lambda: os.kill(os.getpid(), signal.SIGKILL))()


@pytest.mark.parametrize("count", range(6))
def test_items_keep_their_order(cores: bool, count: int) -> None:
    items = list(range(count))
    assert halved(lambda item: item * item, items)() == [item * item for item in items]
