"""Section 2: insights from research."""
