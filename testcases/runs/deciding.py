"""What people say of verdicts: overrides that keep the judge's own, confirmations, feedback."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability
from testcases.judging.results import score_of
from testcases.models import CaseRun, CriterionResult, RunFeedback, RunStatus, Verdict, VerdictOverride
from testcases.runs.errors import RunDeniedError, RunError
from testcases.runs.results import readable_runs
from testcases.services import note_passed
from testcases.services.errors import assert_may
from testcases.simulation.contents import content_of

LONGEST_REASON, LONGEST_FEEDBACK = 500, 5_000
DECIDABLE = (Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)


def override_verdict(*, result: CriterionResult, user: User, verdict: str, reason: str) -> CriterionResult:
    """A person's verdict over the judge's, which is kept; an empty `verdict` takes an override back. The run's score
    and pass are made anew. The judge's own verdict again says that a person agrees.

    Raises:
        PermissionDenied: `user` may not review, does not see the run, or it is about them.
        CaseError: the verdict is none of DECIDABLE, no reason is given, or the run is not judged.
    """
    if verdict and verdict not in DECIDABLE:
        raise RunError(_("Choose one of: met, partly, not_met, not_applicable."), code="verdict")
    reason = _reason(reason)
    run = _run_to_review(result.run_id, user)
    with transaction.atomic():
        locked = CaseRun.objects.select_for_update().select_related("version").get(pk=run.pk)
        row = CriterionResult.objects.select_for_update().get(pk=result.pk)
        before, passed_before = row.decided, locked.passed
        VerdictOverride.objects.create(result=row, verdict=verdict, reason=reason, by=user)
        row.decided = verdict
        row.save(update_fields=["decided", "updated_at"])
        _score_again(locked)
        details = {"key": row.key, "before": before or row.verdict, "after": verdict or row.verdict}
        record_event(
            action="verdict_overridden", target=locked, actor=user,
            details={**details, "passed_before": passed_before, "passed": locked.passed},
        )  # fmt: skip
        if locked.passed and not passed_before and not locked.is_trial:
            note_passed(locked)
    return row


def confirm_run(*, run: CaseRun, user: User) -> CaseRun:
    """A person has looked at every verdict: those not overridden are theirs too, which is what agreement is told by.

    Raises:
        PermissionDenied, CaseError: as `override_verdict`.
    """
    _run_to_review(run.pk, user)
    with transaction.atomic():
        row = CaseRun.objects.select_for_update().get(pk=run.pk)
        row.reviewed_at, row.reviewed_by = timezone.now(), user
        row.save(update_fields=["reviewed_at", "reviewed_by", "updated_at"])
        record_event(action="verdicts_confirmed", target=row, actor=user)
    return row


def add_feedback(*, run: CaseRun, user: User, text: str) -> RunFeedback:
    """What a person writes to the agent about a run.

    Raises:
        PermissionDenied: `user` may not review, does not see the run, or it is about them.
        CaseError: the text is empty or too long.
    """
    plain = text.strip()
    if not 0 < len(plain) <= LONGEST_FEEDBACK:
        raise RunError(_("Write between 1 and %(most)d characters.") % {"most": LONGEST_FEEDBACK}, code="feedback")
    seen = _visible(run.pk, user)
    with transaction.atomic():
        row = RunFeedback.objects.create(run=seen, by=user, text=plain)
        record_event(action="feedback_given", target=seen, actor=user)
    return row


def _reason(reason: str) -> str:
    plain = reason.strip()
    if not 0 < len(plain) <= LONGEST_REASON:
        raise RunError(_("Say why, in at most %(most)d characters.") % {"most": LONGEST_REASON}, code="reason")
    return plain


def _run_to_review(pk: UUID, user: User) -> CaseRun:
    run = _visible(pk, user)
    if run.status != RunStatus.JUDGED:
        raise RunError(_("This run has no verdicts to decide over."), code="not_judged")
    return run


def _visible(pk: UUID, user: User) -> CaseRun:
    assert_may(user, Capability.REVIEW_CALLS)
    run = readable_runs(user).select_related("agent").filter(pk=pk).first()
    if run is None:
        raise RunDeniedError(_("You do not see this run."))
    if run.agent is not None and run.agent.user_id == user.pk:
        raise RunDeniedError(_("Nobody decides over verdicts about themselves. Ask somebody else."))
    return run


def _score_again(run: CaseRun) -> None:
    results = {row.key: row.decided or row.verdict for row in run.results.all()}
    content = content_of(run.version)
    verdicts = [results.get(each.key, Verdict.UNDECIDED) for each in content.criteria]
    run.score, run.passed = score_of(content, [str(verdict) for verdict in verdicts])
    run.save(update_fields=["score", "passed", "updated_at"])
