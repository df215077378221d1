"""Alert rules: which there are, in words, and setting one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.charts import Numbers
from analytics.metrics import METRICS, Unit
from analytics.pages.registry import page_named
from decisions.advice.parameters import FOUND, parameters_of
from decisions.advice.selectors import list_rules
from decisions.advice.services import delete_rule, save_rule
from decisions.models import AlertRule, RuleKind
from decisions.pages.frame import Reading, address, clients_of, decision_page, frame_context
from decisions.pages.names import Names, names_of
from decisions.pages.rule_form import RuleForm
from salesiq.people.models import Client
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@decision_page("rules")
def rules(reading: Reading) -> dict[str, Any]:
    found = list(list_rules(user=reading.user).filter(client=reading.client))
    names = names_of(reading.client, [(rule.by, "") for rule in found if rule.by])
    return {
        "rules": [
            {"rule": rule, "says": rule_in_words(rule, names, reading.numbers),
             "url": reading.url("analytics-rule", rule.pk)}
            for rule in found
        ],
        "may_manage": (reading.may_manage and reading.user.client_id is not None) or reading.user.is_superuser,
        "new_url": reading.url("analytics-rule-new"),
    }  # fmt: skip


def rule_in_words(rule: AlertRule, names: Names, numbers: Numbers) -> str:
    """What it watches and when it tells, e.g. "Win rate of each region falls by 10 % or more, over 90 days"."""
    known = parameters_of(rule)
    found = FOUND.get(rule.metric)
    what = str(found) if found else names.dimension(rule.metric)
    if rule.by:
        what = _("%(figure)s, each %(group)s") % {"figure": what, "group": names.dimension(rule.by).lower()}
    if found:
        return _found_in_words(what, rule, known, numbers)
    way = {"down": _("falls"), "up": _("rises"), "both": _("moves")}[known["direction"]]
    metric = METRICS.get(rule.metric)
    words = {
        "what": what, "way": way, "days": numbers.count(known["days"]),
        "limit": numbers.value(metric.unit if metric else Unit.COUNT, known.get("limit")),
        "relative": numbers.value(Unit.SHARE, known.get("relative")),
        "alarms": numbers.short(Unit.COUNT, known.get("false_alarms") or 0),
    }  # fmt: skip
    sentence = {
        RuleKind.LIMIT: _("%(what)s: told where it %(way)s past %(limit)s, over %(days)s days"),
        RuleKind.CHANGE: _("%(what)s: told where it %(way)s by %(relative)s or more, and by more than chance, over "
                           "%(days)s days"),
        RuleKind.UNUSUAL: _("%(what)s: told where it %(way)s beyond what is usual for its season, over %(days)s days; "
                            "%(alarms)s false alarms a year at most"),
    }[RuleKind(rule.kind)]  # fmt: skip
    return sentence % words


def _found_in_words(what: str, rule: AlertRule, known: Mapping[str, Any], numbers: Numbers) -> str:
    """Of what analyses find: told as they find it; a change only where it is large enough."""
    words = {"what": what, "relative": numbers.value(Unit.SHARE, known.get("relative"))}
    if rule.kind == RuleKind.CHANGE and known.get("relative"):
        return _("%(what)s: told where an analysis finds a difference of %(relative)s or more") % words
    return _("%(what)s: told where an analysis finds it") % words


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_DECISIONS)
def rule_new(request: HttpRequest) -> HttpResponse:
    _clients, client = clients_of(request)
    if client is None:
        messages.error(request, _("Choose a client first: rules belong to one."))
        return redirect("analytics-rules")
    rule = AlertRule(client=client, kind=RuleKind.CHANGE, metric="win_rate", tells=["email"], parameters={})
    return _edit(request, rule, client)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_DECISIONS)
def rule_edit(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    rule = get_object_or_404(list_rules(user=signed_in_user(request)), pk=rule_id)
    return _edit(request, rule, rule.client)


def _edit(request: HttpRequest, rule: AlertRule, client: Client) -> HttpResponse:
    user, is_post = signed_in_user(request), request.method == "POST"
    form = RuleForm(request.POST if is_post else None, rule=rule, client=client)
    if is_post and form.is_valid():
        form.apply_to(rule)
        try:
            save_rule(rule=rule, actor=user)
        except (ValidationError, PermissionDenied) as error:
            _tell(form, error)
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": rule.name})
            return redirect(address("analytics-rules", user=user, client=client))
    context = frame_context(request, page_named("rules"), None, client)
    context |= {"form": form, "rule": rule, "is_new": rule._state.adding,
                "back": address("analytics-rules", user=user, client=client)}  # fmt: skip
    return render(request, "analytics/rule.html", context, status=400 if is_post else 200)


def _tell(form: RuleForm, error: ValidationError | PermissionDenied) -> None:
    """What the service refused, at the field where there is one."""
    if isinstance(error, PermissionDenied):
        form.add_error(None, str(error))
        return
    known = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, said in known.items():
        form.add_error(name if name in form.fields else None, " ".join(said))


@require_POST
@page(Capability.MANAGE_DECISIONS)
def rule_delete(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    rule = get_object_or_404(list_rules(user=user), pk=rule_id)
    client = rule.client
    delete_rule(rule=rule, actor=user)
    messages.success(request, _("The rule is gone. What it found stays."))
    return redirect(address("analytics-rules", user=user, client=client))
