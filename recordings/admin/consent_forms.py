"""Forms of the lawful basis in the back office."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from recordings.models import (
    Basis,
    ConsentRecord,
    ConsentState,
    EvidenceKind,
    JurisdictionRule,
    ProcessingPolicy,
    SalesCall,
)
from recordings.privacy.persons import with_email, with_phone
from recordings.privacy.records import Statement
from salesiq.people.backoffice import TenantForm
from salesiq.people.client_form import LinesField
from salesiq.people.models import Client, Customer


class PolicyForm(TenantForm):
    """A declared basis needs a word on why: a name alone convinces nobody who asks later."""

    class Meta:
        model = ProcessingPolicy
        fields = "__all__"
        widgets = {"declared_note": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("declared_basis") and not values.get("declared_note", "").strip():
            self.add_error("declared_note", _("Say why this basis holds, or where that is written down."))
        return values


class JurisdictionForm(TenantForm):
    names = LinesField(
        required=False,
        label=gettext_lazy("Names"),
        widget=UnfoldAdminTextareaWidget,
        help_text=gettext_lazy("One a line: what the region is called in calls and customers."),
    )

    class Meta:
        model = JurisdictionRule
        fields = ("client", "code", "names", "rule", "source")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()


class ConsentForm(TenantForm):
    """A further entry in the history, for one call or for all calls of a customer."""

    who = forms.CharField(
        label=gettext_lazy("Whose consent"),
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("A customer's e-mail address, phone number or id; or the id of one call."),
    )

    class Meta:
        model = ConsentRecord
        fields = ("client", "state", "basis", "evidence", "reference", "at", "expires_at")
        widgets = {"reference": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    call: SalesCall | None = None
    customer: Customer | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "evidence" in self.fields:
            kinds = [choice for choice in EvidenceKind.choices if choice[0] != EvidenceKind.SPOKEN]
            self.fields["evidence"].choices = kinds  # type: ignore[attr-defined]
            self.fields["evidence"].initial = EvidenceKind.WRITTEN

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("state") == ConsentState.GIVEN and not values.get("basis"):
            self.add_error("basis", _("Say on what basis: %s.") % ", ".join(str(label) for label in Basis.labels))
        owner = values.get("client") or Client.objects.filter(pk=self.instance.client_id).first()
        if owner is not None and values.get("who"):
            self._find(owner, values["who"].strip())
        return values

    def _find(self, client: Client, who: str) -> None:
        customers = with_email(client, who) if "@" in who else _by_id(Customer, client, who) or with_phone(client, who)
        if len(customers) == 1:
            self.customer = self.instance.customer = customers[0]
            return
        if customers:
            self.add_error("who", _("Several customers share it. Name one of them by its id."))
            return
        calls = _by_id(SalesCall, client, who)
        if not calls:
            self.add_error("who", _("No customer and no call of this client is known by it."))
            return
        self.call = self.instance.call = calls[0]

    def statement(self) -> Statement:
        """After validation."""
        said = self.cleaned_data
        return Statement(
            state=said["state"],
            basis=said["basis"],
            evidence=said["evidence"],
            reference=said["reference"],
            at=said["at"],
            expires_at=said["expires_at"],
            channel="back office",
        )


def _by_id(model: Any, client: Client, text: str) -> list[Any]:
    try:
        return list(model.objects.filter(client=client, pk=text))
    except ValidationError:
        return []
