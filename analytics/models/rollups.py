"""Sums of calls by day and by month, and which of them wait to be counted again. See analytics/rollups."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from salesiq.people.scoping import Scope, ScopedQuerySet


class Grain(models.TextChoices):
    """How long the time is that one row sums up; it begins on `start`."""

    DAY = "day"
    MONTH = "month"


class Dimension(models.TextChoices):
    """What a row's `value` is a value of. One at a time: who asks for two is answered from the calls themselves."""

    ALL = "", "all calls"
    CALL_TYPE = "call_type"
    OUTCOME = "outcome"
    REGION = "region"
    SOURCE = "source"
    LANGUAGE = "language"
    WEEKDAY_HOUR = "weekday_hour"


def _count() -> "models.IntegerField[int, int]":
    return models.IntegerField(default=0)


def _sum() -> "models.FloatField[float, float]":
    return models.FloatField(default=0.0)


class CallMeasures(models.Model):
    """What is added up, as `analytics.rollups.sums.CallSums` explains; the names are the same."""

    calls = _count()
    published = _count()
    known = _count()
    converted = _count()
    qualified = _count()
    not_qualified = _count()
    no_answer = _count()
    callback = _count()
    duration_n = _count()
    duration_sum = _sum()
    duration_squares = _sum()
    quality_n = _count()
    quality_sum = _sum()
    quality_squares = _sum()
    probability_n = _count()
    probability_sum = _sum()
    probability_squares = _sum()
    csat_n = _count()
    csat_sum = _sum()
    csat_squares = _sum()
    talk_n = _count()
    talk_sum = _sum()
    talk_squares = _sum()
    adherence_n = _count()
    adherence_sum = _sum()
    adherence_squares = _sum()
    understood = _count()
    follow_up = _count()
    objections = _count()
    objections_handled = _count()

    class Meta:
        abstract = True


class RollupRow(CallMeasures):
    """Base of both tables. Counted from the calls and never added to, so that nothing points to a row of them.

    Foreign keys are not checked by the database: rows are written in bulk and go with the next count.
    """

    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    grain = models.CharField(max_length=5, choices=Grain.choices)
    start = models.DateField(help_text="First day, in the client's time zone")
    dimension = models.CharField(max_length=12, choices=Dimension.choices, blank=True)
    value = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.grain} {self.start} {self.dimension} {self.value}: {self.calls}"


class AgentSumsQuerySet(ScopedQuerySet["AgentSums"]):
    scope = Scope(agent="agent")


class AgentSums(RollupRow):
    """One agent's calls: every day as a whole, every month as a whole and by each dimension.

    By each dimension a day as well would be more rows than there are calls, and by the hours of the week more than all
    other rows together: those questions are answered from the calls.
    """

    # Not indexed by itself: every question names the client.
    agent = models.ForeignKey(
        "people.Agent", on_delete=models.CASCADE, related_name="+", null=True, db_constraint=False, db_index=False
    )

    objects = AgentSumsQuerySet.as_manager()

    class Meta(RollupRow.Meta):
        abstract = False
        verbose_name_plural = "sums of agents"
        indexes = [models.Index(fields=["client", "dimension", "grain", "start", "agent"], name="agent_sums_place")]


class ClientSumsQuerySet(ScopedQuerySet["ClientSums"]):
    pass


class ClientSums(RollupRow):
    """All calls of a client: every day and every month, as a whole and by each dimension."""

    objects = ClientSumsQuerySet.as_manager()

    class Meta(RollupRow.Meta):
        abstract = False
        verbose_name_plural = "sums of clients"
        indexes = [models.Index(fields=["client", "dimension", "grain", "start"], name="client_sums_place")]


class DirtyDay(models.Model):
    """A day of an agent whose sums must be counted again; written by triggers in the change's own transaction.

    Rows are only added and, with the commit of the new sums, removed: nobody waits for anybody. Keys are plain
    values, since a client or an agent may be gone. `day` is that of UTC, which the database knows by itself; the
    client's own days that touch it are counted.
    """

    client_id = models.UUIDField()
    agent_id = models.UUIDField(null=True, help_text="NULL: of calls without an agent")
    day = models.DateField(null=True, help_text="NULL: every month of the client")
    is_month = models.BooleanField(
        default=False, db_default=False, help_text="All of the client's month that begins on that day, or all months"
    )
    is_of_all = models.BooleanField(
        default=False, db_default=False, help_text="All agents of that day: one statement changed many calls"
    )
    at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["client_id", "day", "agent_id"], name="dirty_day_place"),
            models.Index(fields=["client_id"], condition=models.Q(is_month=True), name="dirty_months"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.agent_id} {self.day}"
