"""Appendix 1: case studies."""
