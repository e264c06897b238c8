"""The technical annex."""
