"""One module per chapter of the report that holds numbers."""
