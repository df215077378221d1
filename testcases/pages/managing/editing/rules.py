"""The rule builder: a rule of judging/rules as nested rows of fields, and what was typed of them as a rule again."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.http import QueryDict

from testcases.judging.forms import KIND_NAMES
from testcases.judging.rules.kinds import DEEPEST, KINDS, PLACED
from testcases.pages.managing.editing.fields import Field, Spec, part_of, read_part
from testcases.pages.managing.editing.rule_words import HELP, slot_words, spec_of

MOST_NODES = 60
# Members whose rules must stand somewhere in the talk, by kind.
_PLACED_SLOTS = {("timing", "of"), ("timing", "after"), ("count", "of"), ("order", "steps")}


@dataclass(slots=True)
class Slot:
    """Where rules stand within a rule: one (`many` is False) or several."""

    name: str
    owner: str
    words: Any
    many: bool
    placed: bool
    nodes: list["RuleNode"] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def input(self) -> str:
        """The name of the hidden inputs that say, in their order, which rows stand here."""
        return f"{self.owner}-{self.name}"


@dataclass(slots=True)
class RuleNode:
    """A rule as it stands in its fields. `kind` "" is one that was not chosen yet."""

    token: str
    kind: str
    fields: list[Field] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def help(self) -> str:
        return str(HELP.get(self.kind, ""))

    @property
    def document(self) -> dict[str, Any]:
        """The rule, without what is left empty or as it is by itself."""
        rule: dict[str, Any] = {"kind": self.kind}
        for each in self.fields:
            spec = KINDS[self.kind][each.spec.name]
            if each.text.strip() and each.value != spec.default and each.value != []:
                rule[each.spec.name] = each.value
        for slot in self.slots:
            inner = [node.document for node in slot.nodes if node.kind]
            if slot.many or inner:
                rule[slot.name] = inner if slot.many else inner[0]
        return rule

    def place(self, pointer: str, message: str) -> None:
        """Put a problem at the field or the inner rule that `pointer` (`/steps/1/phrases`) names."""
        steps = [step for step in re.split(r"[/.\[\]]+", pointer) if step]
        node: RuleNode = self
        while steps:
            slot = next((each for each in node.slots if each.name == steps[0]), None)
            if slot is None:
                break
            at = int(steps[1]) if slot.many and len(steps) > 1 and steps[1].isdecimal() else 0
            inner = [each for each in slot.nodes if each.kind]
            steps = steps[2:] if slot.many else steps[1:]
            if at >= len(inner):
                return slot.problems.append(message)
            node = inner[at]
        found = next((each for each in node.fields if steps and each.spec.name == steps[0]), None)
        return (found.problems if found else node.problems).append(message)

    def walk(self) -> Iterator["RuleNode"]:
        yield self
        for slot in self.slots:
            for node in slot.nodes:
                yield from node.walk()

    @property
    def problem_count(self) -> int:
        return sum(
            len(node.problems)
            + sum(len(each.problems) for each in node.fields)
            + sum(len(slot.problems) for slot in node.slots)
            for node in self.walk()
        )

    def look(self) -> int:
        """Put what cannot be read at its field; how many those are."""
        wrong = [each for node in self.walk() for each in node.fields if each.misread]
        for each in wrong:
            each.problems.append(each.misread)
        return len(wrong)


def blank_node(token: str, kind: str = "") -> RuleNode:
    """A row to write in, with empty rows in its slots."""
    return rule_node({"kind": kind}, token=token, numbers=None)


def rule_node(rule: Mapping[str, Any], *, token: str, numbers: Iterator[int] | None, depth: int = 0) -> RuleNode:
    """The rows of `rule`; `numbers` names the inner ones, which are left out without it."""
    kind = str(rule.get("kind", ""))
    if kind not in KINDS or depth > DEEPEST:
        return RuleNode(token, "")
    part = part_of(token, _specs(kind), rule)
    node = RuleNode(token, kind, part.fields, _slots(token, kind))
    for slot in node.slots if numbers is not None else []:
        inner = rule.get(slot.name)
        given = inner if slot.many and isinstance(inner, list | tuple) else [inner] if inner else []
        for each in given:
            if isinstance(each, Mapping):
                made = rule_node(each, token=f"r{next(numbers or count())}", numbers=numbers, depth=depth + 1)
                slot.nodes.append(made)
    return node


def read_rule(data: QueryDict, token: str, *, depth: int = 0, left: list[int] | None = None) -> RuleNode:
    """What was typed of the rule whose row is `token`; rows too deep or too many are left out."""
    left = [MOST_NODES] if left is None else left
    left[0] -= 1
    kind = data.get(f"{token}-kind", "")
    if kind not in KINDS:
        return RuleNode(token, "")
    part = read_part(data, token, _specs(kind))
    node = RuleNode(token, kind, part.fields, _slots(token, kind))
    for slot in node.slots:
        for inner in dict.fromkeys(data.getlist(slot.input)):
            if depth <= DEEPEST and left[0] > 0 and inner != token:
                slot.nodes.append(read_rule(data, inner, depth=depth + 1, left=left))
    return node


def _specs(kind: str) -> list[Spec]:
    """Fields of `kind` that are typed, in their order."""
    return [spec_of(kind, name, member) for name, member in KINDS[kind].items() if member.type not in ("rule", "rules")]


def _slots(token: str, kind: str) -> list[Slot]:
    return [
        Slot(name, token, slot_words(kind, name), member.type == "rules", (kind, name) in _PLACED_SLOTS)
        for name, member in KINDS[kind].items()
        if member.type in ("rule", "rules")
    ]


def kinds_for(*, placed: bool) -> list[tuple[str, str]]:
    """Kinds with their titles; only those that have a place in the talk with `placed`."""
    return [(kind, str(KIND_NAMES.get(kind, kind))) for kind in KINDS if not placed or kind in PLACED]
