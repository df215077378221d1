"""From what was heard to a case: persona, facts, objections and what is judged. Pure: texts come without names."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from recordings.language.text import sentences, word_count
from testcases.content.document import CaseContent, Criterion, Fact, Goal, Objection, Persona, Raised, Stop
from testcases.scenarios.hearing import AGENT, CUSTOMER, Heard, Said, Stood
from testcases.scenarios.words import Words

MOST_FACTS, MOST_LINES, MOST_ANSWERS, LONGEST_LINE, LONGEST_ANSWER = 8, 4, 6, 600, 300
FEWEST_WORDS, MOST_SAID, LAST_LINES = 4, 2, 3
# The situation in which the simulated customer asks on (simulation/engine/standard).
CURIOUS = "curious_next_step"
FEWEST_TURNS, MOST_TURNS = 10, 30
# The skill that answers an objection of a kind; others are named by the kind itself.
SKILL_OF = {
    "price": "objection_price", "timing": "objection_timing", "authority": "objection_authority",
    "competitor": "objection_competitor", "trust": "objection_trust", "need": "value", "feature": "product_facts",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Composed:
    """A case that is ready to be written."""

    title: str
    test_type: str
    difficulty: str
    skills: tuple[str, ...]
    content: CaseContent


def compose(
    heard: Heard, texts: Sequence[str], *, words: Words, persona: str, company: str, proved: Mapping[str, Sequence[str]]
) -> Composed:
    """`texts` are the lines of `heard` without people in them; an empty one could not be told. `proved` are answers
    that worked in other calls, by kind of objection."""
    shown = tuple(
        Said(line.place, line.role, as_sentence(texts[line.place]), line.asks, line.sentiment) for line in heard.lines
    )
    kinds = list(dict.fromkeys(stood.kind for stood in heard.objections))
    objections = [_objection(kind, heard, shown, words, proved.get(kind, ())) for kind in kinds]
    facts = _facts(shown, {stood.place for stood in heard.objections})
    asked = tuple(_distinct(line.text[:LONGEST_LINE] for line in shown if _asks_on(line, heard))[:MOST_LINES])
    told = tuple(each for each in objections if each is not None)
    open_kinds = [kind for kind in kinds if any(not s.handled for s in heard.objections if s.kind == kind)]
    criteria = _criteria(heard, told, facts, words, open_kinds)
    begins_customer = next((line.role for line in heard.lines if line.text.strip()), AGENT) == CUSTOMER
    content = CaseContent(
        language=heard.language,
        scenario=_scenario(heard, words, persona, begins_customer=begins_customer),
        expected_outcome=words.expected,
        persona=_persona(heard, words, persona, company, kinds),
        goal=Goal(text=words.goal, reached="next_step", asked=tuple(words.goal_asked), trust=0.5),
        facts=facts,
        objections=told,
        begins="customer" if begins_customer else "agent",
        opening=_opening(shown) if begins_customer else (),
        replies={CURIOUS: asked} if asked else {},
        stop=Stop(turns=min(MOST_TURNS, max(FEWEST_TURNS, round(1.5 * len(heard.by(AGENT)))))),
        criteria=criteria,
        pass_mark=70.0,
    )
    skills = tuple(dict.fromkeys(each.skill for each in criteria if each.skill))
    return Composed(
        _title(words, open_kinds or kinds), _type(heard, open_kinds), _difficulty(heard, kinds), skills, content
    )


def as_sentence(text: str) -> str:
    """As it is read and said again: recognisers begin and end a turn in the middle of a sentence."""
    plain = text.strip().rstrip(",;:–- ")
    if not plain:
        return ""
    return plain[0].upper() + plain[1:] + ("" if plain[-1] in '.!?…»”"' else ".")


def pick(options: Sequence[str], key: str) -> str:
    """One of `options`, the same for the same key."""
    return options[zlib.crc32(key.encode()) % len(options)]


def _title(words: Words, kinds: Sequence[str]) -> str:
    what = ", ".join(words.kinds[kind] for kind in kinds[:3])
    return (words.title % {"what": what} if what else words.title_plain)[:200]


def _type(heard: Heard, open_kinds: Sequence[str]) -> str:
    if open_kinds:
        return "objection_handling"
    if heard.intents & {"complaint", "support"}:
        return "customer_service"
    return "follow_up" if "callback" in heard.intents and not heard.promised else "closing"


def _difficulty(heard: Heard, kinds: Sequence[str]) -> str:
    """By what an agent has to overcome: kinds of objections, and a customer who is not in the mood."""
    hard = len(kinds) + (1 if _mood(heard) < -0.25 else 0)
    return "beginner" if hard <= 1 else "intermediate" if hard == 2 else "advanced"


def _mood(heard: Heard) -> float:
    """The customer's mood as the call began: the mean of their first lines, -1 to 1."""
    known = [line.sentiment for line in heard.by(CUSTOMER)[:4] if line.sentiment is not None]
    return round(max(-0.6, min(0.6, sum(known) / len(known))), 2) if known else 0.0


