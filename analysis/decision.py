"""What is decided before a run: what would matter, what tests the model, what each answer needs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

CheckName = Literal[
    "interval",
    "family",
    "spatial_noise",
    "spatial_errors",
    "equal_weights",
    "efficient_weights",
    "leverage",
    "prices_of_the_day",
    "second_outcome",
    "between_wards",
    "curve",
]
EVERY_CHECK: list[CheckName] = list(CheckName.__args__)  # type: ignore[attr-defined]
PerCent = Annotated[float, Field(gt=0, lt=100)]


class Decision(BaseModel):
    """By which rules a question is answered; the same for every chapter."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    plausible_low: PerCent = 2.0
    """The least difference in price that would matter to anyone who decides, in per cent."""
    plausible_high: PerCent = 7.0
    """The most that published studies lead to expect."""
    tests_the_model: list[str] = []
    """Measures near to what the model calls social capital; the others are amenities."""
    scorecard: list[CheckName] = EVERY_CHECK
    """The checks that an association has to pass."""
    level: float = Field(default=0.05, gt=0, lt=0.5)
    """Of every test."""
    leverage_left_out: PerCent = 5.0
    """Per cent of areas, those with most leverage, without which an association must stand."""
    curve_share: PerCent = 75.0
    """Per cent of all declared specifications that must have the headline's sign."""

    @model_validator(mode="after")
    def _in_order(self) -> Decision:
        if self.plausible_low >= self.plausible_high:
            raise ValueError(
                f"plausible_low is {self.plausible_low:g} and plausible_high "
                f"{self.plausible_high:g}; expected the lower one first"
            )
        return self
