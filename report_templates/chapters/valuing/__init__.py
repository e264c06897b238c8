"""Section 3: what goes with the price of homes."""
