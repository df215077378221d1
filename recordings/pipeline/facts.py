"""Stored findings as the quality rules see them: the score is computed from rows, never from memory."""

from collections.abc import Iterator, Mapping
from typing import Any

from recordings.language import types as language
from recordings.language.reliability import is_reliable
from recordings.models import Origin, SalesCall
from recordings.quality.facts import CallFacts
from recordings.quality.matching import LineMatch
from recordings.quality.script import ScriptResult, StageResult


def facts_of(call: SalesCall, transcript: language.Call, script: ScriptResult | None) -> CallFacts:
    """Everything a criterion may ask about `call`; `transcript` is its stored lines."""
    talk, roles = call.analysis.talk, call.analysis.talk.get("roles", {})
    agent, customer = roles.get("agent", {}), roles.get("customer", {})
    shares = agent.get("seconds", 0) + customer.get("seconds", 0)
    return CallFacts(
        language=call.language,
        lines=transcript.lines,
        duration=call.call_duration or 0.0,
        agent_words=agent.get("words", 0),
        customer_words=customer.get("words", 0),
        agent_talk_share=agent["seconds"] / shares if agent and shares else None,
        longest_monologue=agent.get("longest_monologue"),
        patience=talk.get("patience"),
        agent_interruptions=agent.get("interruptions"),
        agent_words_per_minute=agent.get("words_per_minute"),
        script=script,
        audio_rating=call.analysis.audio_quality.get("rating", ""),
        transcription_confidence=call.transcript.mean_probability or 0.0,
        role_confidence=call.transcript.role_confidence or 0.0,
        weak_areas=weak_areas(call.language),
        call=str(call.pk),
        client=str(call.client_id),
        **_findings(call),
    )


def script_of(document: Mapping[str, Any]) -> ScriptResult | None:
    """The script's findings as the analysis stored them (`CallAnalysis.script`); None where there are none."""
    if not document.get("stages"):
        return None
    return ScriptResult(
        stages=tuple(_stage(stage) for stage in document["stages"]),
        adherence=document["adherence"],
        improvised_share=document["improvised_share"],
        order_score=document["order_score"],
        basis=document["basis"],
    )


def _stage(stored: Mapping[str, Any]) -> StageResult:
    lists = {name: tuple(LineMatch(**match) for match in stored[name]) for name in ("matches", "forbidden")}
    return StageResult(**{**stored, **lists, "missing": tuple(stored["missing"])})


def weak_areas(spoken: str) -> frozenset[str]:
    """The kinds of finding that measure badly in this language; what rests on them is marked as less certain."""
    areas = ("sentiment", "intents", "objections", "promises", "questions", "compliance")
    return frozenset(area for area in areas if not is_reliable(area, "all", spoken))


def _findings(call: SalesCall) -> dict[str, Any]:
    place = {row.pk: row.position for row in call.utterances.all()}
    return {
        "sentiments": tuple(
            language.Sentiment(u.position, u.sentiment, u.sentiment_label, u.sentiment_confidence or 0.0)  # type: ignore[arg-type]
            for u in call.utterances.all()
            if u.sentiment is not None
        ),
        "intents": tuple(
            language.Intent(place[i.utterance_id], i.kind, i.confidence, i.quote)
            for i in call.intents.all()
            if i.utterance_id
        ),
        "objections": tuple(_objections(call, place)),
        "questions": tuple(
            language.Question(u.position, u.role, u.question, u.text, 1.0)  # type: ignore[arg-type]
            for u in call.utterances.all()
            if u.question
        ),
        "promises": tuple(
            language.Promise(f.position, f.text, f.due, f.by, f.confidence) for f in call.follow_ups.all()
        ),
        "compliance": tuple(_compliance(call, place)),
        "outcome": _outcome(call),
    }


def _objections(call: SalesCall, place: dict[int, int]) -> Iterator[language.Objection]:
    for o in call.objections.all():
        if o.utterance_id is None:
            continue
        answer = place.get(o.answer_id) if o.answer_id else None
        yield language.Objection(
            place[o.utterance_id], o.kind, o.handled, answer, o.moved_on, o.confidence, o.reason, o.quote
        )


def _compliance(call: SalesCall, place: dict[int, int]) -> Iterator[language.ComplianceFinding]:
    for c in call.compliance.all():
        line = place.get(c.utterance_id) if c.utterance_id else None
        yield language.ComplianceFinding(c.kind, c.verdict, line, c.quote, c.confidence, c.reason)  # type: ignore[arg-type]


def _outcome(call: SalesCall) -> language.OutcomeProposal:
    """The call's outcome; one that a person or another system has set is certain."""
    certain = call.outcome_origin in (Origin.PERSON, Origin.IMPORTED)
    confidence = 1.0 if certain else call.outcome_confidence or 0.0
    lines = () if certain else tuple(call.analysis.proposed_outcome.get("utterances", []))
    return language.OutcomeProposal(call.outcome or None, confidence, call.outcome_reason, lines)
