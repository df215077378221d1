"""Reads the form of a rule: what is wrong with it, and what it asks for in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recordings.language.text import words
from testcases.judging.rules.kinds import (
    DEEPEST,
    KINDS,
    LONGEST_RUBRIC,
    LONGEST_TEXT,
    MOST_RULES,
    MOST_TEXTS,
    PLACED,
    Field,
)


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation; judging/forms.py translates it."""
    return text


@dataclass(frozen=True, slots=True)
class FormProblem:
    """What is wrong at `path` (`steps[1].phrases`); `message` is an English sentence with places for `values`."""

    path: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.values


def form_problems(rule: object, language: str = "en", *, path: str = "", depth: int = 0) -> list[FormProblem]:
    """Everything that keeps `rule` from being judged, for a case in `language`; empty when it can be."""
    if not isinstance(rule, Mapping):
        return [FormProblem(path, gettext_noop("A rule is an object with a kind."))]
    kind = rule.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        message = gettext_noop("“%(kind)s” is no kind of rule. Choose one of: %(kinds)s.")
        return [FormProblem(_at(path, "kind"), message, {"kind": str(kind)[:40], "kinds": ", ".join(KINDS)})]
    if depth > DEEPEST:
        return [FormProblem(path, gettext_noop("Rules are nested too deep. Split this into several criteria."))]
    fields = KINDS[kind]
    problems = [
        FormProblem(_at(path, str(name)), gettext_noop("A rule of this kind has no “%(name)s”."), {"name": str(name)})
        for name in rule
        if name != "kind" and name not in fields
    ]
    for name, spec in fields.items():
        problems += _member_problems(rule.get(name), spec, _at(path, name), language, depth)
    return problems or _together(kind, rule, path)


def _member_problems(value: Any, spec: Field, path: str, language: str, depth: int) -> list[FormProblem]:
    if value is None or value in ("", [], ()):
        return [FormProblem(path, gettext_noop("This is missing."))] if spec.required else []
    if spec.type == "rule":
        return form_problems(value, language, path=path, depth=depth + 1)
    if spec.type == "rules":
        return _rules_problems(value, path, language, depth)
    return _CHECKS[spec.type](value, spec, path)


def _rules_problems(value: Any, path: str, language: str, depth: int) -> list[FormProblem]:
    if not isinstance(value, list | tuple):
        return [FormProblem(path, gettext_noop("This is a list of rules."))]
    if len(value) > MOST_RULES:
        return [FormProblem(path, gettext_noop("At most %(most)d rules stand together."), {"most": MOST_RULES})]
    found = []
    for at, each in enumerate(value):
        found += form_problems(each, language, path=f"{path}[{at}]", depth=depth + 1)
    return found


def _texts(value: Any, spec: Field, path: str) -> list[FormProblem]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        return [FormProblem(path, gettext_noop("This is a list of texts."))]
    if len(value) > MOST_TEXTS:
        return [FormProblem(path, gettext_noop("At most %(most)d texts."), {"most": MOST_TEXTS})]
    found = []
    for at, each in enumerate(value):
        found += _text(each, spec, f"{path}[{at}]")
    return found


def _text(value: Any, spec: Field, path: str) -> list[FormProblem]:
    if not isinstance(value, str):
        return [FormProblem(path, gettext_noop("This is a text."))]
    if not words(value):
        return [FormProblem(path, gettext_noop("This text has no words."))]
    most = LONGEST_RUBRIC if path.endswith("text") else LONGEST_TEXT
    if len(value) > most:
        return [FormProblem(path, gettext_noop("A text has at most %(most)d characters."), {"most": most})]
    return []


def _choice(value: Any, spec: Field, path: str) -> list[FormProblem]:
    if value in spec.choices:
        return []
    message = gettext_noop("“%(value)s” is not known here. Choose one of: %(choices)s.")
    return [FormProblem(path, message, {"value": str(value)[:40], "choices": ", ".join(spec.choices)})]


