"""One judged run for who reviews it: what was said beside what was judged, and a person's word over the judge's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from salesiq.audit.services import record_event
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import CaseRun, CriterionResult, RunStatus, Verdict
from testcases.pages.playing.lines_shown import shown_lines
from testcases.pages.playing.playing import end_words_of
from testcases.pages.playing.results_shown import judged_of, total_of
from testcases.pages.playing.run_list import subject_of
from testcases.pages.playing.run_loading import lines_of, load_run, traces_of
from testcases.runs.services import add_feedback, confirm_run, override_verdict
from testcases.services import CaseError

LONGEST_FEEDBACK, LONGEST_REASON = 5_000, 500


@require_safe
@page(Capability.VIEW_TESTS)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The look is a look at the transcript, and is noted."""
    user = signed_in_user(request)
    run = load_run(user, run_id)
    record_event(action="viewed", target=run, actor=user, request=request)
    if run.call is not None:
        record_event(action="viewed", target=run.call, actor=user, request=request)
    return render(request, "testcases/runs/run.html", _context(request, run))


def _context(request: HttpRequest, run: CaseRun) -> dict[str, Any]:
    user = signed_in_user(request)
    judged = judged_of(run) if run.status == RunStatus.JUDGED else []
    is_own = run.agent is not None and run.agent.user_id == user.pk
    may_review = user.can(Capability.REVIEW_CALLS) and not is_own
    return {
        "tc": "runs",
        "run": run,
        "case": run.version.case,
        "language": run.language or run.version.content.get("language", ""),
        "subject": subject_of(run),
        "judged": judged,
        "total": total_of(run, judged),
        "lines": shown_lines(lines_of(run), judged, traces_of(run)),
        "feedback": list(run.feedback.select_related("by")),
        "ended": end_words_of(run.session) if run.session else "",
        "reviewing": may_review and run.status == RunStatus.JUDGED,
        "verdicts": [(each.value, each.label) for each in Verdict if each != Verdict.UNDECIDED],
        "longest_feedback": LONGEST_FEEDBACK,
        "longest_reason": LONGEST_REASON,
    }


@require_POST
@page(Capability.REVIEW_CALLS)
def override(request: HttpRequest, run_id: UUID, result_id: UUID) -> HttpResponse:
    """A person's verdict over the judge's, with a reason; an empty one takes it back."""
    user = signed_in_user(request)
    run = load_run(user, run_id)
    result = get_object_or_404(CriterionResult, pk=result_id, run=run)
    verdict = request.POST.get("verdict", "")
    if "take_back" in request.POST:
        verdict = ""
    elif verdict not in Verdict.values:
        messages.warning(request, _("Choose a verdict."))
        return redirect("test-run", run_id)
    try:
        override_verdict(result=result, user=user, verdict=verdict, reason=request.POST.get("reason", ""))
    except CaseError as error:
        messages.warning(request, error.sentence)
    else:
        told = _("The judge's verdict holds again.") if not verdict else _("Your verdict holds now.")
        messages.success(request, told)
    return redirect("test-run", run_id)


@require_POST
@page(Capability.REVIEW_CALLS)
def confirm(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A person has looked at every verdict; those that they left stand as theirs too."""
    run = load_run(signed_in_user(request), run_id)
    try:
        confirm_run(run=run, user=signed_in_user(request))
    except CaseError as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, _("Noted: you have looked at every verdict."))
    return redirect("test-run", run_id)


@require_POST
@page(Capability.REVIEW_CALLS)
def feedback(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A word to who was judged."""
    user = signed_in_user(request)
    run = load_run(user, run_id)
    try:
        add_feedback(run=run, user=user, text=request.POST.get("text", ""))
    except CaseError as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, _("Your feedback is kept, and stands with the result."))
    return redirect("test-run", run_id)
