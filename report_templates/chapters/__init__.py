"""One folder a printed chapter: its text, its captions and its exhibits."""