def _scenario(heard: Heard, words: Words, persona: str, *, begins_customer: bool) -> str:
    parts = [words.scenario % {"name": persona}, *([] if heard.won else [words.scenario_lost]), words.scenario_task]
    topics = [words.topics[name] for name in heard.topics if name in words.topics]
    if topics:
        parts.append(words.scenario_about % {"topics": ", ".join(topics)})
    return " ".join([*parts, *([words.scenario_begins] if begins_customer else [])])


def _persona(heard: Heard, words: Words, persona: str, company: str, kinds: Sequence[str]) -> Persona:
    named = ", ".join(words.kinds[kind] for kind in kinds)
    background = words.background % {"objections": words.background_objections % {"kinds": named} if named else ""}
    lines = heard.by(CUSTOMER)
    talkative = sum(word_count(line.text) for line in lines) / max(1, len(lines))
    return Persona(
        name=persona, company=company, background=background.strip(), mood=_mood(heard), trust=0.3,
        patience=round(max(0.3, min(0.8, talkative / 25)), 2),
    )  # fmt: skip


def _opening(shown: Sequence[Said]) -> tuple[str, ...]:
    first = next((line.text for line in shown if line.role == CUSTOMER), "")
    return (first[:LONGEST_LINE],) if first else ()


def _asks_on(line: Said, heard: Heard) -> bool:
    """A question of the customer that is no objection, and neither their first words nor among the last ones."""
    first = next(each.place for each in heard.lines if each.role == CUSTOMER)
    stood = {each.place for each in heard.objections}
    within = first < line.place < len(heard.lines) - LAST_LINES
    return within and line.role == CUSTOMER and line.asks and bool(line.text) and line.place not in stood


def _objection(kind: str, heard: Heard, shown: Sequence[Said], words: Words, proved: Sequence[str]) -> Objection | None:
    stood = [each for each in heard.objections if each.kind == kind]
    said = [shown[each.place].text[:LONGEST_LINE] for each in stood if shown[each.place].text]
    if not said:
        return None
    worked = [shown[each.answer].text for each in stood if each.handled and each.answer is not None]
    answers = [*proved, *worked, *words.answers[kind]]
    return Objection(
        key=kind,
        kind=kind,
        lines=tuple(_distinct(said[:1])),
        raised=_raised(stood[0], len(shown)),
        answers=tuple(_distinct(each[:LONGEST_ANSWER] for each in answers if each)[:MOST_ANSWERS]),
        insists=tuple(_distinct(said[1:])[:MOST_LINES]),
        needs=2 if len(stood) > 2 else 1,
    )


def _raised(stood: Stood, lines: int) -> Raised:
    if stood.kind == "price":
        return "price"
    share = stood.place / max(1, lines)
    return "early" if share < 1 / 3 else "late" if share < 3 / 4 else "closing"


