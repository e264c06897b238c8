"""One module per kind of figure; each draws a tidy frame as SVG."""
