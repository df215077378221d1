"""Values of the fields of one deal, lead or company and of the people beside it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from integrations.crm.models import Activity, Company, Deal, Lead, Task
from recordings.models import CallStatus, Entity, SalesCall
from recordings.prompt_context.masking import CallTexts, ClientTexts
from salesiq.people.models import Agent, Client, Customer, User

ACTIVITIES, DEALS, CALLS, MENTIONS = 10, 10, 5, 20


@dataclass(slots=True)
class Records:
    """What hangs together, and who asks; `user` is None for the system."""

    client: Client
    user: User | None
    texts: ClientTexts
    deal: Deal | None = None
    lead: Lead | None = None
    company: Company | None = None
    customer: Customer | None = None
    owner: Agent | None = None

    def read(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: READERS[name](self) for name in names}

    def seen(self, model: type[Any]) -> QuerySet[Any]:
        """Rows of the client that the user may see; all of them for the system."""
        rows = model._default_manager.visible_to(self.user) if self.user else model._default_manager.all()
        return rows.filter(client=self.client)  # type: ignore[no-any-return]

    def today(self) -> date:
        return timezone.now().astimezone(ZoneInfo(self.client.time_zone)).date()

    def calls(self) -> QuerySet[Any]:
        """Published calls of the deal that the user may see, the newest first."""
        if self.deal is None:
            return SalesCall.objects.none()
        rows = self.seen(SalesCall).filter(deals=self.deal, status=CallStatus.PUBLISHED)
        return rows.select_related("agent", "customer", "client").order_by("-started_at")


def _of(record: str, field: str) -> Callable[[Records], Any]:
    """A plain field of a record; None where there is no record or the field is empty."""

    def read(of: Records) -> Any:
        row = getattr(of, record)
        value = getattr(row, field) if row else None
        return None if value in ("", None) else value

    return read


def days_in_stage(of: Records) -> int | None:
    if of.deal is None:
        return None
    last = of.deal.stage_changes.order_by("-entered_on", "-pk").first()
    since = last.entered_on if last else of.deal.created_on
    return max(0, ((of.deal.closed_on or of.today()) - since).days) if since else None


def history(of: Records) -> list[dict[str, Any]]:
    rows = of.deal.stage_changes.all() if of.deal else ()
    return [{"stage": row.stage, "since": row.entered_on.isoformat()} for row in rows]


def _activities(record: str) -> Callable[[Records], list[dict[str, Any]]]:
    def read(of: Records) -> list[dict[str, Any]]:
        row = getattr(of, record)
        found = of.seen(Activity).filter(**{record: row}).order_by("-happened_at")[:ACTIVITIES] if row else ()
        return [
            {
                "day": each.happened_at.date().isoformat(),
                "kind": each.type,
                "subject": of.texts.written(each.subject),
                "outcome": each.outcome,
            }
            for each in found
        ]

    return read


def tasks(of: Records) -> list[dict[str, Any]]:
    rows = of.seen(Task).filter(deal=of.deal, done_on__isnull=True)[:ACTIVITIES] if of.deal else ()
    return [
        {"subject": of.texts.written(row.subject), "due": row.due_on.isoformat() if row.due_on else None}
        for row in rows
    ]  # fmt: skip


def calls(of: Records) -> list[dict[str, Any]]:
    return [{"day": call.started_at.date().isoformat(), "outcome": call.outcome} for call in of.calls()[:CALLS]]


def deals(of: Records) -> list[dict[str, Any]]:
    rows = of.seen(Deal).filter(company=of.company).order_by("-created_on", "-id")[:DEALS] if of.company else ()
    return [
        {"title": str(row), "stage": row.stage, "status": row.status, "amount": row.amount, "currency": row.currency}
        for row in rows
    ]


def company_name(of: Records) -> str | None:
    if of.company:
        return of.company.name
    return of.customer.company or None if of.customer else None


def city(of: Records) -> Any:
    return (of.company.custom.get("city") or None) if of.company else None


def job_title(of: Records) -> str | None:
    contact = getattr(of.customer, "contact", None)
    return contact.job_title or None if contact else None


def _person(record: str, field: str, how: str) -> Callable[[Records], Any]:
    def read(of: Records) -> Any:
        row = getattr(of, record)
        value = getattr(row, field) if row else ""
        return {"name": of.texts.name, "contact": of.texts.contact}[how](value) or None

    return read


def _named(of: Records) -> QuerySet[Entity]:
    found = Entity.objects.filter(call__in=of.calls().values("pk"), kind="competitor")
    return found.select_related("utterance").order_by("-call__started_at", "utterance__position")


def competitor(of: Records) -> str | None:
    return ", ".join(dict.fromkeys(_named(of).values_list("value", flat=True))) or None


def mentions(of: Records) -> list[dict[str, Any]]:
    """Lines of all calls of the deal; each call's are masked by its own rules."""
    lines: list[dict[str, Any]] = []
    for call in of.calls()[:CALLS]:
        places = set(_named(of).filter(call=call).values_list("utterance__position", flat=True))
        if not places:
            continue
        texts = CallTexts(call, redacted=of.texts.redacted, rows=list(call.utterances.all()))
        day = call.started_at.date().isoformat()
        rows = zip(texts.rows, texts.lines, strict=True)
        lines += [{"day": day, "role": row.role, "text": line} for row, line in rows if row.position in places]
    return lines[:MENTIONS]


