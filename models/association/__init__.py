"""Adjusted associations: cross-section, panel, levels within groups, and their decomposition."""
