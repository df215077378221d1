"""Judges of the talk itself: its measures, when and how often things come, in what order, and what objections get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recordings.language.lexicon import lexicon
from recordings.language.objections import substance
from testcases.judging.rules import customers
from testcases.judging.rules.finding import Found, Place, find, found_near
from testcases.judging.rules.forms import gettext_noop
from testcases.judging.rules.kinds import MEASURES, value_of
from testcases.judging.rules.meaning import nearness
from testcases.judging.rules.placed import first_of_each, quotes
from testcases.judging.rules.transcript import Said, Transcript
from testcases.judging.rules.types import Judged, Verdict

# A measure may miss its bound by so much and is partly met; what comes late may be so many times as late.
NEAR_BOUND, NEAR_LATE = 0.15, 2.0
NO_TIMES = 0.5  # how far times are believed that were told from the number of words
HANDLED, TAKEN_UP = 1.5, 0.9

# What says how many there are is put into words, one or several, by judging/wording.py.
MEASURED = gettext_noop("It is %(value)s.")
NOT_MEASURED = gettext_noop("It cannot be measured here: too little is said.")
NO_CLOCK = gettext_noop("The transcript has no times, so this cannot be measured.")
IN_TIME = "It comes after %(seconds)d seconds."
LATE = "It comes after %(seconds)d seconds, later than asked for."
TURNS_AFTER = "It comes %(turns)d turns later."
NEVER_COMES = gettext_noop("It is not found.")
NOT_AFTER = gettext_noop("It is not found after that.")
NOTHING_BEFORE = gettext_noop("What it is to come after does not happen.")
COUNTED = "It is found %(count)d times."
IN_ORDER = gettext_noop("The steps come in their order.")
OUT_OF_ORDER = gettext_noop("The steps do not come in their order.")
STEPS_MISSING = "%(missing)d of %(steps)d steps are not found."
NOT_RAISED = gettext_noop("The customer does not raise it.")
ANSWERED = gettext_noop("It is answered.")
ANSWERED_IN_PART = gettext_noop("It is taken up and not answered in full.")
NOT_ANSWERED = "It is not answered in the next %(turns)d turns."


def _talk(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    name = value_of(rule, "measure")
    if not transcript.timed and name in _NEEDS_CLOCK:
        return Judged("undecided", NO_CLOCK, confidence=0.0)
    value = _measure(name, value_of(rule, "who"), transcript)
    if value is None:
        return Judged("undecided", NOT_MEASURED, confidence=0.0)
    low, high = rule.get("at_least"), rule.get("at_most")
    verdict: Verdict = "not_met"
    if (low is None or value >= low) and (high is None or value <= high):
        verdict = "met"
    elif (low is None or value >= low * (1 - NEAR_BOUND)) and (high is None or value <= high * (1 + NEAR_BOUND)):
        verdict = "partly"
    shown = f"{value:.1f} %" if MEASURES[name] == "percent" else f"{value:.1f}".rstrip("0").rstrip(".")
    believed = 0.95 if transcript.timed or MEASURES[name] == "times" else 0.7
    return Judged(verdict, MEASURED, confidence=believed, values={"value": shown})


# Lines that are laid one after the other by their words tell nothing of these.
_NEEDS_CLOCK = ("words_per_minute", "interruptions", "patience", "longest_silence")


def _measure(name: str, who: str, transcript: Transcript) -> float | None:
    talk = transcript.talk
    role = talk.role(who)
    if name in ("longest_silence", "duration"):
        return talk.longest_silence if name == "longest_silence" else transcript.length
    if name == "patience":
        return talk.patience
    if role is None:
        return 0.0 if talk.speech_seconds else None
    values = {
        "talk_share": 100 * role.ratio, "longest_monologue": role.longest_monologue,
        "words_per_minute": role.words_per_minute, "interruptions": role.interruptions,
        "questions": role.questions, "turns": role.turns,
    }  # fmt: skip
    return None if values[name] is None else float(values[name] or 0.0)


def _timing(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    places = find(rule["of"], transcript).strong
    begins = value_of(rule, "from")
    if begins == "after":
        return _timed_after(rule, places, transcript)
    if not places:
        return Judged("not_met", NEVER_COMES, confidence=0.85)
    place = places[0] if begins == "start" else places[-1]
    passed = place.said.at if begins == "start" else max(0.0, transcript.length - place.said.at)
    return _in_time(passed, float(rule["seconds"]), place, transcript)


def _in_time(passed: float, allowed: float, place: Place, transcript: Transcript) -> Judged:
    verdict: Verdict = "met" if passed <= allowed else "partly" if passed <= NEAR_LATE * allowed else "not_met"
    reason = IN_TIME if verdict == "met" else LATE
    believed = place.confidence if transcript.timed else NO_TIMES
    return Judged(verdict, reason, (place.evidence(transcript),), believed, values={"seconds": round(passed)})


def _timed_after(rule: Mapping[str, Any], places: Sequence[Place], transcript: Transcript) -> Judged:
    before = find(rule["after"], transcript).strong
    if not before:
        return Judged("not_applicable", NOTHING_BEFORE, confidence=0.8)
    first = before[0]
    later = [place for place in places if place.order > first.order]
    if not later:
        return Judged("not_met", NOT_AFTER, quotes((first,), transcript), 0.8)
    place = later[0]
    if rule.get("turns"):
        count = _turns_between(first.said.position, place, transcript)
        allowed = int(rule["turns"])
        verdict: Verdict = "met" if count <= allowed else "partly" if count <= NEAR_LATE * allowed else "not_met"
        found = quotes((first, place), transcript)
        return Judged(verdict, TURNS_AFTER, found, place.confidence, values={"turns": count})
    end = transcript.lines[first.said.position].end
    return _in_time(max(0.0, place.said.at - end), float(rule["seconds"]), place, transcript)


def _turns_between(position: int, place: Place, transcript: Transcript) -> int:
    """How many turns of the place's speaker there are after line `position`, up to and with the place's own."""
    count, speaking = 0, transcript.lines[position].role == place.said.role
    for line in transcript.lines[position + 1 : place.said.position + 1]:
        own = line.role == place.said.role
        count += own and not speaking
        speaking = own
    return max(1, count)


def _count(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    strong = find(rule["of"], transcript).strong
    by_line: dict[int, Place] = {}
    for place in strong:
        by_line.setdefault(place.said.position, place)
    count, low, high = len(by_line), rule.get("at_least"), rule.get("at_most")
    verdict: Verdict = "not_met"
    if (low is None or count >= low) and (high is None or count <= high):
        verdict = "met"
    elif low is not None and count and low > count >= low / 2:
        verdict = "partly"
    found = quotes(tuple(by_line.values()), transcript)
    return Judged(verdict, COUNTED, found, 0.85, values={"count": count})


def _order(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    steps = value_of(rule, "steps")
    firsts = [next(iter(find(step, transcript).strong), None) for step in steps]
    there = [place for place in firsts if place is not None]
    found = quotes(tuple(there), transcript)
    in_order = _longest_rise([place.order for place in there])
    missing = len(steps) - len(there)
    if in_order == len(steps):
        return Judged("met", IN_ORDER, found, min(place.confidence for place in there))
    values = {"missing": missing, "steps": len(steps)}
    reason = STEPS_MISSING if missing else OUT_OF_ORDER
    if len(steps) >= 3 and in_order == len(steps) - 1:
        return Judged("partly", reason, found, 0.75, values=values)
    return Judged("not_met", reason, found, 0.8, values=values)


def _longest_rise(orders: Sequence[tuple[int, int]]) -> int:
    """How many follow each other, the others left out."""
    best: list[int] = []
    for at, order in enumerate(orders):
        best.append(1 + max((best[before] for before in range(at) if orders[before] < order), default=0))
    return max(best, default=0)


def _answered(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    raised = _raised(rule, transcript)
    if not raised:
        return Judged("not_applicable", NOT_RAISED, confidence=0.8)
    ranked = [_answer_to(said, rule, transcript) for said in raised]
    worth = {"met": 2, "partly": 1}
    return max(ranked, key=lambda judged: (worth.get(judged.verdict, 0), judged.confidence))


def _raised(rule: Mapping[str, Any], transcript: Transcript) -> list[Said]:
    """Where the customer objects: by the case's own lines, or by what objections of the kind sound like."""
    lines = value_of(rule, "lines")
    found: dict[int, Said] = {}
    if lines:
        near = nearness([lines], transcript.said("customer"), transcript.language, (), "normal")
        found = {place.said.position: place.said for place in found_near(near).strong}
    if not found:
        found = {said.position: said for said, _ in customers.objections(value_of(rule, "objection"), transcript)}
    return [found[position] for position in sorted(found)]


