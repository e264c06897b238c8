"""House prices: indices, small areas, spread and ranks."""
