"""Carrying retention out: call by call, each in a transaction of its own with the row that tells of it.

A run killed at any instruction goes on where it was: what is done for a call commits together with its `Disposal` and
its audit event, a call that is done is not found again, and files whose removal was cut short are removed when the
run goes on.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import (
    Action,
    Disposal,
    DisposalResult,
    HeldError,
    RetentionPolicy,
    RetentionRun,
    SalesCall,
)
from recordings.privacy.disposal_actions import CHANGES
from recordings.privacy.disposal_proof import prove_earlier_runs, verify_removals
from recordings.privacy.disposal_report import sign_report
from recordings.privacy.evidence import SoundEvidence, count_and_hash_rows
from recordings.privacy.holds import catch_later_calls
from recordings.privacy.retention import Decision, Rule, decide
from recordings.privacy.retention_plan import facts_of, reached_calls, rules_in_force, today_of
from salesiq.audit.services import record_event
from salesiq.jobs.errors import LeaseLost
from salesiq.people.models import Client, User

AT_ONCE = 200
# A run's report is one signed document; a larger backlog takes several runs.
MOST_PER_RUN = 20_000

log = structlog.get_logger(__name__)


class Fence(Protocol):
    """What a run needs of a job's lease: see `salesiq.jobs.leases.Lease`."""

    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None: ...


class _NoLease:
    """For runs in the foreground: every call is locked by itself, so that a second run does no harm."""

    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None: ...


def apply_retention(
    *, client: Client, actor: User | None = None, limit: int = MOST_PER_RUN, lease: Fence | None = None
) -> RetentionRun | None:
    """Apply the client's policies to at most `limit` calls; an unfinished run is gone on with first.

    None when no policy reaches a call. The run comes back finished, with its report signed.

    Raises:
        LeaseLost: another worker has taken over.
    """
    return _Run(client, actor, limit, lease or _NoLease()).go()


def apply_retention_to_all(lease: Fence) -> int:
    """Apply retention for every client that has policies or an unfinished run, until nothing more is due.

    Returns how many removals could not be verified. Raises LeaseLost: another worker has taken over.
    """
    with_policies = RetentionPolicy.objects.active().values("client")
    with_runs = RetentionRun.objects.unfinished().values("client")
    for client in Client.objects.filter(Q(pk__in=with_policies) | Q(pk__in=with_runs)).order_by("pk"):
        while True:
            run = apply_retention(client=client, lease=lease)
            if run is None or run.done < MOST_PER_RUN:
                break
    return Disposal.objects.unverified().count()


