"""The filters of the lists of CRM records, written out. They combine by "and", values of one that may be given several
times by "or"."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework.request import Request

from integrations.crm.models import (
    Activity,
    ActivityType,
    Company,
    Contact,
    Deal,
    DealStatus,
    Lead,
    LeadStatus,
    Product,
    Purchase,
    Task,
)
from salesiq.people.models import User

YES_NO = (("true", "true"), ("false", "false"))
SEVERAL = "May be given several times"


def _after(field: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(field, "gte", help_text="On this day or later")


def _before(field: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(field, "lt", help_text="Before this day")


def _ordering(*fields: str) -> django_filters.OrderingFilter:
    told = "Field to order by, “-” for descending; rows without a value come last"
    return django_filters.OrderingFilter(fields=[(name, name) for name in fields], help_text=told)


class RecordFilterSet(FilterSet):
    client = django_filters.UUIDFilter("client_id", help_text="Id of the tenant; for the installation's superuser")
    system = django_filters.CharFilter(max_length=40, help_text="Where the row came from")
    external_id = django_filters.CharFilter(max_length=200, help_text="Its id there")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte", help_text="At this time or later")
    search = django_filters.CharFilter(method="with_words", max_length=200, help_text="Words that must all occur")

    searched: tuple[str, ...] = ()

    def __init__(self, data: Any = None, queryset: Any = None, *, request: Request, prefix: str | None = None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        if not (isinstance(request.user, User) and request.user.is_superuser):
            del self.filters["client"]

    def with_words(self, rows: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        for word in words.split()[:8]:
            found = Q()
            for field in self.searched:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows


class OwnedFilterSet(RecordFilterSet):
    owner = django_filters.UUIDFilter("owner_id", help_text="Id of the agent who owns it")
    team = django_filters.UUIDFilter("owner__team_id", help_text="Id of that agent's team")


class CompanyFilterSet(RecordFilterSet):
    industry = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    country = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    region = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    ordering = _ordering("name", "employees", "annual_revenue", "updated_at")
    searched = ("name", "domain", "industry")

    class Meta:
        model = Company
        fields: list[str] = []


class ContactFilterSet(RecordFilterSet):
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    company = django_filters.UUIDFilter("company_id", help_text="Id of the company")
    ordering = _ordering("created_at", "updated_at")
    searched = ("customer__name", "company__name", "job_title")

    class Meta:
        model = Contact
        fields: list[str] = []


class ProductFilterSet(RecordFilterSet):
    series = django_filters.CharFilter(lookup_expr="iexact", max_length=100, help_text="Product line")
    ordering = _ordering("name", "price", "updated_at")
    searched = ("name", "series")

    class Meta:
        model = Product
        fields: list[str] = []


class LeadFilterSet(OwnedFilterSet):
    status = django_filters.MultipleChoiceFilter(choices=LeadStatus.choices, help_text=SEVERAL)
    source = django_filters.CharFilter(lookup_expr="iexact", max_length=60)
    campaign = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    region = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    company = django_filters.UUIDFilter("company_id", help_text="Id of the company")
    created_after, created_before = _after("created_on"), _before("created_on")
    ordering = _ordering("created_on", "converted_on", "updated_at")
    searched = ("customer__name", "company__name", "source", "campaign")

    class Meta:
        model = Lead
        fields: list[str] = []


class DealFilterSet(OwnedFilterSet):
    status = django_filters.MultipleChoiceFilter(choices=DealStatus.choices, help_text=SEVERAL)
    stage = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    pipeline = django_filters.CharFilter(lookup_expr="iexact", max_length=60)
    source = django_filters.CharFilter(lookup_expr="iexact", max_length=60)
    region = django_filters.CharFilter(lookup_expr="iexact", max_length=100)
    product = django_filters.UUIDFilter("product_id", help_text="Id of the product")
    company = django_filters.UUIDFilter("company_id", help_text="Id of the company")
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    call = django_filters.UUIDFilter("calls", help_text="Id of a call about it")
    min_value = django_filters.NumberFilter("value", "gte", help_text="In the client's currency, inclusive")
    max_value = django_filters.NumberFilter("value", "lte", help_text="In the client's currency, inclusive")
    created_after, created_before = _after("created_on"), _before("created_on")
    closed_after, closed_before = _after("closed_on"), _before("closed_on")
    ordering = _ordering("created_on", "closed_on", "expected_close_on", "value", "updated_at")
    searched = ("name", "company__name", "customer__name")

    class Meta:
        model = Deal
        fields: list[str] = []


class ActivityFilterSet(OwnedFilterSet):
    type = django_filters.MultipleChoiceFilter(choices=ActivityType.choices, help_text=SEVERAL)
    deal = django_filters.UUIDFilter("deal_id", help_text="Id of the deal")
    lead = django_filters.UUIDFilter("lead_id", help_text="Id of the lead")
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    happened_after = django_filters.IsoDateTimeFilter("happened_at", "gte", help_text="At this time or later")
    happened_before = django_filters.IsoDateTimeFilter("happened_at", "lt", help_text="Before this time")
    ordering = _ordering("happened_at", "seconds", "updated_at")
    searched = ("subject", "outcome", "deal__name")

    class Meta:
        model = Activity
        fields: list[str] = []


class TaskFilterSet(OwnedFilterSet):
    deal = django_filters.UUIDFilter("deal_id", help_text="Id of the deal")
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    done = django_filters.ChoiceFilter(choices=YES_NO, method="that_is_done", help_text="true: done; false: open")
    due_after, due_before = _after("due_on"), _before("due_on")
    created_after, created_before = _after("created_on"), _before("created_on")
    ordering = _ordering("due_on", "created_on", "done_on", "updated_at")
    searched = ("subject", "deal__name")

    class Meta:
        model = Task
        fields: list[str] = []

    def that_is_done(self, tasks: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return tasks.filter(done_on__isnull=value == "false")


class PurchaseFilterSet(RecordFilterSet):
    customer = django_filters.UUIDFilter("customer_id", help_text="Id of the customer")
    company = django_filters.UUIDFilter("company_id", help_text="Id of the company")
    product = django_filters.UUIDFilter("product_id", help_text="Id of the product")
    bought_after, bought_before = _after("bought_on"), _before("bought_on")
    ordering = _ordering("bought_on", "value", "quantity", "updated_at")
    searched = ("product__name", "customer__name", "company__name")

    class Meta:
        model = Purchase
        fields: list[str] = []
