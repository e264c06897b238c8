"""Technical annex: what the associations of Section 3 were put through."""
