"""The Summary."""
