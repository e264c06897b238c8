"""The root of every fault that a user can mend."""


class NeighbourhoodEquityError(Exception):
    """What was found, what was expected, what to do; shown without a traceback."""
