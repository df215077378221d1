"""Funnels from rows. Every row passes `visible_to(user)`; the counting is done by the database, per group."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.funnel.core import MINIMUM, Fate, Funnel, Journey, build_funnel
from analytics.narrowing import narrow, region_of
from analytics.questions import Figure, Filters, QuestionError
from integrations.crm.models import Deal, DealStageChange, DealStatus, Lead, LeadStatus, Stage
from recordings.models import Outcome, SalesCall
from salesiq.people.models import User

# By kind of row: dimension -> (key, name).
SEGMENTS: dict[str, dict[str, tuple[Any, Any]]] = {
    "deals": {
        "team": (F("owner__team"), F("owner__team__name")),
        "agent": (F("owner"), F("owner__name")),
        "region": (region_of("deals"), region_of("deals")),
        "source": (F("source"), F("source")),
        "product": (F("product"), F("product__name")),
    },
    "leads": {
        "team": (F("owner__team"), F("owner__team__name")),
        "agent": (F("owner"), F("owner__name")),
        "region": (region_of("leads"), region_of("leads")),
        "source": (F("source"), F("source")),
    },
    "calls": {
        "team": (F("agent__team"), F("agent__team__name")),
        "agent": (F("agent"), F("agent__name")),
        "region": (region_of("calls"), region_of("calls")),
        "source": (F("source"), F("source")),
    },
}
# Times between stages rest on the newest stage changes; more of them would keep the page waiting.
MOST_CHANGES = 200_000
WHOLE = ""
NOTHING = "-"

Counts = list[tuple[str, str, Journey]]


def pipelines_of(user: User) -> list[tuple[str, int]]:
    """Names of the pipelines with the number of deals in each that `user` may see, the largest first."""
    found = Deal.objects.visible_to(user).order_by().values_list("pipeline").annotate(n=Count("pk"))
    return sorted(found, key=lambda each: (-each[1], each[0]))


def deal_funnels(user: User, filters: Filters, *, pipeline: str = "", by: str = "") -> dict[str, Funnel]:
    """The stages of one pipeline: of all deals (key ""), and of each group of dimension `by` ("-": without one).

    Deals count that were created in the period. Raises QuestionError for a filter or dimension that deals have not.
    """
    names = _open_stages(user, pipeline)
    places = {name: place for place, name in enumerate(names)}
    deals = narrow("deals", Deal.objects.visible_to(user), filters, on="created_on").filter(pipeline=pipeline)
    counts = _deal_counts(deals, places, by)
    days = _days_between(deals, places)
    notes = _notes_on_deals(user, filters, pipeline, counts)
    return _funnels([*(names or [_("Created")]), _("Won")], counts, days=days, notes=notes)


def lead_funnels(user: User, filters: Filters, *, by: str = "") -> dict[str, Funnel]:
    """Leads created in the period → those with a deal → those with a won deal; see `deal_funnels`."""
    leads = narrow("leads", Lead.objects.visible_to(user), filters, on="created_on")
    won = Deal.objects.visible_to(user).filter(lead=OuterRef("pk")).order_by().values("lead")
    best = won.annotate(best=Max(_rank_of_deal())).values("best")
    found = _grouped(leads.annotate(best=Subquery(best, output_field=IntegerField())), "leads", by, "status", "best")
    counts = [(key, label, _lead_journey(status, best, n)) for key, label, status, best, n in found]
    return _funnels([_("Leads"), _("Deals"), _("Won")], counts)


def call_funnels(user: User, filters: Filters, *, by: str = "") -> dict[str, Funnel]:
    """Calls of the period → answered → qualified → converted; see `deal_funnels`.

    Calls without an outcome have no known fate: they are left out and told in a note.
    """
    calls = narrow("calls", SalesCall.objects.visible_to(user), filters, on="started_at")
    found = list(_grouped(calls, "calls", by, "outcome"))
    counts = [(key, label, _CALLS[outcome](n)) for key, label, outcome, n in found if outcome]
    silent = sum(n for _key, _label, outcome, n in found if not outcome)
    note = ngettext(
        "%(n)d call has no outcome and is left out.", "%(n)d calls have no outcome and are left out.", silent
    ) % {"n": silent}  # fmt: skip
    steps = [_("Calls"), _("Answered"), _("Qualified"), _("Converted")]
    return _funnels(steps, counts, notes=(note,) if silent else ())


def _lost_at(place: int) -> Any:
    return lambda n: Journey(furthest=place, fate=Fate.LOST, count=n)


# Who asked to be called back is under way: answered, neither won nor lost.
_CALLS: dict[str, Any] = {
    Outcome.NO_ANSWER: _lost_at(0),
    Outcome.NOT_QUALIFIED: _lost_at(1),
    Outcome.CALLBACK: lambda n: Journey(furthest=1, fate=Fate.OPEN, count=n),
    Outcome.QUALIFIED: lambda n: Journey(furthest=2, fate=Fate.OPEN, count=n),
    Outcome.CONVERTED: lambda n: Journey(furthest=2, fate=Fate.WON, count=n),
}


def _rank_of_deal() -> Case:
    return Case(
        When(status=DealStatus.WON, then=Value(2)), When(status=DealStatus.OPEN, then=Value(1)), default=Value(0)
    )


def _lead_journey(status: str, best: int | None, n: int) -> Journey:
    """`best` of the lead's deals: 2 won, 1 open, 0 all lost; None without one."""
    if best is not None:
        return Journey(furthest=1, fate=(Fate.LOST, Fate.OPEN, Fate.WON)[best], count=n)
    if status == LeadStatus.CONVERTED:  # the CRM says so; the deal itself is not here
        return Journey(furthest=1, fate=Fate.OPEN, count=n)
    return Journey(furthest=0, fate=Fate.LOST if status == LeadStatus.DISQUALIFIED else Fate.OPEN, count=n)


