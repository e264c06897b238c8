"""Neighbourhood equity: coproduction, social capital and house prices, estimated and reported."""

__version__ = "0.1.0"


class NeighbourhoodEquityError(Exception):
    """The root of every fault that a user can mend.

    It says what was found, what was expected and what to do, and is shown without a traceback.
    """
