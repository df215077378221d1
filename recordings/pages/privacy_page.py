"""What the pages of the privacy centre show, made ready so that their templates decide nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from recordings.models import (
    ErasureRequest,
    HeldCall,
    LegalHold,
    PersonExport,
    ProcessingPolicy,
    RequestStatus,
    RetentionPolicy,
    SalesCall,
)
from recordings.pages.formatting import clock
from recordings.privacy.deadlines import due_on
from recordings.privacy.erasure import WHAT_STAYS, ErasurePlan, plan_erasure, what_goes
from recordings.privacy.persons import PersonRecords
from salesiq.people.models import Customer, User
from salesiq.people.roles import Capability

SHOWN = 25
LISTED = 12
SOON_DAYS = 7
TONES = {
    RequestStatus.OPEN: "qualified",
    RequestStatus.RUNNING: "qualified",
    RequestStatus.DONE: "converted",
    RequestStatus.PARTLY: "callback",
    RequestStatus.FAILED: "not_qualified",
    RequestStatus.EXPIRED: "",
}
UNDER_WAY = (RequestStatus.OPEN, RequestStatus.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request; it says what is done and never for whom. `due` only while an answer is owed."""

    code: str
    kind: str
    is_erasure: bool
    received: datetime
    due: date | None
    is_late: bool
    status: str
    tone: str
    is_under_way: bool
    told: str
    file_url: str
    receipt_url: str


@dataclass(frozen=True, slots=True)
class Requests:
    rows: list[RequestRow]
    is_live: bool


def open_requests(user: User) -> Requests:
    """The newest requests of both kinds. Two queries."""
    exports = list(PersonExport.objects.visible_to(user)[:SHOWN])
    erasures = list(ErasureRequest.objects.visible_to(user)[:SHOWN])
    both: list[PersonExport | ErasureRequest] = [*exports, *erasures]
    newest = sorted(both, key=lambda each: each.received_at, reverse=True)[:SHOWN]
    rows = [_row(each) for each in newest]
    return Requests(rows, any(row.is_under_way for row in rows))


def _row(request: PersonExport | ErasureRequest) -> RequestRow:
    status = RequestStatus(request.status)
    is_owed = status in (*UNDER_WAY, RequestStatus.FAILED)
    due = due_on(request)
    if isinstance(request, ErasureRequest):
        kind, told, file_url = _("Erasure"), _told_of_erasure(request), ""
        receipt_url = reverse("privacy-receipt", args=[request.pk]) if request.receipt else ""
    else:
        kind, told, receipt_url = _("Archive"), _told_of_export(request), ""
        file_url = reverse("privacy-export-file", args=[request.pk]) if request.file else ""
    return RequestRow(
        code=request.code,
        kind=kind,
        is_erasure=isinstance(request, ErasureRequest),
        received=request.received_at,
        due=due if is_owed else None,
        is_late=is_owed and (due - timezone.localdate()).days < SOON_DAYS,
        status=str(status.label),
        tone=TONES[status],
        is_under_way=status in UNDER_WAY,
        told=request.error or told,
        file_url=file_url,
        receipt_url=receipt_url,
    )


def _told_of_export(export: PersonExport) -> str:
    if export.status != RequestStatus.DONE or export.expires_at is None:
        return ""
    calls = export.contents.get("calls", 0)
    told = ngettext("%(n)d call", "%(n)d calls", calls) % {"n": calls}
    until = date_format(timezone.localtime(export.expires_at), pgettext("date format", "j M Y"))
    return _("%(what)s. Can be fetched until %(until)s.") % {"what": told, "until": until}


def _told_of_erasure(erasure: ErasureRequest) -> str:
    if erasure.finished_at is None:
        return ""
    calls = erasure.removed.get("calls", 0)
    told = ngettext("%(n)d call emptied", "%(n)d calls emptied", calls) % {"n": calls}
    scrubbed = _("the database's files are clean") if erasure.scrubbed_at else _("the database's files follow tonight")
    return f"{told}; {scrubbed}."


@dataclass(frozen=True, slots=True)
class Place:
    """Something else that the officer looks after: a figure and where it leads."""

    title: str
    figure: str
    note: str
    url: str
    is_warning: bool = False


