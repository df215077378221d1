"""Deals, leads and companies as kinds of subjects, what they add to a call, and what a call adds to a deal."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.crm.models import Company, Deal, DealStatus, Lead
from integrations.crm.prompt_context.fields import COMPANY, COMPETITOR, DEAL, LEAD, PEOPLE, Fields, declared
from integrations.crm.prompt_context.values import Records
from prompts.context.registry import ContextField, Found, register_context, register_fields
from recordings.models import SalesCall
from recordings.prompt_context.masking import ClientTexts
from recordings.prompt_context.provider import CallContext
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

OPEN_FIRST = Case(When(status=DealStatus.OPEN, then=0), default=1, output_field=IntegerField())


class RecordContext(ABC):
    """A kind of CRM record. Who may see figures of deals and the row itself may fill a prompt from it."""

    kind: str
    name: ClassVar[str | Promise]
    model: ClassVar[type[Any]]
    groups: ClassVar[tuple[Fields, ...]]
    search: ClassVar[tuple[str, ...]]
    owner: ClassVar[str] = "owner_id"

    @property
    def label(self) -> str:
        return str(self.name)

    def fields(self) -> Mapping[str, ContextField]:
        return declared(*self.groups)

    def find(self, user: User, query: str, limit: int) -> list[Found]:
        if not user.can(Capability.VIEW_ANALYTICS):
            return []
        rows = self.model._default_manager.visible_to(user)
        for word in query.split()[:8]:
            named = Q()
            for path in self.search:
                named |= Q(**{f"{path}__icontains": word})
            rows = rows.filter(named)
        return [Found(row.pk, str(row)) for row in rows.order_by("-updated_at")[:limit]]

    def visible(self, user: User, subject_id: UUID) -> bool:
        if not user.can(Capability.VIEW_ANALYTICS):
            return False
        return bool(self.model._default_manager.visible_to(user).filter(pk=subject_id).exists())

    def row(self, subject_id: UUID) -> Any:
        return self.model._default_manager.filter(pk=subject_id).first()

    def agent_id(self, subject_id: UUID) -> UUID | None:
        return getattr(self.row(subject_id), self.owner, None)

    def client_id(self, subject_id: UUID) -> UUID | None:
        return getattr(self.row(subject_id), "client_id", None)

    def fill(
        self, subject_id: UUID, *, needed: Collection[str], redacted: bool, user: User | None
    ) -> Mapping[str, Any]:
        row = self.model._default_manager.select_related("client").get(pk=subject_id)
        records = Records(row.client, user, ClientTexts(row.client, redacted=redacted))
        self.gather(records, row)
        return records.read(set(needed) & self.fields().keys())

    @abstractmethod
    def gather(self, records: Records, row: Any) -> None:
        """Put what hangs on `row` into `records`."""


class DealContext(RecordContext):
    kind, name, model = "deal", _("deal"), Deal
    groups = (DEAL, COMPANY, LEAD, PEOPLE, COMPETITOR)
    search = ("name", "company__name", "customer__name")

    def gather(self, records: Records, row: Deal) -> None:
        _add_deal(records, row)


class LeadContext(RecordContext):
    kind, name, model = "lead", _("lead"), Lead
    groups = (LEAD, COMPANY, PEOPLE)
    search = ("customer__name", "company__name", "campaign")

    def gather(self, records: Records, row: Lead) -> None:
        records.lead, records.company, records.customer, records.owner = row, row.company, row.customer, row.owner


class CompanyContext(RecordContext):
    kind, name, model = "company", _("company"), Company
    groups = (COMPANY,)
    search = ("name", "domain")
    owner = ""

    def gather(self, records: Records, row: Company) -> None:
        records.company = row


class DealOfCall:
    """What the CRM knows of a call: its deal, open ones first, otherwise the customer's company and lead."""

    def fields(self) -> Mapping[str, ContextField]:
        return declared(DEAL, COMPANY, LEAD, {"customer.job_title": PEOPLE["customer.job_title"]})

    def fill(
        self, subject_id: UUID, *, needed: Collection[str], redacted: bool, user: User | None
    ) -> Mapping[str, Any]:
        if user is not None and not user.can(Capability.VIEW_ANALYTICS):
            return {}
        call = SalesCall.objects.with_people().get(pk=subject_id)
        records = Records(call.client, user, ClientTexts(call.client, redacted=redacted), customer=call.customer)
        deal = records.seen(Deal).filter(calls=call).order_by(OPEN_FIRST, "-created_on", "-id").first()
        if deal is not None:
            _add_deal(records, deal)
            records.customer = call.customer
        elif call.customer is not None:
            _add_customer(records)
        return records.read(set(needed) & self.fields().keys())


class CallOfDeal:
    """The newest call of a deal that the user may see, so that a deal's prompt can read what was said last."""

    def fields(self) -> Mapping[str, ContextField]:
        found = CallContext().fields()
        return {name: field for name, field in found.items() if name.startswith(("call.", "script.", "scorecard."))}

    def fill(
        self, subject_id: UUID, *, needed: Collection[str], redacted: bool, user: User | None
    ) -> Mapping[str, Any]:
        if user is not None and not user.can(Capability.VIEW_CALLS):
            return {}
        deal = Deal.objects.select_related("client").get(pk=subject_id)
        call = Records(deal.client, user, ClientTexts(deal.client, redacted=redacted), deal=deal).calls().first()
        if call is None:
            return {}
        if user is not None:
            record_event(action="viewed", target=call, actor=user, details={"for": "prompt", "deal": deal.pk})
        return CallContext().fill(call.pk, needed=needed, redacted=redacted, user=user)


def _add_deal(records: Records, deal: Deal) -> None:
    """A deal with its company and people; its lead as far as the user may see that too."""
    records.deal, records.company, records.customer, records.owner = deal, deal.company, deal.customer, deal.owner
    leads: QuerySet[Lead] = records.seen(Lead)
    records.lead = leads.filter(pk=deal.lead_id).first() if deal.lead_id else None


def _add_customer(records: Records) -> None:
    leads: QuerySet[Lead] = records.seen(Lead)
    records.lead = leads.filter(customer=records.customer).select_related("company").first()
    contact = getattr(records.customer, "contact", None)
    records.company = contact.company if contact else records.lead.company if records.lead else None


def take_part() -> None:
    """Register with the prompts' context; called once, when the app is ready."""
    for provider in (DealContext(), LeadContext(), CompanyContext()):
        register_context(provider)
    register_fields(for_kind="call", provider=DealOfCall())
    register_fields(for_kind="deal", provider=CallOfDeal())
