"""The publisher's foreword."""
