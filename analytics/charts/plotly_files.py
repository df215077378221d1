"""plotly.js as a static file, from the installed package: nothing is fetched from elsewhere.

Only that one file of 5 MB is taken; the package also holds data sets, templates and a bundle for notebooks.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILE = "plotly.min.js"
PREFIX = "plotly"


@lru_cache(maxsize=1)
def _folder() -> Path | None:
    """Where the package keeps its scripts. It is not imported: that takes half a second and is not needed."""
    found = find_spec("plotly")
    return Path(found.origin).parent / "package_data" if found and found.origin else None


@lru_cache(maxsize=1)
def style_ids() -> tuple[str, ...]:
    """The ids of style elements that the script adds when it loads (for maps of tiles), unless they are there.

    Our pages forbid style elements, and need none of these: they put empty elements with these ids first.
    """
    folder = _folder()
    text = (folder / FILE).read_text(encoding="utf-8") if folder else ""
    return tuple(dict.fromkeys(re.findall(r'getElementById\("([0-9a-f]{64})"\)', text)))


class _OneFile(FileSystemStorage):
    """collectstatic copies each file to the prefix of its storage."""

    prefix = PREFIX


class PlotlyFinder(BaseFinder):
    """Finds `plotly/plotly.min.js`."""

    def find(self, path: str, find_all: bool = False, **options: Any) -> Any:
        folder = _folder()
        found = [str(folder / FILE)] if folder and path == f"{PREFIX}/{FILE}" else []
        return found if find_all or not found else found[0]

    def check(self, **options: Any) -> list[Any]:
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        folder = _folder()
        if folder is not None:
            yield FILE, _OneFile(location=folder)
