"""What stops a report from being built."""

from __future__ import annotations


class TemplateFault(Exception):
    """A template asks for what the run does not have; the message names both."""

    def __init__(self, template: str, message: str) -> None:
        super().__init__(f"{template}: {message}")
        self.template = template
