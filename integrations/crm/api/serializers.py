"""CRM records as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from integrations.crm.models import (
    ActivityType,
    Deal,
    DealStatus,
    LeadStatus,
)
from recordings.api.serializers import AgentSerializer, CustomerSerializer, EmptyAsNull
from recordings.models import Outcome, SalesCall

OBJECT = {"type": "object", "additionalProperties": True}


class MoneyField(serializers.DecimalField):
    """An amount as text, so that no cent is lost on the way; null where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=2, allow_null=True, **kwargs)


class NamedSerializer(serializers.Serializer[Any]):
    """A record that another one names."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class RecordSerializer(serializers.Serializer[Any]):
    """What all records have in common."""

    address = ""

    id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    system = serializers.CharField(help_text="Where the row came from; empty when it was written here")
    external_id = serializers.CharField(help_text="Its id there")
    custom = serializers.SerializerMethodField(help_text="Columns that no field fits: {key: value}")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(OBJECT)
    def get_custom(self, row: Any) -> dict[str, Any]:
        custom: dict[str, Any] = row.custom
        return custom

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, row: Any) -> str:
        return str(reverse(self.address, args=[row.pk], request=self.context["request"]))


class CompanySerializer(RecordSerializer):
    address = "api-crm-company"

    name = serializers.CharField()
    industry = serializers.CharField()
    country = serializers.CharField()
    region = serializers.CharField()
    domain = serializers.CharField()
    employees = serializers.IntegerField(allow_null=True)
    annual_revenue = MoneyField()
    founded = serializers.IntegerField(allow_null=True, help_text="Year")
    parent_id = serializers.UUIDField(allow_null=True, help_text="The company it belongs to")


class ContactSerializer(RecordSerializer):
    """What the CRM adds to a customer; phone and e-mail are not given."""

    address = "api-crm-contact"

    customer = CustomerSerializer()
    company = NamedSerializer(allow_null=True)
    job_title = serializers.CharField()


class ProductSerializer(RecordSerializer):
    address = "api-crm-product"

    name = serializers.CharField()
    series = serializers.CharField(help_text="Product line")
    price = MoneyField(help_text="List price")


class LeadSerializer(RecordSerializer):
    address = "api-crm-lead"

    customer = CustomerSerializer(allow_null=True)
    company = NamedSerializer(allow_null=True)
    owner = AgentSerializer(allow_null=True)
    status = serializers.ChoiceField(LeadStatus.choices)
    source = serializers.CharField()  # type: ignore[assignment]
    campaign = serializers.CharField()
    region = serializers.CharField()
    created_on = serializers.DateField()
    converted_on = serializers.DateField(allow_null=True, help_text="Became a deal on")


class DealSerializer(RecordSerializer):
    """`value` is `amount` in the client's currency, by the exchange rate of its day."""

    address = "api-crm-deal"

    name = serializers.CharField()
    company = NamedSerializer(allow_null=True)
    customer = CustomerSerializer(allow_null=True)
    lead_id = serializers.UUIDField(allow_null=True)
    owner = AgentSerializer(allow_null=True)
    product = NamedSerializer(allow_null=True)
    pipeline = serializers.CharField()
    stage = serializers.CharField()
    status = serializers.ChoiceField(DealStatus.choices)
    amount = MoneyField()
    currency = serializers.CharField(help_text="ISO 4217, of `amount`")
    value = MoneyField()
    source = serializers.CharField()  # type: ignore[assignment]
    region = serializers.CharField()
    lost_reason = serializers.CharField()
    created_on = serializers.DateField(allow_null=True, help_text="Null where the CRM does not say")
    expected_close_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)


class StageChangeSerializer(serializers.Serializer[Any]):
    stage = serializers.CharField()
    entered_on = serializers.DateField()


class DealCallSerializer(serializers.Serializer[SalesCall]):
    """A call about the deal, as far as the caller may see it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    started_at = serializers.DateTimeField()
    outcome = EmptyAsNull(Outcome.choices)
    url = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, call: SalesCall) -> str:
        return str(reverse("api-call", args=[call.pk], request=self.context["request"]))


class DealDetailSerializer(DealSerializer):
    """A deal whole: the stages it passed, in order, and the calls about it. Expects `selectors.load_deal`."""

    stages = StageChangeSerializer(source="stage_changes", many=True)
    calls = serializers.SerializerMethodField(help_text="The latest first")

    @extend_schema_field(DealCallSerializer(many=True))
    def get_calls(self, deal: Deal) -> Any:
        calls: Any = getattr(deal, "visible_calls", [])
        return DealCallSerializer(calls, many=True, context=self.context).data


class ActivitySerializer(RecordSerializer):
    address = "api-crm-activity"

    type = serializers.ChoiceField(ActivityType.choices)
    subject = serializers.CharField()
    owner = AgentSerializer(allow_null=True)
    deal_id = serializers.UUIDField(allow_null=True)
    lead_id = serializers.UUIDField(allow_null=True)
    customer_id = serializers.UUIDField(allow_null=True)
    company_id = serializers.UUIDField(allow_null=True)
    happened_at = serializers.DateTimeField()
    seconds = serializers.IntegerField(allow_null=True, help_text="How long it took")
    outcome = serializers.CharField()


class TaskSerializer(RecordSerializer):
    address = "api-crm-task"

    subject = serializers.CharField()
    owner = AgentSerializer(allow_null=True)
    deal_id = serializers.UUIDField(allow_null=True)
    customer_id = serializers.UUIDField(allow_null=True)
    created_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)


class PurchaseSerializer(RecordSerializer):
    """`value` is `amount` in the client's currency, by the exchange rate of its day."""

    address = "api-crm-purchase"

    customer = CustomerSerializer(allow_null=True)
    company = NamedSerializer(allow_null=True)
    product = NamedSerializer(allow_null=True)
    bought_on = serializers.DateField()
    quantity = serializers.DecimalField(max_digits=14, decimal_places=3)
    amount = MoneyField()
    currency = serializers.CharField(help_text="ISO 4217, of `amount`")
    value = MoneyField()
