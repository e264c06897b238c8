"""Other ways to put a worth on it, and values that refuse to be added."""
