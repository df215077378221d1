"""What test cases keep about a call: its runs, and the case that retells it with everything that was played of it.

Figures stay: verdicts, scores, whether it passed, times. Texts go where the call's words go.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from prompts.models import ModelExchange, PromptRun
from recordings.models import SalesCall
from salesiq.common.kept_rows import MASKED, with_masked_hash
from testcases.content.blanking import blank_content
from testcases.content.reading import stored_content, write_content
from testcases.models import (
    Assignment,
    CaseRun,
    CaseVersion,
    CriterionResult,
    PracticeSession,
    RunFeedback,
    TestCase,
    Turn,
    VerdictOverride,
)

Walk = Callable[[Any], Any]
# Model, path to the run, and its texts.
_OF_RUN: tuple[tuple[type[Any], str, tuple[str, ...]], ...] = (
    (CaseRun, "pk", ("lines", "problem")),
    (CriterionResult, "run", ("evidence", "reason")),
    (VerdictOverride, "result__run", ("reason",)),
    (RunFeedback, "run", ("text",)),
)
_EMPTY: dict[str, Any] = {"lines": [], "evidence": []}


class CaseKeeper:
    """What recordings.privacy asks about calls."""

    key = "test_cases"

    def forget(self, *, call: SalesCall) -> dict[str, int]:
        return forget_call(call)

    def remove(self, *, call: SalesCall) -> dict[str, int]:
        rows = _forget_retold(call)
        for label, count in CaseRun.objects.filter(call=call).delete()[1].items():
            rows[label.lower()] = rows.get(label.lower(), 0) + count
        return rows

    def mask(self, *, call: SalesCall, walk: Walk) -> None:
        mask_call(call, walk)

    def document(self, *, call: SalesCall) -> dict[str, Any]:
        return document_of(call)


def forget_call(call: SalesCall) -> dict[str, int]:
    """Blank what runs of the call quote and say of it, and the case that was made of it; how many rows by table."""
    rows = _blank_runs(CaseRun.objects.filter(call=call))
    for label, count in _forget_retold(call).items():
        rows[label] = rows.get(label, 0) + count
    return rows


def mask_call(call: SalesCall, walk: Walk) -> None:
    """Mask in them what was masked in the transcript."""
    retold = TestCase.objects.filter(source_call=call)
    runs = CaseRun.objects.filter(Q(call=call) | Q(version__case__in=retold))
    for model, path, texts in _OF_RUN:
        _mask(model.objects.filter(**{f"{path}__in": runs.values("pk")}), texts, walk)
    _mask(TestCase.objects.filter(pk__in=retold.values("pk")), ("title", "description"), walk)
    _mask(CaseVersion.objects.filter(case__in=retold), ("content", "why"), walk)
    _mask(Turn.objects.filter(session__version__case__in=retold), ("text",), walk)
    _mask(Assignment.objects.filter(case__in=retold), ("note",), walk)


def document_of(call: SalesCall) -> dict[str, Any]:
    """What the call was judged by and what was found, for the archive of the person who was called."""
    runs = CaseRun.objects.filter(call=call).select_related("version__case").order_by("happened_at")
    runs = runs.prefetch_related("results__overrides", "feedback")
    retold = TestCase.objects.filter(source_call=call).order_by("created_at").values_list("created_at", flat=True)
    document = {
        "judged_by_test_cases": [_run(run) for run in runs],
        "retold_for_practice_without_names_on": [at.isoformat(timespec="seconds") for at in retold],
    }
    return document if any(document.values()) else {}


def _run(run: CaseRun) -> dict[str, Any]:
    texts = {row["key"]: row["text"] for row in run.version.content.get("criteria", ())}
    return {
        "on": run.happened_at.isoformat(timespec="seconds"),
        "test_case": f"{run.version.case.title}, version {run.version.number}",
        "concerns": "how the company's agent held the call, not you",
        "score": run.score,
        "passed": run.passed,
        "criteria": [
            {
                "asked": texts.get(result.key, result.key),
                "found": result.decided or result.verdict,
                "words": [row.get("quote", "") for row in result.evidence],
                "because": result.reason,
                "what_people_said_of_it": [each.reason for each in result.overrides.all() if each.reason],
            }
            for result in run.results.all()
        ],
        "what_people_wrote_to_the_agent": [each.text for each in run.feedback.all() if each.text],
    }


def _forget_retold(call: SalesCall) -> dict[str, int]:
    """The case made of the call cannot be played any more; what was scored by it stays."""
    retold = TestCase.objects.filter(source_call=call)
    rows = _blank_runs(CaseRun.objects.filter(version__case__in=retold))
    versions = CaseVersion.objects.filter(case__in=retold).exclude(content_hash__startswith=MASKED)
    for version in versions:
        blank = write_content(blank_content(stored_content(version.content)))
        _update(version, {"content": blank, "why": ""})
    rows[_label(CaseVersion)] = len(versions)
    sessions = PracticeSession.objects.filter(version__case__in=retold)
    rows |= _forget_wordings(sessions)
    rows[_label(Turn)] = Turn.objects.filter(session__in=sessions).update(text="", trace={})
    sessions.update(state={})
    rows[_label(Assignment)] = Assignment.objects.filter(case__in=retold).exclude(note="").update(note="")
    rows[_label(TestCase)] = retold.filter(is_active=True).update(is_active=False, description="")
    return {label: count for label, count in rows.items() if count}


def _forget_wordings(sessions: "QuerySet[PracticeSession]") -> dict[str, int]:
    """What a language model was sent and said where it worded the customer; the turns name its runs."""
    traces = Turn.objects.filter(session__in=sessions, role="customer").values_list("trace", flat=True)
    ids = {run for trace in traces for run in trace.get("runs", ())}
    asked = PromptRun.objects.filter(pk__in=ids)
    exchanges = ModelExchange.objects.filter(
        pk__in=list(asked.exclude(exchange=None).values_list("exchange", flat=True))
    )
    blanked = exchanges.update(answer="", error="", request_hash="", key="")
    return {_label(ModelExchange): blanked, _label(PromptRun): asked.delete()[0]}


def _blank_runs(runs: "QuerySet[CaseRun]") -> dict[str, int]:
    rows = {}
    for model, path, texts in _OF_RUN:
        found = model.objects.filter(**{f"{path}__in": list(runs.values_list("pk", flat=True))})
        rows[_label(model)] = found.update(**{name: _EMPTY.get(name, "") for name in texts})
    return {label: count for label, count in rows.items() if count}


def _mask(rows: "QuerySet[Any]", names: Collection[str], walk: Walk) -> None:
    for row in rows.iterator(chunk_size=200):
        before = {name: getattr(row, name) for name in names}
        changed = {name: walk(value) for name, value in before.items()}
        if changed != before:
            _update(row, changed, only=[name for name in names if changed[name] != before[name]])


def _update(row: Any, values: dict[str, Any], *, only: Iterable[str] = ()) -> None:
    """Saved by the row, since an encrypted text is sealed for it; a version says by its hash that it was masked."""
    kept = {name: values[name] for name in only} if only else values
    if isinstance(row, CaseVersion) and "content" in kept:
        kept = with_masked_hash(row, kept)
    for name, value in kept.items():
        setattr(row, name, value)
    row.save(update_fields=list(kept))


def _label(model: type[Any]) -> str:
    return str(model._meta.label_lower)