def _funnels(
    names: Sequence[str], counts: Counts, *, days: Sequence[Figure | None] = (), notes: tuple[str, ...] = ()
) -> dict[str, Funnel]:
    groups: dict[str, list[Journey]] = defaultdict(list)
    labels: dict[str, str] = {}
    for key, label, journey in counts:
        groups[WHOLE].append(journey)
        if key != WHOLE:
            groups[key].append(journey)
            labels[key] = label
    whole = build_funnel(names, groups.pop(WHOLE, ()), days=days, notes=notes)
    parts = {key: build_funnel(names, journeys, label=labels[key]) for key, journeys in groups.items()}
    return {WHOLE: whole, **dict(sorted(parts.items(), key=lambda each: -each[1].began))}


def _grouped(rows: QuerySet[Any], kind: str, by: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """(key, label, *columns, number of rows) for each group; the key is "" without a dimension."""
    if by and by not in SEGMENTS[kind]:
        raise QuestionError("by", _("These rows cannot be told apart by “%(by)s”.") % {"by": by})
    key, label = SEGMENTS[kind][by] if by else (Value(""), Value(""))
    found = rows.order_by().annotate(group_key=key, group_label=label)
    for row in found.values_list("group_key", "group_label", *columns).annotate(n=Count("pk")):
        yield (str(row[0] or NOTHING) if by else WHOLE, str(row[1] or ""), *row[2:])


def _open_stages(user: User, pipeline: str) -> list[str]:
    """In order; the same name in several clients (the installation's superuser sees them all) counts once."""
    found = Stage.objects.visible_to(user).filter(pipeline=pipeline, status=DealStatus.OPEN)
    return list(dict.fromkeys(found.order_by("position", "name").values_list("name", flat=True)))


def _place(places: Mapping[str, int]) -> Any:
    """The position of the stage of a row; -1 for one that is in no list of open stages."""
    whens = [When(stage=name, then=Value(place)) for name, place in places.items()]
    return Case(*whens, default=Value(-1), output_field=IntegerField()) if whens else Value(-1)


def _deal_counts(deals: QuerySet[Deal], places: Mapping[str, int], by: str) -> Counts:
    changes = DealStageChange.objects.filter(deal=OuterRef("pk")).order_by().values("deal")
    furthest = changes.annotate(place=Max(_place(places))).values("place")
    rows = deals.annotate(now=_place(places), history=Subquery(furthest, output_field=IntegerField()))
    found = _grouped(rows, "deals", by, "status", "now", "history")
    return [(key, label, _deal_journey(status, now, history, n)) for key, label, status, now, history, n in found]


def _deal_journey(status: str, now: int, history: int | None, n: int) -> Journey:
    """A deal that lies lost in an open stage was lost there; one that lies in "Lost" was lost where its history
    ends, and without a history nobody knows where."""
    seen = max(now, -1 if history is None else history)
    return Journey(furthest=max(seen, 0), fate=Fate(status), count=n, is_certain=status != DealStatus.LOST or seen >= 0)


def _days_between(deals: QuerySet[Deal], places: Mapping[str, int]) -> list[Figure | None]:
    """For each stage the median days from entering it to entering the next one that a deal entered."""
    spans: dict[int, list[int]] = defaultdict(list)
    for course in _courses(deals, places):
        entered = sorted(course.items())
        for (place, since), (_next, until) in pairwise(entered):
            if until >= since:
                spans[place].append((until - since).days)
    return [
        Figure(value=median(spans[k]), n=len(spans[k]), enough=len(spans[k]) >= MINIMUM) if spans[k] else None
        for k in range(len(places))
    ]


def _courses(deals: QuerySet[Deal], places: Mapping[str, int]) -> Iterator[dict[int, date]]:
    """For each deal with a history the day it first entered each stage; winning it is the place after the last."""
    changes = DealStageChange.objects.filter(deal__in=deals.order_by().values("pk")).order_by("-deal", "entered_on")
    columns = changes.values_list("deal", "stage", "entered_on", "deal__status", "deal__closed_on")
    last: Any = None
    course: dict[int, date] = {}
    for deal, stage, entered_on, status, closed_on in columns[:MOST_CHANGES].iterator(chunk_size=5000):
        if deal != last:
            yield course
            last, course = deal, {}
            if status == DealStatus.WON and closed_on:
                course[len(places)] = closed_on
        if stage in places:
            course.setdefault(places[stage], entered_on)
    yield course


def _notes_on_deals(user: User, filters: Filters, pipeline: str, counts: Counts) -> tuple[str, ...]:
    notes = []
    unknown = sum(journey.count for _key, _label, journey in counts if not journey.is_certain)
    if unknown:
        notes.append(
            ngettext(
                "Of %(n)d lost deal nobody wrote down at which stage it was lost: where it matters, only bounds of "
                "the conversion are known.",
                "Of %(n)d lost deals nobody wrote down at which stage they were lost: where it matters, only bounds of "
                "the conversion are known.",
                unknown,
            )
            % {"n": unknown}
        )
    undated = _undated(user, filters, pipeline)
    if undated:
        notes.append(
            ngettext(
                "%(n)d deal without a day of creation is in no period and left out.",
                "%(n)d deals without a day of creation are in no period and left out.",
                undated,
            )
            % {"n": undated}
        )
    return tuple(notes)


def _undated(user: User, filters: Filters, pipeline: str) -> int:
    if not filters.since and not filters.until:
        return 0
    anywhen = replace(filters, since=None, until=None)
    deals: QuerySet[Deal] = narrow("deals", Deal.objects.visible_to(user), anywhen, on="created_on")
    return deals.filter(pipeline=pipeline, created_on=None).count()
