"""What a file is to hold: the query of a page's address, read anew each time, so that "last 30 days" stays so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from analytics.periods import ALL, CUSTOM, PERIODS, USUAL, days_of, usual_grain
from analytics.questions import Comparison, Filters, Grain, Question, QuestionError

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

FIGURES, REPORT, CALLS = "figures", "report", "calls"
# Names in the address and the field of `Filters` that takes their values.
_IDS = {"agent": "agents", "team": "teams", "product": "products"}
_TEXTS = {
    "region": "regions",
    "source": "sources",
    "type": "call_types",
    "outcome": "outcomes",
    "language": "languages",
    "industry": "industries",
}
_CUSTOM_FIELD = "custom."
NO_COMPARISON = "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind` is "figures", "report" or a kind of rows; `today` is the day in the client's time zone."""

    kind: str
    query: QueryDict
    today: date

    @classmethod
    def of(cls, kind: str, query: str, today: date) -> "Asked":
        return cls(kind, QueryDict(query), today)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The list of calls shows all time unless a period is chosen; everything else what pages usually show."""
        period = self.query.get("period") or (ALL if self.kind == CALLS else USUAL)
        if period == "1":  # as the list of calls calls it
            period = "today"
        if period == CUSTOM or ("period" not in self.query and {"since", "until"} & set(self.query)):
            return self._read("since", _day), self._read("until", _day)
        if period not in PERIODS:
            raise QuestionError("period", _("There is no period “%(name)s”.") % {"name": period})
        return days_of(period, self.today)

    @property
    def period_name(self) -> "StrPromise | str":
        """ "Last 30 days"; empty for days that were chosen."""
        period = self.query.get("period") or (ALL if self.kind == CALLS else USUAL)
        is_chosen = period == CUSTOM or ("period" not in self.query and {"since", "until"} & set(self.query))
        return "" if is_chosen else PERIODS.get("today" if period == "1" else period, "")

    @property
    def filters(self) -> Filters:
        """
        Raises:
            QuestionError: a value cannot be read.
        """
        since, until = self.days
        chosen: dict[str, Any] = {
            target: tuple(_id(name, value) for value in self._all(name)) for name, target in _IDS.items()
        }
        chosen |= {target: tuple(self._all(name)) for name, target in _TEXTS.items()}
        chosen["call_types"] += tuple(self._all("call_type"))  # as the API calls it
        custom = {
            name.removeprefix(_CUSTOM_FIELD): tuple(self._all(name))
            for name in self.query
            if name.startswith(_CUSTOM_FIELD)
        }
        return Filters(since=since, until=until, client=self._read("client", _id), custom=custom, **chosen)

    @property
    def comparison(self) -> Comparison | None:
        chosen = self.query.get("compare", "")
        if chosen == NO_COMPARISON or None in self.days:
            return None
        return _member("compare", Comparison, chosen or Comparison.PRIOR.value)

    @property
    def question(self) -> Question:
        """The question of figures: `metric` once or more, `by`, `grain`, and the filters."""
        grain = self.query.get("grain", "")
        return Question(
            metrics=tuple(self._all("metric")),
            filters=self.filters,
            by=self.query.get("by", ""),
            grain=_member("grain", Grain, grain) if grain else None,
            compare=self.comparison,
            limit=1000,
        )

    @property
    def grain(self) -> Grain:
        """The step in time in which a course over the period is read best."""
        return usual_grain(*self.days)

    def _all(self, name: str) -> list[str]:
        return [value for value in self.query.getlist(name) if value]

    def _read(self, name: str, read: Callable[[str, str], T]) -> T | None:
        value = self.query.get(name)
        return read(name, value) if value else None


def _id(name: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise QuestionError(name, _("“%(value)s” is no id.") % {"value": value}) from None


def _day(name: str, value: str) -> date:
    try:
        day = parse_date(value)
    except ValueError:
        day = None
    if day is None:
        raise QuestionError(name, _("“%(value)s” is no day. Write it as 2026-07-31.") % {"value": value})
    return day


def _member(name: str, kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        sentence = _("“%(value)s” is not one of: %(known)s.") % {"value": value, "known": known}
        raise QuestionError(name, sentence) from None
