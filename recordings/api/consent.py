"""The ground of a call or of a customer's calls: read with its history, stated, withdrawn."""

import json
from http import HTTPStatus
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils import html

from recordings.api.access import SalesView
from recordings.api.openapi import CONSENT, IDEMPOTENCY_KEY, problems
from recordings.api.serializers import EmptyAsNull
from recordings.grounds import record_consent
from recordings.models import Basis, ConsentRecord, ConsentState, EvidenceKind, PartyRule, SalesCall
from recordings.privacy.consent import Decision, Verdict, may_process, records_about
from recordings.privacy.records import LONGEST_REFERENCE, Statement
from recordings.selectors import list_calls
from salesiq.audit.services import record_event
from salesiq.common.idempotency import idempotent
from salesiq.people.api.access import require_scope
from salesiq.people.models import Customer
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

# Words heard in a call are found by the analysis alone.
SAYABLE = [choice for choice in EvidenceKind.choices if choice[0] != EvidenceKind.SPOKEN]


class StatementSerializer(serializers.Serializer[Any]):
    """A word on consent. `basis` is needed where consent is given; `at` is now where it is left out."""

    state = serializers.ChoiceField(ConsentState.choices, default=ConsentState.GIVEN)
    basis = serializers.ChoiceField(Basis.choices, required=False, help_text="GDPR Art. 6(1)")
    evidence = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_REFERENCE, help_text="What shows it: a file, a ticket, …"
    )
    kind = serializers.ChoiceField(SAYABLE, default=EvidenceKind.IMPORT)
    ivr = serializers.BooleanField(default=False, help_text="The caller agreed in the voice menu; same as kind=ivr")
    at = serializers.DateTimeField(required=False, help_text="Since when; not in the future")
    expires_at = serializers.DateTimeField(required=False)

    default_error_messages = {
        "unknown": gettext_lazy("There is no such field. Known are: {known}."),
        "not_an_object": gettext_lazy("Send an object such as {example}."),
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, (dict, MultiValueDict)):
            sentence = self.error_messages["not_an_object"].format(example='{"basis": "consent"}')
            raise serializers.ValidationError({"non_field_errors": [sentence]})
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            sentence = self.error_messages["unknown"].format(known=", ".join(self.fields))
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["state"] == ConsentState.GIVEN and not attrs.get("basis"):
            raise serializers.ValidationError({"basis": [_("Say on what basis: %s.") % ", ".join(Basis.values)]})
        return attrs


class ConsentField(StatementSerializer):
    """The same within an upload: as a JSON object in one form field, or as fields named consent.basis and so on."""

    def get_value(self, dictionary: Any) -> Any:
        if not html.is_html_input(dictionary):
            return dictionary.get(self.field_name, empty)
        if raw := dictionary.get(self.field_name):
            try:
                return json.loads(raw)
            except ValueError:
                return raw
        return html.parse_html_dict(dictionary, prefix=str(self.field_name)) or empty


def statement_of(said: dict[str, Any], channel: str) -> Statement:
    """What a validated StatementSerializer says."""
    return Statement(
        state=said["state"],
        basis=said.get("basis", ""),
        evidence=EvidenceKind.IVR if said["ivr"] else said["kind"],
        reference=said.get("evidence", ""),
        at=said.get("at"),
        expires_at=said.get("expires_at"),
        channel=channel,
    )


class RecordSerializer(serializers.Serializer[Any]):
    """One word on consent, as it was filed; the newest counts."""

    id = serializers.UUIDField()
    of = serializers.SerializerMethodField(help_text="call, or customer for all calls of theirs")
    state = serializers.ChoiceField(ConsentState.choices)
    basis = EmptyAsNull(Basis.choices)
    kind = serializers.ChoiceField(EvidenceKind.choices, source="evidence")
    evidence = serializers.CharField(source="reference", help_text="What shows it")
    quote = serializers.CharField(help_text="Words heard in the call")
    utterance = serializers.IntegerField(source="position", allow_null=True, help_text="Position when it was found")
    start = serializers.FloatField(allow_null=True, help_text="Seconds")
    at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.SerializerMethodField()
    channel = serializers.CharField(help_text="How it came: API, page, command, import, call, …")
    region = serializers.CharField(source="region_code")
    rule = EmptyAsNull(PartyRule.choices, source="party_rule", help_text="Who had to agree at that place")
    rule_source = serializers.CharField()

    def get_of(self, record: ConsentRecord) -> str:
        return "call" if record.call_id else "customer"

    def get_recorded_by(self, record: ConsentRecord) -> str | None:
        return record.recorded_by.get_username() if record.recorded_by else None


class GroundSerializer(serializers.Serializer[Any]):
    """Whether a call may be processed, on what ground, why, and everything on record about it."""

    decision = serializers.ChoiceField([verdict.value for verdict in Verdict])
    basis = serializers.ChoiceField(Basis.choices, allow_null=True)
    consent_state = serializers.ChoiceField(ConsentState.choices, allow_null=True)
    reason = serializers.CharField()
    code = serializers.CharField(help_text="The reason for machines; empty when allowed")
    region = serializers.CharField()
    region_code = serializers.CharField(help_text="Of the rule that holds; empty for the client's default")
    rule = serializers.ChoiceField(PartyRule.choices)
    rule_source = serializers.CharField()
    history = RecordSerializer(many=True)


