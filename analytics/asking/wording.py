"""Questions in words: parameters of an address or a command line. Those that nobody knows are refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from analytics.asking.asker import asker_of
from analytics.asking.checking import filtered_dimensions
from analytics.asking.collecting import hidden_from
from analytics.metrics import METRICS, can_be_asked_by
from analytics.questions import Comparison, Filters, Grain, Question, QuestionError
from salesiq.people.models import User

Values = Mapping[str, Sequence[str]]
Choice = TypeVar("Choice", bound=StrEnum)

# The parameter and the field of Filters it fills.
NARROWING = {
    "agent": "agents",
    "team": "teams",
    "region": "regions",
    "source": "sources",
    "call_type": "call_types",
    "outcome": "outcomes",
    "language": "languages",
    "product": "products",
    "industry": "industries",
}
IDS = ("agent", "team", "product")
PLAIN = ("metric", "since", "until", "client", "by", "compare", "limit")
_PARAMETER_OF = {field: parameter for parameter, field in NARROWING.items()}


def performance_question(values: Values, *, user: User) -> Question:
    """Several metrics over a period; without `metric` all that can be asked so.

    Raises:
        QuestionError: with the parameter at fault.
    """
    _check_names(values, PLAIN)
    return _question(values, grain=None, user=user)


def trend_question(values: Values, *, user: User) -> Question:
    """One metric in steps; without `grain` in months.

    Raises:
        QuestionError: with the parameter at fault.
    """
    _check_names(values, (*PLAIN, "grain"))
    if len(values.get("metric", ())) != 1:
        raise QuestionError("metric", _("Name one metric: %(known)s.") % {"known": ", ".join(METRICS)})
    grain = _choice(Grain, "grain", values) or Grain.MONTH
    return _question(values, grain=grain, user=user)


def parameter_of(error: QuestionError) -> str:
    """The parameter that is at fault, where the error names a field of Filters."""
    return _PARAMETER_OF.get(error.parameter, error.parameter)


def _question(values: Values, *, grain: Grain | None, user: User) -> Question:
    filters, by = _filters(values, user), _one("by", values)
    return Question(
        metrics=tuple(values.get("metric", ())) or _all_that_fit(filters, by, user),
        filters=filters,
        by=by,
        grain=grain,
        compare=_choice(Comparison, "compare", values),
        limit=_limit(values),
    )


def _all_that_fit(filters: Filters, by: str, user: User) -> tuple[str, ...]:
    asked = [dimension for _field, dimension in filtered_dimensions(filters)] + ([by] if by else [])
    asker = asker_of(user, filters)
    fitting = tuple(
        metric.key
        for metric in METRICS.values()
        if not hidden_from(metric, asker) and all(can_be_asked_by(metric, dimension) for dimension in asked)
    )
    if not fitting:
        raise QuestionError("by" if by else "metric", _("No metric can be asked like that: no rows have all of it."))
    return fitting


def _filters(values: Values, user: User) -> Filters:
    client = _one("client", values)
    if client and not user.is_superuser:
        raise QuestionError("client", _("You see the figures of your own client. Leave the client out."))
    narrowed = {field: _several(parameter, values) for parameter, field in NARROWING.items()}
    custom = {name.removeprefix("custom."): tuple(values[name]) for name in values if name.startswith("custom.")}
    return Filters(
        since=_day("since", values),
        until=_day("until", values),
        client=_id("client", client) if client else None,
        custom=custom,
        **narrowed,  # type: ignore[arg-type]
    )


def _several(parameter: str, values: Values) -> tuple[str | UUID, ...]:
    given = values.get(parameter, ())
    return tuple(_id(parameter, value) for value in given) if parameter in IDS else tuple(given)


def _one(name: str, values: Values) -> str:
    given = values.get(name, ())
    if len(given) > 1:
        raise QuestionError(name, _("Give this once."))
    return given[0] if given else ""


def _day(name: str, values: Values) -> date | None:
    given = _one(name, values)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise QuestionError(name, _("“%(value)s” is not a day such as 2026-03-31.") % {"value": given}) from error


def _id(name: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise QuestionError(name, _("“%(value)s” is not an id.") % {"value": value}) from error


def _choice(kind: type[Choice], name: str, values: Values) -> Choice | None:
    given = _one(name, values)
    try:
        return kind(given) if given else None
    except ValueError as error:
        sentence = _("“%(value)s” is not known here. Choose one of: %(known)s.")
        known = ", ".join(choice.value for choice in kind)
        raise QuestionError(name, sentence % {"value": given, "known": known}) from error


def _limit(values: Values) -> int:
    given = _one("limit", values)
    if not given:
        return Question(metrics=()).limit
    if not (given.isascii() and given.isdigit()):
        raise QuestionError("limit", _("“%(value)s” is not a number of groups.") % {"value": given})
    return int(given[:9])


def _check_names(values: Values, plain: Sequence[str]) -> None:
    known = (*plain, *NARROWING)
    for name in sorted(values):
        if name not in known and not name.startswith("custom."):
            sentence = _("There is no such parameter. Known are: %(known)s, custom.<kind>.<key>.")
            raise QuestionError(name, sentence % {"known": ", ".join(known)})
