"""How small an effect a design could have found.

References
----------
Bloom (1995), Evaluation Review 19(5): minimum detectable effects.
"""

from __future__ import annotations

from scipy import stats


def minimum_detectable(error: float, df: float, level: float = 0.95, power: float = 0.8) -> float:
    """The smallest effect that a two-sided test at 1 - ``level`` finds with this power."""
    return float((stats.t.ppf(0.5 + level / 2, df) + stats.t.ppf(power, df)) * error)
