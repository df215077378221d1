"""Assertions said in a sentence."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from prompts.evaluation.assertions import KINDS

LONGEST = 160


def kind_name(kind: str) -> str:
    """The name of a kind; of a result that belongs to no assertion: the checks that every answer must hold."""
    known = KINDS.get(kind)
    return str(known.title) if known else _("The checks of the version")


def said_of(assertion: Mapping[str, Any]) -> str:
    """An assertion in words, e.g. `Contains: “price”`."""
    kind = str(assertion.get("kind", ""))
    parts = [part for part in (_place(assertion), _value(assertion), _bounds(assertion)) if part]
    return f"{kind_name(kind)}: {' '.join(parts)}" if parts else kind_name(kind)


def shown_value(value: Any) -> str:
    """A value as it is typed into a field: a list of texts line by line, JSON as JSON, a text as it is."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, dict | list) else None)


def _place(assertion: Mapping[str, Any]) -> str:
    return str(assertion.get("path") or "")


def _value(assertion: Mapping[str, Any]) -> str:
    value = assertion.get("value")
    if value in (None, "", []):
        return ""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        between = _(" or ") if assertion.get("any") or assertion.get("kind") == "label" else ", "
        return _short(between.join(f"“{each}”" for each in value))
    if isinstance(value, str):
        return f"“{_short(value)}”"
    return _short(json.dumps(value, ensure_ascii=False))


def _bounds(assertion: Mapping[str, Any]) -> str:
    low, high, spread = assertion.get("min"), assertion.get("max"), assertion.get("tolerance")
    unit = {"words": _("words"), "characters": _("characters"), "sentences": _("sentences")}.get(
        str(assertion.get("unit", "words")), ""
    )
    unit = f" {unit}" if assertion.get("kind") == "length" else ""
    if spread is not None:
        return f"± {spread:g}"
    if low is not None and high is not None:
        return _("%(low)s to %(high)s") % {"low": f"{low:g}", "high": f"{high:g}"} + unit
    if low is not None:
        return _("at least %(low)s") % {"low": f"{low:g}"} + unit
    if high is not None:
        return _("at most %(high)s") % {"high": f"{high:g}"} + unit
    return ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
