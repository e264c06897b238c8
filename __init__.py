"""Neighbourhood equity: coproduction, social capital and house prices, estimated and reported."""

__version__ = "0.1.0"
