"""A case as a form: its variables by name and type, the right answer, its part, its assertions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.models import DatasetCase, Split
from prompts.pages.evaluating.assertion_fields import as_json
from prompts.pages.evaluating.assertion_words import shown_value

MOST_VARIABLES = 60
_LONG = 60


class CaseForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    split = forms.ChoiceField(label=gettext_lazy("Part"), choices=Split.choices, initial=Split.DEVELOPMENT)
    expected = forms.CharField(
        label=gettext_lazy("Right answer"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Where there is one. JSON is read as JSON."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Take part in evaluations"), required=False, initial=True)

    @classmethod
    def of(cls, case: DatasetCase) -> "CaseForm":
        return cls(
            initial={
                "name": case.name,
                "split": case.split,
                "expected": shown_value(case.expected),
                "is_active": case.is_active,
            }
        )

    def right_answer(self) -> Any:
        """After validation; None where nothing was typed."""
        typed = self.cleaned_data["expected"].strip()
        return as_json(typed) if typed else None


@dataclass(frozen=True, slots=True)
class VariableRow:
    """One variable: declared by the prompt, or one that only this case has (`is_own`)."""

    number: str
    name: str
    type: str
    required: bool
    example: str
    value: str
    is_own: bool
    is_long: bool
    problem: str = ""


Declared = Sequence[Mapping[str, Any]]


def variable_rows(
    declared: Declared, values: Mapping[str, Any], problems: Mapping[str, str] | None = None
) -> list[VariableRow]:
    """The declared variables in their order, then what else the case holds."""
    names = [str(each.get("name", "")) for each in declared]
    rows = [_row(n, each, values, problems or {}) for n, each in enumerate(declared)]
    own = [{"name": name, "type": ""} for name in values if name not in names]
    return rows + [_row(len(names) + n, each, values, problems or {}, is_own=True) for n, each in enumerate(own)]


def _row(
    number: int, variable: Mapping[str, Any], values: Mapping[str, Any], problems: Mapping[str, str],
    *, is_own: bool = False,
) -> VariableRow:  # fmt: skip
    name, kind = str(variable.get("name", "")), str(variable.get("type", ""))
    value = shown_value(values.get(name))
    is_long = kind in ("transcript", "list", "object") or len(value) > _LONG or "\n" in value
    example = shown_value(variable.get("example"))
    required = bool(variable.get("required")) and variable.get("default") in (None, "")
    return VariableRow(str(number), name, kind, required, example, value, is_own, is_long, problems.get(name, ""))


def read_variables(posted: QueryDict, declared: Declared) -> tuple[dict[str, Any], dict[str, str]]:
    """(values by name, problems by name) of what was typed; what is left empty is not there.

    A value that is not of its type stays as it was typed, with a problem that says what it should be.
    """
    types = {str(each.get("name", "")): str(each.get("type", "text")) for each in declared}
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for number in posted.get("variable-order", "").split()[:MOST_VARIABLES]:
        name, typed = posted.get(f"v{number}-name", "").strip(), posted.get(f"v{number}-value", "")
        if not name or not typed.strip():
            continue
        try:
            values[name] = _typed(types.get(name, ""), typed)
        except ValueError as error:
            values[name], problems[name] = typed, str(error)
    return values, problems


def _typed(kind: str, typed: str) -> Any:
    """Raises ValueError with a sentence for the person who typed it."""
    text = typed.strip()
    if kind in ("number", "integer"):
        return _number(kind, text)
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise ValueError(_("Write true or false."))
        return text.lower() == "true"
    if kind == "list":
        return _list(text)
    if kind == "object":
        value = as_json(text)
        if not isinstance(value, dict):
            raise ValueError(_('Write a JSON object, e.g. {"plan": "Pro"}.'))
        return value
    if kind == "" and text[:1] in "[{":
        return as_json(text)
    return typed.replace("\r\n", "\n")


def _number(kind: str, text: str) -> int | float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if kind == "integer" and not number.is_integer():
        raise ValueError(_("Write a whole number."))
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(_("Write a number."))
    return int(number) if number.is_integer() else number


def _list(text: str) -> list[Any]:
    """A JSON list, or one entry a line."""
    if text.startswith("["):
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, list):
            raise ValueError(_("This is no JSON list. Write one entry a line."))
        return value
    return [line.strip() for line in text.splitlines() if line.strip()]
