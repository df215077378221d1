"""What a browser would send of the editor."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from testcases.pages.managing.editing.draft import Draft
from testcases.pages.managing.editing.fields import Field
from testcases.pages.managing.editing.rules import RuleNode
from tests.testcases.factories import make_content

ABOUT = {
    "title": "The dentist", "name": "the-dentist", "test_type": "closing", "difficulty_level": "beginner",
    "language": "en", "skills": ["closing"], "own_skills": "",
}  # fmt: skip


def sent(document: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The editor's fields filled with `document` (a whole case without it); `changes` are further fields."""
    draft = Draft.of(document or make_content(), "en")
    pairs = [pair for part in draft.single.values() for pair in _fields(part.fields)]
    for name, rows in draft.rows.items():
        for row in rows:
            pairs += [(name, row.token), (f"{row.token}-key", row.key), *_fields(row.fields)]
    for criterion in draft.criteria:
        token = criterion.token
        pairs += [("criteria", token), (f"{token}-key", criterion.part.key), *_fields(criterion.part.fields)]
        pairs += [(f"{token}-judge", criterion.rule.token), *_rule(criterion.rule)]
    data: dict[str, Any] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return {**data, **changes}


def as_query(data: dict[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def _fields(fields: list[Field]) -> Iterator[tuple[str, str]]:
    """A box that is not ticked sends nothing."""
    return ((each.name, each.text) for each in fields if each.spec.kind != "check" or each.is_checked)


def _rule(node: RuleNode) -> Iterator[tuple[str, str]]:
    yield f"{node.token}-kind", node.kind
    yield from _fields(node.fields)
    for slot in node.slots:
        for inner in slot.nodes:
            yield slot.input, inner.token
            yield from _rule(inner)
