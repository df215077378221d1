"""Criteria that are a sentence and nothing more, as `success_criteria` of the API gives them."""

import re
import unicodedata
from collections.abc import Collection

from testcases.content.document import Criterion

LONGEST_KEY = 60


def criterion_of_text(text: str, *, taken: Collection[str] = ()) -> Criterion:
    """`text` as a criterion that looks for its meaning in what the agent says.

    Such a judge is weak (`is_weak`): a description of good behaviour is not what the agent would say, so its verdicts
    are less sure than those of a rule with examples. `taken` are keys that other criteria have.
    """
    text = " ".join(text.split())
    return Criterion(key=key_of_text(text, taken=taken), text=text, judge={"kind": "meaning", "text": text})


def is_weak(criterion: Criterion) -> bool:
    """Whether nobody has said yet how it is judged: its rule is its own sentence and nothing more."""
    rule = criterion.judge
    return rule.get("kind") == "meaning" and rule.get("text") == criterion.text and not rule.get("examples")


def key_of_text(text: str, *, taken: Collection[str] = ()) -> str:
    """A key of the text's first words, told apart by a number where another has it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:6]
    key = "_".join(words)[: LONGEST_KEY - 4] or "criterion"
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}_{number}"
    return free