class CustomerConsentSerializer(serializers.Serializer[Any]):
    """What is on record for all calls of a customer."""

    customer_id = serializers.UUIDField()
    consent_state = serializers.ChoiceField(ConsentState.choices, allow_null=True)
    history = RecordSerializer(many=True)


EXAMPLE = OpenApiExample(
    "Consent in writing",
    value={"basis": "consent", "kind": "written", "evidence": "Form of 12 May, folder 7", "at": "2026-05-12T09:00:00Z"},
    request_only=True,
)


class CallConsentView(SalesView):
    """The ground of one call. Whoever sees the call reads it; evidence is noted by those who correct or hand in calls;
    consent is withdrawn by those who manage privacy."""

    scope = KeyScope.CALLS_READ
    scopes = {"POST": KeyScope.CALLS_WRITE}

    @extend_schema(
        tags=[CONSENT],
        operation_id="recordings_consent_read",
        summary="Read the lawful basis",
        responses={200: GroundSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        call = get_object_or_404(list_calls(self.user), pk=pk)
        record_event(action="consent_viewed", target=call, actor=self.user, request=request._request)
        return Response(_ground(call))

    @extend_schema(
        tags=[CONSENT],
        operation_id="recordings_consent_note",
        summary="Note or withdraw consent",
        description=(
            "Adds to the history; nothing is overwritten. A refusal or withdrawal stops what runs at once. Consent "
            "lets a call that was held back go on where its sound is still here."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=StatementSerializer,
        responses={201: GroundSerializer, **problems(400, 404, 409, 422)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request, pk: Any) -> Response:
        filed = self.accept(request, pk)
        call = get_object_or_404(list_calls(self.user), pk=pk)
        return Response(_ground(call), status=HTTPStatus.CREATED, headers=_replayed(filed))

    @idempotent
    def accept(self, request: Request, pk: Any) -> Response:
        """File it, once. For a repeat only the record's id is kept; what is on record is read anew."""
        call = get_object_or_404(list_calls(self.user), pk=pk)
        record = record_consent(statement=self._statement(request), actor=self.user, call=call)
        return Response({"record": str(record.pk)})

    def _statement(self, request: Request) -> Statement:
        said = StatementSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        withdraws = said.validated_data["state"] == ConsentState.WITHDRAWN
        needed = (Capability.MANAGE_PRIVACY,) if withdraws else NOTES_EVIDENCE
        if not any(self.user.can(capability) for capability in needed):
            self.permission_denied(self.request)
        if withdraws:
            require_scope(self.request, KeyScope.PRIVACY_WRITE)
        return statement_of(said.validated_data, "API")


NOTES_EVIDENCE = (Capability.EDIT_CALLS, Capability.ANALYZE_CALLS, Capability.MANAGE_PRIVACY)


class CustomerConsentView(SalesView):
    """Consent of a customer, for all calls of theirs; for those who manage privacy."""

    capability = Capability.MANAGE_PRIVACY
    scope = KeyScope.PRIVACY_READ
    scopes = {"POST": KeyScope.PRIVACY_WRITE}

    @extend_schema(
        tags=[CONSENT],
        operation_id="customers_consent_read",
        summary="Read a customer's consent",
        responses={200: CustomerConsentSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        customer = get_object_or_404(Customer.objects.visible_to(self.user), pk=pk)
        record_event(action="consent_viewed", target=customer, actor=self.user, request=request._request)
        return Response(_of_customer(customer))

    @extend_schema(
        tags=[CONSENT],
        operation_id="customers_consent_note",
        summary="Note or withdraw a customer's consent",
        description="Counts for all calls of the customer, also those to come, unless a call has a word of its own.",
        parameters=[IDEMPOTENCY_KEY],
        request=StatementSerializer,
        responses={201: CustomerConsentSerializer, **problems(400, 404, 409, 422)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request, pk: Any) -> Response:
        filed = self.accept(request, pk)
        customer = get_object_or_404(Customer.objects.visible_to(self.user), pk=pk)
        return Response(_of_customer(customer), status=HTTPStatus.CREATED, headers=_replayed(filed))

    @idempotent
    def accept(self, request: Request, pk: Any) -> Response:
        """As that of a call."""
        customer = get_object_or_404(Customer.objects.visible_to(self.user), pk=pk)
        said = StatementSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        statement = statement_of(said.validated_data, "API")
        record = record_consent(statement=statement, actor=self.user, customer=customer)
        return Response({"record": str(record.pk)})


def _replayed(filed: Response) -> dict[str, str]:
    return {"Idempotency-Replayed": filed["Idempotency-Replayed"]} if "Idempotency-Replayed" in filed else {}


def _ground(call: SalesCall) -> dict[str, Any]:
    decision: Decision = may_process(call)
    place = decision.place
    assert place is not None
    return {
        "decision": decision.verdict.value,
        "basis": decision.basis or None,
        "consent_state": decision.state or None,
        "reason": decision.reason,
        "code": decision.code,
        "region": place.region,
        "region_code": place.code,
        "rule": place.rule,
        "rule_source": place.source,
        "history": RecordSerializer(records_about(call), many=True).data,
    }


def _of_customer(customer: Customer) -> dict[str, Any]:
    history = list(ConsentRecord.objects.filter(customer=customer).select_related("recorded_by"))
    return {
        "customer_id": str(customer.pk),
        "consent_state": history[0].state if history else None,
        "history": RecordSerializer(history, many=True).data,
    }
