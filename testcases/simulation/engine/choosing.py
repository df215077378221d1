"""Which of its lines the customer says: drawn with the seed, and none again before all were said."""

from __future__ import annotations

import random
from dataclasses import replace

from testcases.content.document import CaseContent
from testcases.simulation.engine.state import State
from testcases.simulation.engine.texts import language_of


def variants(content: CaseContent, source: str) -> tuple[str, ...]:
    """All lines of a source: `fact:KEY`, `objection:KEY`, `insists:KEY`, `eased:KEY`, `goal`, `opening`, a situation.

    The case's own words come in place of the standard ones for `goal` and `opening`, and beside them for situations.
    """
    kind, _, key = source.partition(":")
    if kind == "fact":
        fact = next(each for each in content.facts if each.key == key)
        return fact.replies or (fact.text,)
    if kind in ("objection", "insists", "eased"):
        objection = next(each for each in content.objections if each.key == key)
        own = {"objection": objection.lines, "insists": objection.insists, "eased": objection.eased}[kind]
        return own or (objection.lines if kind == "objection" else _standard(content, kind))
    if source == "goal":
        return content.goal.lines or _standard(content, f"goal_{content.goal.reached}")
    if source == "opening":
        return content.opening or _standard(content, "opening")
    return (*content.replies.get(source, ()), *_standard(content, source))


def choose(content: CaseContent, state: State, source: str, seed: int) -> tuple[int, State]:
    """The number of a variant of `source`, and the state that remembers it. The case's own words are said first."""
    known = variants(content, source)
    used = state.used.get(source, ())
    own = len(content.replies.get(source, ())) if source in content.replies else 0
    free = [at for at in range(own) if at not in used] or [at for at in range(len(known)) if at not in used]
    if not free:
        free = [at for at in range(len(known)) if at != used[-1]] or [0]
        used = used[-1:]
    draw = random.Random(f"{seed}:{state.turn}:{source}:{len(used)}")  # noqa: S311
    number = draw.choice(free)
    return number, replace(state, used={**state.used, source: (*used, number)})


def text_of(content: CaseContent, source: str, number: int, *, about: str = "") -> str:
    """The line, with the persona's name, role and company, and what an objection is about, in their places."""
    persona = content.persona
    line = variants(content, source)[number]
    values = {"name": persona.name, "role": persona.role, "company": persona.company}
    values["about"] = language_of(content.language).about.get(about, about)
    for slot, value in values.items():
        line = line.replace(f"{{{slot}}}", value)
    return line[:1].upper() + line[1:]


def _standard(content: CaseContent, situation: str) -> tuple[str, ...]:
    return language_of(content.language).lines.get(situation, ())
