"""What a page may fetch: our fonts and the pictures that it holds itself."""

from __future__ import annotations

from typing import Any

from .fonts import FACES, font_file

PICTURES = ("data:image/svg+xml,", "data:image/svg+xml;base64,", "data:image/png;base64,")


def own_files() -> Any:
    """A fetcher that gives no other file, whatever a page asks for."""
    from weasyprint.urls import URLFetcher

    fonts = {font_file(package, name).as_uri() for *_, package, name in FACES}

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in fonts and not url.startswith(PICTURES):
                raise ValueError(f"not one of the report's own files: {url}")
            return super().fetch(url, headers)

    return OwnFiles()
