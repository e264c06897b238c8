"""How findings become pages: the words, the look, figures, maps, tables, the renderers."""
