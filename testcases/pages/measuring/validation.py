"""The tests themselves: which of them are to be looked at, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import CaseFigures, TestCase
from testcases.pages.managing.loading import client_of
from testcases.pages.measuring.validation_words import FLAGS, PROBLEMS, WHAT, finding, looks_like
from testcases.pages.measuring.wording import NOTHING, decimal, p_words, percent, runs, span, whole
from testcases.validation.work import start_validation

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ValidationRow:
    row: CaseFigures
    runs: str
    passed: str
    passed_interval: str
    difficulty: str
    difficulty_interval: str
    looks: str
    discrimination: str
    reliability: str
    flags: list[str]


@dataclass(frozen=True, slots=True)
class Told:
    """One figure of a case: its value, interval and n, or the reason why there is none."""

    name: str
    value: str
    interval: str
    rests: str
    help: str


@require_safe
@page(Capability.VIEW_TESTS)
def validation(request: HttpRequest) -> HttpResponse:
    """Cases that something is wrong with first."""
    user = signed_in_user(request)
    rows = CaseFigures.objects.visible_to(user).filter(case__is_active=True).select_related("case")
    flag = request.GET.get("flag", "")
    if flag == "any":
        rows = rows.filter(is_flagged=True)
    cut = Paginator(rows.order_by("-is_flagged", "-n", "case__title"), A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    cases = TestCase.objects.visible_to(user).filter(is_active=True)
    context: dict[str, Any] = {
        "tc": "validation", "cut": cut, "rows": [_row(each) for each in cut], "flag": flag, "kept": kept.urlencode(),
        "newest": rows.order_by("-made_at").values_list("made_at", flat=True).first(),
        "has_cases": bool(cut) or cases.exists(), "may_write": user.manages_tests and user.client_id is not None,
    }  # fmt: skip
    return render(request, "testcases/measuring/validation.html", context)


@require_safe
@page(Capability.VIEW_TESTS)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(TestCase.objects.visible_to(user).select_related("current"), pk=case_id)
    row = CaseFigures.objects.filter(case=found).first()
    figures = row.figures if row else {}
    context: dict[str, Any] = {
        "tc": "validation", "case": found, "row": row, "runs": runs(row.n) if row else "",
        "told": _told(figures) if row else [], "groups": [_group(each) for each in figures.get("groups", ())],
        "lint": [(each["is_serious"], finding(each["code"], each["values"])) for each in figures.get("lint", ())],
        "leaks": [(each["training"], str(WHAT.get(each["what"], each["what"])), each["passage"])
                  for each in figures.get("leaks", ())],
        "flags": [str(FLAGS.get(each, each)) for each in figures.get("flags", ())],
        "looks": looks_like(figures.get("difficulty", {}).get("looks", "")),
        "is_newer": bool(row and found.current and figures.get("version") != found.current.number),
    }  # fmt: skip
    return render(request, "testcases/measuring/validation_case.html", context)


@require_POST
@page(Capability.MANAGE_TESTS)
def start(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    start_validation(client=client_of(user), user=user)
    messages.success(request, _("The cases are being looked at. Reload this page in a minute."))
    return redirect("test-validation")


def _row(row: CaseFigures) -> ValidationRow:
    figures = row.figures
    rate, hard = figures.get("pass_rate", {}), figures.get("difficulty", {})
    return ValidationRow(
        row, runs(row.n), percent(rate.get("value")), span(rate.get("low"), rate.get("high"), hundred=True),
        _hardness(hard), _hardness_interval(hard), looks_like(hard.get("looks", "")),
        _value(figures.get("discrimination", {})), _value(figures.get("reliability", {})),
        [str(FLAGS.get(each, each)) for each in figures.get("flags", ())],
    )  # fmt: skip


def _hardness(hard: Mapping[str, Any]) -> str:
    if hard.get("model") == "pass_rate":
        value = hard.get("value")
        return NOTHING if value is None else _("%(share)s fail") % {"share": percent(value)}
    return decimal(hard.get("value"), 1)


def _hardness_interval(hard: Mapping[str, Any]) -> str:
    return span(hard.get("low"), hard.get("high"), hundred=hard.get("model") == "pass_rate", places=1)


def _value(figure: Mapping[str, Any]) -> str:
    return decimal(figure.get("value"), 2)


def _told(figures: Mapping[str, Any]) -> list[Told]:
    hard, apart = figures["difficulty"], figures["discrimination"]
    models = {
        "rasch": _("In logits, 0 is the middle agent (Rasch)"), "2pl": _("In logits, 0 is the middle agent (2PL)"),
        "pass_rate": _("Share of first tries that failed; 30 agents make it logits"),
    }  # fmt: skip
    by = {
        "slope": _("Slope of the 2PL: above 1 tells people apart well"),
        "correlation": _("Of passing with the same agents' other cases: above 0.2 is good"),
    }
    rate = figures["pass_rate"]
    return [
        Told(_("Passed at the first try"), percent(rate["value"]), span(rate["low"], rate["high"], hundred=True),
             runs(rate["n"]), _("Every agent counts once")),
        Told(_("Difficulty"), _hardness(hard), _hardness_interval(hard), runs(hard["n"]), models[hard["model"]]),
        Told(_("Tells people apart"), _value(apart), span(apart["low"], apart["high"]), runs(apart["n"]),
             by[apart["by"]]),
        _agreement(_("Criteria agree (Cronbach's alpha)"), figures["reliability"],
                   _("Above 0.7 is good; many different skills in one test lower it")),
        _agreement(_("Second try agrees with the first (ICC)"), figures["retest"],
                   _("What people learn in between lowers it")),
    ]  # fmt: skip


def _agreement(name: str, figure: Mapping[str, Any], meaning: str) -> Told:
    problem = figure.get("problem", "")
    value = str(PROBLEMS.get(problem, problem)) if problem else decimal(figure["value"], 2)
    return Told(name, value, span(figure.get("low"), figure.get("high")), whole(figure["n"]), meaning)


def _group(each: Mapping[str, Any]) -> dict[str, Any]:
    dif = each.get("dif") or {}
    kinds = {"team": _("Team"), "accent": _("Accent group")}
    verdicts = {
        "fair": _("passes as often"), "adverse": _("passes less often, beyond chance"),
        "unsure": _("may pass less often; too few to tell"), "few": _("too few to tell"),
    }  # fmt: skip
    classes = {"A": _("no"), "B": _("somewhat"), "C": _("much")}
    verdict = each["verdict"]
    return {
        "kind": kinds.get(each["kind"], each["kind"]), "group": each["group"], "n": whole(each["n"]),
        "rate": percent(each["rate"]), "ratio": decimal(each["ratio"], 2), "interval": span(each["low"], each["high"]),
        "verdict": verdicts[verdict], "tone": {"adverse": "bad", "unsure": "held"}.get(verdict, ""),
        "dif": classes.get(dif.get("cls", ""), str(PROBLEMS.get(dif.get("problem", ""), NOTHING))),
        "dif_p": p_words(dif.get("p")), "is_dif": dif.get("cls") in ("B", "C"),
    }  # fmt: skip
