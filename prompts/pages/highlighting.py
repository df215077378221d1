"""A template cut into what is text and what is filled in, so that a page can mark the latter."""

import re
from dataclasses import dataclass

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is text, variable or tag; joined, the texts of all pieces are the template."""

    kind: str
    text: str


def pieces(template: str) -> list[Piece]:
    """The pieces of `template` in their order; works on templates with mistakes too."""
    found, at = [], 0
    for match in _TAG.finditer(template):
        if match.start() > at:
            found.append(Piece("text", template[at : match.start()]))
        found.append(Piece("variable" if match[0].startswith("{{") else "tag", match[0]))
        at = match.end()
    if at < len(template):
        found.append(Piece("text", template[at:]))
    return found
