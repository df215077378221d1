"""What POST …/analyze takes: a file with what is known about its call, or the id of a call to analyse again."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from recordings.api.consent import ConsentField, statement_of
from recordings.intake import (
    MOST_CHANNELS,
    MOST_SPEAKERS,
    check_language,
    check_owner,
    check_speech_model,
    client_of_upload,
)
from recordings.models import CallType, Outcome, SalesCall
from recordings.privacy.records import Statement
from recordings.services import AnalysisOptions, CallDetails
from salesiq.people.api.fields import VisibleRow
from salesiq.people.models import Agent, Client, Customer, User

OPTIONS = ("language", "speakers", "agent_channel", "model")


class AnalyzeSerializer(serializers.Serializer[Any]):
    """Either `file` (multipart/form-data), with anything known about the call, or `id`, with listening options."""

    file = serializers.FileField(required=False, max_length=255, help_text="The recording: WAV, MP3, M4A, OGG, FLAC, …")
    id = VisibleRow(queryset=SalesCall.objects, required=False, help_text="A call to analyse again")
    client_id = VisibleRow(
        queryset=Client.objects, required=False, help_text="Whose call it is; only for the installation's superuser"
    )
    agent_id = VisibleRow(queryset=Agent.objects, required=False, help_text="Who spoke for you; managers must say it")
    customer_id = VisibleRow(queryset=Customer.objects, required=False)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    call_type = serializers.ChoiceField(CallType.choices, required=False)
    outcome = serializers.ChoiceField(Outcome.choices, required=False, help_text="Where another system knows it")
    started_at = serializers.DateTimeField(
        required=False, help_text="ISO 8601; promises such as “Friday” count from it"
    )
    region = serializers.CharField(required=False, allow_blank=True, max_length=100)
    source = serializers.CharField(required=False, allow_blank=True, max_length=60)  # type: ignore[assignment]
    notes = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    consent = ConsentField(
        required=False,
        help_text="On what basis the call may be processed, where it is not declared for all calls; in a form as JSON, "
        "or as consent.basis, consent.evidence, consent.ivr, consent.at",
    )
    language = serializers.CharField(
        required=False, allow_blank=True, help_text="Spoken language; found out when left out"
    )
    speakers = serializers.IntegerField(required=False, min_value=1, max_value=MOST_SPEAKERS)
    agent_channel = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_CHANNELS - 1, help_text="0 is left, 1 is right"
    )
    model = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Speech model, e.g. base")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        self._refuse_unknown()
        if ("file" in attrs) == ("id" in attrs):
            raise serializers.ValidationError(
                _("Send either a recording as “file” or the “id” of a call to analyse again, and not both.")
            )
        if "id" in attrs:
            self._refuse_details(attrs)
        else:
            self._check_owner(attrs)
        self._check("language", check_language, attrs.get("language", ""))
        self._check("model", check_speech_model, attrs.get("model", ""), self.user)
        return attrs

    @property
    def user(self) -> User:
        user: User = self.context["request"].user
        return user

    def client(self) -> Client:
        """Whose call an upload becomes; after validation."""
        return client_of_upload(self.user, self.validated_data.get("client_id"))

    def details(self) -> CallDetails:
        """What is known about the call; after validation."""
        known = self.validated_data
        names = ("title", "started_at", "call_type", "outcome", "region", "source", "notes")
        values = {name: known[name] for name in names if name in known}
        return CallDetails(agent=known.get("agent_id"), customer=known.get("customer_id"), **values)

    def stated_consent(self) -> Statement | None:
        """What the upload says about its basis; after validation."""
        said = self.validated_data.get("consent")
        return statement_of(said, "API") if said else None

    def options(self) -> AnalysisOptions | None:
        """How to listen; for a call that is analysed again what is not named stays, and None changes nothing."""
        named = {name: self.validated_data[name] for name in OPTIONS if name in self.validated_data}
        call: SalesCall | None = self.validated_data.get("id")
        if call is None:
            return AnalysisOptions(**named)
        if not named:
            return None
        kept = {
            "model": call.requested_model,
            "language": call.requested_language,
            "speakers": call.requested_speakers,
            "agent_channel": call.agent_channel,
        }
        return AnalysisOptions(**{**kept, **named})

    def _refuse_unknown(self) -> None:
        named = {name for name in self.initial_data if not name.startswith("consent.")}
        unknown = sorted(named - set(self.fields))
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})

    def _refuse_details(self, attrs: dict[str, Any]) -> None:
        extra = sorted(set(attrs) - {"id", *OPTIONS})
        if extra:
            sentence = _("This cannot be given when a call is analysed again.")
            raise serializers.ValidationError({name: [sentence] for name in extra})

    def _check_owner(self, attrs: dict[str, Any]) -> None:
        self._check("client_id", client_of_upload, self.user, attrs.get("client_id"))
        client = client_of_upload(self.user, attrs.get("client_id"))
        for name in ("agent_id", "customer_id"):
            if name in attrs and attrs[name].client_id != client.pk:
                self._refuse(name, attrs[name])
        self._check("agent_id", check_owner, self.user, attrs.get("agent_id"))

    def _refuse(self, name: str, row: Any) -> None:
        sentence = VisibleRow.default_error_messages["does_not_exist"].format(pk_value=row.pk)
        raise serializers.ValidationError({name: [sentence]})

    def _check(self, name: str, rule: Any, *values: Any) -> None:
        """Run a door's rule and put its sentence beside the field."""
        try:
            rule(*values)
        except DjangoValidationError as error:
            raise serializers.ValidationError({name: error.messages}) from error
