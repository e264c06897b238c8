"""The Neighbourhood Equity Model."""
