"""A call as one JSON document: what `manage.py analyze --json` prints and the API's detail carries (docs/api.md)."""

from collections.abc import Iterable
from typing import Any

from recordings.models import (
    CallAnalysis,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    SalesCall,
    Score,
    Topic,
    Transcript,
    Utterance,
)


def analysis_document(call: SalesCall) -> dict[str, Any]:
    """Everything the analysis found. Places in the call are positions in `utterances`.

    Expects a call loaded by `selectors.load_call`; on another one it costs more queries.
    """
    analysis = getattr(call, "analysis", None)
    transcript = getattr(call, "transcript", None)
    score = next((each for each in call.scores.all() if each.is_current), None)
    return {
        "status": call.status,
        "error": call.error or None,
        "language": call.language or None,
        "duration": call.call_duration,
        "utterances": [utterance_document(utterance) for utterance in readable_utterances(call)],
        "redactions": [_redaction(each) for each in (analysis.redactions if analysis else [])],
        **findings_document(call),
        **_measures(call, analysis, transcript),
        **_judgement(call, score),
        "versions": _versions(analysis, transcript, score),
        "timings": {step.stage: step.seconds for step in call.steps.all() if step.seconds is not None},
    }


def readable_utterances(call: SalesCall) -> Iterable[Utterance]:
    """The transcript; nothing before personal data has been masked in it."""
    return call.utterances.all() if call.is_redacted else ()


def _redaction(redaction: dict[str, Any]) -> dict[str, Any]:
    """Where something was masked and what kind it was; never what was said."""
    names = ("kind", "part", "country", "utterances", "times", "verified", "confidence", "text", "sound")
    return {name: redaction.get(name) for name in names}


def withheld_document(call: SalesCall) -> dict[str, Any]:
    """The shape of `analysis_document` with nothing in it but why: for a call that may not be processed or shown."""
    empty = {name: _emptied(value) for name, value in analysis_document(call).items()}
    return {**empty, "status": call.status, "error": call.error or None}


def _emptied(value: Any, *, keep_members: bool = True) -> Any:
    """A list or object without content (an object's first level keeps its members, empty), anything else as None."""
    if isinstance(value, dict) and keep_members:
        return {key: _emptied(member, keep_members=False) for key, member in value.items()}
    return type(value)() if isinstance(value, (list, dict)) else None


def utterance_document(utterance: Utterance) -> dict[str, Any]:
    return {
        "speaker": utterance.speaker,
        "role": utterance.role,
        "channel": utterance.channel,
        "start": utterance.start,
        "end": utterance.end,
        "text": utterance.text,
        "words": [
            {"start": start, "end": end, "text": text, "probability": probability}
            for start, end, text, probability in utterance.words
        ],
        "sentiment": None
        if utterance.sentiment is None
        else {
            "score": utterance.sentiment,
            "label": utterance.sentiment_label,
            "confidence": utterance.sentiment_confidence,
        },
        "question": utterance.question or None,
    }


def _place(finding: Any) -> int | None:
    return finding.utterance.position if finding.utterance else None


def findings_document(call: SalesCall) -> dict[str, Any]:
    """What was found at places of the call, by the name of its kind."""
    return {
        "intents": [_intent(each) for each in call.intents.all()],
        "entities": [_entity(each) for each in call.entities.all()],
        "topics": [_topic(each) for each in call.topics.all()],
        "objections": [_objection(each) for each in call.objections.all()],
        "compliance": [_compliance(each) for each in call.compliance.all()],
        "follow_ups": [_follow_up(each) for each in call.follow_ups.all()],
    }


def _intent(intent: Intent) -> dict[str, Any]:
    return {
        "kind": intent.kind,
        "utterance": _place(intent),
        "quote": intent.quote,
        "confidence": intent.confidence,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "kind": entity.kind,
        "text": entity.text,
        "value": entity.value,
        "amount": None if entity.amount is None else str(entity.amount),
        "currency": entity.currency or None,
        "date": entity.day.isoformat() if entity.day else None,
        "utterance": _place(entity),
        "start": entity.start,
        "end": entity.end,
        "confidence": entity.confidence,
    }


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic.name,
        "share": topic.share,
        "seconds": topic.seconds,
        "utterances": topic.positions,
        "confidence": topic.confidence,
    }


def _objection(objection: Objection) -> dict[str, Any]:
    return {
        "kind": objection.kind,
        "utterance": _place(objection),
        "quote": objection.quote,
        "handled": objection.handled,
        "answer_utterance": objection.answer.position if objection.answer else None,
        "moved_on": objection.moved_on,
        "reason": objection.reason,
        "confidence": objection.confidence,
    }


def _compliance(finding: ComplianceFinding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "verdict": finding.verdict,
        "utterance": _place(finding),
        "quote": finding.quote,
        "reason": finding.reason,
        "confidence": finding.confidence,
    }


def _follow_up(promise: FollowUp) -> dict[str, Any]:
    return {
        "text": promise.text,
        "due": promise.due.isoformat() if promise.due else None,
        "utterance": promise.position,
        "by": promise.by,
        "done": promise.done_at is not None,
        "confidence": promise.confidence,
    }


def _measures(call: SalesCall, analysis: CallAnalysis | None, transcript: Transcript | None) -> dict[str, Any]:
    return {
        "talk": analysis.talk if analysis else {},
        "sentiment": analysis.sentiment if analysis else {},
        "script": analysis.script if analysis else {},
        "summary": analysis.summary if analysis else [],
        "audio_quality": analysis.audio_quality if analysis else {},
        "speakers": {
            "confidence": transcript.speaker_confidence if transcript else None,
            "role_confidence": transcript.role_confidence if transcript else None,
            "role_reason": transcript.role_reason if transcript else None,
        },
        "transcription": {
            "language_probability": transcript.language_probability if transcript else None,
            "mean_word_probability": transcript.mean_probability if transcript else None,
        },
    }


def _judgement(call: SalesCall, score: Score | None) -> dict[str, Any]:
    analysis = getattr(call, "analysis", None)
    return {
        "outcome": {
            "value": call.outcome or None,
            "confidence": call.outcome_confidence,
            "reason": call.outcome_reason or None,
            "origin": call.outcome_origin or None,
            "utterances": analysis.proposed_outcome.get("utterances", []) if analysis else [],
        },
        "quality_score": None if call.quality_score is None else float(call.quality_score),
        "score_reason": (analysis.score_reason if analysis else "") or None,
        "score_explanation": [
            {
                "key": item.key,
                "name": item.name,
                "points": float(item.points),
                "max_points": float(item.max_points),
                "applicable": item.applicable,
                "reason": item.reason,
                "utterance": item.evidence.position if item.evidence else None,
                "confidence": item.confidence,
            }
            for item in (score.items.all() if score else [])
        ],
        "conversion_probability": call.conversion_probability,
        "conversion": analysis.conversion if analysis else {},
    }


def _versions(analysis: CallAnalysis | None, transcript: Transcript | None, score: Score | None) -> dict[str, Any]:
    versions: dict[str, Any] = dict(analysis.versions) if analysis else {}
    if transcript:
        versions["speech_model"] = transcript.model_name
        versions["speech_model_sha256"] = transcript.model_sha256
        versions["engine"] = transcript.engine
    if score:
        versions["scorecard"] = str(score.scorecard)
    return versions
