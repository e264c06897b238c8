"""The close of Section 3: the estimates that carry it, beside what others have published.

How large are they, how sure, and causal or not? Each estimate is that of its own result, with as
much held equal as the data bear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from ...data.measures import Measure
from ...models.specification import Label
from ...models.specification import NotEstimable as Inestimable
from ..graph import result
from ..plausible import LARGE, PLAUSIBLE, is_large, is_plausible
from ..quantities import Count, NotEstimable, PriceDifference, Share
from ..reasons import NoHeadline, Refused
from .case_effects import CaseEffects
from .coproduction_record import PublishedEffects
from .cross_section import CrossSection
from .panel import SectorPanel
from .sector_changes import SectorChanges
from .staggered import Staggered

NEAREST = ("renewal -> price", "community asset -> price", "business improvement district -> price")
"""Links of published effects of acting on a place, as a programme does."""
Difference = PriceDifference | NotEstimable


@dataclass(frozen=True, slots=True)
class Headline:
    """One estimate that carries the chapter.

    Parameters
    ----------
    key : the measure's column, or by what the starts of programmes are compared
    size : with as much held equal as the data bear
    measure : None for the starts
    trusted : whether it rests on places enough for its interval
    """

    INLINE: ClassVar = ("size",)
    key: str
    size: Difference
    measure: Measure | None = None
    trusted: bool = True

    @property
    def sure(self) -> bool:
        """Whether an interval that can be trusted leaves out zero."""
        return self.trusted and self.size.found

    @property
    def large(self) -> bool:
        """Whether it is too large to be printed without a warning."""
        return is_large(self.size)


@dataclass(frozen=True, slots=True)
class HowLarge:
    """The headline estimates, and what was published of acting on a place.

    Parameters
    ----------
    made : how many of the headlines could be estimated; of these the next six speak
    inside : the plausible range
    sure : told from zero by an interval that can be trusted
    conditional : an effect if what the label assumes holds; the others are ``associations``
    beyond : an estimate beyond this either way is printed with a warning
    published_seen : read at their source
    """

    INLINE: ClassVar = ("every",)
    every: tuple[Headline, ...]
    headlines: Count
    made: Count
    inside: Count
    sure: Count
    associations: Count
    conditional: Count
    lowest: Difference
    highest: Difference
    plausible_low: Share
    plausible_high: Share
    beyond: Share
    published: Count
    published_seen: Count
    published_low: Share
    published_high: Share

    @property
    def large(self) -> tuple[Headline, ...]:
        """Those that are printed with a warning."""
        return tuple(one for one in self.every if one.large)


@result()
def how_large(
    cross_section: CrossSection,
    panel: SectorPanel,
    staggered: Staggered,
    sector_changes: SectorChanges,
    case_effects: CaseEffects,
    published_effects: PublishedEffects,
) -> HowLarge:
    """Gather the headlines and count them."""
    every = (
        *(Headline(one.key, one.held, one.measure) for one in cross_section.measures),
        *_starts(panel, staggered, sector_changes, case_effects),
    )
    made = [one.size for one in every if isinstance(one.size, PriceDifference)]
    conditional = sum(one.identified for one in made)
    effects = published_effects.effects
    near = effects[effects["link"].isin(NEAREST) & (effects["unit"] == "% of price")]
    none = NotEstimable(NoHeadline())
    return HowLarge(
        every=every,
        headlines=Count(len(every)),
        made=Count(len(made)),
        inside=Count(sum(map(is_plausible, made))),
        sure=Count(sum(one.sure for one in every)),
        associations=Count(len(made) - conditional),
        conditional=Count(conditional),
        lowest=min(made, key=_size, default=none),
        highest=max(made, key=_size, default=none),
        plausible_low=Share(PLAUSIBLE[0]),
        plausible_high=Share(PLAUSIBLE[1]),
        beyond=Share(LARGE),
        published=Count(len(near)),
        published_seen=Count(int(near["verified"].sum())),
        published_low=Share(float(near["low"].min())),
        published_high=Share(float(near["high"].max())),
    )


def _size(difference: PriceDifference) -> float:
    return difference.log


def _starts(
    panel: SectorPanel,
    staggered: Staggered,
    sector_changes: SectorChanges,
    case_effects: CaseEffects,
) -> Iterator[Headline]:
    """What the start of a programme goes with, each comparison a row even where it is refused."""
    yield Headline("two_way", _asked(lambda: panel.weighted), trusted=_enough_places(panel))
    yield Headline("never_started", _asked(lambda: staggered.main.effect, "did"))
    yield Headline("long_run", _asked(lambda: sector_changes.long))
    yield Headline("comparators", _asked(lambda: case_effects.overall, "synthetic_control"))


def _asked(held: Callable[[], Difference], label: Label = "adjusted") -> Difference:
    """What a result holds or, where the whole was refused, that."""
    try:
        return held()
    except Inestimable as fault:
        return NotEstimable(Refused(str(fault)), label=label)


def _enough_places(panel: SectorPanel) -> bool:
    try:
        return panel.enough_places
    except Inestimable:
        return False
