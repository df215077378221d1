"""Plain text as it is meant to be read: blank lines part it, other line breaks are only where somebody wrapped it."""

import re

BLANK_LINE = re.compile(r"\n\s*\n")
# A line that begins a point of a list stands by itself.
POINT = re.compile(r"\s*([-•*–]|\d+[.)])\s")


def paragraphs(text: str) -> list[list[str]]:
    """The parts of `text`, each as its lines: one, unless it holds points of a list."""
    parts = BLANK_LINE.split(text.replace("\r\n", "\n").strip())
    return [_lines(part) for part in parts if part.strip()]


def _lines(part: str) -> list[str]:
    lines: list[str] = []
    for line in part.split("\n"):
        if lines and not POINT.match(line):
            lines[-1] = f"{lines[-1]} {line.strip()}".strip()
        else:
            lines.append(line.strip())
    return lines
