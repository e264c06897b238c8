"""Section 2: other areas of policy."""