READERS: Mapping[str, Callable[[Records], Any]] = {
    "deal.title": lambda of: of.texts.written(str(of.deal)) or None if of.deal else None,
    "deal.amount": _of("deal", "amount"),
    "deal.currency": _of("deal", "currency"),
    "deal.stage": _of("deal", "stage"),
    "deal.status": _of("deal", "status"),
    "deal.pipeline": _of("deal", "pipeline"),
    "deal.product": lambda of: of.deal.product.name if of.deal and of.deal.product else None,
    "deal.source": _of("deal", "source"),
    "deal.created_on": _of("deal", "created_on"),
    "deal.expected_close": _of("deal", "expected_close_on"),
    "deal.closed_on": _of("deal", "closed_on"),
    "deal.lost_reason": _of("deal", "lost_reason"),
    "deal.days_in_stage": days_in_stage,
    "deal.history": history,
    "deal.activities": _activities("deal"),
    "deal.tasks": tasks,
    "deal.calls": calls,
    "deal.custom": lambda of: of.deal.custom or None if of.deal else None,
    "company.name": company_name,
    "company.industry": _of("company", "industry"),
    "company.country": _of("company", "country"),
    "company.region": _of("company", "region"),
    "company.city": city,
    "company.employees": _of("company", "employees"),
    "company.annual_revenue": _of("company", "annual_revenue"),
    "company.founded": _of("company", "founded"),
    "company.domain": _of("company", "domain"),
    "company.deals": deals,
    "company.custom": lambda of: of.company.custom or None if of.company else None,
    "lead.status": _of("lead", "status"),
    "lead.source": _of("lead", "source"),
    "lead.campaign": _of("lead", "campaign"),
    "lead.region": _of("lead", "region"),
    "lead.created_on": _of("lead", "created_on"),
    "lead.activities": _activities("lead"),
    "lead.custom": lambda of: of.lead.custom or None if of.lead else None,
    "customer.name": _person("customer", "name", "name"),
    "customer.company": company_name,
    "customer.job_title": job_title,
    "customer.phone": _person("customer", "phone", "contact"),
    "customer.email": _person("customer", "email", "contact"),
    "customer.region": _of("customer", "region"),
    "agent.name": _person("owner", "name", "name"),
    "agent.team": lambda of: of.owner.team.name if of.owner and of.owner.team else None,
    "our.company": lambda of: of.client.name,
    "competitor.name": competitor,
    "competitor.mentions": mentions,
}
