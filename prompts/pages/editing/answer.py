"""What is expected of an answer, as fields: parameters, JSON Schema and checks, with what is wrong at each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from prompts.models import ResponseType
from prompts.pages.content import as_text, pretty

# Parameters and what they may be: (whole numbers only, least, most).
NUMBERS = {
    "temperature": (False, 0.0, 2.0),
    "top_p": (False, 0.0, 1.0),
    "max_tokens": (True, 1, 1_000_000),
    "seed": (True, 0, 2**63 - 1),
}
LENGTHS = ("min_words", "max_words")
# Switches of checks that may also be written in full, as JSON.
SWITCHES = ("quotes", "numbers")
ON_BY_ITSELF = ("refusal", "echo")
PII = ("given", "none", "any")


@dataclass(slots=True)
class AnswerFields:
    """Texts of the fields by name, and `problems` by the same names. `parameters`, `schema` and `checks` is what they
    say, as far as it can be read."""

    response_type: str = ResponseType.TEXT
    texts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    schema: Any = None
    checks: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, *, response_type: str, parameters: Mapping[str, Any], schema: Any, checks: Mapping[str, Any]) -> Any:
        texts = {name: as_text(parameters.get(name)) for name in NUMBERS}
        stop = parameters.get("stop") or []
        texts["stop"] = stop if isinstance(stop, str) else "\n".join(map(str, stop))
        rest = {name: value for name, value in parameters.items() if name not in {*NUMBERS, "stop"}}
        texts["more_parameters"] = pretty(rest) if rest else ""
        texts["schema"] = "" if schema is None else pretty(schema)
        return cls(response_type, texts | _check_texts(checks), {}, dict(parameters), schema, dict(checks))

    @classmethod
    def read(cls, data: QueryDict) -> "AnswerFields":
        given = data.get("response_type", "")
        fields = cls(given if given in ResponseType.values else ResponseType.TEXT)
        names = (
            *NUMBERS,
            *LENGTHS,
            "stop",
            "more_parameters",
            "schema",
            "answer_language",
            "forbidden",
            "pii",
            "more_checks",
        )
        fields.texts = {name: data.get(name, "").replace("\r\n", "\n").strip() for name in names}
        fields.texts |= {name: "1" if name in data else "" for name in (*SWITCHES, *ON_BY_ITSELF)}
        fields._read_parameters()
        fields._read_checks()
        fields.schema = fields._json("schema", (dict, bool))
        return fields

    def _read_parameters(self) -> None:
        for name, (whole, least, most) in NUMBERS.items():
            if (number := self._number(name, whole=whole, least=least, most=most)) is not None:
                self.parameters[name] = number
        if stop := [line for line in self.texts["stop"].splitlines() if line.strip()]:
            self.parameters["stop"] = stop
        self.parameters |= self._json("more_parameters", (dict,)) or {}

    def _read_checks(self) -> None:
        texts = self.texts
        length = {name: self._number(name, whole=True, least=0, most=100_000) for name in LENGTHS}
        if length := {name: number for name, number in length.items() if number is not None}:
            self.checks["length"] = length
        if texts["answer_language"]:
            self.checks["language"] = texts["answer_language"]
        if phrases := [line.strip() for line in texts["forbidden"].splitlines() if line.strip()]:
            self.checks["forbidden"] = phrases
        self.checks |= {name: True for name in SWITCHES if texts[name]}
        self.checks |= {name: False for name in ON_BY_ITSELF if not texts[name]}
        if texts["pii"] in ("none", "any"):
            self.checks["pii"] = texts["pii"]
        for name, value in (self._json("more_checks", (dict,)) or {}).items():
            mine = self.checks.get(name)
            if isinstance(mine, list) and isinstance(value, list):
                value = [*mine, *value]
            elif isinstance(mine, dict) and isinstance(value, dict):
                value = {**mine, **value}
            self.checks[name] = value

    def _number(self, name: str, *, whole: bool, least: float, most: float) -> int | float | None:
        text = self.texts[name].replace(",", ".").replace(" ", "")
        if not text:
            return None
        try:
            number: int | float = int(text) if whole else float(text)
        except ValueError:
            sentence = _("Write a whole number.") if whole else _("Write a number.")
            self.problems.setdefault(name, []).append(sentence)
            return None
        if not least <= number <= most:
            said = {"least": f"{least:g}", "most": f"{most:g}"}
            self.problems.setdefault(name, []).append(_("It must lie between %(least)s and %(most)s.") % said)
            return None
        return number

    def _json(self, name: str, kinds: tuple[type, ...]) -> Any:
        text = self.texts[name]
        if not text:
            return None
        try:
            value = json.loads(text)
        except ValueError as error:
            line = getattr(error, "lineno", 1)
            sentence = _("This is no JSON: line %(line)d, %(what)s.") % {
                "line": line,
                "what": getattr(error, "msg", ""),
            }
            self.problems.setdefault(name, []).append(sentence)
            return None
        if not isinstance(value, kinds):
            self.problems.setdefault(name, []).append(_("Write an object: { … }."))
            return None
        return value


def _check_texts(checks: Mapping[str, Any]) -> dict[str, str]:
    """`checks` as texts of fields; what the fields cannot say stands as JSON in `more_checks`."""
    rest = dict(checks)
    texts = dict.fromkeys((*LENGTHS, *SWITCHES, "answer_language", "forbidden"), "") | {"pii": "given"}
    if isinstance(length := rest.get("length"), Mapping):
        texts |= {name: as_text(length.get(name)) for name in LENGTHS}
        rest["length"] = {name: value for name, value in length.items() if name not in LENGTHS}
    phrases = [each for each in rest.get("forbidden") or () if isinstance(each, str)]
    texts["forbidden"] = "\n".join(phrases)
    rest["forbidden"] = [each for each in rest.get("forbidden") or () if not isinstance(each, str)]
    for name in SWITCHES:
        texts[name] = "1" if rest.get(name) is True else ""
    for name in ON_BY_ITSELF:
        texts[name] = "" if rest.get(name) is False else "1"
    if rest.get("pii") in PII:
        texts["pii"] = rest["pii"]
    texts["answer_language"] = str(rest.get("language") or "")
    told = {"language", *(name for name in (*SWITCHES, *ON_BY_ITSELF) if isinstance(rest.get(name), bool))}
    told |= {"pii"} if rest.get("pii") in PII else set()
    rest = {name: value for name, value in rest.items() if name not in told and value not in ({}, [], None)}
    return texts | {"more_checks": pretty(rest) if rest else ""}
