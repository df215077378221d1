"""Reading CRM records: a list and one record of each kind."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView

from integrations.crm.api import filters
from integrations.crm.api import serializers as shapes
from integrations.crm.models import Activity, Company, Contact, Deal, Lead, Product, Purchase, Task
from integrations.crm.models.deals import DealQuerySet
from integrations.crm.selectors import list_records, load_deal
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.people.api.access import KeyedView
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

CRM = "CRM"


class CrmView(KeyedView):
    """Base of the endpoints about CRM records: for those who see figures, row by row as in the figures."""

    capability = Capability.VIEW_ANALYTICS
    scope = KeyScope.CRM_READ


class RecordsView(CrmView, ListAPIView[Any]):
    """The records you may see. Follow `next` and `previous` to page."""

    model: ClassVar[type[Any]]
    filter_backends = [StrictFilterBackend]
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Any]:
        return list_records(self.model, self.user)


class RecordView(CrmView, RetrieveAPIView[Any]):
    model: ClassVar[type[Any]]
    filter_backends = []

    def get_queryset(self) -> QuerySet[Any]:
        return list_records(self.model, self.user)


def _described(kind: str, what: str, shape: Any, *, many: bool) -> Any:
    """What the schema says of the endpoint for `kind`; `what` is the word for it in its summary."""
    operation = extend_schema(
        tags=[CRM],
        operation_id=f"crm_{kind}_{'list' if many else 'read'}",
        summary=f"{'List' if many else 'Read a'} {what}",
        responses={200: shape(many=many), **problems(400 if many else 404)},
    )
    return extend_schema_view(get=operation)


@_described("companies", "companies", shapes.CompanySerializer, many=True)
class CompaniesView(RecordsView):
    model, serializer_class, filterset_class = Company, shapes.CompanySerializer, filters.CompanyFilterSet


@_described("companies", "company", shapes.CompanySerializer, many=False)
class CompanyView(RecordView):
    model, serializer_class = Company, shapes.CompanySerializer


@_described("contacts", "contacts", shapes.ContactSerializer, many=True)
class ContactsView(RecordsView):
    model, serializer_class, filterset_class = Contact, shapes.ContactSerializer, filters.ContactFilterSet

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().order_by("-created_at")


@_described("contacts", "contact", shapes.ContactSerializer, many=False)
class ContactView(RecordView):
    model, serializer_class = Contact, shapes.ContactSerializer


@_described("products", "products", shapes.ProductSerializer, many=True)
class ProductsView(RecordsView):
    model, serializer_class, filterset_class = Product, shapes.ProductSerializer, filters.ProductFilterSet


@_described("products", "product", shapes.ProductSerializer, many=False)
class ProductView(RecordView):
    model, serializer_class = Product, shapes.ProductSerializer


@_described("leads", "leads", shapes.LeadSerializer, many=True)
class LeadsView(RecordsView):
    model, serializer_class, filterset_class = Lead, shapes.LeadSerializer, filters.LeadFilterSet


@_described("leads", "lead", shapes.LeadSerializer, many=False)
class LeadView(RecordView):
    model, serializer_class = Lead, shapes.LeadSerializer


@_described("deals", "deals", shapes.DealSerializer, many=True)
class DealsView(RecordsView):
    model, serializer_class, filterset_class = Deal, shapes.DealSerializer, filters.DealFilterSet


@_described("deals", "deal", shapes.DealDetailSerializer, many=False)
class DealView(RecordView):
    """One deal with the stages it passed and the calls about it that you may see."""

    model, serializer_class = Deal, shapes.DealDetailSerializer

    def get_queryset(self) -> DealQuerySet:
        return load_deal(self.user)


@_described("activities", "activities", shapes.ActivitySerializer, many=True)
class ActivitiesView(RecordsView):
    model, serializer_class, filterset_class = Activity, shapes.ActivitySerializer, filters.ActivityFilterSet


@_described("activities", "activity", shapes.ActivitySerializer, many=False)
class ActivityView(RecordView):
    model, serializer_class = Activity, shapes.ActivitySerializer


@_described("tasks", "tasks", shapes.TaskSerializer, many=True)
class TasksView(RecordsView):
    model, serializer_class, filterset_class = Task, shapes.TaskSerializer, filters.TaskFilterSet


@_described("tasks", "task", shapes.TaskSerializer, many=False)
class TaskView(RecordView):
    model, serializer_class = Task, shapes.TaskSerializer


@_described("purchases", "purchases", shapes.PurchaseSerializer, many=True)
class PurchasesView(RecordsView):
    model, serializer_class, filterset_class = Purchase, shapes.PurchaseSerializer, filters.PurchaseFilterSet


@_described("purchases", "purchase", shapes.PurchaseSerializer, many=False)
class PurchaseView(RecordView):
    model, serializer_class = Purchase, shapes.PurchaseSerializer
