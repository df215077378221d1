"""What trackers found, for who may see it."""

from collections import defaultdict

from django.db.models import QuerySet

from recordings.models import SalesCall, Tracker, TrackerHit, TrackerStatus
from salesiq.people.models import User


def trackers_in_use(user: User) -> QuerySet[Tracker]:
    """The trackers that listen to calls now, as far as `user` sees trackers."""
    return Tracker.objects.visible_to(user).filter(status=TrackerStatus.ON)


def heard_in(call: SalesCall, user: User) -> dict[int, list[str]]:
    """Names of the trackers that found something in a line, by the line's position; hits called wrong are left out."""
    hits = TrackerHit.objects.filter(call=call, tracker__in=trackers_in_use(user)).exclude(is_right=False)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for position, name in hits.order_by("tracker__name").values_list("utterance__position", "tracker__name"):
        if name not in found[position]:
            found[position].append(name)
    return dict(found)
