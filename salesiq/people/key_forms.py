"""Forms about API keys, for the back office."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from salesiq.people.client_form import LinesField
from salesiq.people.keys import MOST_OVERLAP_HOURS, agree_on_terms, read_networks
from salesiq.people.models import ApiKey, User
from salesiq.people.scopes import KeyScope


class NetworksField(LinesField):
    """Networks, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})  # type: ignore[assignment]

    def clean(self, value: Any) -> list[str]:
        try:
            return read_networks(super().clean(value))
        except ValidationError as error:
            raise ValidationError(error.messages) from error


def _networks() -> NetworksField:
    return NetworksField(
        required=False,
        label=gettext_lazy("Accepted from"),
        help_text=gettext_lazy(
            "Addresses or networks, one a line, such as 203.0.113.7 or 10.0.0.0/8. Empty: everywhere."
        ),
    )


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new key is for. The admin sets `actor` on the form class of each request."""

    actor: User

    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.value}: {scope.label}") for scope in KeyScope],
        label=gettext_lazy("Scopes"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("What the key may be used for. Give it no more than it needs."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Valid for days"), required=False, widget=UnfoldAdminIntegerFieldWidget, min_value=1
    )
    never_expires = forms.BooleanField(
        label=gettext_lazy("Never expires"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    addresses = _networks()

    class Meta:
        model = ApiKey
        fields = ("user", "name", "scopes", "addresses")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = settings.API_KEY_DAYS
        if not self.actor.is_superuser:
            self.fields["days"].help_text = _("1 to %(most)d.") % {"most": settings.API_KEY_DAYS}
            self.fields.pop("never_expires", None)

    def terms(self) -> dict[str, Any]:
        """The arguments of `issue_key`; after validation."""
        known = self.cleaned_data
        names = ("user", "name", "scopes", "days", "addresses")
        return {
            **{name: known.get(name) for name in names},
            "never_expires": known.get("never_expires", False),
            "actor": self.actor,
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                agree_on_terms(**self.terms())
            except PermissionDenied:
                self.add_error("user", _("Choose an active user of your client."))
            except ValidationError as error:
                self.add_error(None, error)
        return values


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What may be changed about a key: its name, and from where it is accepted."""

    addresses = _networks()

    class Meta:
        model = ApiKey
        fields = ("name", "addresses")


class ReplaceKeyForm(forms.Form):
    hours = forms.IntegerField(
        label=gettext_lazy("The old key stays valid for hours"),
        initial=24,
        min_value=0,
        max_value=MOST_OVERLAP_HOURS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Time to put the new key in place. 0 ends the old one at once."),
    )
