"""Requests about persons as JSON."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from recordings.intake import client_of_upload
from recordings.models import ErasureRequest, PersonExport, RequestStatus
from recordings.privacy.deadlines import due_on
from recordings.privacy.erasure import ErasurePlan
from recordings.privacy.persons import PersonQuery
from salesiq.people.models import Client


class PersonSerializer(serializers.Serializer[Any]):
    """Who is asked for, and, for an erasure, how."""

    email = serializers.CharField(required=False, default="", allow_blank=True, max_length=254)
    phone = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=40, help_text="Best with its country: +34 …"
    )
    customer_id = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200, help_text="Ours or another system's"
    )
    confirmed = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, help_text="Customers who are this person as well"
    )
    own_calls = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, help_text="Calls of theirs that name no customer"
    )
    client_id = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="For the installation's superuser: whose data"
    )
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Erasures: only tell the plan")
    except_held = serializers.BooleanField(required=False, default=False, help_text="Erasures: leave held calls out")
    digest = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=64, help_text="Erasures: the plan that was agreed to"
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            _query(values).check()
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return values

    def query(self) -> PersonQuery:
        return _query(self.validated_data)

    def client(self) -> Client:
        """The caller's own; the superuser names one where there are several."""
        named = Client.objects.filter(pk=self.validated_data["client_id"]).first()
        return client_of_upload(self.context["request"].user, named)


def _query(values: dict[str, Any]) -> PersonQuery:
    return PersonQuery(
        email=values["email"],
        phone=values["phone"],
        customer_id=values["customer_id"],
        confirmed=tuple(map(str, values["confirmed"])),
        own_calls=tuple(map(str, values["own_calls"])),
    )


class RequestSerializer(serializers.Serializer[Any]):
    """A request by its state, never by whom it is about."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(RequestStatus.choices)
    error = serializers.CharField(help_text="Why it failed and what to do; otherwise empty")
    received_at = serializers.DateTimeField()
    due_on = serializers.SerializerMethodField(help_text="The last day to answer: one month (GDPR Art. 12(3))")
    finished_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "date"})
    def get_due_on(self, row: Any) -> str:
        return due_on(row).isoformat()


class ExportSerializer(RequestSerializer):
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When the archive is removed")
    size = serializers.IntegerField(allow_null=True, help_text="Bytes")
    sha256 = serializers.CharField()
    contents = serializers.DictField(child=serializers.IntegerField(), help_text="How much of what is in it")
    file_url = serializers.SerializerMethodField(help_text="Null until it is made, and after it was removed")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, export: PersonExport) -> str:
        return str(reverse("api-person-export", args=[export.pk], request=self.context["request"]))

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_file_url(self, export: PersonExport) -> str | None:
        if not export.file:
            return None
        return str(reverse("api-person-export-file", args=[export.pk], request=self.context["request"]))


class KeptSerializer(serializers.Serializer[Any]):
    what = serializers.CharField()
    why = serializers.CharField()
    count = serializers.IntegerField()
    held = serializers.BooleanField(help_text="It would go but for a legal hold")


class ErasureSerializer(RequestSerializer):
    removed = serializers.DictField(help_text="Rows by table, files with SHA-256")
    kept = KeptSerializer(many=True)
    receipt_url = serializers.SerializerMethodField(help_text="Null until it is done")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, erasure: ErasureRequest) -> str:
        return str(reverse("api-person-erasure", args=[erasure.pk], request=self.context["request"]))

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_receipt_url(self, erasure: ErasureRequest) -> str | None:
        if erasure.finished_at is None:
            return None
        return str(reverse("api-person-erasure-receipt", args=[erasure.pk], request=self.context["request"]))


class ToConfirmSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    company = serializers.CharField()


class PlanSerializer(serializers.Serializer[Any]):
    """What an erasure would do."""

    goes = serializers.DictField(child=serializers.IntegerField())
    stays = KeptSerializer(many=True)
    held = serializers.CharField(help_text="Why nothing may be removed; empty where no hold forbids it")
    to_confirm = ToConfirmSerializer(many=True)
    digest = serializers.CharField()


def plan_document(plan: ErasurePlan) -> dict[str, Any]:
    """The plan as `PlanSerializer` describes it."""
    people = [{"id": each.pk, "name": each.name, "company": each.company} for each in plan.records.to_confirm]
    return {**plan.as_json(), "to_confirm": people, "digest": plan.digest}
