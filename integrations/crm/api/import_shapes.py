"""Imports as JSON: what is asked, and how it goes."""

import json
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from integrations.crm.models import ImportRun, ImportStatus, RecordKind
from integrations.crm.selectors import job_of_import
from recordings.intake import client_of_upload
from salesiq.people.api.fields import VisibleRow
from salesiq.people.models import Client

TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}
OPTIONS = ("day_first", "decimal_comma", "currency")


@extend_schema_field({"type": "string", "description": "JSON: {column: field, custom:key, or empty to leave it out}"})
class MappingField(serializers.Field[dict[str, str], str, Any, Any]):
    """A JSON object of texts in one field of a form."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        try:
            value = json.loads(data) if isinstance(data, str) else data
        except ValueError as error:
            raise serializers.ValidationError(_("This is not JSON.")) from error
        if not isinstance(value, dict) or not all(isinstance(field, str) for field in value.values()):
            raise serializers.ValidationError(_('Give a JSON object such as {"Amount": "amount", "Notes": ""}.'))
        return value


class ImportRequestSerializer(serializers.Serializer[Any]):
    """A file with what is known about it. An unknown field is refused rather than ignored."""

    file = serializers.FileField(max_length=200, help_text="CSV, XLSX or JSON")
    kind = serializers.ChoiceField(RecordKind.choices, help_text="What its rows are")
    system = serializers.CharField(
        required=False, allow_blank=True, max_length=40, help_text="Where it comes from; found out when left out"
    )
    dry_run = serializers.BooleanField(default=False, help_text="Only count what would happen")
    mapping = MappingField(required=False)
    day_first = serializers.BooleanField(required=False, help_text="3/4 is the third of April; else found out")
    decimal_comma = serializers.BooleanField(required=False, help_text="1,5 is one and a half; else found out")
    currency = serializers.RegexField(r"^[A-Za-z]{3}$", required=False, help_text="ISO 4217, of amounts that name none")
    client_id = VisibleRow(
        queryset=Client.objects, required=False, help_text="Whose rows they are; only for the installation's superuser"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        try:
            client_of_upload(self.context["request"].user, attrs.get("client_id"))
        except DjangoValidationError as error:
            raise serializers.ValidationError({"client_id": error.messages}) from error
        return attrs

    def client(self) -> Client:
        """Whose records the rows become; after validation."""
        return client_of_upload(self.context["request"].user, self.validated_data.get("client_id"))

    def options(self) -> dict[str, Any]:
        """How values are read, as far as it was said; after validation."""
        said = {name: self.validated_data[name] for name in OPTIONS if name in self.initial_data}
        if "currency" in said:
            said["currency"] = said["currency"].upper()
        return said


class ImportRunSerializer(serializers.Serializer[ImportRun]):
    """One file: how far it is, what was made, changed, left as it was and refused, and why."""

    id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    kind = serializers.ChoiceField(RecordKind.choices)
    system = serializers.CharField()
    file_name = serializers.CharField()
    dry_run = serializers.BooleanField(source="is_dry")
    status = serializers.ChoiceField(ImportStatus.choices)
    fraction = serializers.SerializerMethodField(help_text="How far it is, 0 to 1")
    error = serializers.CharField(help_text="Why nothing came in and what to do; otherwise empty")
    read = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    reasons = serializers.SerializerMethodField(help_text="{reason: rows that were left out for it}")
    made = serializers.SerializerMethodField(help_text="Records that rows only named and that were made for it")
    mapping = serializers.SerializerMethodField(help_text="{column: field, custom:key, or empty}")
    notes = serializers.ListField(child=serializers.CharField(), help_text="How the file was read")
    rejected_url = serializers.SerializerMethodField(help_text="The rows left out; null where there are none")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    def get_fraction(self, run: ImportRun) -> float:
        if run.status in (ImportStatus.DONE, ImportStatus.FAILED):
            return 1.0
        job = job_of_import(run) if run.status == ImportStatus.RUNNING else None
        return job.fraction if job else 0.0

    @extend_schema_field(COUNTS)
    def get_reasons(self, run: ImportRun) -> dict[str, int]:
        reasons: dict[str, int] = run.reasons
        return reasons

    @extend_schema_field(COUNTS)
    def get_made(self, run: ImportRun) -> dict[str, int]:
        made: dict[str, int] = run.made
        return made

    @extend_schema_field(TEXTS)
    def get_mapping(self, run: ImportRun) -> dict[str, str]:
        mapping: dict[str, str] = run.mapping
        return mapping

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_rejected_url(self, run: ImportRun) -> str | None:
        if not run.rejected_file:
            return None
        return str(reverse("api-crm-rejected", args=[run.pk], request=self.context["request"]))

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, run: ImportRun) -> str:
        return str(reverse("api-crm-import", args=[run.pk], request=self.context["request"]))
