"""The proof of a retention run: every call it reached, what was removed and its hashes, signed by the installation.

The report is made from the run's rows; its signature is made once, when the run ends and what it says was checked. So a
row that is changed later no longer fits its signature. Check a report anywhere with
`salesiq.vault.signing.verify_document`.
"""

from datetime import UTC, datetime
from typing import Any

from recordings.models import Disposal, RetentionRun
from salesiq.vault.signing import SIGNATURE, sign_document

KIND = "salesiq retention report"
SCHEMA = 1
MEANING = {
    "files": "Each removed file: what it was, its size and the SHA-256 of its content.",
    "content_sha256": "SHA-256 over the rows of the call as they were, so that a copy of them can be told as the same.",
    "found_gone_at": "When files, key and rows were looked for after the removal and not found; null: not yet.",
}


def retention_report(run: RetentionRun) -> dict[str, Any]:
    """The report of a finished run with its signature."""
    return {**_unsigned(run), SIGNATURE: run.signature}


def sign_report(run: RetentionRun) -> dict[str, Any]:
    """The signature over the report as the run's rows now stand."""
    signature: dict[str, Any] = sign_document(_unsigned(run))[SIGNATURE]
    return signature


def _unsigned(run: RetentionRun) -> dict[str, Any]:
    return {
        "type": KIND,
        "schema": SCHEMA,
        "run": str(run.pk),
        "client": str(run.client_id),
        "started_at": _time(run.created_at),
        "finished_at": _time(run.finished_at),
        "started_by": run.initiator,
        "policies": run.policies,
        "totals": {"done": run.done, "held": run.held, "failed": run.failed},
        "calls": [_entry(disposal) for disposal in run.disposals.order_by("pk").iterator(chunk_size=500)],
        "meaning": MEANING,
    }


def _entry(disposal: Disposal) -> dict[str, Any]:
    return {
        "call": str(disposal.call_id),
        "day": disposal.call_day.isoformat(),
        "action": disposal.action,
        "result": disposal.result,
        "policy": {"name": disposal.policy_name, "version": disposal.policy_version},
        "reason": disposal.reason,
        "error": disposal.error,
        "at": _time(disposal.at),
        "files": disposal.files,
        "rows": disposal.rows,
        "content_sha256": disposal.content_sha256,
        "found_gone_at": _time(disposal.verified_at),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
