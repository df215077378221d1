"""Findings: the list by what is at stake, one with its evidence, and what people do about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.charts import Numbers
from analytics.pages.fields import DayField
from decisions.advice.selectors import LASTING, list_findings
from decisions.advice.services import (
    acknowledge_finding,
    close_finding,
    dismiss_finding,
    save_subscription,
    snooze_finding,
)
from decisions.models import AdviceSubscription, Finding, FindingKind, FindingStatus, RunKind
from decisions.pages.finding_rows import CLOSED, FindingRow, row_of, rows_of
from decisions.pages.frame import Reading, address, decision_page
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

PAGE_SIZE, MOST_PAGES = 50, 200
SNOOZE_DAYS = 14
SHOWN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("To act on"), tuple(LASTING)),
    "snoozed": (gettext_lazy("Snoozed"), (FindingStatus.SNOOZED,)),
    "closed": (gettext_lazy("Closed"), CLOSED),
}


@decision_page("findings", kinds=(RunKind.ADVICE,))
def findings(reading: Reading) -> dict[str, Any]:
    asked = reading.request.GET
    shown = asked.get("show", "") if asked.get("show", "") in SHOWN else ""
    kind = asked.get("kind", "") if asked.get("kind", "") in FindingKind.values else ""
    number = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 4 else 1
    number = max(1, min(number, MOST_PAGES))
    rows = list_findings(user=reading.user, statuses=SHOWN[shown][1], kind=kind).filter(client=reading.client)
    start = (number - 1) * PAGE_SIZE
    found = list(rows[start : start + PAGE_SIZE + 1])

    def url(**changed: Any) -> str:
        query = {"show": shown, "kind": kind, **changed}
        return reading.url("analytics-findings", **{name: value for name, value in query.items() if value})

    return {
        "rows": rows_of(found[:PAGE_SIZE], reading.numbers, reading.client_query),
        "shows": [(label, url(show=key), key == shown) for key, (label, _statuses) in SHOWN.items()],
        "kinds": [(label, url(kind=key), key == kind) for key, label in [("", _("All")), *FindingKind.choices]],
        "older": url(page=number + 1) if len(found) > PAGE_SIZE else "",
        "newer": url(page=number - 1) if number > 1 else "",
        "subscription": AdviceSubscription.objects.filter(user=reading.user).first(),
        "cadences": AdviceSubscription.Cadence.choices,
        "is_narrowed": bool(shown or kind),
    }


@decision_page("findings", template="finding", about=Finding)
def finding(reading: Reading) -> dict[str, Any]:
    row = get_object_or_404(_visible(reading.user), pk=reading.arguments["finding_id"], client=reading.client)
    return {"title": _("Finding"), **_one(row, reading.numbers, reading.client_query)}


def _visible(user: User) -> Any:
    return Finding.objects.visible_to(user).select_related("client", "audience", "rule", "acknowledged_by")


def _one(row: Finding, numbers: Numbers, client_query: dict[str, str]) -> dict[str, Any]:
    made: FindingRow = row_of(row, numbers, client_query, with_proofs=True)
    today = timezone.localdate()
    return {
        "row": made,
        "events": [(event, _event(event.action)) for event in row.events.select_related("user")],
        "snooze_from": today + timedelta(days=1),
        "snooze_until": today + timedelta(days=SNOOZE_DAYS),
    }


def _event(action: str) -> str:
    return {
        "opened": _("Found"),
        "acknowledged": _("Taken on"),
        "snoozed": _("Snoozed"),
        "dismissed": _("Dismissed"),
        "done": _("Done"),
        "woke": _("It still holds: told again"),
        "passed": _("It no longer holds"),
        "returned": _("It holds again"),
        "measured": _("Measured whether it worked"),
    }.get(action, action)


class ActForm(forms.Form):
    note = forms.CharField(max_length=500, required=False, strip=True)
    until = DayField(label=gettext_lazy("Until"))


ACTS: dict[str, tuple[Callable[..., Finding], Any]] = {
    "acknowledge": (
        acknowledge_finding,
        gettext_lazy("You have taken it on. Whether it works is measured from today."),
    ),
    "snooze": (snooze_finding, gettext_lazy("It is put away. If it still holds then, it is told again.")),
    "dismiss": (dismiss_finding, gettext_lazy("It is dismissed and not told again for ninety days.")),
    "done": (close_finding, gettext_lazy("It is done. Whether it worked is told here once it can be measured.")),
}


@require_POST
@page(Capability.VIEW_DECISIONS)
def act(request: HttpRequest, finding_id: UUID, action: str) -> HttpResponse:
    """Do one thing with a finding; for htmx the finding as it is then, without script back to its page."""
    user = signed_in_user(request)
    row = get_object_or_404(_visible(user), pk=finding_id)
    service, told = ACTS[action]
    form = ActForm(request.POST)
    problem = ""
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    else:
        more = {"until": form.cleaned_data["until"]} if action == "snooze" else {}
        if action == "snooze" and more["until"] is None:
            problem = _("Choose a day after today and within a year.")
        else:
            problem = _act(service, row, user, form.cleaned_data["note"], more)
    if request.headers.get("HX-Request"):
        row = get_object_or_404(_visible(user), pk=finding_id)
        return _swap(request, row, user, "" if problem else str(told), problem)
    (messages.error if problem else messages.success)(request, problem or str(told))
    return redirect(address("analytics-finding", row.pk, user=user, client=row.client))


def _act(service: Callable[..., Finding], row: Finding, user: User, note: str, more: dict[str, Any]) -> str:
    """Why it could not be done, "" where it was."""
    try:
        service(finding=row, actor=user, note=note, **more)
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied as error:
        return str(error)
    return ""


def _swap(request: HttpRequest, row: Finding, user: User, told: str, problem: str) -> HttpResponse:
    numbers = Numbers(get_language() or "en", row.client.currency)
    query = {"client": str(row.client_id)} if user.client_id is None else {}
    context = {**_one(row, numbers, query), "told": told, "problem": problem, "client": row.client}
    return render(request, "analytics/_finding.html", context)


@require_POST
@page(Capability.VIEW_DECISIONS)
def subscribe(request: HttpRequest) -> HttpResponse:
    """How often one gets new findings by e-mail."""
    user = signed_in_user(request)
    cadence = request.POST.get("cadence", "")
    try:
        save_subscription(
            user=user, is_active=bool(cadence), cadence=cadence or AdviceSubscription.Cadence.DAILY,
            alerts_only="alerts_only" in request.POST,
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved: new findings come by e-mail.") if cadence else _("No letters any more."))
    return redirect("analytics-findings")
