"""The study: what is estimated on which data for which chapter, the findings, the commands."""
