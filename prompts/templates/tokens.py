"""How many tokens a text has at most, without the model's own tokenizer."""

import re

LATIN = re.compile(r"[A-Za-z]+")
OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z]")


MESSAGE_TOKENS = 8


def estimate_tokens(text: str) -> int:
    return len(text) // 2 + 1
