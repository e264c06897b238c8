"""Section 1: coproduction in theory."""
