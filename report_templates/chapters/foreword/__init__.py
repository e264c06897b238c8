"""The publisher's foreword; without one the report has no such page."""
