"""Two judges that know next to nothing, to measure ours against. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recordings.language.types import Line
from testcases.accuracy.reading import GoldCase, GoldRun


def always_met(case: GoldCase, run: GoldRun) -> dict[str, str]:
    return {verdict.key: "met" for verdict in run.verdicts}


def keywords_only(case: GoldCase, run: GoldRun) -> dict[str, str]:
    """What a word tracker tells: a criterion is met when the agent says one of its words, a prohibition when not.

    Where a criterion has no words (order, counts and figures of the talk) the tracker takes it for met.
    """
    rules = {criterion.key: criterion.judge for criterion in case.content.criteria}
    return {each.key: _by_words(rules[each.key], case.keywords[each.key], run.lines) for each in run.verdicts}


def _by_words(rule: Any, keywords: Sequence[str], lines: Sequence[Line]) -> str:
    if not keywords:
        return "met"
    spoken = " ".join(line.text.casefold() for line in lines if line.role == "agent")
    heard = any(word.casefold() in spoken for word in keywords)
    return "met" if heard != (rule["kind"] in ("forbidden", "not")) else "not_met"
