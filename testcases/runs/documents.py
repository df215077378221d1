"""A run as one JSON document: what commands print and the API gives."""

from collections.abc import Mapping
from typing import Any

from testcases.models import CaseRun, CriterionResult
from testcases.simulation.contents import content_of


def run_document(run: CaseRun) -> dict[str, Any]:
    """{case, version, status, score, passed, problem, criteria: [{key, text, verdict, automatic, evidence: [{quote,
    place: {line, start, end, role}}], reason, confidence, judge}], judge, timings, versions, …}.

    `verdict` is what holds, a person's where there is one; `automatic` the judge's own. Expects the run with its
    version's case; results are read once.
    """
    results = {row.key: row for row in run.results.all()}
    content = content_of(run.version)
    return {
        "id": str(run.pk),
        "case": run.version.case.name,
        "version": run.version.number,
        "subject": run.kind,
        "agent_id": str(run.agent_id) if run.agent_id else None,
        "call_id": str(run.call_id) if run.call_id else None,
        "session_id": str(run.session_id) if run.session_id else None,
        "prompt_version_id": str(run.prompt_version_id) if run.prompt_version_id else None,
        "status": run.status,
        "problem_code": run.problem_code or None,
        "problem": run.problem or None,
        "score": run.score,
        "passed": run.passed,
        "automatic_score": run.automatic_score,
        "automatic_passed": run.automatic_passed,
        "criteria": [
            criterion_document(results[each.key], each.text, weight=each.weight, required=each.required)
            for each in content.criteria
            if each.key in results
        ],
        "judge": run.judge,
        "timings": run.timings,
        "versions": run.versions,
        "is_trial": run.is_trial,
        "happened_at": run.happened_at.isoformat(),
        "judged_at": run.judged_at.isoformat() if run.judged_at else None,
    }


def criterion_document(row: CriterionResult, text: str, *, weight: int, required: bool) -> dict[str, Any]:
    return {
        "key": row.key,
        "text": text,
        "weight": weight,
        "required": required,
        "verdict": row.decided or row.verdict,
        "automatic": row.verdict,
        "evidence": [evidence_document(each) for each in row.evidence],
        "reason": row.reason,
        "confidence": row.confidence,
        "judge": row.judged_by,
    }


def evidence_document(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"quote": found["quote"], "place": {name: found[name] for name in ("line", "start", "end", "role")}}
