"""redacted → understood: words become meaning."""

from collections.abc import Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from typing import Any

from django.utils import timezone

from recordings.language.talk import Talk
from recordings.language.types import COMPLIANCE_KINDS, Promise
from recordings.language.types import ComplianceFinding as Finding
from recordings.language.understanding import RULES_VERSION, VERSIONS, Understanding, understand
from recordings.models import (
    CallAnalysis,
    CallStatus,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    Origin,
    SalesCall,
    StageName,
    Topic,
    Utterance,
)
from recordings.pipeline.stage import Progress, RunContext
from recordings.pipeline.transcript_rows import read_call

Places = dict[int, Utterance]
SAME_PROMISE = 0.75


class UnderstandStage:
    name = StageName.UNDERSTAND.value
    reaches = CallStatus.UNDERSTOOD
    share = 0.06
    needs_sound = False

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {
            "rules": RULES_VERSION,
            "day": call.started_at.date(),
            "company": call.client.name,
            "products": call.client.product_names,
            "competitors": call.client.competitor_names,
        }

    def compute(self, context: RunContext, progress: Progress) -> Understanding:
        return understand(read_call(context.call), duration=context.call.call_duration)

    def save(self, call: SalesCall, output: Understanding) -> None:
        places = {row.position: row for row in call.utterances.all()}
        _save_feelings_and_questions(places, output)
        _save_findings(call, places, output)
        _save_follow_ups(call, places, output)
        _save_measures(call, places, output)
        _propose_outcome(call, output)


def _save_feelings_and_questions(places: Places, output: Understanding) -> None:
    for feeling in output.sentiments:
        row = places[feeling.line]
        row.sentiment, row.sentiment_label = round(feeling.score, 3), feeling.label
        row.sentiment_confidence = round(feeling.confidence, 3)
    for question in output.questions:
        places[question.line].question = question.kind
    fields = ["sentiment", "sentiment_label", "sentiment_confidence", "question"]
    Utterance.objects.bulk_update(places.values(), fields, batch_size=500)


def _save_findings(call: SalesCall, places: Places, output: Understanding) -> None:
    """Replace what an earlier run found."""
    for model in (Intent, Entity, Topic, Objection, ComplianceFinding):
        model.objects.filter(call=call).delete()
    Intent.objects.bulk_create(
        Intent(call=call, utterance=places[i.line], kind=i.kind, quote=i.quote, confidence=i.confidence)
        for i in output.intents
    )
    Entity.objects.bulk_create(
        Entity(
            call=call,
            utterance=places[e.line],
            kind=e.kind,
            text=e.text[:300],
            value=e.value[:300],
            amount=e.amount,
            currency=e.currency or "",
            day=e.day,
            start=e.start,
            end=e.end,
            confidence=e.confidence,
        )
        for e in output.entities
    )
    Topic.objects.bulk_create(
        Topic(
            call=call,
            utterance=places[t.lines[0]] if t.lines else None,
            name=t.topic,
            seconds=round(t.seconds, 2),
            share=round(t.share, 4),
            positions=list(t.lines),
            confidence=t.confidence,
        )
        for t in output.topics
    )
    _save_objections_and_compliance(call, places, output)


def _save_objections_and_compliance(call: SalesCall, places: Places, output: Understanding) -> None:
    Objection.objects.bulk_create(
        Objection(
            call=call,
            utterance=places[o.line],
            kind=o.kind,
            handled=o.handled,
            answer=None if o.answer_line is None else places[o.answer_line],
            moved_on=o.moved_on,
            reason=o.reason,
            quote=o.quote,
            confidence=o.confidence,
        )
        for o in output.objections
    )
    ComplianceFinding.objects.bulk_create(
        ComplianceFinding(
            call=call,
            utterance=None if c.line is None else places[c.line],
            kind=c.kind,
            verdict=c.verdict,
            quote=c.quote,
            reason=c.reason,
            confidence=c.confidence,
        )
        for c in sorted((*output.compliance, *card_findings(call)), key=lambda each: COMPLIANCE_KINDS.index(each.kind))
    )


