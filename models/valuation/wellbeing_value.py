"""What is it worth if people say that their lives are better?

Value = effect x people x sum over years of the discount factor x worth of one point of life
satisfaction for one person and one year (a WELLBY). The worth of a point is set by guidance, with a
low and a high value. Nothing here identifies the effect: it must come from a study that does, and
its label travels with the value.

References
----------
HM Treasury (2021), Wellbeing Guidance for Appraisal.
"""

from __future__ import annotations

from ..specification import SpecificationError, require_word
from .discounting import Schedule
from .values import Basis, Valuation

SCALE = 10.0
"""Life satisfaction is answered from 0 to 10."""


def wellbeing_value(
    effect: tuple[float, float, float],
    people: float,
    years: int,
    worth: tuple[float, float, float],
    *,
    schedule: Schedule,
    unit: str,
    gain_of: str,
    basis: Basis,
) -> Valuation:
    """The value of a change in life satisfaction.

    Parameters
    ----------
    effect : low, central and high change, in points of the 0 to 10 scale; may be negative
    people : how many feel it
    years : how long, in whole years from now
    worth : low, central and high pounds for a point of one person in one year
    schedule : discount rates; with one year they do not matter
    unit, gain_of, basis : as of `Valuation`

    Raises
    ------
    SpecificationError
        An effect beyond the scale, no people, less than a year, a worth that is not above zero.
    """
    require_word("basis", basis, Basis)
    if max(map(abs, effect)) > SCALE:
        raise SpecificationError(
            f"an effect of {max(effect, key=abs):g} points is beyond the 0 to 10 scale"
        )
    if people <= 0 or years < 1:
        raise SpecificationError(f"{people:g} people for {years} years: both must be one or more")
    if min(worth) <= 0:
        raise SpecificationError(
            f"a point is said to be worth {min(worth):g}; it must be above zero"
        )
    person_years = people * float(schedule.factors(years).sum())
    ends = [size * pounds * person_years for size in (effect[0], effect[2]) for pounds in worth]
    central = effect[1] * worth[1] * person_years
    return Valuation("wellbeing", min(ends), central, max(ends), unit, gain_of, basis)
