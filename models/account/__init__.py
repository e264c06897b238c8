"""The neighbourhood equity account: its sums, its growth, what may be attributed."""
