"""Reading calls: querysets ready for lists and for one call, always through `visible_to`."""

from typing import Any

from django.db.models import Prefetch, Q

from recordings.models import Objection, SalesCall, Score, ScoreItem
from recordings.models.call import HAS_WRITING, SalesCallQuerySet
from recordings.searching.finding import matching_calls
from recordings.searching.query import words_only
from salesiq.people.models import Agent, Customer, User

MOST_PEOPLE = 500


def list_calls(user: User) -> SalesCallQuerySet:
    """Calls that `user` may see, with the people shown beside them: one query for a page of rows."""
    return SalesCall.objects.visible_to(user).with_people().with_redaction().select_related("recording")


def search_calls(calls: SalesCallQuerySet, words: str) -> SalesCallQuerySet:
    """Calls whose title, people, notes or spoken text contain all of `words`.

    Spoken are words in any of their forms, in published calls, see `recordings.searching`. Each place is looked up by
    an index of its own; of people with such a name the first MOST_PEOPLE count.
    """
    for word in words.split()[:8]:
        calls = calls.filter(pk__in=_calls_with(word))
    return calls


def _calls_with(word: str) -> Any:
    """Ids of calls of anybody in which `word` stands somewhere."""
    everything = SalesCall.objects.order_by()
    agents = Agent.objects.filter(name__icontains=word).order_by().values_list("pk", flat=True)[:MOST_PEOPLE]
    named = Q(name__icontains=word) | Q(company__icontains=word)
    customers = Customer.objects.filter(named).order_by().values_list("pk", flat=True)[:MOST_PEOPLE]
    written = everything.filter(HAS_WRITING).filter(Q(title__icontains=word) | Q(notes__icontains=word))
    places = [
        everything.filter(agent__in=list(agents)),
        everything.filter(customer__in=list(customers)),
        written,
    ]
    if spoken := words_only(word):
        places.append(everything.filter(pk__in=matching_calls(spoken)))
    first, *others = (place.values("pk") for place in places)
    return first.union(*others)


def load_call(user: User) -> SalesCallQuerySet:
    """Calls that `user` may see, whole."""
    return whole_calls(list_calls(user))


def whole_calls(calls: SalesCallQuerySet) -> SalesCallQuerySet:
    """`calls` with everything the detail page and the API show, in a fixed number of queries."""
    items = ScoreItem.objects.select_related("evidence")
    scores = Score.objects.select_related("scorecard").prefetch_related(Prefetch("items", items))
    scores = scores.order_by("-is_current", "-created_at")
    related: list[Any] = [
        "utterances",
        "intents__utterance",
        "entities__utterance",
        "topics__utterance",
        "compliance__utterance",
        "follow_ups__utterance",
        Prefetch("objections", Objection.objects.select_related("utterance", "answer")),
        Prefetch("scores", scores),
        "steps",
    ]
    return calls.select_related("transcript", "analysis").prefetch_related(*related)
