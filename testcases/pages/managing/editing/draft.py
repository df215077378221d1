"""A case while it is written: what the fields hold, what document it would be, and what is wrong, each at its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from testcases.content.criteria_text import key_of_text
from testcases.content.document import CaseContent
from testcases.content.problems import ContentError, Problem
from testcases.content.reading import read_content
from testcases.judging.forms import describe, form_problems
from testcases.pages.managing.editing import parts
from testcases.pages.managing.editing.fields import Part, Spec, part_of, read_part
from testcases.pages.managing.editing.rules import RuleNode, blank_node, read_rule, rule_node
from testcases.services import told

MOST_ROWS = 60
_CHOOSE = _("Choose how it is judged.")
_SINGLE: Mapping[str, Sequence[Spec]] = {
    "talk": parts.TALK, "persona": parts.PERSONA, "goal": parts.GOAL, "stop": parts.STOP, "test": parts.RULES_OF_TEST,
}  # fmt: skip
# Parts whose fields stand in the document itself, and not in an object of their own.
_FLAT = ("talk", "test")
_ROWS: Mapping[str, tuple[str, Sequence[Spec]]] = {
    "facts": ("f", parts.FACT), "objections": ("o", parts.OBJECTION), "replies": ("s", parts.REPLY),
    "criteria": ("c", parts.CRITERION),
}  # fmt: skip


@dataclass(slots=True)
class CriterionRow:
    """A criterion: its fields, its rule, and the rule as a sentence (empty while it cannot be read)."""

    part: Part
    rule: RuleNode
    sentence: str = ""

    @property
    def token(self) -> str:
        return self.part.token

    @property
    def problem_count(self) -> int:
        return self.part.problem_count + self.rule.problem_count


@dataclass(slots=True)
class Draft:
    """`whole` are problems that belong to no field."""

    language: str
    single: dict[str, Part]
    rows: dict[str, list[Part]]
    criteria: list[CriterionRow]
    whole: list[str] = field(default_factory=list)
    # Parts of the document that the editor has no field for; they stay as they are.
    rest: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any], language: str) -> "Draft":
        """A draft that shows `document`."""
        numbers = count()
        single = {name: part_of(name, specs, _values(document, name)) for name, specs in _SINGLE.items()}
        rows = {
            name: [part_of(f"{letter}{next(numbers)}", specs, row) for row in _row_values(document, name)]
            for name, (letter, specs) in _ROWS.items()
        }
        criteria = [
            CriterionRow(part, rule_node(row.get("judge") or {}, token=f"r{next(numbers)}", numbers=numbers))
            for part, row in zip(rows.pop("criteria"), document.get("criteria", ()), strict=True)
        ]
        return cls(language, single, rows, criteria)

    @classmethod
    def empty(cls, language: str) -> "Draft":
        """What a new case begins with: one objection and one criterion to fill in."""
        return cls.of(
            {
                "objections": [{}],
                "criteria": [{"key": "", "judge": {"kind": "meaning"}, "weight": 1}],
            },
            language,
        )

    @classmethod
    def read(cls, data: QueryDict, language: str) -> "Draft":
        single = {name: read_part(data, name, specs) for name, specs in _SINGLE.items()}
        rows = {
            name: [read_part(data, token, specs) for token in _tokens(data, name)]
            for name, (_letter, specs) in _ROWS.items()
        }
        criteria = [
            CriterionRow(part, read_rule(data, data.get(f"{part.token}-judge", ""))) for part in rows.pop("criteria")
        ]
        return cls(language, single, rows, criteria)

    @property
    def facts(self) -> list[Part]:
        return self.rows["facts"]

    @property
    def objections(self) -> list[Part]:
        return self.rows["objections"]

    @property
    def replies(self) -> list[Part]:
        return self.rows["replies"]

    @property
    def document(self) -> dict[str, Any]:
        """What the fields say; rows in which nothing was written are left out, and rows without a key get one."""
        made: dict[str, Any] = {"language": self.language}
        for name in _FLAT:
            made |= self.single[name].document
        made |= {name: part.document for name, part in self.single.items() if name not in _FLAT}
        self._give_bases()
        for name in ("facts", "objections"):
            taken: set[str] = {row.key for row in self.rows[name] if row.key}
            made[name] = [_keyed(row, taken) for row in self.rows[name] if row.base]
        replies: dict[str, list[str]] = {}
        for row in self.rows["replies"]:
            if row.base:
                replies.setdefault(row.field("situation").text, []).extend(row.field("lines").value)
        made["replies"] = replies
        taken = {row.part.key for row in self.criteria if row.part.key}
        made["criteria"] = [
            _keyed(row.part, taken) | {"judge": row.rule.document} for row in self.criteria if row.part.base
        ]
        return made

    def _give_bases(self) -> None:
        """Say of each row where in the document it stands; "" where nothing was written in it."""
        for name in ("facts", "objections"):
            written = [row for row in self.rows[name] if not row.is_empty]
            for at, row in enumerate(written):
                row.base = f"/{name}/{at}"
        for row in self.rows["replies"]:
            row.base = "" if row.is_empty else f"/replies/{row.field('situation').text}"
        written = [row.part for row in self.criteria if not _is_blank(row)]
        for at, row in enumerate(written):
            row.base = f"/criteria/{at}"

    def check(self) -> CaseContent | None:
        """Find what is wrong and put it where it is; the case that the fields say, or None."""
        unread = sum(part.look() for part in self._parts()) + sum(row.rule.look() for row in self.criteria)
        content = None
        try:
            content = read_content(self.document)
        except ContentError as error:
            self.place(error.problems)
        return content if self._check_rules() and not unread else None

    def _check_rules(self) -> bool:
        """Look at each rule by itself, also where other parts of the case cannot be read; False where one is wrong."""
        right = True
        for row in self.criteria:
            found = form_problems(row.rule.document, self.language) if row.rule.kind else []
            for problem in found:
                row.rule.place(problem.path, problem.message)
            row.sentence = "" if found or not row.rule.kind else _sentence(row)
            right = right and not found
        return right

    def place(self, problems: Iterable[Problem]) -> None:
        """Each of `problems` to the field that it is about; those of no field to the whole."""
        for problem in problems:
            self._place(problem.path, told(problem))

    def _place(self, path: str, message: str) -> None:
        for row in self.criteria:
            if row.part.base and path.startswith(f"{row.part.base}/judge"):
                return None if row.rule.kind else row.rule.problems.append(str(_CHOOSE))
        for part in self._parts():
            if part.base and (path == part.base or path.startswith(part.base + "/")):
                return self._at_once(part, path, message)
        top = path.strip("/").split("/")[0]
        for name, part in self.single.items():
            if name in _FLAT and any(each.spec.name == top for each in part.fields):
                return self._at_once(part, path, message)
            if name == top:
                part.base = f"/{name}"
                return self._at_once(part, path, message)
        self.whole.append(f"{top}: {message}" if top else message)
        return None

    @staticmethod
    def _at_once(part: Part, path: str, message: str) -> None:
        """A field that could not be read says so already; the document's word on it would be the second."""
        name = path.removeprefix(part.base).strip("/").split("/")[0]
        if not any(each.spec.name == name and each.misread for each in part.fields):
            part.place(path, message)

    def _parts(self) -> Iterator[Part]:
        yield from self.single.values()
        for rows in self.rows.values():
            yield from rows
        yield from (row.part for row in self.criteria)

    @property
    def places(self) -> Iterator[tuple[str, list[str]]]:
        """Where problems are shown, with those that are there now."""
        for part in self._parts():
            yield part.token, part.problems
            yield from ((each.name, each.problems) for each in part.fields)
        for row in self.criteria:
            for node in row.rule.walk():
                yield node.token, node.problems
                yield from ((slot.input, slot.problems) for slot in node.slots)
                yield from ((each.name, each.problems) for each in node.fields)

    @property
    def problem_count(self) -> int:
        rules = sum(row.rule.problem_count for row in self.criteria)
        return len(self.whole) + rules + sum(part.problem_count for part in self._parts())