class _Run:
    """One application of a client's policies under way."""

    def __init__(self, client: Client, actor: User | None, limit: int, lease: Fence) -> None:
        self.client, self.actor, self.lease = client, actor, lease
        self.limit = min(limit, MOST_PER_RUN)
        self.rules = rules_in_force(client)
        self.today = today_of(client)

    def go(self) -> RetentionRun | None:
        catch_later_calls()
        prove_earlier_runs(self.client)
        run = self._open()
        if run is None:
            return None
        self._note_held(run)
        done = run.disposals.filter(result=DisposalResult.DONE).count()
        total = min(self.limit, done + self._free().count())
        with suppress(_RunEndedError):
            for number, pk in enumerate(self._due(self.limit - done), start=done + 1):
                self.lease.report("retention", number / max(total, 1))
                self._dispose(run, pk)
        return self._finish(run)

    def _open(self) -> RetentionRun | None:
        """The unfinished run, or a new one where a call is due."""
        run = RetentionRun.objects.unfinished().filter(client=self.client).first()
        if run is None and (self._free().exists() or self._newly_held().exists()):
            # Two that start at once end up with the same run.
            by = {"started_by": self.actor, "initiator": str(self.actor.pk)} if self.actor else {}
            run, _made = RetentionRun.objects.get_or_create(client=self.client, finished_at=None, defaults=by)
        if run is not None:
            known = {(policy["id"], policy["version"]) for policy in run.policies}
            run.policies += [_as_json(rule) for rule in self.rules if (str(rule.id), rule.version) not in known]
            run.save(update_fields=["policies", "updated_at"])
        return run

    def _free(self) -> Any:
        return reached_calls(self.client, self.rules, self.today).filter(is_held=False)

    def _newly_held(self) -> Any:
        """Held calls that a rule reaches and of which no run has told yet."""
        told = Disposal.objects.filter(call_id=OuterRef("pk"), result=DisposalResult.HELD)
        return reached_calls(self.client, self.rules, self.today).filter(~Exists(told), is_held=True)

    def _due(self, most: int) -> Iterator[UUID]:
        """Ids of at most `most` calls, oldest first; one that failed is passed by."""
        after = Q()
        while most > 0:
            batch = list(self._free().filter(after).values_list("pk", "started_at")[: min(AT_ONCE, most)])
            if not batch:
                return
            yield from (pk for pk, _at in batch)
            last, at = batch[-1]
            after, most = Q(started_at__gt=at) | Q(started_at=at, pk__gt=last), most - len(batch)

    def _dispose(self, run: RetentionRun, pk: UUID) -> None:
        """What is due for one call, or a row that says why not."""
        try:
            seen = SoundEvidence.of(pk)
            with transaction.atomic():
                self.lease.fence()
                _hold_open(run)
                call = _lock(pk)
                decision = decide(facts_of(call), self.rules, self.today) if call else None
                if call is not None and decision is not None and decision.action != Action.KEEP:
                    self._carry_out(run, call, decision, seen)
        except (LeaseLost, _RunEndedError):
            raise
        except HeldError as error:
            self._note_failure(run, pk, DisposalResult.HELD, str(error))
        except Exception as error:
            log.exception("disposal_failed", call=str(pk))
            self._note_failure(run, pk, DisposalResult.FAILED, _failure_sentence(error))

    def _carry_out(self, run: RetentionRun, call: SalesCall, decision: Decision, seen: SoundEvidence) -> None:
        sound = seen if seen.is_current(call.pk) else SoundEvidence.of(call.pk)
        rows, content = count_and_hash_rows(call)
        disposal = self._write(
            run, call, decision, DisposalResult.DONE,
            files=sound.files, folder=sound.folder, rows=rows, content_sha256=content,
        )  # fmt: skip
        changed = CHANGES[decision.action](call, decision.reason)
        if changed is not None:
            Disposal.objects.filter(pk=disposal.pk).update(rows=changed)
            SalesCall.objects.filter(pk=call.pk).update(disposal_level=decision.action.level)

    def _note_failure(self, run: RetentionRun, pk: UUID, result: DisposalResult, error: str) -> None:
        with transaction.atomic():
            _hold_open(run)
            call = _lock(pk)
            if call is not None:
                decision = decide(replace(facts_of(call), held=False), self.rules, self.today)
                self._write(run, call, decision, result, error=error)

    def _note_held(self, run: RetentionRun) -> None:
        for call in self._newly_held().select_related("agent").iterator(chunk_size=AT_ONCE):
            call.client, rule = self.client, self.rules[call.rule_index]
            reason = _("Due, and refused: the call is on legal hold.")
            with transaction.atomic():
                self._write(run, call, Decision(rule.action, rule, None, reason), DisposalResult.HELD)

    def _write(
        self, run: RetentionRun, call: SalesCall, decision: Decision, result: DisposalResult, **values: Any
    ) -> Disposal:
        """The row and the audit event; what an earlier attempt of this run wrote for the call is replaced."""
        rule = decision.rule
        known = {
            "client": self.client,
            "call_day": facts_of(call).day,
            "policy_id": rule.id if rule else None,
            "policy_name": rule.name if rule else "",
            "policy_version": rule.version if rule else 0,
            "reason": decision.reason,
            "result": result,
            "error": "",
            "at": timezone.now(),
        }
        disposal, _made = Disposal.objects.update_or_create(
            run=run, call_id=call.pk, action=decision.action, defaults={**known, **values}
        )
        details = {"result": result, "run": run.pk, "policy": known["policy_id"], "version": known["policy_version"]}
        record_event(action=f"retention_{decision.action}", target=call, actor=self.actor, details=details)
        return disposal

    def _finish(self, run: RetentionRun) -> RetentionRun:
        """Look for what was removed, then sign; again where another process added a call in between."""
        while True:
            verify_removals(run)
            with transaction.atomic():
                run = RetentionRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
                if run.finished_at is not None:
                    return run
                if not run.disposals.unverified().filter(error="").exists():
                    self._close(run)
                    return run

    def _close(self, run: RetentionRun) -> None:
        counts = dict(run.disposals.order_by().values_list("result").annotate(Count("pk")))
        run.done, run.held, run.failed = (counts.get(result, 0) for result in DisposalResult.values)
        run.finished_at = timezone.now()
        run.signature = sign_report(run)
        run.save()
        totals = {"done": run.done, "held": run.held, "failed": run.failed}
        record_event(action="retention_run", target=run, actor=self.actor, details=totals)


class _RunEndedError(Exception):
    """Another process finished the run meanwhile; nothing may be added to its report."""


def _hold_open(run: RetentionRun) -> None:
    """Keep others from finishing the run until this transaction has ended."""
    rows = RetentionRun.objects.unfinished().select_for_update(no_key=True)
    if not rows.filter(pk=run.pk).values_list("pk", flat=True).first():
        raise _RunEndedError


def _lock(pk: UUID) -> SalesCall | None:
    rows = SalesCall.objects.select_for_update(of=("self",))
    return rows.select_related("client", "agent").filter(pk=pk).first()


def _failure_sentence(error: Exception) -> str:
    """Without the error's own words, which may be about a person; those stand in the log."""
    return _("It did not work (%(kind)s) and is tried again the next time. The log says more.") % {
        "kind": type(error).__name__
    }


def _as_json(rule: Rule) -> dict[str, Any]:
    """The policy as it stood, for the run's report."""
    lists = {
        name: sorted(getattr(rule, name)) for name in ("call_types", "outcomes", "regions", "sources", "languages")
    }
    return {
        "id": str(rule.id),
        "name": rule.name,
        "version": rule.version,
        "action": str(rule.action),
        "days": rule.days,
        "ground": rule.ground,
        "team": str(rule.team) if rule.team else None,
        **lists,
    }
