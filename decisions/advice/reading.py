"""What rules read: documents of the last analyses, figures and deals of an audience, never more than its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from analytics.asking.asker import Asker, asker_of
from analytics.asking.checking import check_question
from analytics.asking.collecting import collect
from analytics.metrics import METRICS, Metric, Slot, Sums
from analytics.questions import Filters, Grain, Question, QuestionError
from analytics.rollups.backlog import at_one_moment
from decisions.models import AnalysisRun, Audience
from decisions.tables import DealTable, load_deals
from salesiq.people.models import User
from salesiq.people.roles import Role

STALE_DAYS = 3
MOST_GROUPS = 200


class SilentError(ValueError):
    """A rule cannot be asked now: a sentence that says why. What it found before stays."""


@dataclass(slots=True)
class Facts:
    """All that rules of one audience read, each thing once."""

    audience: Audience
    as_of: date
    _runs: dict[str, AnalysisRun | None] = field(default_factory=dict)
    _table: DealTable | None = None

    def run(self, kind: str) -> AnalysisRun:
        """The last standard analysis of a kind.

        Raises:
            SilentError: there is none, or it is older than three days.
        """
        if kind not in self._runs:
            self._runs[kind] = AnalysisRun.objects.all().current(self.audience, kind)
        found = self._runs[kind]
        if found is None or not found.result:
            raise SilentError(f"no analysis: {kind}")
        if found.as_of < self.as_of - timedelta(days=STALE_DAYS):
            raise SilentError(f"old analysis: {kind}")
        return found

    @property
    def deals(self) -> DealTable:
        """The deals of the audience, without custom fields."""
        if self._table is None:
            self._table = load_deals(self.audience, as_of=self.as_of)
        return self._table

    @property
    def last_day(self) -> date:
        """The last day that is over."""
        return self.as_of - timedelta(days=1)

    def filters(self, since: date | None, until: date | None) -> Filters:
        """The audience's rows of some days.

        Raises:
            SilentError: the audience has no rows at all.
        """
        return audience_filters(self.audience, since, until)


def audience_filters(audience: Audience, since: date | None = None, until: date | None = None) -> Filters:
    """
    Raises:
        SilentError: an audience of no teams, which sees no rows: filters without teams would let all through.
    """
    if audience.is_everyone:
        return Filters(since=since, until=until)
    teams = tuple(audience.teams.values_list("pk", flat=True))
    if not teams:
        raise SilentError("no teams")
    return Filters(since=since, until=until, teams=teams)


def reader_of(audience: Audience) -> User:
    """Somebody who may read every row of the client; which of them count is for `audience_filters` to say. It is no
    row of the database and signs in nowhere."""
    return User(client=audience.client, role=Role.ADMIN, is_active=True)


@dataclass(frozen=True)
class FigureReader:
    """Sums of one metric by group over the rows of an audience."""

    facts: Facts
    metric: Metric
    by: str = ""

    @classmethod
    def of(cls, facts: Facts, metric: str, by: str = "") -> "FigureReader":
        return cls(facts, METRICS[metric], by)

    @cached_property
    def _asker(self) -> Asker:
        return asker_of(reader_of(self.facts.audience), Filters())

    def between(self, since: date, until: date) -> dict[str, Mapping[str, Sums]]:
        """By key of group ("" without `by`): sums by measure of these days.

        Raises:
            SilentError: this audience cannot be asked so.
        """
        return {key: sums for (key, _step), sums in self._read(since, until, None).items()}

    def daily(self, since: date, until: date) -> dict[str, dict[date, Mapping[str, Sums]]]:
        """The same by group and day; days without rows are left out."""
        found: dict[str, dict[date, Mapping[str, Sums]]] = {}
        for (key, day), sums in self._read(since, until, Grain.DAY).items():
            if day is not None:
                found.setdefault(key, {})[day] = sums
        return found

    def _read(self, since: date, until: date, grain: Grain | None) -> Mapping[Slot, Mapping[str, Sums]]:
        filters = self.facts.filters(since, until)
        question = Question(metrics=(self.metric.key,), filters=filters, by=self.by, grain=grain)
        try:
            check_question(question, user=self._asker.user)
            with at_one_moment():
                return collect(question, filters, [self.metric], asker=self._asker).table
        except QuestionError as error:
            raise SilentError(str(error)) from error


def rows_in(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects of a document; whatever else stands there is none."""
    found = document.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