def _answer_to(raised: Said, rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    turns = value_of(rule, "turns")
    objection = transcript.quote(raised.position, raised.text)
    said = _next_said(raised.position, turns, transcript)
    answers = value_of(rule, "answers")
    if answers:
        near = nearness([(each,) for each in answers], said, transcript.language, (), "normal")
        judged = _by_answers(found_near(near), rule, transcript)
        if judged is not None:
            return Judged(
                judged.verdict, judged.reason, (objection, *judged.evidence), judged.confidence,
            )  # fmt: skip
    kind, tables = value_of(rule, "objection"), lexicon(transcript.language)
    points = [(substance(line, kind, tables), at) for at, line in _lines_of(said, transcript)]
    best, at = max(points, default=(0.0, 0))
    if best >= HANDLED and not answers:
        answer = transcript.quote(at, transcript.lines[at].text)
        return Judged("met", ANSWERED, (objection, answer), 0.7)
    if best >= (HANDLED if answers else TAKEN_UP):
        answer = transcript.quote(at, transcript.lines[at].text)
        return Judged("partly", ANSWERED_IN_PART, (objection, answer), 0.6)
    return Judged("not_met", NOT_ANSWERED, (objection,), 0.75, values={"turns": turns})


def _by_answers(found: Found, rule: Mapping[str, Any], transcript: Transcript) -> Judged | None:
    firsts, need = first_of_each(found.strong), value_of(rule, "need")
    if len(firsts) >= need:
        return Judged("met", ANSWERED, quotes(firsts, transcript), max(place.confidence for place in firsts))
    if found.places:
        return Judged("partly", ANSWERED_IN_PART, quotes(first_of_each(found.places), transcript), 0.6)
    return None


def _next_said(position: int, turns: int, transcript: Transcript) -> list[Said]:
    """What the agent says in the next `turns` turns after line `position`."""
    wanted: set[int] = set()
    count, speaking = 0, False
    for line in transcript.lines[position + 1 :]:
        if line.role == "agent":
            count += not speaking
            if count > turns:
                break
            wanted.add(line.position)
        speaking = line.role == "agent"
    return [said for said in transcript.said("agent") if said.position in wanted]


def _lines_of(said: Sequence[Said], transcript: Transcript) -> list[tuple[int, str]]:
    return [(at, transcript.lines[at].text) for at in dict.fromkeys(each.position for each in said)]


JUDGES: Mapping[str, Callable[[Mapping[str, Any], Transcript], Judged]] = {
    "talk": _talk, "timing": _timing, "count": _count, "order": _order, "answered": _answered,
}  # fmt: skip
