"""What the search is asked: words, and filters at the left, all in the address."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.models import Tracker, TrackerStatus
from recordings.models.call import SalesCallQuerySet
from recordings.pages.filters import PERIODS, CallFilters, RowsField
from recordings.searching.query import SearchQuery, parse_query
from salesiq.people.models import User

SPEAKERS = [("agent", _("The agent")), ("customer", _("The customer")), ("other", _("Somebody unknown"))]
LEFT_OUT = ("basis", "consent", "status")


class SearchForm(CallFilters):
    """The filters of the list that make sense here, who said it, and what trackers found."""

    speaker = forms.ChoiceField(label=_("Said by"), required=False, choices=[("", _("Anybody")), *SPEAKERS])
    tracker = RowsField(Tracker.objects.none(), label=_("Tracker"), anything=_("Any or none"))

    field_order = ["q", "speaker"]

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        for name in LEFT_OUT:
            self.fields.pop(name, None)
        self.fields["q"].widget.attrs["placeholder"] = _("price, “good price”, pric*, -discount")

    def _trackers(self, user: User) -> QuerySet[Tracker]:
        """Also those that were switched off: what they found stays."""
        return Tracker.objects.visible_to(user).exclude(status=TrackerStatus.DRAFT)

    @property
    def query(self) -> SearchQuery:
        return parse_query(self.values.get("q", ""))

    @property
    def speaker_asked(self) -> str:
        return str(self.values.get("speaker", ""))

    @property
    def since_until(self) -> tuple[datetime | None, datetime | None]:
        """The period as moments, for the index."""
        chosen = self.values
        period = chosen.get("period")
        if period in PERIODS:
            midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
            return midnight - timedelta(days=int(period) - 1), None
        if period != "custom":
            return None, None
        since, until = chosen.get("since"), chosen.get("until")
        return (_midnight(since) if since else None, _midnight(until + timedelta(days=1)) if until else None)

    def narrow(self, calls: SalesCallQuerySet) -> SalesCallQuerySet:
        """By all filters but the words, which the index looks for."""
        words = self.values.pop("q", None)
        try:
            calls = super().narrow(calls)
        finally:
            if words is not None:
                self.values["q"] = words
        return calls


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
