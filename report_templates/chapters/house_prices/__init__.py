"""Appendix 4: house prices."""
