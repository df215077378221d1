"""The tabs and filters of the queue of reviews. They live in the address, so that a view of it can be shared."""

from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.models import ReviewStatus, SamplingPlan
from recordings.models.review import GIVEN, UNFINISHED, ReviewQuerySet
from recordings.reviewing.selectors import QUEUE_ORDER, list_reviews, review_queue, reviewers_for
from salesiq.people.models import Agent, Team, User

MINE, ALL, APPEALS, DONE = "mine", "all", "appeals", "done"
TABS = {MINE: _("Mine"), ALL: _("All of my teams"), APPEALS: _("Appeals to decide"), DONE: _("Done")}
DUE = {"overdue": _("Overdue"), "today": _("Today"), "week": _("Within 7 days"), "none": _("Without a day")}
NOBODY = "nobody"
_STATUSES = {
    ALL: [status for status in ReviewStatus if status in UNFINISHED],
    DONE: [*(status for status in ReviewStatus if status in GIVEN), ReviewStatus.CANCELLED],
}


class QueueFilters(forms.Form):
    """Everything optional; a value that cannot be read is left out and told next to its field."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    reviewer = forms.ChoiceField(label=_("Reviewer"), required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams"))
    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("Agent"), required=False, empty_label=_("All agents"))
    plan = forms.ModelChoiceField(
        SamplingPlan.objects.none(), label=_("Plan"), required=False, empty_label=_("Any plan or none")
    )
    due = forms.ChoiceField(label=_("Due"), required=False, choices=[("", _("Any day")), *DUE.items()])

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.user = user
        self.tab = data.get("tab") if data.get("tab") in TABS else MINE
        fields: dict[str, Any] = self.fields
        for name, model in (("team", Team), ("agent", Agent), ("plan", SamplingPlan)):
            fields[name].queryset = model._default_manager.visible_to(user)
        statuses = [(status.value, status.label) for status in _STATUSES.get(self.tab, [])]
        fields["status"].choices = [("", _("Any status")), *statuses]
        people = [(str(row.pk), row.get_full_name() or row.username) for row in reviewers_for(user)]
        fields["reviewer"].choices = [("", _("All reviewers")), *people, (NOBODY, _("Nobody yet"))]
        for name in _UNUSED[self.tab]:
            del self.fields[name]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def reviews(self) -> ReviewQuerySet:
        """The reviews of the open tab, narrowed, in the order to show."""
        rows = rows_of_tab(self.tab, self.user)
        chosen = self.chosen
        plain = {"status": "status", "team": "call__agent__team", "agent": "call__agent", "plan": "run__plan"}
        rows = rows.filter(**{lookup: chosen[name] for name, lookup in plain.items() if name in chosen})
        if reviewer := chosen.get("reviewer"):
            rows = rows.filter(reviewer=None if reviewer == NOBODY else reviewer)
        return rows.filter(_due(chosen["due"])) if "due" in chosen else rows


_UNUSED: dict[str, tuple[str, ...]] = {
    MINE: ("status", "reviewer"),
    ALL: (),
    APPEALS: ("status", "reviewer", "plan", "due"),
    DONE: ("due",),
}


def rows_of_tab(tab: str, user: User) -> ReviewQuerySet:
    if tab == MINE:
        return review_queue(user)
    if tab == DONE:
        rows = list_reviews(user).filter(Q(status__in=GIVEN) | Q(status=ReviewStatus.CANCELLED))
        return rows.order_by("-updated_at", "-pk")
    return list_reviews(user).unfinished().order_by(*QUEUE_ORDER)


def _due(choice: str) -> Q:
    now = timezone.now()
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min)) + timedelta(days=1)
    return {
        "overdue": Q(due_at__lt=now),
        "today": Q(due_at__gte=now, due_at__lt=midnight),
        "week": Q(due_at__gte=now, due_at__lt=midnight + timedelta(days=6)),
        "none": Q(due_at__isnull=True),
    }[choice]
