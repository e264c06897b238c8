"""One module per publisher; each function reads one published layout into a tidy frame."""
