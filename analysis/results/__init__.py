"""Results: one pure function each, ordered by the names of their parameters (`analysis.graph`)."""
