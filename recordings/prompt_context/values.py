"""Values of the fields of one call; each is read only when a prompt needs it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from recordings.document import findings_document, readable_utterances
from recordings.models import Review, SalesCall, Scorecard, Script
from recordings.models.review import ReviewKind
from recordings.pipeline.score import active_script
from recordings.prompt_context.masking import CallTexts
from salesiq.people.models import User

EARLIER = 5


class CallValues:
    """Reads fields of `call` for `user`, None being the system; whoever asks has seen to it that they may."""

    def __init__(self, call: SalesCall, *, redacted: bool, user: User | None) -> None:
        self.call, self.user = call, user
        rows = [] if call.is_held_back else list(readable_utterances(call))
        self.texts = CallTexts(call, redacted=redacted, rows=rows)
        self.analysis = getattr(call, "analysis", None) if rows else None
        self._findings: dict[str, Any] | None = None

    def read(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: READERS[name](self) for name in names}

    def findings(self, name: str) -> list[dict[str, Any]]:
        if self._findings is None:
            self._findings = findings_document(self.call) if self.texts.rows else {}
        found: list[dict[str, Any]] = self.texts.drawn(self._findings.get(name, []))
        return found

    def day(self, moment: Any) -> str:
        return str(moment.astimezone(ZoneInfo(self.call.client.time_zone)).date().isoformat())


def transcript(of: CallValues) -> list[dict[str, Any]] | None:
    rows = zip(of.texts.rows, of.texts.lines, strict=True)
    return [{"role": row.role, "text": line, "position": row.position} for row, line in rows] or None


def _rows(name: str, *fields: str) -> Callable[[CallValues], list[dict[str, Any]]]:
    """A list of findings with some of their fields, those that say nothing left out."""

    def read(of: CallValues) -> list[dict[str, Any]]:
        picked = ({field: row[field] for field in fields} for row in of.findings(name))
        return [{field: value for field, value in row.items() if value not in (None, "")} for row in picked]

    return read


def _measure(name: str) -> Callable[[CallValues], Any]:
    return lambda of: of.texts.drawn(getattr(of.analysis, name)) if of.analysis else None


def sentiment(of: CallValues) -> dict[str, Any] | None:
    return {side: of.analysis.sentiment.get(side) for side in ("agent", "customer")} if of.analysis else None


def summary(of: CallValues) -> list[str]:
    rows = of.texts.drawn(of.analysis.summary) if of.analysis else []
    return [row["text"] if isinstance(row, Mapping) else str(row) for row in rows]


def score_items(of: CallValues) -> list[dict[str, Any]]:
    score = of.call.scores.filter(is_current=True).prefetch_related("items").first() if of.texts.rows else None
    return [
        {
            "question": item.name,
            "points": float(item.points),
            "of": float(item.max_points),
            "reason": of.texts.drawn(item.reason),
        }
        for item in (score.items.all() if score else ())
        if item.applicable
    ]


def competitors(of: CallValues) -> list[str]:
    named = (row["value"] for row in of.findings("entities") if row["kind"] == "competitor")
    return list(dict.fromkeys(named))


def competitor_mentions(of: CallValues) -> list[dict[str, Any]]:
    places = {row["utterance"] for row in of.findings("entities") if row["kind"] == "competitor"}
    return [turn for turn in transcript(of) or [] if turn["position"] in places]


def earlier_calls(of: CallValues) -> list[dict[str, Any]]:
    """Calls with the same customer before this one that the user may see too."""
    if of.call.customer_id is None:
        return []
    calls = SalesCall.objects.visible_to(of.user) if of.user else SalesCall.objects.all()
    calls = calls.filter(client=of.call.client_id, customer=of.call.customer_id, started_at__lt=of.call.started_at)
    rows = calls.select_related("analysis").prefetch_related("utterances").order_by("-started_at")[:EARLIER]
    return [_earlier_call(of, call) for call in rows]


def _earlier_call(of: CallValues, call: SalesCall) -> dict[str, Any]:
    """Its own texts are masked by its own lines."""
    call.client, call.agent, call.customer = of.call.client, of.call.agent, of.call.customer
    its = CallValues(call, redacted=of.texts.redacted, user=of.user)
    return {"day": of.day(call.started_at), "outcome": call.outcome, "summary": summary(its)}


def reviews(of: CallValues) -> list[dict[str, Any]]:
    """Reviews of the agent that were submitted before this call's day ended, the newest first."""
    if of.call.agent_id is None:
        return []
    rows: QuerySet[Review] = Review.objects.visible_to(of.user) if of.user else Review.objects.all()
    rows = rows.given().filter(  # type: ignore[attr-defined]
        client=of.call.client_id, call__agent=of.call.agent_id, kind=ReviewKind.QUALITY
    ).exclude(call=of.call)  # fmt: skip
    return [
        {
            "day": of.day(row.submitted_at),
            "total": None if row.total is None else float(row.total),
            "feedback": of.texts.written(row.summary),
        }
        for row in rows.filter(submitted_at__isnull=False).order_by("-submitted_at")[:EARLIER]
    ]


