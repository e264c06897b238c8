"""The two studies, computed once for all tests that read what their chapters found."""

import sys
from pathlib import Path

import pytest

from neighbourhood_equity.analysis.inputs import Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.analysis.study import find_study, read_study
from neighbourhood_equity.report_templates.commands.report import compute_for
from neighbourhood_equity.report_templates.editions import FULL

# Lets tests share modules of this folder, which pytest's importlib mode would hide.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    """The simulated city, read."""
    study = read_study(find_study("simulated_city"))
    return read_inputs(study, open_folder(study, None))


@pytest.fixture(scope="session")
def book(inputs: Inputs) -> Run:
    """All chapters of the simulated city."""
    return compute_for(FULL, inputs)


@pytest.fixture(scope="session")
def birmingham(shared_data: Path) -> Inputs:
    """Birmingham, read."""
    study = read_study(find_study("birmingham"))
    return read_inputs(study, open_folder(study, shared_data))


@pytest.fixture(scope="session")
def real(birmingham: Inputs) -> Run:
    """All chapters of Birmingham."""
    return compute_for(FULL, birmingham)
