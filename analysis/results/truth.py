"""What was planted in a simulated city; a real one has no such record."""

from __future__ import annotations

from ...data.catalogue import DataFolder
from ...data.simulated_city import Truth
from ..graph import result
from ..inputs import TRUTH
from ..study import Study


@result()
def truth(study: Study, folder: DataFolder) -> Truth | None:
    """The planted coefficients beside the simulated city's files."""
    return Truth.read(folder.root / TRUTH) if study.simulated else None
