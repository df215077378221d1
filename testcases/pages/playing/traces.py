"""How the simulated customer took what was said, in words for reviewers: understood, trust, mood, what stands open."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from recordings.pages.formatting import percent, signed

Row = tuple[str, str]


def trace_rows(trace: Mapping[str, Any]) -> list[Row]:
    """Label and value, ready to be shown; empty where nothing is known of a turn."""
    understood, state = trace.get("understood"), trace.get("state")
    rows: list[Row] = []
    if isinstance(understood, Mapping):
        rows.append((_("Understood"), _understood(understood)))
    if isinstance(state, Mapping):
        rows += _state(state)
    if contradicted := trace.get("contradictions"):
        rows.append((_("Contradicted"), _listed(contradicted)))
    return rows


def _understood(found: Mapping[str, Any]) -> str:
    parts = [
        *([_("asks for the goal")] if found.get("asks_goal") else []),
        *(_("asks about %(fact)s") % {"fact": _plain(fact)} for fact in found.get("facts") or ()),
        *(
            _("answers %(objection)s (%(share)s)") % {"objection": _plain(key), "share": percent(_share(worth))}
            for key, worth in (found.get("answers") or {}).items()
            if _share(worth) > 0
        ),
        *(_plain(act) for act in found.get("acts") or ()),
        *([_plain(found["trouble"])] if found.get("trouble") else []),
    ]
    return ", ".join(parts) or _("nothing in particular")


def _state(state: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for label, name in ((_("Trust"), "trust"), (_("Patience"), "patience")):
        if isinstance(state.get(name), int | float):
            rows.append((label, percent(state[name])))
    if isinstance(state.get("mood"), int | float):
        rows.append((_("Mood"), signed(state["mood"])))
    for label, name in (
        (_("Open objections"), "open"),
        (_("Eased objections"), "eased"),
        (_("Told so far"), "told"),
    ):
        if state.get(name):
            rows.append((label, _listed(state[name])))
    return rows


def _listed(values: Any) -> str:
    return ", ".join(_plain(value) for value in values) if isinstance(values, list | tuple) else _plain(values)


def _plain(key: Any) -> str:
    return str(key).replace("_", " ")


def _share(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