def blank_row(name: str) -> Part:
    """A row to add, with a token that the page puts its own in the place of."""
    return part_of("__TOKEN__", _ROWS[name][1], {})


def criterion_from(rule: Mapping[str, Any], text: str, first: int) -> CriterionRow:
    """A criterion that begins with `rule`; tokens count from `first`."""
    numbers = count(first)
    part = part_of(f"c{next(numbers)}", parts.CRITERION, {"text": text})
    row = CriterionRow(part, rule_node(rule, token=f"r{next(numbers)}", numbers=numbers))
    row.sentence = _sentence(row)
    return row


def blank_criterion() -> CriterionRow:
    return CriterionRow(blank_row("criteria"), blank_node("__RULE__"))


def with_situations(draft: Draft, situations: Sequence[tuple[str, Any]]) -> None:
    """Say which situations the standard lines know; one that a case names besides stays as it is."""
    for row in draft.replies:
        field_ = row.field("situation")
        own = [] if not field_.text or field_.text in dict(situations) else [(field_.text, field_.text)]
        field_.choices = [*situations, *own]


def _values(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document if name in _FLAT else document.get(name) or {}
    return found if isinstance(found, Mapping) else {}


def _row_values(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = document.get(name) or ()
    if name == "replies" and isinstance(found, Mapping):
        return [{"situation": key, "lines": lines} for key, lines in found.items()]
    return [row for row in found if isinstance(row, Mapping)]


def _tokens(data: QueryDict, name: str) -> list[str]:
    return list(dict.fromkeys(token for token in data.getlist(name) if token))[:MOST_ROWS]


def _is_blank(row: CriterionRow) -> bool:
    return row.part.is_empty and all(each.is_empty for node in row.rule.walk() for each in node.fields)


def _keyed(row: Part, taken: set[str]) -> dict[str, Any]:
    first = next((each.text for each in row.fields if each.spec.kind in ("text", "lines") and each.text.strip()), "")
    if not row.key:
        row.key = key_of_text(first.splitlines()[0] if first else "", taken=taken)
        taken.add(row.key)
    return {"key": row.key, **row.document}


def _sentence(row: CriterionRow) -> str:
    said = describe(row.rule.document)
    return f"{said[:1].upper()}{said[1:]}." if said else ""
