"""Appendix 2: alternative approaches to valuation."""
