"""The tables and figures of the tests behind Section 3."""

from __future__ import annotations

from collections.abc import Iterator

from ....analysis.results.area_sizes import AreaSizes
from ....analysis.results.controlled_inference import ControlledInference
from ....analysis.results.moderators import Moderators
from ....analysis.results.spatial import Spatial
from ....analysis.results.specification_curve import SpecificationCurve
from ....analysis.results.staggered import Staggered
from ....analysis.results.ward_slopes import WardSlopes
from ...exhibits import Body, Missing
from . import choices, inference, neighbours, starts, wards


def exhibits(
    controlled_inference: ControlledInference,
    area_sizes: AreaSizes,
    ward_slopes: WardSlopes,
    moderators: Moderators,
    specification_curve: SpecificationCurve,
    spatial: Spatial,
    staggered: Staggered,
) -> Iterator[Body | Missing]:
    """All of the chapter, subject by subject."""
    yield from inference.exhibits(controlled_inference)
    yield from choices.exhibits(area_sizes, moderators, specification_curve)
    yield from wards.exhibits(ward_slopes)
    yield from neighbours.exhibits(spatial)
    yield from starts.exhibits(staggered)
