"""Forms of a call in the back office: one to upload it, one to correct it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from recordings.intake import MOST_CHANNELS, MOST_SPEAKERS, check_language, check_owner, check_speech_model
from recordings.models import Basis, SalesCall
from recordings.privacy.records import LONGEST_REFERENCE, Statement
from recordings.receiving import refuse_what_is_no_sound
from recordings.services import AnalysisOptions, CallDetails
from recordings.speech.foreign import HEAD_BYTES
from salesiq.people.backoffice import TenantForm
from salesiq.people.models import User


class CallForm(TenantForm):
    """What a person knows about a call. The admin sets `user` on the form class of each request."""

    user: User

    class Meta:
        model = SalesCall
        fields = ("title", "agent", "customer", "call_type", "started_at", "region", "source", "notes", "outcome")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "agent" in values:
            self._check("agent", check_owner, self.user, values["agent"])
        return values

    def _check(self, name: str, rule: Callable[..., None], *values: Any) -> None:
        try:
            rule(*values)
        except ValidationError as error:
            self.add_error(name, error)


class UploadForm(CallForm):
    """A recording with its call."""

    file = forms.FileField(label=gettext_lazy("Recording"), max_length=255, widget=UnfoldAdminFileFieldWidget)

    basis = forms.ChoiceField(
        label=gettext_lazy("Basis"),
        required=False,
        choices=[("", gettext_lazy("As declared")), *Basis.choices],
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Where the client has declared none for all calls, or this call has one of its own."),
    )
    basis_reference = forms.CharField(
        label=gettext_lazy("What shows it"),
        required=False,
        max_length=LONGEST_REFERENCE,
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta(CallForm.Meta):
        fields = (  # type: ignore[assignment]
            *CallForm.Meta.fields,
            "requested_language",
            "requested_speakers",
            "agent_channel",
            "requested_model",
        )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        refuse_what_is_no_sound(file.read(HEAD_BYTES))
        file.seek(0)
        if file.size > settings.SALESIQ_MAX_UPLOAD_BYTES:
            limit = settings.SALESIQ_MAX_UPLOAD_BYTES // (1024 * 1024)
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Compress it (MP3 or Opus) or split it, and upload it again.")
                % {"limit": limit}
            )
        return file

    def clean_requested_speakers(self) -> int | None:
        return self._within("requested_speakers", 1, MOST_SPEAKERS)

    def clean_agent_channel(self) -> int | None:
        return self._within("agent_channel", 0, MOST_CHANNELS - 1)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self._check("requested_language", check_language, values.get("requested_language", ""))
        self._check("requested_model", check_speech_model, values.get("requested_model", ""), self.user)
        return values

    def details(self) -> CallDetails:
        """What is known about the call; after validation."""
        known = self.cleaned_data
        return CallDetails(**{name: known[name] for name in CallForm.Meta.fields})

    def consent(self) -> Statement | None:
        """On what basis it may be processed, where the form says so; after validation."""
        basis, reference = self.cleaned_data["basis"], self.cleaned_data["basis_reference"]
        return Statement(basis=basis, reference=reference, channel="back office") if basis else None

    def options(self) -> AnalysisOptions:
        """How to listen; after validation."""
        known = self.cleaned_data
        return AnalysisOptions(
            model=known["requested_model"],
            language=known["requested_language"],
            speakers=known["requested_speakers"],
            agent_channel=known["agent_channel"],
        )

    def _within(self, name: str, low: int, high: int) -> int | None:
        value: int | None = self.cleaned_data[name]
        if value is not None and not low <= value <= high:
            raise ValidationError(_("Choose a number from %(low)d to %(high)d.") % {"low": low, "high": high})
        return value
