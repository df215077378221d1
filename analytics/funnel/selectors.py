"""Funnels from rows. Every row passes `visible_to(user)`; the counting is done by the database, per group."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.asking.asker import Asker, asker_of
from analytics.asking.base import filtered_rows, in_period, key_of
from analytics.asking.checking import check_question
from analytics.asking.columns import column_of, day_of
from analytics.asking.labels import labels_of
from analytics.funnel.core import MINIMUM, Fate, Funnel, Journey, build_funnel
from analytics.metrics import Rows
from analytics.questions import Figure, Filters, Question
from integrations.crm.models import Deal, DealStageChange, DealStatus, LeadStatus, Stage
from recordings.models import Outcome
from salesiq.people.models import User

# Times between stages rest on the newest stage changes; more of them would keep the page waiting.
MOST_CHANGES = 200_000
WHOLE = ""
# What is asked of each kind of rows to find out whether filters and dimension fit.
_ASKED = {Rows.DEALS_CREATED: "deals_created", Rows.LEADS: "leads", Rows.CALLS: "calls"}

Counts = list[tuple[str, Journey]]


def pipelines_of(user: User) -> list[tuple[str, int]]:
    """Names of the pipelines with the number of deals in each that `user` may see, the largest first."""
    found = Deal.objects.visible_to(user).order_by().values_list("pipeline").annotate(n=Count("pk"))
    return sorted(found, key=lambda each: (-each[1], each[0]))


def deal_funnels(
    user: User, filters: Filters, *, pipeline: str = "", by: str = "", brief: bool = False
) -> dict[str, Funnel]:
    """The stages of one pipeline: of all deals (key ""), and of each group of dimension `by` ("-": without one).

    Deals count that were created in the period. `brief`: without days between stages and without notes.
    Raises QuestionError for a filter or dimension that deals have not.
    """
    names = _open_stages(user, pipeline)
    places = {name: place for place, name in enumerate(names)}
    asker, anywhen = _asked(Rows.DEALS_CREATED, user, filters, by)
    anywhen = anywhen.filter(pipeline=pipeline)
    deals = in_period(anywhen, day_of(Rows.DEALS_CREATED), filters, asker)
    counts = _deal_counts(deals, places, by, asker)
    days = [] if brief else _days_between(deals, places)
    notes = () if brief else _notes_on_deals(filters, anywhen, counts)
    return _funnels([*(names or [_("Created")]), _("Won")], counts, by, days=days, notes=notes)


def reached_stage(deals: QuerySet[Deal], stage: str, *, user: User, pipeline: str = "") -> QuerySet[Deal]:
    """Those of `deals` that are known to have come as far as an open stage, as the funnel counts them."""
    names = _open_stages(user, pipeline)
    if stage not in names:
        return deals.none()
    deals = deals.filter(pipeline=pipeline)
    later = names[names.index(stage) :]
    if len(later) == len(names):
        return deals
    was_there = Exists(DealStageChange.objects.filter(deal=OuterRef("pk"), stage__in=later))
    return deals.filter(Q(status=DealStatus.WON) | Q(stage__in=later) | Q(was_there))


def lead_funnels(user: User, filters: Filters, *, by: str = "") -> dict[str, Funnel]:
    """Leads created in the period → those with a deal → those with a won deal; see `deal_funnels`."""
    asker, leads = _asked(Rows.LEADS, user, filters, by)
    leads = in_period(leads, day_of(Rows.LEADS), filters, asker)
    # As the metrics count them: what became of a visible lead, whoever has the deal. By its index alone.
    won = Deal.objects.filter(lead=OuterRef("pk")).order_by().values("lead")
    best = won.annotate(best=Max(_rank_of_deal())).values("best")
    rows = leads.annotate(best=Subquery(best, output_field=IntegerField()))
    found = _grouped(rows, Rows.LEADS, by, asker, "status", "best")
    counts = [(key, _lead_journey(status, best, n)) for key, status, best, n in found]
    return _funnels([_("Leads"), _("Deals"), _("Won")], counts, by)


def call_funnels(user: User, filters: Filters, *, by: str = "") -> dict[str, Funnel]:
    """Calls of the period → answered → qualified → converted; see `deal_funnels`.

    Calls without an outcome have no known fate: they are left out and told in a note.
    """
    asker, calls = _asked(Rows.CALLS, user, filters, by)
    found = list(_grouped(in_period(calls, day_of(Rows.CALLS), filters, asker), Rows.CALLS, by, asker, "outcome"))
    counts = [(key, _CALLS[outcome](n)) for key, outcome, n in found if outcome]
    silent = sum(n for _key, outcome, n in found if not outcome)
    note = ngettext(
        "%(n)s call has no outcome and is left out.", "%(n)s calls have no outcome and are left out.", silent
    ) % {"n": _grouped_digits(silent)}  # fmt: skip
    steps = [_("Calls"), _("Answered"), _("Qualified"), _("Converted")]
    return _funnels(steps, counts, by, notes=(note,) if silent else ())


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


def _asked(rows: Rows, user: User, filters: Filters, by: str) -> tuple[Asker, QuerySet[Any]]:
    """Who asks, and the rows that they see and the filters let through, of whatever day."""
    check_question(Question(metrics=(_ASKED[rows],), filters=filters, by=by), user=user)
    asker = asker_of(user, filters)
    return asker, filtered_rows(rows, filters, asker=asker)


def _funnels(
    names: Sequence[str], counts: Counts, by: str, *, days: Sequence[Figure | None] = (), notes: tuple[str, ...] = ()
) -> dict[str, Funnel]:
    groups: dict[str, list[Journey]] = defaultdict(list)
    for key, journey in counts:
        if by:
            groups[key].append(journey)
    labels = labels_of(by, groups)
    whole = build_funnel(names, [journey for _key, journey in counts], days=days, notes=notes)
    parts = {key: build_funnel(names, journeys, label=labels[key]) for key, journeys in groups.items()}
    return {WHOLE: whole, **dict(sorted(parts.items(), key=lambda each: (-each[1].began, each[1].label)))}


def _grouped(rows: QuerySet[Any], kind: Rows, by: str, asker: Asker, *columns: str) -> Iterator[tuple[Any, ...]]:
    """(key, *columns, number of rows) for each group; the key is "" without a dimension."""
    key = column_of(kind, by, asker) if by else Value(WHOLE)
    found = rows.order_by().annotate(group_key=key).values_list("group_key", *columns).annotate(n=Count("pk"))
    for row in found:
        yield (key_of(row[0]) if by else WHOLE, *row[1:])


def _open_stages(user: User, pipeline: str) -> list[str]:
    """In order; the same name in several clients (the installation's superuser sees them all) counts once."""
    found = Stage.objects.visible_to(user).filter(pipeline=pipeline, status=DealStatus.OPEN)
    return list(dict.fromkeys(found.order_by("position", "name").values_list("name", flat=True)))


def _place(places: Mapping[str, int]) -> Any:
    """The position of the stage of a row; -1 for one that is in no list of open stages."""
    whens = [When(stage=name, then=Value(place)) for name, place in places.items()]
    return Case(*whens, default=Value(-1), output_field=IntegerField()) if whens else Value(-1)


def _deal_counts(deals: QuerySet[Deal], places: Mapping[str, int], by: str, asker: Asker) -> Counts:
    changes = DealStageChange.objects.filter(deal=OuterRef("pk")).order_by().values("deal")
    furthest = changes.annotate(place=Max(_place(places))).values("place")
    rows = deals.annotate(now=_place(places), history=Subquery(furthest, output_field=IntegerField()))
    found = _grouped(rows, Rows.DEALS_CREATED, by, asker, "status", "now", "history")
    return [(key, _deal_journey(status, now, history, n)) for key, status, now, history, n in found]


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


def _grouped_digits(n: int) -> str:
    return number_format(n, use_l10n=True, force_grouping=True)


def _notes_on_deals(filters: Filters, anywhen: QuerySet[Deal], counts: Counts) -> tuple[str, ...]:
    notes = []
    unknown = sum(journey.count for _key, journey in counts if not journey.is_certain)
    if unknown:
        notes.append(
            ngettext(
                "Of %(n)s lost deal nobody wrote down at which stage it was lost: where it matters, only bounds of "
                "the conversion are known.",
                "Of %(n)s lost deals nobody wrote down at which stage they were lost: where it matters, only bounds of "
                "the conversion are known.",
                unknown,
            )
            % {"n": _grouped_digits(unknown)}
        )
    undated = anywhen.filter(created_on=None).count() if filters.since or filters.until else 0
    if undated:
        notes.append(
            ngettext(
                "%(n)s deal without a day of creation is in no period and left out.",
                "%(n)s deals without a day of creation are in no period and left out.",
                undated,
            )
            % {"n": _grouped_digits(undated)}
        )
    return tuple(notes)
