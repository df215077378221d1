"""Calls that another system knows of, without a recording: they count, and there is nothing to process."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from babel import Locale
from django.utils.translation import gettext as _

from integrations.crm.importing.converting import Unsaid
from integrations.crm.importing.kinds.base import Kind
from integrations.crm.importing.rows import Context, Row
from integrations.crm.importing.survey import Survey
from integrations.crm.importing.values.errors import RefusedError
from recordings.models import CallStatus, Origin, SalesCall

_WHO = ("customer_id", "customer_name", "customer_email", "customer_phone")
_TEXTS: Mapping[str, str] = {name: name for name in ("title", "region", "source", "notes")}
_IMPORTED = Origin.IMPORTED.value
_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_BY_PERSON = "CASE WHEN {{old}}outcome_origin = 'person' THEN {{old}}{0} ELSE {{new}} END"


class CallKind(Kind):
    model = SalesCall
    has_custom = False
    only_new: ClassVar[Mapping[str, Any]] = {"status": CallStatus.LOGGED.value}
    # A person's word is never overwritten.
    keep: ClassVar[Mapping[str, str]] = {
        name: _BY_PERSON.format(name) for name in ("outcome", "outcome_origin", "outcome_reason")
    }

    def __init__(self, context: Context, survey: Survey, *, dry: bool) -> None:
        super().__init__(context, survey, dry=dry)
        goals = set(survey.mapping.values())
        self._texts = {name: name for name in _TEXTS if name in goals}
        self._has_who = bool(goals & set(_WHO))
        self._has = {name: name in goals for name in ("agent", "duration", "call_type", "outcome", "language")}
        self._figures = [name for name in ("csat", "quality_score") if name in goals]

    def check(self, row: Row) -> None:
        values = row.values
        csat, score = values.get("csat"), values.get("quality_score")
        if csat is not None and not 1 <= csat <= 5:
            raise RefusedError(_("The customer’s satisfaction is not between 1 and 5."))
        if score is not None and not 0 <= score <= 100:
            raise RefusedError(_("The quality score is not between 0 and 100."))

    def link(self, rows: Sequence[Row]) -> None:
        self.link_agents(rows, "agent")
        if self._has_who:
            self.link_customers(rows)

    def columns(self, row: Row) -> dict[str, Any]:
        values = row.values
        columns = {name: values[name] or "" for name in self._texts}
        columns["started_at"] = values["started_at"]
        if self._has["agent"]:
            columns["agent_id"] = self.agent(row, "agent")
        if self._has_who:
            columns["customer_id"] = row.values["customer"]
        if self._has["duration"]:
            columns["call_duration"] = values["duration"]
        if self._has["call_type"]:
            columns["call_type"] = self.word(row, "call_type", "")
        if self._has["outcome"]:
            columns |= self._outcome(values["outcome"])
        if self._has["language"]:
            columns["language"] = language_code(values["language"] or "")
        for name in self._figures:
            columns[name] = values[name]
        return columns

    def _outcome(self, said: str | Unsaid | None) -> dict[str, str]:
        """What came of the call; a word that is none of ours is kept as the reason, so that nothing is lost."""
        if said is None or said == "unsaid":
            return {"outcome": "", "outcome_origin": "", "outcome_reason": ""}
        if isinstance(said, Unsaid):
            self.context.notes.count(
                _("“%(word)s” is no outcome that is known here; it was kept as the reason (rows: %%(rows)d).")
                % {"word": said.text[:60].replace("%", "%%")}
            )
            return {"outcome": "", "outcome_origin": "", "outcome_reason": said.text}
        return {"outcome": said, "outcome_origin": _IMPORTED, "outcome_reason": ""}


@cache
def language_code(text: str) -> str:
    """ISO 639-1 of "en-GB", "English", "inglés" or "английский"; "" where it is none."""
    if found := _CODE.fullmatch(text.strip()):
        return found[1].lower()
    return _language_names().get(text.strip().casefold(), "")


@cache
def _language_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in ("en", "es", "ru"):
        for code, name in Locale(locale).languages.items():
            if len(code) == 2:
                names.setdefault(name.casefold(), code)
    return names
