"""A call as one JSON document: what `manage.py analyze --json` prints and the API's detail carries (docs/api.md)."""

from typing import Any

from recordings.models import CallAnalysis, SalesCall, Score, Transcript, Utterance


def analysis_document(call: SalesCall) -> dict[str, Any]:
    """Everything the analysis found. Places in the call are positions in `utterances`.

    Expects a call loaded by `selectors.load_call`; on another one it costs more queries.
    """
    analysis = getattr(call, "analysis", None)
    transcript = getattr(call, "transcript", None)
    score = next(iter(call.scores.all()), None)
    return {
        "status": call.status,
        "error": call.error or None,
        "language": call.language or None,
        "duration": call.call_duration,
        "utterances": [utterance_document(utterance) for utterance in call.utterances.all()],
        **_findings(call),
        **_measures(call, analysis, transcript),
        **_judgement(call, score),
        "versions": _versions(analysis, transcript, score),
        "timings": {step.stage: step.seconds for step in call.steps.all() if step.seconds is not None},
    }


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


def _findings(call: SalesCall) -> dict[str, Any]:
    return {
        "intents": [
            {"kind": i.kind, "utterance": _place(i), "quote": i.quote, "confidence": i.confidence}
            for i in call.intents.all()
        ],
        "entities": [
            {
                "kind": e.kind,
                "text": e.text,
                "value": e.value,
                "amount": None if e.amount is None else str(e.amount),
                "currency": e.currency or None,
                "date": e.day.isoformat() if e.day else None,
                "utterance": _place(e),
                "start": e.start,
                "end": e.end,
                "confidence": e.confidence,
            }
            for e in call.entities.all()
        ],
        "topics": [
            {
                "topic": t.name,
                "share": t.share,
                "seconds": t.seconds,
                "utterances": t.positions,
                "confidence": t.confidence,
            }
            for t in call.topics.all()
        ],
        "objections": [
            {
                "kind": o.kind,
                "utterance": _place(o),
                "quote": o.quote,
                "handled": o.handled,
                "answer_utterance": o.answer.position if o.answer else None,
                "moved_on": o.moved_on,
                "reason": o.reason,
                "confidence": o.confidence,
            }
            for o in call.objections.all()
        ],
        "compliance": [
            {
                "kind": c.kind,
                "verdict": c.verdict,
                "utterance": _place(c),
                "quote": c.quote,
                "reason": c.reason,
                "confidence": c.confidence,
            }
            for c in call.compliance.all()
        ],
        "follow_ups": [
            {
                "text": f.text,
                "due": f.due.isoformat() if f.due else None,
                "utterance": f.position,
                "by": f.by,
                "done": f.done_at is not None,
                "confidence": f.confidence,
            }
            for f in call.follow_ups.all()
        ],
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