def script_text(of: CallValues) -> str | None:
    script = active_script(of.call)
    return _script_lines(script) if script else None


def _script_lines(script: Script) -> str:
    lines: list[str] = []
    for stage in script.stages:
        lines.append(f"{stage['name']}: {stage.get('goal', '')}".strip())
        for heading in ("required", "optional", "forbidden"):
            lines += [f"  {heading}: {line}" for line in stage.get(heading, ())]
    return "\n".join(lines)


def adherence(of: CallValues) -> dict[str, Any] | None:
    document = of.analysis.script if of.analysis else None
    if not document:
        return None
    stages = [{"stage": row.get("name"), "status": row.get("status")} for row in document.get("stages", ())]
    return {"percent": document.get("adherence"), "in_order": document.get("order_score"), "stages": stages}


def scorecard(of: CallValues) -> Scorecard | None:
    return Scorecard.objects.newest_in_use().filter(client_id=of.call.client_id).first()


def questions(of: CallValues) -> list[dict[str, Any]]:
    kept = ("key", "name", "guidance", "instruction", "kind", "scale", "choices", "critical")
    found = scorecard(of)
    rows = found.criteria if found else []
    return [{field: row[field] for field in kept if row.get(field) not in (None, "", [], False)} for row in rows]


def _person(who: str, field: str, kind: str) -> Callable[[CallValues], Any]:
    """A field of the customer or agent; `kind` says how it is masked."""

    def read(of: CallValues) -> Any:
        person = getattr(of.call, who)
        value = getattr(person, field) if person else ""
        shown = {"name": of.texts.name, "contact": of.texts.contact}.get(kind)
        return (shown(value) if shown else value) or None

    return read


READERS: Mapping[str, Callable[[CallValues], Any]] = {
    "call.transcript": transcript,
    "call.title": lambda of: of.texts.written(of.call.title) or None,
    "call.notes": lambda of: of.texts.written(of.call.notes) or None,
    "call.started_at": lambda of: of.day(of.call.started_at),
    "call.duration": lambda of: None if of.call.call_duration is None else round(of.call.call_duration),
    "call.minutes": lambda of: None if of.call.call_duration is None else round(of.call.call_duration / 60, 1),
    "call.type": lambda of: of.call.call_type or None,
    "call.language": lambda of: of.call.language or None,
    "call.region": lambda of: of.call.region or None,
    "call.outcome": lambda of: of.call.outcome or None,
    "call.outcome_reason": lambda of: of.texts.drawn(of.call.outcome_reason) or None,
    "call.summary": summary,
    "call.objections": _rows("objections", "kind", "quote", "handled", "reason", "utterance"),
    "call.promises": _rows("follow_ups", "text", "by", "due", "done", "utterance"),
    "call.intents": _rows("intents", "kind", "quote", "utterance"),
    "call.topics": _rows("topics", "topic", "share"),
    "call.entities": _rows("entities", "kind", "text", "value", "amount", "currency", "date", "utterance"),
    "call.compliance": _rows("compliance", "kind", "verdict", "quote", "reason", "utterance"),
    "call.quality_score": lambda of: of.call.quality_score,
    "call.score_items": score_items,
    "call.conversion_probability": lambda of: of.call.conversion_probability,
    "call.talk": _measure("talk"),
    "call.sentiment": sentiment,
    "call.competitors": competitors,
    "customer.name": _person("customer", "name", "name"),
    "customer.company": _person("customer", "company", "plain"),
    "customer.phone": _person("customer", "phone", "contact"),
    "customer.email": _person("customer", "email", "contact"),
    "customer.region": _person("customer", "region", "plain"),
    "customer.earlier_calls": earlier_calls,
    "agent.name": _person("agent", "name", "name"),
    "agent.team": lambda of: of.call.agent.team.name if of.call.agent and of.call.agent.team else None,
    "agent.reviews": reviews,
    "script.name": lambda of: script.name if (script := active_script(of.call)) else None,
    "script.text": script_text,
    "script.adherence": adherence,
    "scorecard.name": lambda of: found.name if (found := scorecard(of)) else None,
    "scorecard.questions": questions,
    "our.company": lambda of: of.call.client.name,
    "competitor.name": lambda of: ", ".join(competitors(of)) or None,
    "competitor.mentions": competitor_mentions,
}
