"""Appendix 3: measures of social capital."""