def places(user: User) -> list[Place]:
    """Holds, retention, basis and the rest, as they stand now."""
    if user.client is None:
        return [each for each in (_trail(user),) if each.url]
    all_places = (_holds(user), _retention(user), _basis(user), _transparency(user), _trail(user))
    return [each for each in all_places if each.url]


def _holds(user: User) -> Place:
    active = LegalHold.objects.visible_to(user).active()
    overdue = active.filter(until__lt=timezone.localdate()).count()
    note = ngettext("%(n)d is due for review", "%(n)d are due for review", overdue) % {"n": overdue} if overdue else ""
    held = HeldCall.objects.filter(hold__in=active.values("pk")).values("call").distinct().count()
    calls = ngettext("%(n)d call held", "%(n)d calls held", held) % {"n": held}
    return Place(_("Legal holds"), str(active.count()), note or calls, _admin("legalhold"), bool(overdue))


def _retention(user: User) -> Place:
    count = RetentionPolicy.objects.visible_to(user).active().count()
    note = _("rules in force, applied every night") if count else _("No rule is in force: calls are kept for ever.")
    return Place(_("Retention"), str(count), note, _admin("retentionpolicy"), not count)


def _basis(user: User) -> Place:
    policy = ProcessingPolicy.objects.visible_to(user).first()
    declared = policy.get_declared_basis_display() if policy and policy.declared_basis else ""
    note = _("declared for all calls") if declared else _("Nothing is declared: each call needs its own basis.")
    return Place(_("Lawful basis"), declared or "–", note, _admin("processingpolicy"), not declared)


def _transparency(user: User) -> Place:
    assert user.client is not None
    notice = getattr(user.client, "transparency_notice", None)
    figure = _("Public") if notice and notice.is_public else _("Own people only")
    return Place(
        _("Transparency page"),
        figure,
        _("what people are told, from the rules in force"),
        reverse("transparency", args=[user.client.slug]),
    )


def _trail(user: User) -> Place:
    url = reverse("admin:audit_auditevent_changelist") if user.can(Capability.VIEW_AUDIT) else ""
    return Place(_("Audit trail"), "", _("who saw and changed what"), url)


def _admin(model: str) -> str:
    """The list of a model in the back office; empty where it has no screen."""
    try:
        return reverse(f"admin:recordings_{model}_changelist")
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True)
class CallLine:
    started: datetime
    length: str
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """What is kept, in figures and dates: the officer answers people and hears no calls."""

    sentence: str
    is_empty: bool
    figures: list[tuple[int, str]]
    customers: list[Customer]
    to_confirm: list[Customer]
    calls: list[CallLine]
    more_calls: int
    held: str


def found_person(records: PersonRecords) -> FoundPerson:
    plan = plan_erasure(records)
    lines = SalesCall.objects.filter(pk__in=records.calls).order_by("-started_at")[:LISTED]
    people, calls, texts, exports = (*records.counts.values(), plan.goes["exports"])
    figures = [
        (people, ngettext("customer record", "customer records", people)),
        (calls, ngettext("call", "calls", calls)),
        (texts, ngettext("text elsewhere", "texts elsewhere", texts)),
        (exports, ngettext("archive", "archives", exports)),
    ]
    return FoundPerson(
        sentence=records.sentence(),
        is_empty=records.is_empty,
        figures=figures,
        customers=list(records.customers),
        to_confirm=list(records.to_confirm),
        calls=[CallLine(call.started_at, clock(call.call_duration), call.pk in plan.held_calls) for call in lines],
        more_calls=max(0, len(records.calls) - LISTED),
        held=plan.refusal,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    goes: list[tuple[int, str]]
    stays: list[tuple[int, str, str]]
    held: str
    digest: str
    days: int


def plan_rows(plan: ErasurePlan) -> PlanPage:
    return PlanPage(
        goes=[(count, what_goes(key)) for key, count in plan.goes.items()],
        stays=[(each.count, str(WHAT_STAYS[each.what]), each.why) for each in plan.stays if not each.held],
        held=plan.refusal,
        digest=plan.digest,
        days=settings.PERSON_EXPORT_DAYS,
    )
