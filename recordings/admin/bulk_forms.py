"""What is asked before many calls are changed."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from recordings.models import Outcome, Scorecard, StandardStatus
from salesiq.people.models import User
from salesiq.people.roles import CAPABILITIES, Capability

USUAL_DAYS = 5


class BulkForm(forms.Form):
    """Base: offers only what `user` may see."""

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        self.offer()

    def offer(self) -> None:
        """Fill the choices."""

    def values(self) -> dict[str, Any]:
        """Ids and codes to keep with the change; after validation."""
        return dict(self.cleaned_data)


class AssignForm(BulkForm):
    reviewers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Reviewers"),
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=_("Several take turns, so that each gets as many calls"),
    )
    scorecard = forms.ModelChoiceField(
        Scorecard.objects.none(),
        label=_("Scorecard"),
        required=False,
        empty_label=_("The one in use"),
        widget=UnfoldAdminSelectWidget,
    )
    due_on = forms.DateField(label=_("Due"), widget=UnfoldAdminSingleDateWidget(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why these calls"), required=False, max_length=300, widget=UnfoldAdminTextInputWidget
    )

    def offer(self) -> None:
        roles = [role for role, may in CAPABILITIES.items() if Capability.REVIEW_CALLS in may]
        people = User.objects.visible_to(self.user).filter(role__in=roles, is_active=True)
        _rows(self, "reviewers").queryset = people.order_by("first_name", "last_name", "username")
        cards = Scorecard.objects.visible_to(self.user).filter(status=StandardStatus.PUBLISHED).defer("criteria")
        _rows(self, "scorecard").queryset = cards
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)

    def values(self) -> dict[str, Any]:
        known = self.cleaned_data
        due = timezone.make_aware(datetime.combine(known["due_on"], time.max.replace(microsecond=0)))
        return {
            "reviewers": [str(user.pk) for user in known["reviewers"]],
            "scorecard": str(known["scorecard"].pk) if known["scorecard"] else "",
            "due_at": due.isoformat(),
            "reason": known["reason"],
        }


class OutcomeForm(BulkForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[*Outcome.choices, ("", _("As the analysis proposes"))],
        widget=UnfoldAdminSelectWidget,
    )


class RescoreForm(BulkForm):
    scorecard = forms.ModelChoiceField(
        Scorecard.objects.none(), label=_("Scorecard"), empty_label=None, widget=UnfoldAdminSelectWidget
    )

    def offer(self) -> None:
        cards = Scorecard.objects.visible_to(self.user).filter(status=StandardStatus.PUBLISHED).defer("criteria")
        _rows(self, "scorecard").queryset = cards


def _rows(form: forms.Form, name: str) -> Any:
    return form.fields[name]