def _facts(shown: Sequence[Said], objections: set[int]) -> tuple[Fact, ...]:
    """What the customer told: when the agent asked, the question as it was asked and the answer as it was given; and
    what they said of their own accord before anything stood in the way.

    The last lines agree on something or take leave: they are no facts.
    """
    told: list[Fact] = []
    said: list[Fact] = []
    until = min(objections, default=len(shown))
    first = next((line.place for line in shown if line.role == CUSTOMER), 0)
    for before, line in pairwise(shown[:-LAST_LINES]):
        text, answers = line.text[:LONGEST_LINE], before.role == AGENT and before.asks
        if line.role != CUSTOMER or line.asks or line.place in objections or word_count(text) < FEWEST_WORDS:
            continue
        question = _question(before.text) if answers else ""
        if question:
            told.append(Fact(key=f"told_{len(told) + 1}", text=text, asked=(question,), replies=(text,)))
        elif not answers and first < line.place < until and word_count(text) >= 2 * FEWEST_WORDS:
            said.append(Fact(key=f"said_{len(said) + 1}", text=text, replies=(text,), release="volunteered"))
    return (*told[:MOST_FACTS], *said[:MOST_SAID])


def _question(text: str) -> str:
    """The last question of a line; the whole line where it has no question mark."""
    asked = [each.text for each in sentences(text) if each.text.endswith("?")]
    question = asked[-1] if asked else text
    return question[:1].upper() + question[1:LONGEST_ANSWER] if word_count(question) >= 2 else ""


def _criteria(
    heard: Heard, objections: Sequence[Objection], facts: Sequence[Fact], words: Words, open_kinds: Sequence[str]
) -> tuple[Criterion, ...]:
    """What was missed weighs most; a next step is asked for always."""
    found = [_answered(each, words, open_kinds) for each in objections]
    questions = [each.asked[0] for each in facts if each.asked]
    if questions:
        rule = {"kind": "asked", "questions": questions, "need": min(2, len(questions))}
        found.append(Criterion("finds_out", words.criteria["found_out"], rule, 2, "discovery"))
    for key, (skill, rule_of) in _MISSED.items():
        if key in heard.missed:
            found.append(Criterion(key, words.criteria[key], rule_of(words), 2, skill))
    asked = list(words.phrases["next_step"])
    rule = {"kind": "meaning", "text": words.goal_asked[0], "examples": [*words.goal_asked[1:], *asked]}
    found.append(Criterion("next_step", words.criteria["next_step"], rule, 2, "next_step", not open_kinds))
    return tuple(found)


def _answered(objection: Objection, words: Words, open_kinds: Sequence[str]) -> Criterion:
    """The first objection that was left open must be answered, or the test is not passed."""
    kind = objection.kind
    rule = {"kind": "answered", "objection": kind, "lines": list(objection.lines), "answers": list(objection.answers)}
    return Criterion(
        key=f"answers_{kind}", text=words.criteria["answered"] % {"kind": words.kinds[kind]}, judge=rule,
        weight=3 if kind in open_kinds else 1, skill=SKILL_OF[kind], required=kind in open_kinds[:1],
    )  # fmt: skip


def _meaning(name: str) -> Callable[[Words], Mapping[str, Any]]:
    def rule(words: Words) -> Mapping[str, Any]:
        first, *others = words.phrases[name]
        return {"kind": "meaning", "text": first, "examples": others}

    return rule


def _said(name: str) -> Callable[[Words], Mapping[str, Any]]:
    return lambda words: {"kind": "said", "phrases": list(words.phrases[name])}


# By question of the standard scorecard: the skill, and how it is judged in a talk that is typed or spoken.
_MISSED: Mapping[str, tuple[str, Callable[[Words], Mapping[str, Any]]]] = {
    "greeting": ("opening", _said("greeting")),
    "recording_disclosure": ("compliance", _said("recording")),
    "questions": ("discovery", lambda words: {"kind": "asked", "need": 3}),
    "open_questions": ("discovery", lambda words: {"kind": "asked", "open": True, "need": 2}),
    "talk_ratio": ("listening", lambda words: {"kind": "talk", "measure": "talk_share", "at_most": 55}),
    "monologue": ("listening", lambda words: {"kind": "talk", "measure": "longest_monologue", "at_most": 60}),
    "empathy": ("empathy", _meaning("empathy")),
    "closing": ("closing", _meaning("closing")),
    "forbidden_phrases": ("honesty", lambda words: {"kind": "forbidden", "phrases": list(words.phrases["forbidden"])}),
}


def _distinct(texts: Any) -> list[str]:
    return list(dict.fromkeys(texts))