def _number(value: Any, spec: Field, path: str) -> list[FormProblem]:
    whole = spec.type == "whole"
    is_number = isinstance(value, int) if whole else isinstance(value, int | float)
    if is_number and not isinstance(value, bool) and spec.low <= value <= spec.high:
        return []
    message = gettext_noop("This is a number from %(low)s to %(high)s.")
    return [FormProblem(path, message, {"low": f"{spec.low:g}", "high": f"{spec.high:g}"})]


def _flag(value: Any, spec: Field, path: str) -> list[FormProblem]:
    return [] if isinstance(value, bool) else [FormProblem(path, gettext_noop("This is yes or no."))]


_CHECKS: Mapping[str, Callable[[Any, Field, str], list[FormProblem]]] = {
    "texts": _texts, "text": _text, "choice": _choice, "whole": _number, "number": _number, "flag": _flag,
}  # fmt: skip


def _together(kind: str, rule: Mapping[str, Any], path: str) -> list[FormProblem]:
    """Members that are right one by one and make no rule together."""
    checks = {
        "forbidden": _needs_one_of("phrases", "meanings"),
        "talk": _bounds,
        "count": _count,
        "timing": _timing,
        "order": _order,
        "said": _need_within("phrases"),
        "asked": _need_within("questions"),
        "answered": _need_within("answers"),
    }
    return checks[kind](rule, path) if kind in checks else []


def _needs_one_of(*names: str) -> Callable[[Mapping[str, Any], str], list[FormProblem]]:
    def check(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
        if any(rule.get(name) for name in names):
            return []
        message = gettext_noop("Give at least one of: %(names)s.")
        return [FormProblem(path, message, {"names": ", ".join(names)})]

    return check


def _need_within(name: str) -> Callable[[Mapping[str, Any], str], list[FormProblem]]:
    def check(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
        given, need = len(rule.get(name) or ()), rule.get("need") or 1
        if not given or need <= given:
            return []
        message = gettext_noop("It asks for %(need)d of only %(given)d.")
        return [FormProblem(_at(path, "need"), message, {"need": need, "given": given})]

    return check


def _bounds(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
    missing = _needs_one_of("at_least", "at_most")(rule, path)
    low, high = rule.get("at_least"), rule.get("at_most")
    if low is None and high is None:
        return missing
    if low is not None and high is not None and low > high:
        return [FormProblem(_at(path, "at_least"), gettext_noop("The least is more than the most."))]
    return []


def _count(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
    return _bounds(rule, path) or _placed(rule["of"], _at(path, "of"))


def _timing(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
    after = rule.get("from", "start") == "after"
    if after and not rule.get("after"):
        return [FormProblem(_at(path, "after"), gettext_noop("Say after what."))]
    if not rule.get("seconds") and not (after and rule.get("turns")):
        return [FormProblem(_at(path, "seconds"), gettext_noop("Say within how many seconds."))]
    found = _placed(rule["of"], _at(path, "of"))
    return found + (_placed(rule["after"], _at(path, "after")) if after else [])


def _order(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
    if len(rule["steps"]) < 2:
        return [FormProblem(_at(path, "steps"), gettext_noop("An order needs two steps or more."))]
    return [found for at, each in enumerate(rule["steps"]) for found in _placed(each, _at(path, f"steps[{at}]"))]


def _placed(rule: Mapping[str, Any], path: str) -> list[FormProblem]:
    """Only what stands somewhere can be counted, ordered or timed."""
    kind = rule["kind"]
    if kind not in PLACED:
        message = gettext_noop("A rule “%(kind)s” has no place in the talk. Use one of: %(kinds)s.")
        return [FormProblem(_at(path, "kind"), message, {"kind": kind, "kinds": ", ".join(PLACED)})]
    inner = rule.get("rules") or ()
    return [found for at, each in enumerate(inner) for found in _placed(each, f"{path}.rules[{at}]")]


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
