"""What is asked of win rates: {"by": [names], "since": day, "until": day, "grain": step, "limit": rows of a step}."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from decisions.models import Audience
from decisions.runs.registry import CannotAnswerError
from decisions.winrate.dimensions import find_dimensions, standard_dimensions
from decisions.winrate.periods import GRAINS, Days

MOST_CROSSED = 2
MOST_ROWS = 200
_KEYS = frozenset({"by", "since", "until", "grain", "limit"})


@dataclass(frozen=True, slots=True)
class Question:
    """`by` are dimensions; each is told alone unless `crossed`. `days` None: the recent period."""

    by: tuple[str, ...]
    crossed: bool
    days: Days | None
    grain: str
    limit: int

    @property
    def sets(self) -> list[tuple[str, ...]]:
        """The sets of dimensions that rows are made of."""
        return [self.by] if self.crossed else [(key,) for key in self.by]


def read_question(audience: Audience, asked: Mapping[str, Any]) -> Question:
    """An empty mapping asks the standard analysis. Days that are named as null are open; not named at all, they are
    the recent period.

    Raises:
        CannotAnswerError: something that cannot be answered; the sentence says what may be asked.
    """
    if unknown := sorted(set(asked) - _KEYS):
        sentence = _("Win rates are not asked by %(key)s. Known are: %(known)s.")
        raise CannotAnswerError(sentence % {"key": ", ".join(unknown), "known": ", ".join(sorted(_KEYS))})
    by_names = asked.get("by") or []
    names = by_names.split(",") if isinstance(by_names, str) else [str(name) for name in by_names]
    if len(names) > MOST_CROSSED:
        raise CannotAnswerError(
            _("Cross at most %(most)d dimensions: groups of more hold too few deals.") % {"most": MOST_CROSSED}
        )
    grain = str(asked.get("grain") or "")
    if grain and grain not in GRAINS:
        raise CannotAnswerError(
            _("There is no step “%(grain)s”. Known are: %(known)s.") % {"grain": grain, "known": ", ".join(GRAINS)}
        )
    by = find_dimensions(audience, names) if names else standard_dimensions(audience)
    return Question(tuple(by), bool(names), _days(asked), grain, _limit(asked))


def _days(asked: Mapping[str, Any]) -> Days | None:
    if not {"since", "until"} & set(asked):
        return None
    days = Days(_day(asked.get("since")), _day(asked.get("until")))
    if days.since and days.until and days.since > days.until:
        raise CannotAnswerError(_("The period ends before it begins. Exchange the two days."))
    return days


def _day(value: Any) -> date | None:
    if not value:
        return None
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise CannotAnswerError(_("“%(day)s” is no day. Write it as 2026-03-31.") % {"day": value}) from None


def _limit(asked: Mapping[str, Any]) -> int:
    value = asked.get("limit", MOST_ROWS)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise CannotAnswerError(_("Ask for at least one row."))
    return value
