"""The commands: a study in, a folder with the report and all its numbers out."""
