"""What a person tells about the calls they upload."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.intake import check_owner, client_of_upload
from recordings.models import Basis, CallType
from recordings.pages.labels import LANGUAGES
from recordings.privacy.records import LONGEST_REFERENCE, Statement
from recordings.services import AnalysisOptions, CallDetails
from salesiq.people.models import Agent, Client, Customer, User

# A company may have a hundred thousand customers; those last worked with are offered.
CUSTOMERS_OFFERED = 200
FOUND_OUT = ("", _("Find out"))


class UploadForm(forms.Form):
    """Options of an upload; they hold for every file of it. The files themselves are read by the view."""

    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), required=False, empty_label=_("Choose"))
    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("Agent"), required=False, empty_label=_("Not known"))
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label=_("Customer"), required=False, empty_label=_("Not known")
    )
    call_type = forms.ChoiceField(
        label=_("Call type"), required=False, choices=[("", _("Not known")), *CallType.choices]
    )
    language = forms.ChoiceField(label=_("Spoken language"), required=False, choices=[FOUND_OUT, *LANGUAGES.items()])
    speakers = forms.TypedChoiceField(
        label=_("Speakers"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[FOUND_OUT, *((str(n), str(n)) for n in range(1, 7))],
    )
    agent_channel = forms.TypedChoiceField(
        label=_("Agent's channel"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[FOUND_OUT, ("0", _("Left")), ("1", _("Right"))],
    )

    basis = forms.ChoiceField(label=_("Lawful basis"), required=False, choices=[("", _("As declared")), *Basis.choices])
    reference = forms.CharField(
        label=_("What shows it"),
        required=False,
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"placeholder": _("Form, ticket, paragraph …")}),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, auto_id="upload-%s")
        self._user = user
        if user.client is None:
            self._offer("client", Client.objects.visible_to(user))
        else:
            del self.fields["client"]
        customers = Customer.objects.visible_to(user)
        self._offer("agent", Agent.objects.visible_to(user).filter(is_active=True))
        self._offer("customer", customers)
        recent = sorted(customers.order_by("-updated_at")[:CUSTOMERS_OFFERED], key=str)
        self.fields["customer"].widget.choices = [
            ("", _("Not known")),
            *((customer.pk, str(customer)) for customer in recent),
        ]

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def clean_agent(self) -> Agent | None:
        agent: Agent | None = self.cleaned_data["agent"]
        check_owner(self._user, agent)
        return agent

    def clean_client(self) -> Client:
        """Only asked of people who belong to no client: see `intake.client_of_upload`."""
        return client_of_upload(self._user, self.cleaned_data["client"])

    @property
    def owner(self) -> Client:
        """Whose calls these are; only after `is_valid`."""
        return self._user.client or cast(Client, self.cleaned_data["client"])

    @property
    def needs_agent(self) -> bool:
        """Whether the user must name the agent, so that the page asks for it at once."""
        try:
            check_owner(self._user, None)
        except forms.ValidationError:
            return True
        return False

    def details(self) -> CallDetails:
        """What is known of the calls; only after `is_valid`."""
        chosen = self.cleaned_data
        return CallDetails(
            agent=chosen["agent"], customer=chosen["customer"], call_type=chosen["call_type"], source="upload"
        )

    def consent(self) -> Statement | None:
        """On what basis they may be processed, where the uploader says so; only after `is_valid`."""
        chosen = self.cleaned_data
        return (
            Statement(basis=chosen["basis"], reference=chosen["reference"], channel="page") if chosen["basis"] else None
        )

    def options(self) -> AnalysisOptions:
        """How to listen to them; only after `is_valid`."""
        chosen = self.cleaned_data
        return AnalysisOptions(
            language=chosen["language"], speakers=chosen["speakers"], agent_channel=chosen["agent_channel"]
        )
