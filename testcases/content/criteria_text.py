"""Criteria that are a sentence and nothing more, as `success_criteria` of the API gives them."""

import re
import unicodedata
from collections.abc import Collection

from testcases.content.document import Criterion

# Such a criterion is judged by whether the agent says something of like meaning: a weak judge, and said to be.
WEAK = "weak"
LONGEST_KEY = 60


def criterion_of_text(text: str, *, taken: Collection[str] = ()) -> Criterion:
    """`text` as a criterion that looks for its meaning in what the agent says.

    Its judge carries `weak: true`: a description of good behaviour is not what the agent would say, so verdicts are
    less sure than those of a written rule. `taken` are keys that other criteria have.
    """
    text = " ".join(text.split())
    return Criterion(key=key_of_text(text, taken=taken), text=text, judge=judge_of_text(text))


def judge_of_text(text: str) -> dict[str, object]:
    return {"kind": "meaning", "texts": [text], WEAK: True}


def is_weak(criterion: Criterion) -> bool:
    """Whether nobody has said yet how it is judged."""
    return bool(criterion.judge.get(WEAK))


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
