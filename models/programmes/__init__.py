"""Dated starts: staggered adoption, synthetic comparators, placebos."""
