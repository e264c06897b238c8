"""An equation that cannot be identified is refused in a sentence, before anything is estimated."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.loop.identification import (
    IdentificationError,
    Instruments,
    identification_faults,
    identified_sample,
    partialled,
)
from neighbourhood_equity.models.specification import Specification

EQUATION = Specification(
    "loop.price", "", "price", ("capital",), ("income", "owned"), variance="classical"
)


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    names = ["price", "capital", "income", "owned", "clubs", "growth", "weight"]
    return pd.DataFrame(rng.normal(size=(40, 7)), columns=names).assign(
        weight=lambda rows: np.exp(rows["weight"]), ward=np.arange(40) % 8
    )


@pytest.mark.parametrize(
    ("instruments", "told"),
    [
        (Instruments((), ("clubs",)), "no endogenous regressor is named"),
        (Instruments(("income",), ("clubs",)), "income is named as endogenous and is no regressor"),
        (Instruments(("capital",), ("owned",)), "owned is an instrument and also a control"),
        (Instruments(("capital",), ("price",)), "price is an instrument and also the outcome"),
        (Instruments(("capital",), ("capital",)), "capital is an instrument and also a regressor"),
        (Instruments(("capital",), ("clubs", "clubs")), "clubs stands twice"),
        (
            Instruments(("capital",), ()),
            "order condition: 0 usable instruments for 1 endogenous regressor",
        ),
    ],
)
def test_a_fault_is_told(instruments, told):
    assert any(told in fault for fault in identification_faults(EQUATION, instruments))


def test_a_sound_declaration_has_no_fault():
    assert identification_faults(EQUATION, Instruments(("capital",), ("clubs",))) == []


def test_all_faults_are_told_at_once(frame):
    wrong = Instruments(("capital",), ("owned", "price"))
    with pytest.raises(IdentificationError) as refused:
        identified_sample(frame, EQUATION, wrong)
    told = str(refused.value)
    assert "owned is an instrument and also a control of the equation" in told
    assert "price is an instrument and also the outcome of the equation" in told
    assert "order condition: 0 usable instruments" in told


def test_an_instrument_that_moves_nothing_fails_the_rank_condition(frame):
    held = np.column_stack([np.ones(40), frame[["capital", "income", "owned"]]])
    still = frame["clubs"] - held @ np.linalg.lstsq(held, frame["clubs"])[0]
    with pytest.raises(IdentificationError, match=r"rank condition: .* in 0 of 1 directions"):
        identified_sample(
            frame.assign(clubs=still), EQUATION, Instruments(("capital",), ("clubs",))
        )


def test_two_regressors_moved_alike_fail_the_rank_condition(frame):
    rng = np.random.default_rng(5)
    held = np.column_stack([np.ones(40), frame[["income", "owned", "clubs", "growth"]]])
    noise = rng.normal(size=(40, 2))
    noise -= held @ np.linalg.lstsq(held, noise)[0]
    both = frame.assign(
        capital=frame["clubs"] + noise[:, 0], trust=2 * frame["clubs"] + noise[:, 1]
    )
    asked = Specification(
        "two", "", "price", ("capital", "trust"), ("income", "owned"), variance="classical"
    )
    with pytest.raises(IdentificationError, match="in 1 of 2 directions"):
        identified_sample(both, asked, Instruments(("capital", "trust"), ("clubs", "growth")))


def test_rows_without_an_instrument_are_dropped_and_counted(frame):
    frame.loc[:3, "clubs"] = np.nan
    found = identified_sample(frame, EQUATION, Instruments(("capital",), ("clubs",)))
    assert (len(found.sample.rows), found.sample.dropped) == (36, {"without clubs": 4})


@pytest.mark.parametrize(("effects", "parameters"), [((), 3), (("ward",), 10)])
def test_what_is_held_equal_is_out_of_every_column(frame, effects, parameters):
    asked = Specification(
        "held", "", "price", ("capital",), ("income", "owned"), effects, "weight",
        variance="robust",
    )  # fmt: skip
    found = identified_sample(frame, asked, Instruments(("capital",), ("clubs", "growth")))
    parts = partialled(found)
    root = np.sqrt(found.sample.weights)
    held = [root, root * frame["income"], root * frame["owned"]]
    if effects:
        held += [root * (frame["ward"] == ward) for ward in range(1, 8)]
    sides = np.column_stack([parts.outcome, parts.endogenous, parts.instruments])
    assert np.abs(np.column_stack(held).T @ sides).max() < 1e-10
    assert parts.parameters == parameters
