"""A case's document without a word of what was said: its shape, keys and numbers stay, so that results still count."""

from dataclasses import replace

from testcases.content.document import CaseContent, Criterion, Fact, Objection

BLANK = "•"


def blank_content(content: CaseContent) -> CaseContent:
    """`content` with every text blanked; nothing of it can be played or judged any more."""
    return replace(
        content,
        scenario=BLANK,
        expected_outcome="",
        persona=replace(content.persona, name=BLANK, role="", company="", background="", style=""),
        goal=replace(content.goal, text=BLANK, asked=(), lines=()),
        facts=tuple(Fact(key=each.key, text=BLANK, release="volunteered") for each in content.facts),
        objections=tuple(Objection(each.key, each.kind, (BLANK,), each.raised) for each in content.objections),
        opening=(),
        replies={},
        criteria=tuple(_blank(each) for each in content.criteria),
    )


def _blank(criterion: Criterion) -> Criterion:
    return replace(criterion, text=BLANK, judge={"kind": str(criterion.judge.get("kind", ""))})