def card_findings(call: SalesCall) -> list[Finding]:
    """Card numbers that the stage before masked; their text is gone, so that they cannot be found again here."""
    return [
        Finding(
            kind="card_number",
            verdict="violation",
            line=redaction["utterances"][0],
            quote="",
            confidence=redaction["confidence"],
            reason="A payment card number was spoken. It was masked in the transcript; pause the recording next time.",
        )
        for redaction in CallAnalysis.objects.get(call=call).redactions
        if (redaction["kind"], redaction["part"]) == ("card", "number")
    ]


def _save_follow_ups(call: SalesCall, places: Places, output: Understanding) -> None:
    """Replace promises nobody has touched; one that a person has touched stays, and is not added again."""
    FollowUp.objects.filter(call=call, touched_by_person=False).delete()
    kept = list(FollowUp.objects.filter(call=call))
    found = {(p.line, p.text): p for p in output.promises}
    for row, promise in pair_promises(kept, list(found.values())):
        del found[promise.line, promise.text]
        if not any(other.position == promise.line and other.text == row.text for other in kept if other is not row):
            row.position, row.utterance = promise.line, places[promise.line]
            row.save(update_fields=["position", "utterance"])
    FollowUp.objects.bulk_create(
        FollowUp(
            call=call,
            utterance=places[p.line],
            position=p.line,
            text=p.text,
            due=p.due,
            by=p.by,
            confidence=p.confidence,
        )
        for p in found.values()
    )


def pair_promises(kept: Sequence[FollowUp], found: Sequence[Promise]) -> list[tuple[FollowUp, Promise]]:
    """Each kept promise with the found one that says the same, perhaps in other words and at another place.

    Likeness is the share of characters in common blocks (difflib's ratio); the likest are paired first.
    """
    scored = [
        (SequenceMatcher(None, row.text.casefold(), promise.text.casefold()).ratio(), row, promise)
        for row in kept
        for promise in found
    ]
    scored.sort(key=lambda each: (-each[0], abs(each[1].position - each[2].line)))
    pairs: list[tuple[FollowUp, Promise]] = []
    for likeness, row, promise in scored:
        taken = any(row is pair[0] or promise is pair[1] for pair in pairs)
        if likeness >= SAME_PROMISE and not taken:
            pairs.append((row, promise))
    return pairs


def _save_measures(call: SalesCall, places: Places, output: Understanding) -> None:
    analysis, _ = CallAnalysis.objects.get_or_create(call=call)
    analysis.talk = talk_document(output.talk)
    analysis.sentiment = sentiment_document(places, output)
    analysis.summary = [
        {"text": sentence.text, "utterance": sentence.line, "about": sentence.about} for sentence in output.summary
    ]
    analysis.proposed_outcome = {
        "value": output.outcome.value or "",
        "confidence": round(output.outcome.confidence, 3),
        "reason": output.outcome.reason,
        "utterances": list(output.outcome.lines),
    }
    analysis.versions = {**analysis.versions, "language": VERSIONS}
    analysis.save()


def _propose_outcome(call: SalesCall, output: Understanding) -> None:
    """A proposal never replaces what a person or another system said, be it while this run was under way."""
    proposal = output.outcome
    undecided = SalesCall.objects.filter(pk=call.pk).exclude(outcome_origin__in=(Origin.PERSON, Origin.IMPORTED))
    undecided.update(
        outcome=proposal.value or "",
        outcome_origin=Origin.PROPOSED if proposal.value else "",
        outcome_confidence=round(proposal.confidence, 3),
        outcome_reason=proposal.reason,
        updated_at=timezone.now(),
    )
    call.refresh_from_db(fields=["outcome", "outcome_origin", "outcome_confidence", "outcome_reason"])


def talk_document(talk: Talk) -> dict[str, Any]:
    """Talk metrics with one object per role instead of a list."""
    document = asdict(talk)
    document["roles"] = {role.pop("role"): role for role in document["roles"]}
    return document


def sentiment_document(places: Places, output: Understanding) -> dict[str, Any]:
    """Mean sentiment of each side, -1..1 or None, and its course."""
    means = {}
    for role in ("agent", "customer"):
        scores = [each.score for each in output.sentiments if places[each.line].role == role]
        means[role] = round(sum(scores) / len(scores), 3) if scores else None
    course = [
        {"time": round(point.time, 1), "role": point.role, "score": round(point.score, 3)} for point in output.course
    ]
    return {**means, "course": course}
