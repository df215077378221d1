"""Reasons of a call's estimate as English sentences, as the rules' reasons are: they are kept with the call."""

from collections.abc import Mapping
from typing import Any

_HEARD = "heard."
# Columns that hold ids: who or what it is stands on the call already.
_OF_IDS = {"agent": "Whose call it was.", "team": "Whose team's call it was.", "company": "Which company it was with."}
_KINDS = {"intent_": "intent: ", "topic_": "topic: ", "open_objection_": "objection left open: "}
_MEASURES = {
    "agent_share": "The agent's share of the talk",
    "agent_pace": "The agent's words a minute",
    "customer_pace": "The customer's words a minute",
    "patience": "Seconds the agent waits before answering",
    "silence_share": "Share of silence",
    "overlap_share": "Share of talking at once",
    "longest_monologue_share": "The agent's longest monologue, as a share of the call",
    "agent_questions_a_minute": "The agent's questions a minute",
    "customer_questions_a_minute": "The customer's questions a minute",
    "agent_interruptions_a_minute": "The agent's interruptions a minute",
    "turns_a_minute": "Turns a minute",
    "customer_mood": "The customer's mood",
    "agent_mood": "The agent's mood",
    "mood_turn": "How the customer's mood turned",
    "adherence": "How closely the script was followed, of 100",
    "promises": "Promises made",
    "dated_promises": "Promises made for a day",
    "violations": "Rules of compliance broken",
    "objections_answered": "Objections answered",
}


def sentence_of(reason: Mapping[str, Any]) -> str:
    """One reason (`documents.Reason`) of a prediction about a call."""
    feature, value = str(reason["feature"]), reason["value"]
    if feature in _OF_IDS:
        return _OF_IDS[feature]
    if feature.startswith(_HEARD):
        return _of_heard(feature.removeprefix(_HEARD), value)
    name = feature.rpartition(".")[2].replace("_", " ").capitalize()
    return f"{name}: {reason['level'] if value is None else f'{value:g}'}."


def _of_heard(name: str, value: float | None) -> str:
    for prefix, words in _KINDS.items():
        if name.startswith(prefix):
            kind = name.removeprefix(prefix).replace("_", " ")
            return f"{'Heard' if value else 'Not heard'}: {words}{kind}."
    measure = _MEASURES.get(name, name.replace("_", " "))
    return f"{measure}: not known." if value is None else f"{measure}: {value:.3g}."
