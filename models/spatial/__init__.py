"""Neighbours: tests of spatial dependence, spatial models, variances by distance."""
