"""What stops a report from being built."""

from __future__ import annotations


class Refused(Exception):
    """A sentence asks for what could not be estimated; the message is the reason, as a clause."""


class TemplateFault(Exception):
    """A template asks for what the run does not have; the message names both."""

    def __init__(self, template: str, message: str) -> None:
        super().__init__(f"{template}: {message}")
        self.template = template
